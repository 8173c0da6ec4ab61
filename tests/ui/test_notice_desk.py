"""The bell and the list behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QListView, QPushButton, QToolButton

from gowa_desktop.domain.notices import NoticeKind
from gowa_desktop.ui.instances.instance_table_view import InstanceTableView
from gowa_desktop.ui.notices.notice_panel import NoticePanel
from gowa_desktop.ui.parts.message_bar import Kind, Message, MessageBar
from tests.ui.conftest import find, simulated

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.ui.main_window import MainWindow


def bell_of(window: MainWindow) -> QToolButton:
    return find(window, QToolButton, "noticeBell")


def open_list(window: MainWindow) -> QListView:
    bell_of(window).click()
    return find(find(window, NoticePanel, "noticePanel"), QListView, "noticeList")


def test_bell_counts_what_is_new_until_the_list_was_seen(services: Services, open_window: Callable[[], MainWindow]) -> None:
    window = open_window()
    assert (bell_of(window).text(), bell_of(window).accessibleName()) == ("", "What happened")
    for number in range(3):
        services.notices.notify(NoticeKind.CRASHED, f"crashed-{number}", f"shop-{number} crashed", "It runs again.")
    assert (bell_of(window).text(), bell_of(window).accessibleName()) == ("3", "What happened, 3 new")

    rows = open_list(window).model()

    assert [rows.index(row, 0).data() for row in range(rows.rowCount())] == ["shop-2 crashed", "shop-1 crashed", "shop-0 crashed"]
    assert "It runs again." in str(rows.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole))
    assert bell_of(window).text() == ""
    find(window, NoticePanel, "noticePanel").close()


def test_enter_on_a_notice_leads_to_its_instance(services: Services, open_window: Callable[[], MainWindow]) -> None:
    simulated(services, "archive")
    shop = simulated(services, "shop")
    window = open_window()
    services.notices.notify(NoticeKind.CRASHED, "crashed", "shop crashed", "It runs again.", instance_id=shop.id)

    rows = open_list(window)
    QTest.keyClick(rows, Qt.Key.Key_Return)

    assert find(window, InstanceTableView, "instanceTable").selected_ids() == [shop.id]
    assert not find(window, NoticePanel, "noticePanel").isVisible()


def test_clear_all_leaves_words_instead_of_nothing(services: Services, open_window: Callable[[], MainWindow]) -> None:
    window = open_window()
    services.notices.notify(NoticeKind.DONE, "done", "2 instances updated", "")
    open_list(window)
    panel = find(window, NoticePanel, "noticePanel")
    find(panel, QPushButton, "noticeClear").click()

    assert services.notices.happened() == []
    assert find(panel, QLabel, "noticeEmptyWords").isVisible()
    assert not find(panel, QPushButton, "noticeClear").isVisible()
    panel.close()


def test_outcome_of_long_work_is_kept_when_nobody_looks(qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]) -> None:
    window = open_window()
    bar = find(window, MessageBar, "messageBar")
    bar.show_message(Message("seen", "3 instances started.", Kind.GOOD))
    assert services.notices.all() == []
    window.hide()
    qtbot.waitUntil(lambda: not window.isActiveWindow())

    bar.show_message(Message("bulk", "3 of 4", Kind.BUSY, total=4))
    bar.show_message(Message("bulk-1", "4 instances updated.", Kind.GOOD))

    assert [(one.kind, one.title) for one in services.notices.all()] == [(NoticeKind.DONE, "4 instances updated.")]


def test_notice_of_an_instance_that_is_gone_leads_nowhere(services: Services, open_window: Callable[[], MainWindow]) -> None:
    window = open_window()
    services.notices.notify(NoticeKind.CRASHED, "crashed", "shop crashed", "It runs again.", instance_id=77)
    QTest.keyClick(open_list(window), Qt.Key.Key_Return)
    assert window.isVisible()
