"""Colours: enough contrast everywhere, and a theme that follows the system."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage, QPalette

from gowa_desktop.domain.app_settings import ThemeChoice
from gowa_desktop.domain.instance import InstanceState
from gowa_desktop.ui.look.icons import icon
from gowa_desktop.ui.look.theme import (
    DARK,
    DARK_CONTRAST,
    LIGHT,
    LIGHT_CONTRAST,
    Colors,
    Theme,
    colors_of,
    palette_of,
    state_color,
)  # fmt: skip

if TYPE_CHECKING:
    from collections.abc import Iterator

ALL = pytest.mark.parametrize("colors", [LIGHT, DARK, LIGHT_CONTRAST, DARK_CONTRAST], ids=["light", "dark", "light+", "dark+"])
TEXT_ON = [
    ("text", "background"), ("text", "panel"), ("text", "selection"), ("text", "hover"), ("text", "failed_ground"),
    ("text", "notice_ground"), ("text", "good_ground"), ("text", "code_ground"), ("muted", "background"), ("muted", "panel"),
    ("muted", "hover"), ("accent_text", "background"), ("accent_text", "panel"), ("accent_text", "selection"),
    ("on_accent", "accent_fill"), ("on_accent", "accent_fill_hover"), ("failed", "failed_ground"), ("failed", "background"),
    ("failed", "panel"),
]  # fmt: skip


@pytest.fixture
def any_theme(theme: Theme) -> Iterator[Theme]:
    yield theme
    theme.choose(ThemeChoice.LIGHT)


def luminance(color: str) -> float:
    ink = QColor(color)
    red, green, blue = (linear(part) for part in (ink.redF(), ink.greenF(), ink.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@ALL
@pytest.mark.parametrize(("ink", "ground"), TEXT_ON)
def test_colors_of_text_reach_the_contrast_that_reading_needs(colors: Colors, ink: str, ground: str) -> None:
    assert contrast(getattr(colors, ink), getattr(colors, ground)) >= 4.5


@ALL
@pytest.mark.parametrize("state", list(InstanceState))
def test_colors_of_marks_reach_the_contrast_that_graphics_need(colors: Colors, state: InstanceState) -> None:
    for ground in (colors.panel, colors.selection, colors.background):
        assert contrast(state_color(colors, state), ground) >= 3


def test_colors_are_those_of_the_design() -> None:
    assert (LIGHT.background, LIGHT.panel, LIGHT.text, LIGHT.accent) == ("#f6f7f9", "#ffffff", "#1d232b", "#1f8a5b")
    assert (DARK.background, DARK.panel, DARK.text, DARK.accent) == ("#1b1e23", "#23272e", "#e6e9ee", "#4cc38a")
    assert (LIGHT.starting, LIGHT.retrying, LIGHT.failed) == ("#2f6fd0", "#b26a00", "#c5352f")
    assert (DARK.starting, DARK.retrying, DARK.failed) == ("#6ea8ff", "#f0a63a", "#ff7a70")


@ALL
def test_colors_of_gives_the_colors_behind_a_palette(colors: Colors) -> None:
    assert colors_of(palette_of(colors)) is colors


def test_colors_of_takes_the_nearest_for_a_foreign_palette() -> None:
    assert colors_of(QPalette(QColor("#202020"))) is DARK


def test_theme_changes_palette_and_icons_while_the_program_runs(any_theme: Theme) -> None:
    sign = icon("add")
    light = ink_of(sign.pixmap(QSize(32, 32)).toImage())

    any_theme.choose(ThemeChoice.DARK)

    assert any_theme.colors.background == DARK.background
    assert light == QColor(LIGHT.text).rgb()
    assert ink_of(sign.pixmap(QSize(32, 32)).toImage()) == QColor(DARK.text).rgb()


def ink_of(image: QImage) -> int:
    pixels = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    return max(pixels, key=QColor.alpha).rgb()
