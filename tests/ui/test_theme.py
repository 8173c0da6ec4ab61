"""Colours: enough contrast everywhere, and a theme that follows the system."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage, QPalette, QStandardItemModel
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QLabel,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QScrollArea,
    QTableView,
    QTextBrowser,
    QTreeWidget,
    QWidget,
)  # fmt: skip

import gowa_desktop.ui
from gowa_desktop.domain.instance import InstanceState
from gowa_desktop.domain.theme_choice import ThemeChoice
from gowa_desktop.domain.usage import UsageEventKind
from gowa_desktop.ui.charts.chart_colors import MOST_LINES, event_color, line_look
from gowa_desktop.ui.look.chips import chip_colors
from gowa_desktop.ui.look.color_tables import DARK, DARK_CONTRAST, LIGHT, LIGHT_CONTRAST, THEMES, Colors
from gowa_desktop.ui.look.icons import icon
from gowa_desktop.ui.look.state_colors import state_color
from gowa_desktop.ui.look.stylesheet import TEMPLATE
from gowa_desktop.ui.look.theme import Theme, colors_of, palette_of
from gowa_desktop.ui.parts.row_table import RowDelegate, RowTableView

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

ALL = pytest.mark.parametrize("colors", THEMES, ids=["light", "dark", "light+", "dark+"])
INKS = ("text", "muted", "accent_text", "failed", "notice_text", "starting_text")
GROUNDS = ("background", "panel", "hover", "selection", "failed_ground", "notice_ground", "good_ground", "code_ground")
SHAPES = ("accent", "retrying", "starting", "failed", "muted")


def pairs_of_the_stylesheet() -> set[tuple[str, str]]:
    """Give text and ground where one rule names both; what cannot be used at the moment is exempt (WCAG 1.4.3)."""
    found = set()
    for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", TEMPLATE.template):
        ground, ink = (re.search(rf"(?<![-\w]){name}: \$(\w+)", body) for name in ("background", "color"))
        if ground and ink and ":disabled" not in selector:
            found.add((ink[1], ground[1]))
    return found


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
def test_colors_of_text_reach_the_contrast_that_reading_needs(colors: Colors) -> None:
    least = 7.0 if colors in {LIGHT_CONTRAST, DARK_CONTRAST} else 4.5
    pairs = {(ink, ground) for ink in INKS for ground in GROUNDS} | pairs_of_the_stylesheet()
    pairs |= {("on_accent", "accent_fill"), ("on_accent", "accent_fill_hover"), ("on_accent", "accent_text"), ("on_danger", "danger_fill")}
    pairs |= {("text", "pressed")}
    assert len(pairs) > 50
    poor = {pair: round(contrast(getattr(colors, pair[0]), getattr(colors, pair[1])), 2) for pair in pairs}
    assert {pair: value for pair, value in poor.items() if value < least} == {}


@ALL
def test_colors_of_shapes_and_edges_of_fields_reach_the_contrast_that_graphics_need(colors: Colors) -> None:
    pairs = {(shape, ground) for shape in SHAPES for ground in GROUNDS} | {("accent", "pressed"), ("text", "background")}
    pairs |= {("field_edge", "panel"), ("field_edge", "background")}
    poor = {pair: round(contrast(getattr(colors, pair[0]), getattr(colors, pair[1])), 2) for pair in pairs}
    assert {pair: value for pair, value in poor.items() if value < 3} == {}


@ALL
@pytest.mark.parametrize("state", list(InstanceState))
def test_colors_of_marks_reach_the_contrast_that_graphics_need(colors: Colors, state: InstanceState) -> None:
    for ground in (colors.panel, colors.selection, colors.background):
        for is_uneasy in (False, True):
            assert contrast(state_color(colors, state, is_uneasy=is_uneasy), ground) >= 3


@ALL
def test_what_cannot_be_used_now_can_still_be_seen(colors: Colors) -> None:
    least = 4.5 if colors in {LIGHT_CONTRAST, DARK_CONTRAST} else 2.8
    grounds = ("background", "panel", "hover")
    assert {ground for ground in grounds if contrast(colors.disabled, getattr(colors, ground)) < least} == set()
    assert contrast(colors.muted, colors.pressed) >= 4  # a button that would be the main one


@ALL
def test_lines_and_markers_of_charts_reach_the_contrast_that_graphics_need(colors: Colors) -> None:
    inks = {line_look(colors, number).color for number in range(MOST_LINES)} | {event_color(colors, kind) for kind in UsageEventKind}
    assert len(inks) >= MOST_LINES
    grounds = (colors.panel, colors.hover, colors.background)
    assert {ink for ink in inks for ground in grounds if contrast(ink, ground) < 3} == set()


@ALL
def test_lines_of_charts_are_told_apart(colors: Colors) -> None:
    assert len({line_look(colors, number) for number in range(MOST_LINES)}) == MOST_LINES


@ALL
def test_words_on_a_chip_and_on_the_row_below_it_can_be_read(colors: Colors) -> None:
    for number in range(40):
        ground, ink = (color.name() for color in chip_colors(f"tag {number}", colors))
        assert contrast(ink, ground) >= 4.5


@ALL
def test_roles_of_the_palette_can_be_read_on_their_grounds(colors: Colors) -> None:
    palette, role = palette_of(colors), QPalette.ColorRole
    pairs = [
        (role.WindowText, role.Window), (role.Text, role.Base), (role.Text, role.AlternateBase), (role.ButtonText, role.Button),
        (role.PlaceholderText, role.Base), (role.HighlightedText, role.Highlight), (role.Link, role.Base), (role.Link, role.Window),
        (role.LinkVisited, role.Base), (role.ToolTipText, role.ToolTipBase), (role.BrightText, role.Window),
    ]  # fmt: skip
    assert [ink for ink, ground in pairs if contrast(palette.color(ink).name(), palette.color(ground).name()) < 4.5] == []


WIDGETS = (QLineEdit, QPlainTextEdit, QTextBrowser, QTableView, QListWidget, QTreeWidget, QComboBox, QLabel, QScrollArea, QFrame)


@ALL
@pytest.mark.parametrize("kind", ["", "field", "code", "notes", "rows", "card", "page", "framed", "palette"])
def test_what_paints_itself_finds_the_colors_of_the_theme_whatever_the_stylesheet_says(
    colors: Colors, kind: str, theme: Theme, qtbot: QtBot
) -> None:
    theme.wear(colors)
    window = QWidget()
    qtbot.addWidget(window)
    widgets = [make(window) for make in WIDGETS]
    for widget in widgets:
        widget.setProperty("kind", kind)
        widget.ensurePolished()

    assert [type(widget).__name__ for widget in widgets if colors_of(widget.palette()) is not colors] == []


@ALL
@pytest.mark.parametrize("kind", ["", "field", "code", "notes"])
def test_words_in_an_empty_field_can_be_read(colors: Colors, kind: str, theme: Theme, qtbot: QtBot) -> None:
    theme.wear(colors)
    window = QWidget()
    qtbot.addWidget(window)
    for field in (QLineEdit(window), QPlainTextEdit(window), QTextBrowser(window)):
        field.setProperty("kind", kind)
        field.ensurePolished()
        ink = field.palette().color(QPalette.ColorRole.PlaceholderText)
        assert ink.alpha() == 255, type(field).__name__
        assert contrast(ink.name(), field.palette().color(QPalette.ColorRole.Base).name()) >= 4.5, type(field).__name__


@ALL
def test_the_selected_row_of_a_table_is_painted_in_the_colors_of_the_theme(colors: Colors, theme: Theme, qtbot: QtBot) -> None:
    theme.wear(colors)
    view = RowTableView("table", RowDelegate())
    qtbot.addWidget(view)
    model = QStandardItemModel(3, 1, view)
    view.setModel(model)
    view.selectRow(1)
    view.show()

    seen = [view.viewport().grab().toImage().pixelColor(view.visualRect(model.index(row, 0)).center()).name() for row in range(3)]

    assert seen == [colors.panel, colors.selection, colors.panel]


def test_colors_are_in_one_place() -> None:
    elsewhere = [
        f"{path.name}: {found}"
        for path in Path(gowa_desktop.ui.__path__[0]).rglob("*.py")
        if path.name != "color_tables.py"
        for found in re.findall(r"""["']#[0-9a-fA-F]{6}["']""", path.read_text("utf-8"))
        if found[1:-1] not in {"#000000", "#ffffff"}  # of the tray, whose panel is not ours
    ]
    assert elsewhere == []


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


def test_theme_changes_palette_and_icons_while_the_program_runs(theme: Theme) -> None:
    sign = icon("add")
    light = ink_of(sign.pixmap(QSize(32, 32)).toImage())

    theme.choose(ThemeChoice.DARK)

    assert theme.colors.background == DARK.background
    assert light == QColor(LIGHT.text).rgb()
    assert ink_of(sign.pixmap(QSize(32, 32)).toImage()) == QColor(DARK.text).rgb()


def ink_of(image: QImage) -> int:
    pixels = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    return max(pixels, key=QColor.alpha).rgb()
