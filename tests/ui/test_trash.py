"""Undo after delete and reset, and the dialog of the trash."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QPushButton

from gowa_desktop.domain.instance import InstanceState
from gowa_desktop.ui.instances.instance_table_view import InstanceTableView
from gowa_desktop.ui.instances.trash_dialog import TrashDialog
from gowa_desktop.ui.instances.trash_table import TrashColumn, TrashTableView
from gowa_desktop.ui.parts.dialogs import ConfirmDialog
from gowa_desktop.ui.parts.message_bar import MessageBar
from tests.ui.conftest import find, running, simulated, wait_for_state

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.domain.instance import InstanceStatus
    from gowa_desktop.ui.main_window import MainWindow

LEFT = Qt.MouseButton.LeftButton


def table_of(window: MainWindow) -> InstanceTableView:
    return find(window, InstanceTableView, "instanceTable")


def texts(window: MainWindow) -> list[str]:
    return [message.text for message in find(window, MessageBar, "messageBar").messages]


def is_told(window: MainWindow, text: str) -> bool:
    return text in texts(window)


def delete_selected(qtbot: QtBot, window: MainWindow, services: Services, left: int = 0) -> None:
    QTest.keyClick(table_of(window), Qt.Key.Key_Delete)
    QTest.mouseClick(find(find(window, ConfirmDialog, "confirmDialog"), QPushButton, "confirmButton"), LEFT)
    qtbot.waitUntil(lambda: len(services.instances.statuses()) == left, timeout=20_000)


def undo(window: MainWindow) -> None:
    QTest.mouseClick(find(window, QPushButton, "messageAction"), LEFT)


def undo_action(window: MainWindow) -> QAction:
    action = window.findChild(QAction, "action_undo")
    assert isinstance(action, QAction)
    return action


def open_dialog(window: MainWindow) -> TrashDialog:
    QTest.keyClick(window, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    return find(window, TrashDialog, "trashDialog")


def trashed(services: Services, *names: str) -> list[InstanceStatus]:
    made = [simulated(services, name) for name in names]
    for status in made:
        assert services.instances.delete(status.id).is_finished
    return made


def names_in(dialog: TrashDialog) -> list[str]:
    model = find(dialog, TrashTableView, "trashTable").model()
    return [str(model.index(row, TrashColumn.NAME).data()) for row in range(model.rowCount())]


def press(dialog: TrashDialog, name: str) -> None:
    button = find(dialog, QPushButton, name)
    assert button.isEnabled()
    QTest.mouseClick(button, LEFT)


def test_key_takes_back_the_newest_first_and_also_what_a_closed_message_offered(
    qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]
) -> None:
    simulated(services, "first")
    simulated(services, "second")
    window = open_window()
    action = undo_action(window)
    assert not action.isEnabled()
    for left, name in ((1, "first"), (0, "second")):
        table_of(window).selectRow(0)
        delete_selected(qtbot, window, services, left)
        qtbot.waitUntil(partial(is_told, window, f"{name} was moved to the trash for 7 days."))
    bar = find(window, MessageBar, "messageBar")
    for message in bar.messages:
        bar.close_message(message.key)
    assert action.toolTip() == "second was moved to the trash for 7 days."

    for name in ("second", "first"):
        assert action.isEnabled()
        window.activateWindow()  # the virtual screen forgets it when the last dialog is gone
        qtbot.waitUntil(window.isActiveWindow)
        QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(partial(is_told, window, f"{name} is back."))

    assert sorted(status.name for status in services.instances.statuses()) == ["first", "second"]
    assert not action.isEnabled()


def test_key_and_button_take_back_once_between_them(qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]) -> None:
    simulated(services, "shop")
    window = open_window()
    delete_selected(qtbot, window, services)
    qtbot.waitUntil(lambda: texts(window) == ["shop was moved to the trash for 7 days."])
    action = undo_action(window)

    undo(window)

    assert not action.isEnabled()
    qtbot.waitUntil(lambda: texts(window) == ["shop is back."])


def test_key_in_a_text_field_is_the_fields_own(qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]) -> None:
    simulated(services, "shop")
    simulated(services, "stays")
    window = open_window()
    table_of(window).selectRow(0)
    delete_selected(qtbot, window, services, 1)
    qtbot.waitUntil(lambda: texts(window) == ["shop was moved to the trash for 7 days."])
    search = find(window, QLineEdit, "searchField")
    search.setFocus()
    QTest.keyClicks(search, "st")

    QTest.keyClick(search, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)

    assert search.text() == ""
    assert [status.name for status in services.instances.statuses()] == ["stays"]
    assert undo_action(window).isEnabled()


def test_undo_after_delete_brings_the_instance_back(qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]) -> None:
    status = simulated(services, "shop")
    window = open_window()
    delete_selected(qtbot, window, services)
    qtbot.waitUntil(lambda: texts(window) == ["shop was moved to the trash for 7 days."])

    undo(window)

    qtbot.waitUntil(lambda: texts(window) == ["shop is back."])
    assert services.instances.find("shop").key == status.key
    assert table_of(window).model().rowCount() == 1


def test_undo_starts_again_what_ran(qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]) -> None:
    status = running(qtbot, services, "shop")
    window = open_window()
    delete_selected(qtbot, window, services)
    qtbot.waitUntil(lambda: bool(texts(window)), timeout=20_000)

    undo(window)

    wait_for_state(qtbot, services, status.id, InstanceState.RUNNING)


def test_undo_of_several_brings_all_back_and_starts_none_that_rested(
    qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]
) -> None:
    keys = {simulated(services, f"shop-{number}").key for number in range(12)}
    window = open_window()
    table_of(window).selectAll()
    delete_selected(qtbot, window, services)
    qtbot.waitUntil(lambda: texts(window) == ["12 instances moved to the trash for 7 days."], timeout=20_000)

    undo(window)

    qtbot.waitUntil(lambda: texts(window) == ["12 instances are back."], timeout=20_000)
    assert {one.key for one in services.instances.statuses()} == keys
    assert {one.status for one in services.instances.statuses()} == {InstanceState.STOPPED}


def test_undo_of_a_reset_brings_the_data_back(qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]) -> None:
    status = simulated(services, "shop")
    mark = services.instances.folder(status.id) / "mark"
    mark.write_text("mine")
    window = open_window()
    QTest.keyClick(window, Qt.Key.Key_Backspace, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    QTest.mouseClick(find(find(window, ConfirmDialog, "confirmDialog"), QPushButton, "confirmButton"), LEFT)
    qtbot.waitUntil(lambda: texts(window) == ["The data of shop was moved to the trash for 7 days."], timeout=20_000)
    assert not mark.exists()

    undo(window)

    qtbot.waitUntil(lambda: texts(window) == ["shop is back."], timeout=20_000)
    assert mark.read_text() == "mine"


def test_undo_that_comes_too_late_says_so(qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]) -> None:
    simulated(services, "shop")
    window = open_window()
    delete_selected(qtbot, window, services)
    qtbot.waitUntil(lambda: bool(texts(window)))
    operation = services.instances.trash.delete_for_good(services.instances.trash.find("shop").folder)
    qtbot.waitUntil(lambda: operation.is_finished, timeout=20_000)

    undo(window)

    qtbot.waitUntil(lambda: texts(window) == ["shop is not in the trash any more."])


def test_dialog_lists_with_date_and_size_and_restores(qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]) -> None:
    simulated(services, "stays")
    trashed(services, "alpha", "beta")
    window = open_window()
    dialog = open_dialog(window)
    table = find(dialog, TrashTableView, "trashTable")
    assert set(names_in(dialog)) == {"alpha", "beta"}
    assert str(table.model().index(0, TrashColumn.WHEN).data()).startswith("today")
    qtbot.waitUntil(lambda: str(table.model().index(0, TrashColumn.SIZE).data()).endswith("bytes"), timeout=20_000)

    if [one.name for one in table.selected] != ["alpha"]:
        QTest.keyClick(table, Qt.Key.Key_Down)
    assert [one.name for one in table.selected] == ["alpha"]
    press(dialog, "trashRestore")

    assert names_in(dialog) == ["beta"]
    assert {one.name for one in services.instances.statuses()} == {"stays", "alpha"}
    dialog.reject()


def test_dialog_deletes_for_good_after_a_question(qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]) -> None:
    trashed(services, "alpha", "beta")
    window = open_window()
    dialog = open_dialog(window)

    press(dialog, "trashEmpty")
    question = find(dialog, ConfirmDialog, "confirmDialog")
    assert find(question, QPushButton, "cancelButton").isDefault()
    QTest.mouseClick(find(question, QPushButton, "confirmButton"), LEFT)

    qtbot.waitUntil(lambda: names_in(dialog) == [], timeout=20_000)
    assert services.instances.trash.entries() == []
    assert not find(dialog, QPushButton, "trashRestore").isEnabled()
    dialog.reject()


def test_a_right_click_offers_what_the_buttons_do(qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]) -> None:
    trashed(services, "alpha")
    dialog = open_dialog(open_window())
    table = find(dialog, TrashTableView, "trashTable")
    qtbot.waitUntil(table.hasFocus)

    table.customContextMenuRequested.emit(table.visualRect(table.model().index(0, 0)).center())
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert [action.text() for action in menu.actions()] == ["&Restore", "&Delete for good…"]
    menu.actions()[0].trigger()
    menu.close()

    assert [one.name for one in services.instances.statuses()] == ["alpha"]
    dialog.reject()


def test_dialog_works_with_the_keyboard_alone(qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]) -> None:
    trashed(services, "alpha")
    window = open_window()
    dialog = open_dialog(window)
    table = find(dialog, TrashTableView, "trashTable")
    qtbot.waitUntil(table.hasFocus)

    QTest.keyClick(table, Qt.Key.Key_Return)

    assert [one.name for one in services.instances.statuses()] == ["alpha"]
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
