"""Windows stay where they can be taken hold of, whatever becomes of the screens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QGuiApplication

from gowa_desktop.ui.parts.screen_keeper import visible_place

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from gowa_desktop.ui.main_window import MainWindow
    from gowa_desktop.ui.window_state import WindowState

MAIN = QRect(0, 0, 1920, 1050)
RIGHT = QRect(1920, 0, 2560, 1410)
SMALL = QRect(0, 0, 960, 525)
"""The main one at 200 %."""


@pytest.mark.parametrize(
    ("window", "screens"),
    [
        (QRect(100, 100, 1200, 760), [MAIN]), (QRect(2000, 100, 1200, 760), [MAIN, RIGHT]), (QRect(-1000, 500, 1200, 760), [MAIN]),
        (QRect(1300, 900, 1200, 760), [MAIN]), (QRect(1500, 100, 1200, 760), [MAIN, RIGHT]), (QRect(5000, 100, 1200, 760), []),
    ],
)  # fmt: skip
def test_a_window_that_can_be_taken_hold_of_stays(window: QRect, screens: list[QRect]) -> None:
    assert visible_place(window, screens) == window


@pytest.mark.parametrize(
    ("window", "screens", "expected"),
    [
        (QRect(2000, 100, 1200, 760), [MAIN], MAIN), (QRect(100, -500, 1200, 760), [MAIN], MAIN), (QRect(100, 1090, 1200, 760), [MAIN], MAIN),
        (QRect(-1150, 500, 1200, 760), [MAIN], MAIN), (QRect(6000, 300, 1200, 760), [MAIN, RIGHT], RIGHT),
        (QRect(2000, 100, 1200, 760), [SMALL], SMALL),
    ],
)  # fmt: skip
def test_a_window_that_was_left_outside_comes_onto_the_nearest_screen(window: QRect, screens: list[QRect], expected: QRect) -> None:
    place = visible_place(window, screens)
    assert expected.contains(place)
    assert visible_place(place, screens) == place
    if expected is not SMALL:
        assert place.size() == window.size()


def test_a_window_kept_on_a_screen_that_is_gone_opens_on_one_that_is_there(
    open_window: Callable[[], MainWindow], window_state: WindowState
) -> None:
    window = open_window()
    window.setGeometry(9000, 7000, 1000, 700)
    window_state.geometry = window.saveGeometry()

    again = open_window()

    assert QGuiApplication.primaryScreen().availableGeometry().intersects(again.geometry())


def test_changed_screens_leave_no_window_behind(qtbot: QtBot, open_window: Callable[[], MainWindow]) -> None:
    window = open_window()
    window.setGeometry(9000, 7000, 1000, 700)
    screen = QGuiApplication.primaryScreen()

    # Not `screenRemoved`: Qt itself would believe it and let go of a screen that is still used.
    screen.availableGeometryChanged.emit(screen.availableGeometry())

    qtbot.waitUntil(lambda: screen.availableGeometry().intersects(window.geometry()), timeout=20_000)
