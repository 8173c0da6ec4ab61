"""The menu bar of a Mac: its menus, the roles that Qt moves, and that other systems have none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QMenuBar

from gowa_desktop.ui.actions import Actions
from gowa_desktop.ui.mac_menu import add_mac_menu

if TYPE_CHECKING:
    import pytest
    from pytestqt.qtbot import QtBot


def menus(window: QMainWindow) -> dict[str, QMenu]:
    bar = window.findChild(QMenuBar, "macMenuBar")
    return {} if bar is None else {menu.title(): menu for menu in bar.findChildren(QMenu) if menu.parent() is bar}


def test_a_mac_has_its_menus_with_every_action_that_runs(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gowa_desktop.ui.mac_menu.sys.platform", "darwin")
    window = QMainWindow()
    qtbot.addWidget(window)
    actions = Actions(window)
    add_mac_menu(actions, window)
    found = menus(window)
    assert list(found) == ["File", "Edit", "Instance", "View", "Window", "Help"]
    assert actions.quit.menuRole() is QAction.MenuRole.QuitRole
    assert actions.settings.menuRole() is QAction.MenuRole.PreferencesRole
    assert actions.about.menuRole() is QAction.MenuRole.AboutRole
    assert actions.create in found["File"].actions()
    assert found["Edit"].actions() == [actions.undo, actions.copy_url, actions.find]
    assert {actions.start, actions.stop, actions.delete} <= set(found["Instance"].actions())
    window.show()
    minimise, zoom = found["Window"].actions()
    zoom.trigger()
    assert window.isMaximized()
    zoom.trigger()
    assert not window.isMaximized()
    minimise.trigger()
    assert window.isMinimized()
    close = next(action for action in found["File"].actions() if action.objectName() == "macClose")
    assert close.shortcut() == QKeySequence(QKeySequence.StandardKey.Close)
    close.trigger()
    assert not window.isVisible()


def test_other_systems_have_none(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gowa_desktop.ui.mac_menu.sys.platform", "linux")
    window = QMainWindow()
    qtbot.addWidget(window)
    add_mac_menu(Actions(window), window)
    assert menus(window) == {}
