"""Words have the room they need: the state column, the list of shortcuts, cards beside higher ones."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QHBoxLayout, QLabel, QTreeWidget, QWidget

from gowa_desktop.ui.instances.cards import FigureCard
from gowa_desktop.ui.instances.instance_table import Column
from gowa_desktop.ui.instances.instance_table_view import InstanceTableView
from gowa_desktop.ui.instances.status_text import state_text
from gowa_desktop.ui.parts.row_table import PADDING
from tests.ui.conftest import a_status, find, simulated

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.ui.look.theme import Theme
    from gowa_desktop.ui.main_window import MainWindow


def _is_wide(window: QWidget, width: int) -> bool:
    return window.width() == width


def test_state_of_a_server_that_does_not_answer_is_not_cut_off(qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]) -> None:
    simulated(services, "toko-bandung")
    window = open_window()
    table = find(window, InstanceTableView, "instanceTable")
    words = state_text(replace(a_status(), is_unresponsive=True))
    assert words != "Running"
    for width in (1200, 960):
        window.resize(width, 760)
        qtbot.waitUntil(partial(_is_wide, window, width), timeout=20_000)
        assert table.columnWidth(Column.STATE) - 2 * PADDING >= table.fontMetrics().horizontalAdvance(words)
        assert table.columnWidth(Column.NAME) >= 130


def test_shortcuts_stand_in_rows_with_room(services: Services, open_window: Callable[[], MainWindow]) -> None:
    simulated(services, "one")
    window = open_window()
    QTest.keyClick(window, Qt.Key.Key_F1)
    tree = find(window, QTreeWidget, "shortcutList")
    first = tree.topLevelItem(0)
    assert first is not None
    assert tree.visualItemRect(first).height() >= tree.fontMetrics().height() + 8


def test_figure_stays_below_its_title_beside_a_higher_card(qtbot: QtBot, theme: Theme) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    row = QHBoxLayout(window)
    higher, lower = FigureCard("higher", "Disk", window), FigureCard("lower", "Created", window)
    higher.show_figure("480 bytes")
    higher.show_note("mostly other files")
    lower.show_figure("today 06:54")
    row.addWidget(higher)
    row.addWidget(lower)
    window.show()
    figure = find(lower, QLabel, "lowerFigure")
    assert lower.height() == higher.height()
    assert figure.y() == find(higher, QLabel, "higherFigure").y()
