"""The command palette as a person uses it: typed, chosen with Enter, without a mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QListView

from gowa_desktop.domain.instance import InstanceState
from gowa_desktop.ui.commands.command_palette import CommandPalette
from gowa_desktop.ui.instances.instance_table_view import InstanceTableView
from gowa_desktop.ui.instances.new_instance_dialog import NewInstanceDialog
from gowa_desktop.ui.window_state import WindowState
from tests.ui.conftest import find, simulated, wait_for_state

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.ui.main_window import MainWindow


def open_palette(window: MainWindow) -> CommandPalette:
    QTest.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    return find(window, CommandPalette, "commandPalette")


def type_into(palette: CommandPalette, text: str) -> None:
    QTest.keyClicks(find(palette, QLineEdit, "paletteField"), text)


def press(palette: CommandPalette, key: Qt.Key) -> None:
    QTest.keyClick(find(palette, QLineEdit, "paletteField"), key)


def titles(palette: CommandPalette) -> list[str]:
    return [found.entry.title for found in palette.shown]


def foot(palette: CommandPalette) -> str:
    return find(palette, QLabel, "paletteFoot").text()


def test_palette_lists_every_action_and_every_instance(services: Services, open_window: Callable[[], MainWindow]) -> None:
    for name in ("shop-1", "shop-2"):
        simulated(services, name)
    window = open_window()

    shown = titles(open_palette(window))

    actions = [a for a in window.findChildren(QAction) if a.objectName().startswith("action_") and a.objectName() != "action_palette"]
    assert len(actions) > 25
    assert {action.text().removesuffix("…") for action in actions} <= set(shown)
    assert {"shop-1", "shop-2"} <= set(shown)


def test_typing_and_enter_do_an_action(services: Services, open_window: Callable[[], MainWindow]) -> None:
    simulated(services, "shop")
    window = open_window()
    palette = open_palette(window)

    type_into(palette, "nwins")
    assert titles(palette)[0] == "New instance"
    press(palette, Qt.Key.Key_Return)

    assert find(window, NewInstanceDialog, "newInstanceDialog").isVisible()
    assert not palette.isVisible()


def test_choosing_an_instance_selects_it_even_when_the_search_hid_it(services: Services, open_window: Callable[[], MainWindow]) -> None:
    simulated(services, "alpha")
    wanted = simulated(services, "omega")
    window = open_window()
    find(window, QLineEdit, "searchField").setText("alpha")
    palette = open_palette(window)

    type_into(palette, str(wanted.port))
    press(palette, Qt.Key.Key_Return)

    assert find(window, InstanceTableView, "instanceTable").selected_ids() == [wanted.id]
    assert find(window, QLabel, "panelName").text() == "omega"


def test_palette_starts_what_is_selected(qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]) -> None:
    made = simulated(services, "shop")
    window = open_window()
    palette = open_palette(window)

    type_into(palette, "start")
    assert titles(palette)[0] == "Start"
    press(palette, Qt.Key.Key_Return)

    wait_for_state(qtbot, services, made.id, InstanceState.RUNNING)


def test_what_cannot_be_done_says_why_and_stays(services: Services, open_window: Callable[[], MainWindow]) -> None:
    simulated(services, "shop")
    window = open_window()
    palette = open_palette(window)

    type_into(palette, "stop")
    assert palette.shown[0].entry.problem == "Not running: shop."
    press(palette, Qt.Key.Key_Return)

    assert palette.isVisible()
    assert foot(palette) == "Not running: shop."


def test_arrow_keys_choose_and_the_field_tells_a_screen_reader(qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]) -> None:
    for name in ("shop-1", "shop-2", "shop-3"):
        simulated(services, name)
    window = open_window()
    palette = open_palette(window)
    field = find(palette, QLineEdit, "paletteField")

    type_into(palette, "shop-")
    press(palette, Qt.Key.Key_Down)

    assert find(palette, QListView, "paletteList").currentIndex().row() == 1
    assert field.accessibleDescription() == "shop-2, Stopped, 2 of 3"
    press(palette, Qt.Key.Key_Up)
    press(palette, Qt.Key.Key_Up)
    assert find(palette, QListView, "paletteList").currentIndex().row() == 2
    qtbot.waitUntil(lambda: QGuiApplication.focusObject() is field)


def test_found_letters_are_marked(services: Services, open_window: Callable[[], MainWindow]) -> None:
    simulated(services, "toko-jakarta")
    palette = open_palette(open_window())

    type_into(palette, "tj")

    first = palette.shown[0]
    assert (first.entry.title, first.positions) == ("toko-jakarta", (0, 5))


def test_what_was_used_last_comes_first_also_after_a_restart(
    services: Services, open_window: Callable[[], MainWindow], window_state: WindowState
) -> None:
    simulated(services, "shop")
    window = open_window()
    palette = open_palette(window)
    type_into(palette, "search")
    press(palette, Qt.Key.Key_Return)
    window_state.flush()

    assert titles(open_palette(window))[0] == "Search"
    assert WindowState(services.paths.root.parent / "window.ini").recent_commands == ["action_find"]


def test_nothing_found_says_so_and_escape_closes(services: Services, open_window: Callable[[], MainWindow]) -> None:
    simulated(services, "shop")
    palette = open_palette(open_window())

    type_into(palette, "qqqq")
    assert foot(palette) == "Nothing fits. Try fewer letters."
    press(palette, Qt.Key.Key_Return)
    assert palette.isVisible()
    press(palette, Qt.Key.Key_Escape)
    assert not palette.isVisible()
