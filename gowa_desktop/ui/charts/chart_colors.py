"""Colours and styles that tell the lines of several instances apart: no two of eight share both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from gowa_desktop.domain.usage import UsageEventKind
from gowa_desktop.ui.look.color_tables import LINES_ON_DARK, LINES_ON_LIGHT

if TYPE_CHECKING:
    from gowa_desktop.ui.look.color_tables import Colors

MOST_LINES = 8
"""So many instances can be told apart in one chart."""
_STYLES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine, Qt.PenStyle.DashDotLine)


@dataclass(frozen=True, slots=True)
class LineLook:
    """How a line looks."""

    color: str
    style: Qt.PenStyle


def line_look(colors: Colors, number: int) -> LineLook:
    """Give the look of the line with this number, beginning at 0; the first is the theme's accent."""
    family = LINES_ON_DARK if colors.name.startswith("dark") else LINES_ON_LIGHT
    color = colors.accent if number == 0 else family[number % MOST_LINES]
    return LineLook(color, _STYLES[number % len(_STYLES)])


def event_color(colors: Colors, kind: UsageEventKind) -> str:
    """Give the colour of a marker; its shape says the same."""
    return {
        UsageEventKind.START: colors.accent,
        UsageEventKind.STOP: colors.muted,
        UsageEventKind.CRASH: colors.failed,
        UsageEventKind.RESTART: colors.starting,
        UsageEventKind.UPDATE: colors.retrying,
    }[kind]
