"""Somebody may be looking while a window is open and not minimised."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from gowa_desktop.ui.window_watch import is_any_window_shown

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def test_window_counts_while_it_is_open_and_not_minimised(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    assert not is_any_window_shown()
    with qtbot.waitExposed(window):
        window.show()
    assert is_any_window_shown()
    window.showMinimized()
    qtbot.waitUntil(lambda: not is_any_window_shown(), timeout=10_000)
    window.showNormal()
    qtbot.waitUntil(is_any_window_shown, timeout=10_000)
    window.hide()
    assert not is_any_window_shown()
