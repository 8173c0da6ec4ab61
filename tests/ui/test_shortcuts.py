"""The keys of actions: unambiguous by default, shown, changed, collided, stored, and brought back."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QKeySequenceEdit, QLabel, QLineEdit, QPushButton, QToolButton, QTreeWidget

from gowa_desktop.ui.commands.command_palette import CommandPalette
from gowa_desktop.ui.commands.shortcuts_dialog import ShortcutsDialog
from gowa_desktop.ui.settings.settings_dialog import SettingsDialog
from tests.ui.conftest import find, simulated

if TYPE_CHECKING:
    from collections.abc import Callable

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.ui.main_window import MainWindow

CONTROL = Qt.KeyboardModifier.ControlModifier


def named_actions(window: MainWindow) -> list[QAction]:
    return [action for action in window.findChildren(QAction) if action.objectName().startswith("action_")]


def action_of(window: MainWindow, name: str) -> QAction:
    found = window.findChild(QAction, f"action_{name}")
    assert isinstance(found, QAction)
    return found


def open_dialog(window: MainWindow, chosen: str) -> ShortcutsDialog:
    QTest.keyClick(window, Qt.Key.Key_F1)
    dialog = find(window, ShortcutsDialog, "shortcutsDialog")
    dialog.choose(action_of(window, chosen))
    return dialog


def record(dialog: QDialog, keys: str) -> None:
    find(dialog, QKeySequenceEdit, "shortcutEdit").setKeySequence(QKeySequence(keys))


def press(dialog: QDialog, name: str) -> None:
    button = find(dialog, QPushButton, name)
    assert button.isEnabled()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def word(dialog: QDialog) -> str:
    return find(dialog, QLabel, "shortcutWord").text()


def test_every_action_has_keys_of_its_own(open_window: Callable[[], MainWindow]) -> None:
    actions = named_actions(open_window())
    keys = Counter(action.shortcut().toString() for action in actions)

    assert [action.objectName() for action in actions if action.shortcut().isEmpty()] == []
    assert {key: count for key, count in keys.items() if count > 1} == {}


def test_keys_stand_in_tool_tips(open_window: Callable[[], MainWindow]) -> None:
    window = open_window()
    assert find(window, QToolButton, "button_newInstance").toolTip() == "New instance (Ctrl+N)"
    assert find(window, QToolButton, "button_restart").toolTip() == "Restart (Ctrl+Shift+F5)"


def test_new_keys_work_at_once_and_after_a_restart(services: Services, open_window: Callable[[], MainWindow]) -> None:
    window = open_window()
    dialog = open_dialog(window, "settings")
    record(dialog, "Ctrl+Alt+P")
    press(dialog, "shortcutAssign")
    dialog.reject()

    QTest.keyClick(window, Qt.Key.Key_P, CONTROL | Qt.KeyboardModifier.AltModifier)

    find(window, SettingsDialog, "settingsDialog").reject()
    assert services.settings.shortcuts == {"settings": "Ctrl+Alt+P"}
    assert action_of(open_window(), "settings").shortcut().toString() == "Ctrl+Alt+P"


def test_tool_tips_follow_new_keys(services: Services, open_window: Callable[[], MainWindow]) -> None:
    simulated(services, "shop")
    window = open_window()
    dialog = open_dialog(window, "start")
    record(dialog, "Ctrl+Alt+S")
    press(dialog, "shortcutAssign")

    assert find(window, QToolButton, "button_start").toolTip() == "Start (Ctrl+Alt+S)"
    assert find(window, QPushButton, "panelStart").toolTip() == "Start (Ctrl+Alt+S)"


def test_a_conflict_is_told_and_solved_by_taking_the_keys(services: Services, open_window: Callable[[], MainWindow]) -> None:
    window = open_window()
    dialog = open_dialog(window, "allLogs")
    record(dialog, "Ctrl+N")
    assert word(dialog) == "New instance has these keys now and would be left without."
    press(dialog, "shortcutAssign")

    assert action_of(window, "newInstance").shortcut().isEmpty()
    assert action_of(window, "newInstance").toolTip() == "New instance"
    assert services.settings.shortcuts == {"allLogs": "Ctrl+N", "newInstance": ""}

    dialog.choose(action_of(window, "newInstance"))
    press(dialog, "shortcutReset")
    assert action_of(window, "newInstance").shortcut().toString() == "Ctrl+N"
    assert action_of(window, "allLogs").shortcut().isEmpty()

    press(dialog, "shortcutResetAll")
    assert services.settings.shortcuts == {}
    assert action_of(window, "allLogs").shortcut().toString() == "Ctrl+L"


@pytest.mark.parametrize(
    ("keys", "reason"), [("A", "needed for typing"), ("Shift+3", "needed for typing"), ("Return", "leads through the window")]
)
def test_keys_that_the_window_needs_are_refused(open_window: Callable[[], MainWindow], keys: str, reason: str) -> None:
    dialog = open_dialog(open_window(), "allLogs")
    record(dialog, keys)
    assert reason in word(dialog)
    assert not find(dialog, QPushButton, "shortcutAssign").isEnabled()


def test_keys_are_recorded_as_they_are_pressed(open_window: Callable[[], MainWindow]) -> None:
    window = open_window()
    dialog = open_dialog(window, "allLogs")
    edit = find(dialog, QKeySequenceEdit, "shortcutEdit")
    edit.setFocus()
    QTest.keyClick(edit, Qt.Key.Key_J, CONTROL)
    press(dialog, "shortcutAssign")
    assert action_of(window, "allLogs").shortcut().toString() == "Ctrl+J"


def test_search_finds_actions_by_name_and_by_keys(open_window: Callable[[], MainWindow]) -> None:
    dialog = open_dialog(open_window(), "start")
    tree = find(dialog, QTreeWidget, "shortcutList")
    search = find(dialog, QLineEdit, "shortcutSearch")

    def shown() -> set[str]:
        items = [tree.topLevelItem(row) for row in range(tree.topLevelItemCount())]
        return {item.text(0) for item in items if item is not None}

    search.setText("snap")
    assert shown() == {"Snapshots"}
    search.setText("ctrl+k")
    assert "Command palette" in shown()


def test_foreign_entries_in_the_settings_do_no_harm_and_stay(services: Services, open_window: Callable[[], MainWindow]) -> None:
    services.settings.set_shortcuts({"newer": "Ctrl+Y", "find": "no keys at all"})
    window = open_window()
    dialog = open_dialog(window, "versions")
    record(dialog, "Ctrl+Y")
    press(dialog, "shortcutAssign")
    assert services.settings.shortcuts["newer"] == "Ctrl+Y"
    assert services.settings.shortcuts["versions"] == "Ctrl+Y"


def test_palette_shows_the_keys_of_now(services: Services, open_window: Callable[[], MainWindow]) -> None:
    services.settings.set_shortcuts({"settings": "Ctrl+Alt+P"})
    window = open_window()
    QTest.keyClick(window, Qt.Key.Key_K, CONTROL)
    palette = find(window, CommandPalette, "commandPalette")
    notes = {found.entry.title: found.entry.note for found in palette.shown}
    assert notes["Settings"] == "Ctrl+Alt+P"
