"""The main job as a person does it: create, start, stop, restart, reset, delete, with mouse and keyboard."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import QAction, QDesktopServices, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSplitter,
    QToolButton,
    QWidget,
)

from gowa_desktop.domain.errors import GowaError
from gowa_desktop.domain.instance import InstanceState
from gowa_desktop.ui.instances.instance_panel import InstancePanel
from gowa_desktop.ui.instances.instance_table import Column
from gowa_desktop.ui.instances.instance_table_view import InstanceTableView
from gowa_desktop.ui.instances.new_instance_dialog import NewInstanceDialog
from gowa_desktop.ui.parts.dialogs import ConfirmDialog
from gowa_desktop.ui.parts.message_bar import MessageBar
from tests.ui.conftest import find, running, simulated, wait_for_state

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.ui.main_window import MainWindow
    from gowa_desktop.ui.window_state import WindowState

LEFT = Qt.MouseButton.LeftButton


def table_of(window: MainWindow) -> InstanceTableView:
    return find(window, InstanceTableView, "instanceTable")


def state_shown(window: MainWindow, row: int = 0) -> str:
    return str(table_of(window).model().index(row, Column.STATE).data())


def trigger(window: MainWindow, name: str) -> None:
    action = window.findChild(QAction, name)
    assert isinstance(action, QAction)
    assert action.isEnabled()
    action.trigger()


def texts(window: MainWindow) -> str:
    messages = find(window, MessageBar, "messageBar").messages
    return "\n".join(f"{message.title} {message.text} {message.detail}" for message in messages)


def test_two_clicks_lead_from_the_tool_bar_to_a_running_instance(
    qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]
) -> None:
    window = open_window()
    QTest.mouseClick(find(window, QToolButton, "button_newInstance"), LEFT)
    dialog = find(window, NewInstanceDialog, "newInstanceDialog")
    name = find(dialog, QLineEdit, "newName").text()

    QTest.mouseClick(find(dialog, QPushButton, "createButton"), LEFT)

    assert state_shown(window) == "Starting"
    qtbot.waitUntil(lambda: state_shown(window) == "Running", timeout=20_000)
    qtbot.waitUntil(lambda: find(window, QLabel, "panelSummary").text().startswith("Running for"))
    assert services.instances.statuses()[0].name == name
    assert find(window, QLabel, "panelName").text() == name


def test_space_starts_and_stops_and_shows_it_at_once(qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]) -> None:
    made = simulated(services, "shop")
    window = open_window()
    table = table_of(window)

    QTest.keyClick(table, Qt.Key.Key_Space)
    assert state_shown(window) == "Starting"
    wait_for_state(qtbot, services, made.id, InstanceState.RUNNING)
    qtbot.waitUntil(lambda: state_shown(window) == "Running")

    QTest.keyClick(table, Qt.Key.Key_Space)
    assert state_shown(window).startswith("Stopping")
    wait_for_state(qtbot, services, made.id, InstanceState.STOPPED)
    qtbot.waitUntil(lambda: state_shown(window) == "Stopped")


def test_detail_pane_shows_what_runs_and_offers_what_fits(qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]) -> None:
    status = running(qtbot, services, "shop")
    window = open_window()

    assert find(window, QLabel, "panelSummary").text().startswith("Running for")
    assert str(status.port) in find(window, QLabel, "panelSummary").text()
    assert find(window, QWidget, "simulatorNotice").isVisible()
    assert find(window, QLabel, "processLightNote").text() == f"pid {status.pid}"
    assert find(window, QLabel, "apiLightNote").text() == "answers"
    assert find(window, QPushButton, "panelOpen").isEnabled()
    assert not find(window, QPushButton, "panelStart").isVisible()
    assert find(window, QLabel, "totals").text().startswith("1 of 1 running")


def test_open_shows_the_instance_in_the_browser(
    qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow], monkeypatch: pytest.MonkeyPatch
) -> None:
    status = running(qtbot, services, "shop")
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()))
    window = open_window()

    QTest.mouseClick(find(window, QPushButton, "panelOpen"), LEFT)

    assert opened == [QUrl(status.base_url or "").toString()]


def test_copy_on_a_row_copies_its_url(qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]) -> None:
    status = simulated(services, "shop")
    window = open_window()

    QTest.keyClick(table_of(window), Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)

    assert QGuiApplication.clipboard().text() == status.base_url


def test_enter_moves_the_focus_into_the_detail_pane(qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]) -> None:
    simulated(services, "shop")
    window = open_window()

    QTest.keyClick(table_of(window), Qt.Key.Key_Return)

    assert find(window, QPushButton, "panelStart").hasFocus()


def test_find_key_moves_the_focus_to_the_search(qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]) -> None:
    simulated(services, "shop")
    window = open_window()

    QTest.keyClick(table_of(window), Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)

    assert find(window, QLineEdit, "searchField").hasFocus()


def test_delete_key_asks_first_and_enter_keeps_the_instance(qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]) -> None:
    simulated(services, "shop")
    window = open_window()

    QTest.keyClick(table_of(window), Qt.Key.Key_Delete)
    dialog = find(window, ConfirmDialog, "confirmDialog")
    assert find(dialog, QLabel, "dialogTitle").text() == "Delete shop?"
    assert any("trash for 7 days" in label.text() for label in dialog.findChildren(QLabel))
    assert find(dialog, QPushButton, "cancelButton").isDefault()
    QTest.keyClick(dialog, Qt.Key.Key_Return)

    assert len(services.instances.statuses()) == 1


def test_delete_confirmed_removes_the_instance_and_shows_the_empty_state(
    qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]
) -> None:
    simulated(services, "shop")
    window = open_window()

    QTest.keyClick(table_of(window), Qt.Key.Key_Delete)
    QTest.mouseClick(find(find(window, ConfirmDialog, "confirmDialog"), QPushButton, "confirmButton"), LEFT)

    qtbot.waitUntil(lambda: not services.instances.statuses(), timeout=10_000)
    assert find(window, QWidget, "emptyState").isVisible()


@pytest.mark.parametrize("action", ["action_kill", "action_resetData", "action_delete"])
def test_destructive_actions_ask_first(qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow], action: str) -> None:
    status = running(qtbot, services, "shop")
    window = open_window()

    trigger(window, action)

    dialog = find(window, ConfirmDialog, "confirmDialog")
    assert "shop" in find(dialog, QLabel, "dialogTitle").text()
    dialog.reject()
    assert services.instances.status(status.id).status is InstanceState.RUNNING


def test_reset_data_ends_stopped_and_keeps_the_instance(qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]) -> None:
    status = running(qtbot, services, "shop")
    window = open_window()

    trigger(window, "action_resetData")
    QTest.mouseClick(find(find(window, ConfirmDialog, "confirmDialog"), QPushButton, "confirmButton"), LEFT)

    qtbot.waitUntil(lambda: state_shown(window) == "Stopped", timeout=20_000)
    assert services.instances.status(status.id).port == status.port


def test_restart_comes_back_with_another_process(qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]) -> None:
    status = running(qtbot, services, "shop")
    window = open_window()

    QTest.mouseClick(find(window, QPushButton, "panelRestart"), LEFT)
    assert state_shown(window) != "Running"

    qtbot.waitUntil(lambda: state_shown(window) == "Running", timeout=20_000)
    assert services.instances.status(status.id).pid != status.pid


def test_failed_instance_explains_itself_with_its_last_lines(qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]) -> None:
    made = simulated(services, "lab", "crash-at-start=1")
    window = open_window()
    QTest.mouseClick(find(window, QPushButton, "panelStart"), LEFT)
    wait_for_state(qtbot, services, made.id, InstanceState.FAILED)

    qtbot.waitUntil(find(window, QWidget, "crashCard").isVisible)
    assert find(window, QLabel, "crashSentence").text() == services.instances.status(made.id).error_message
    report = services.instances.last_exit(made.id)
    assert report is not None
    assert report.log_tail
    assert report.log_tail[-1] in find(window, QPlainTextEdit, "crashLog").toPlainText()
    assert find(window, QPushButton, "panelStart").text() == "Start again"
    assert "lab could not be started" in texts(window)
    assert find(window, QToolButton, "segment_attention").text() == "Needs attention 1"

    QTest.mouseClick(find(window, QPushButton, "copyReportButton"), LEFT)
    assert report.log_tail[-1] in QGuiApplication.clipboard().text()


def test_taken_port_offers_another_one_that_works(
    qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow], holder: Callable[[int], None]
) -> None:
    made = simulated(services, "shop")
    holder(made.port or 0)
    window = open_window()

    QTest.mouseClick(find(window, QPushButton, "panelStart"), LEFT)
    qtbot.waitUntil(lambda: "shop could not be started" in texts(window), timeout=10_000)
    button = find(window, QPushButton, "messageAction")
    qtbot.waitUntil(find(window, QPushButton, "usePortButton").isVisible)
    offered = button.text()
    assert find(window, QPushButton, "usePortButton").text() == offered
    QTest.mouseClick(button, LEFT)

    wait_for_state(qtbot, services, made.id, InstanceState.RUNNING)
    assert offered == f"Use port {services.instances.status(made.id).port}"
    assert services.instances.status(made.id).port != made.port


def test_stopping_several_asks_first_and_tells_the_result(qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]) -> None:
    made = [running(qtbot, services, name) for name in ("one", "two")]
    window = open_window()
    table_of(window).selectAll()

    QTest.mouseClick(find(window, QToolButton, "button_stop"), LEFT)
    dialog = find(window, ConfirmDialog, "confirmDialog")
    assert find(dialog, QLabel, "dialogTitle").text() == "Stop 2 instances?"
    QTest.mouseClick(find(dialog, QPushButton, "confirmButton"), LEFT)
    assert "Stopping 2 instances" in texts(window)

    qtbot.waitUntil(lambda: "2 instances stopped." in texts(window), timeout=20_000)
    assert all(services.instances.status(status.id).status is InstanceState.STOPPED for status in made)


def test_bulk_start_lists_what_failed_in_one_message(qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]) -> None:
    simulated(services, "good")
    simulated(services, "lab", "crash-at-start=1")
    window = open_window()
    table_of(window).selectAll()

    QTest.mouseClick(find(window, QToolButton, "button_start"), LEFT)

    qtbot.waitUntil(lambda: "1 of 2 instances could not be started" in texts(window), timeout=20_000)
    assert "lab: " in texts(window)
    assert "good: " not in texts(window)


def test_bulk_work_can_be_cancelled_before_it_has_begun(qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]) -> None:
    for number in range(10):
        simulated(services, f"shop-{number}", "crash-at-start=1")
    window = open_window()
    table_of(window).selectAll()

    QTest.mouseClick(find(window, QToolButton, "button_start"), LEFT)
    assert "Waiting" in [state_shown(window, row) for row in range(10)]
    QTest.mouseClick(find(window, QPushButton, "messageAction"), LEFT)

    qtbot.waitUntil(lambda: "8 of 8 instances could not be started" in texts(window), timeout=20_000)
    assert [status.status for status in services.instances.statuses()].count(InstanceState.STOPPED) == 2


def test_message_names_fault_and_next_step_and_closes(qtbot: QtBot, open_window: Callable[[], MainWindow]) -> None:
    window = open_window()
    window.show_message(GowaError("The disk is full.", "Make some room."))
    assert "The disk is full." in texts(window)
    assert "Make some room." in texts(window)

    QTest.mouseClick(find(window, QToolButton, "messageClose"), LEFT)

    assert not find(window, MessageBar, "messageBar").isVisible()


def test_detail_pane_goes_below_the_table_in_a_narrow_window(services: Services, open_window: Callable[[], MainWindow]) -> None:
    simulated(services, "shop")
    window = open_window()
    splitter = find(window, QSplitter, "splitter")

    window.resize(QSize(1200, 760))
    assert splitter.orientation() is Qt.Orientation.Horizontal
    window.resize(QSize(1000, 700))

    assert splitter.orientation() is Qt.Orientation.Vertical
    assert window.minimumSize() == QSize(900, 600)


def test_everything_fits_into_the_smallest_window(qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]) -> None:
    simulated(services, "shop")
    window = open_window()
    window.resize(900, 600)

    header = find(window, QWidget, "headerBar")
    inside = [header.rect().contains(child.geometry()) for child in header.findChildren(QWidget) if child.parent() is header]
    assert all(inside)
    qtbot.waitUntil(lambda: window.width() == 900)


def test_window_remembers_sort_selection_and_columns(
    services: Services, open_window: Callable[[], MainWindow], window_state: WindowState
) -> None:
    made = [simulated(services, name) for name in ("a", "b", "c")]
    first = open_window()
    table_of(first).sortByColumn(Column.NAME, Qt.SortOrder.DescendingOrder)
    table_of(first).setColumnWidth(Column.STATE, 177)
    table_of(first).select_ids([made[1].id])
    first.close()

    table = table_of(open_window())

    assert table.horizontalHeader().sortIndicatorOrder() is Qt.SortOrder.DescendingOrder
    assert [str(table.model().index(row, Column.NAME).data()) for row in range(3)] == ["c", "b", "a"]
    assert table.columnWidth(Column.STATE) == 177
    assert table.selected_ids() == [made[1].id]


def test_every_control_has_a_stable_name_and_a_word_for_screen_readers(
    qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]
) -> None:
    running(qtbot, services, "shop")
    window = open_window()
    trigger(window, "action_newInstance")
    controls = [w for kind in (QAbstractButton, QLineEdit, QComboBox, QPlainTextEdit, InstanceTableView) for w in window.findChildren(kind)]
    # What Qt puts inside its own widgets (the icons of a line edit) is named by the actions behind it.
    own = [w for w in controls if not isinstance(w.parent(), QLineEdit) and not w.objectName().startswith("qt_")]

    assert not [w for w in own if not w.objectName()]
    assert not [w.objectName() for w in own if not (w.accessibleName() or (isinstance(w, QAbstractButton) and w.text()))]


def test_several_selected_are_counted_in_the_detail_pane(services: Services, open_window: Callable[[], MainWindow]) -> None:
    for name in ("one", "two"):
        simulated(services, name)
    window = open_window()

    table_of(window).selectAll()

    assert find(window, QLabel, "panelHint").text() == "2 instances selected\n2 stopped"
    assert find(window, InstancePanel, "instancePanel").shown_id is None


def test_tab_key_goes_in_reading_order(services: Services, open_window: Callable[[], MainWindow]) -> None:
    simulated(services, "shop")
    window = open_window()
    passed: list[str] = []
    widget: QWidget | None = find(window, QWidget, "button_newInstance")
    for _ in range(200):
        assert widget is not None
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.objectName() and widget.isVisible():
            passed.append(widget.objectName())
        widget = widget.nextInFocusChain()
    order = ["button_newInstance", "button_more", "segment_all", "searchField", "instanceTable", "panelStart", "panelMore", "baseUrlCopy"]

    assert [name for name in dict.fromkeys(passed) if name in order] == order


def test_hundred_rows_follow_a_tick_within_a_tenth_of_a_second(qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]) -> None:
    for number in range(100):
        simulated(services, f"shop-{number}")
    window = open_window()
    table_of(window).selectAll()
    qtbot.waitUntil(lambda: find(window, QLabel, "panelHint").text().startswith("100 instances"))

    began = time.perf_counter()
    services.instances.sampled.emit()
    took = time.perf_counter() - began

    assert took < 0.1
