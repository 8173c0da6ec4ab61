"""The offer to use gowa-manager's folder, in the window without instances."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QPushButton

from gowa_desktop.launch import window_parts
from gowa_desktop.ui.main_window import MainWindow
from gowa_desktop.ui.manager_offer import ManagerDialog
from tests.ui.conftest import find

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.ui.look.theme import Theme
    from gowa_desktop.ui.window_state import WindowState


def test_found_folder_is_offered_with_the_command_that_uses_it(
    qtbot: QtBot, theme: Theme, services: Services, window_state: WindowState, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "gowa manager"
    (folder / "instances" / "1").mkdir(parents=True)
    (folder / "gowa.db").touch()
    monkeypatch.setenv("DATA_DIR", str(folder))
    window = MainWindow(replace(window_parts(services), data_dir=services.paths.root), window_state)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: bool(window.findChildren(QFrame, "managerCard")), timeout=20_000)
    use = find(window, QPushButton, "managerCardUse")
    qtbot.waitUntil(use.isVisible, timeout=20_000)
    assert str(folder.resolve()) in use.accessibleName()
    assert str(folder.resolve()) in find(window, QLabel, "managerCardText").text()

    QTest.mouseClick(use, Qt.MouseButton.LeftButton)
    dialog = find(window, ManagerDialog, "managerDialog")
    said = " ".join(label.text() for label in dialog.findChildren(QLabel))
    assert "Stop gowa-manager first" in said
    assert "It has 1 instance folder." in said
    QTest.mouseClick(find(dialog, QPushButton, "managerCopy"), Qt.MouseButton.LeftButton)
    command = QGuiApplication.clipboard().text()
    assert command == find(dialog, QLineEdit, "managerCommand").text()
    assert "--data-dir" in command
    assert str(folder.resolve()) in command
    assert sorted(path.name for path in folder.iterdir()) == ["gowa.db", "instances"]
    dialog.reject()


def test_window_with_nothing_to_look_for_offers_nothing(qtbot: QtBot, theme: Theme, services: Services, window_state: WindowState) -> None:
    window = MainWindow(window_parts(services), window_state)
    qtbot.addWidget(window)
    window.show()
    assert find(window, QPushButton, "emptyGet").isVisible()
    assert not window.findChildren(QFrame, "managerCard")
