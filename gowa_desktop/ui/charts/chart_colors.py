"""Colours and styles that tell the lines of several instances apart: no two of eight share both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from gowa_desktop.domain.usage import UsageEventKind

if TYPE_CHECKING:
    from gowa_desktop.ui.look.color_tables import Colors

MOST_LINES = 8
"""So many instances can be told apart in one chart."""
_LIGHT = ("#1f8a5b", "#2f6fd0", "#b26a00", "#8b3fc7", "#c2378a", "#0e7f90", "#7a5c3a", "#5b6470")
_DARK = ("#4cc38a", "#6ea8ff", "#f0a63a", "#c69bff", "#ff8fc8", "#4fd0e0", "#d4b48c", "#aeb8c4")
_STYLES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine, Qt.PenStyle.DashDotLine)


@dataclass(frozen=True, slots=True)
class LineLook:
    """How a line looks."""

    color: str
    style: Qt.PenStyle


def line_look(colors: Colors, number: int) -> LineLook:
    """Give the look of the line with this number, beginning at 0; the first is the theme's accent."""
    family = _DARK if colors.name == "dark" else _LIGHT
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
