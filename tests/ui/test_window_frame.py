"""The frame of the window is seen before what it shows, and becomes the window."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QApplication, QLabel

from gowa_desktop.domain.app_settings import LANGUAGE, START_MINIMIZED, THEME
from gowa_desktop.domain.theme_choice import ThemeChoice
from gowa_desktop.infra.windows_stop import HELPER_ARGUMENT
from gowa_desktop.launch import window_parts
from gowa_desktop.ui.instances.instance_table_view import InstanceTableView
from gowa_desktop.ui.main_window import MainWindow
from gowa_desktop.ui.window_state import Opening
from tests.ui.conftest import find, simulated

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.ui.look.theme import Theme
    from gowa_desktop.ui.window_state import WindowState

HEAVY = ("peewee", "psutil", "httpx", "gowa_desktop.bootstrap", "gowa_desktop.ui.window_contents", "PySide6.QtNetwork")


def test_frame_is_painted_empty_and_becomes_the_window(qtbot: QtBot, theme: Theme, services: Services, window_state: WindowState) -> None:
    status = simulated(services, "alpha")
    window = MainWindow(None, window_state)
    qtbot.addWidget(window)
    window.show_at_once()
    assert window.isVisible()
    assert find(window, QLabel, "opening").text()
    with pytest.raises(RuntimeError, match="furnished"):
        _ = window.contents

    window.furnish(window_parts(services))
    table = window.findChild(InstanceTableView)
    assert table is not None
    qtbot.waitUntil(table.isVisible, timeout=10_000)
    assert table.selected_ids() == [status.id]
    QApplication.processEvents()
    assert window.findChild(QLabel, "opening") is None


def test_frame_that_is_closed_again_ends_the_program(qtbot: QtBot, theme: Theme, window_state: WindowState) -> None:
    window = MainWindow(None, window_state)
    qtbot.addWidget(window)
    window.show_at_once()
    with qtbot.waitSignal(window.quit_requested, timeout=5_000):
        window.close()
    assert not window_state.geometry.isEmpty()


def test_next_frame_looks_as_the_settings_said(qtbot: QtBot, theme: Theme, services: Services, window_state: WindowState) -> None:
    window = MainWindow(window_parts(services), window_state)
    qtbot.addWidget(window)
    settings = services.settings
    settings.set(THEME, ThemeChoice.DARK)
    settings.set(LANGUAGE, "es")
    settings.set(START_MINIMIZED, True)
    window.save_layout()
    assert window_state.opening == Opening(ThemeChoice.DARK, "es", is_minimized=True)


def test_frame_imports_little() -> None:
    """Nothing that opens a database, looks at processes or speaks to a network comes before the first window."""
    code = (
        "import sys, gowa_desktop.__main__, gowa_desktop.window_launch\n"
        "from gowa_desktop.ui import application, main_window, window_state\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_entry_knows_the_helper_of_windows_by_its_name() -> None:
    from gowa_desktop import __main__ as program  # noqa: PLC0415 - the entry is looked at, not run

    assert program._SEND_CTRL_C == HELPER_ARGUMENT
