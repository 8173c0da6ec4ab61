"""Updating instances as a person does it, with versions that the simulator plays: choose, read, watch, read how it ended."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QLabel, QPushButton, QWidget

from gowa_desktop.domain.instance import InstanceState, NewInstance
from gowa_desktop.services.updates.update_watch import WatchTimes
from gowa_desktop.ui.config.plan_table import PlanColumn, PlanTableView
from gowa_desktop.ui.instances.instance_table_view import InstanceTableView
from gowa_desktop.ui.parts.message_bar import MessageBar
from tests.simulated_versions import install_simulated, pair
from tests.ui.conftest import find

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.domain.instance import InstanceStatus
    from gowa_desktop.ui.main_window import MainWindow
    from tests.release_server import ReleaseServer

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the simulated versions are scripts")

LEFT = Qt.MouseButton.LeftButton
V7, V8, V9 = "v7.11.4", "v8.11.0", "v9.2.0"
WAIT_MS = 20_000


@pytest.fixture(autouse=True)
def quick(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services.updater, "_times", lambda: WatchTimes(steady_s=0.2, limit_s=3.0, interval_ms=50))


def made(services: Services, name: str, tag: str) -> InstanceStatus:
    return services.instances.create(NewInstance(name=name, gowa_version=tag))


def started(qtbot: QtBot, services: Services, name: str, tag: str) -> InstanceStatus:
    created = made(services, name, tag)
    operation = services.instances.start(created.id)
    qtbot.waitUntil(lambda: operation.is_finished, timeout=WAIT_MS)
    assert operation.error is None
    return services.instances.status(created.id)


def select(window: MainWindow, *ids: int) -> None:
    find(window, InstanceTableView, "instanceTable").select_ids(ids)


def open_dialog(window: MainWindow) -> QDialog:
    action = window.findChild(QAction, "action_update")
    assert isinstance(action, QAction)
    assert action.isEnabled()
    action.trigger()
    return find(window, QDialog, "updateDialog")


def click(parent: QWidget, name: str) -> None:
    button = find(parent, QPushButton, name)
    assert button.isVisible()
    assert button.isEnabled()
    QTest.mouseClick(button, LEFT)


def title(dialog: QDialog) -> str:
    return find(dialog, QLabel, "updateTitle").text()


def plan_of(dialog: QDialog) -> list[tuple[str, str, str]]:
    model = find(dialog, PlanTableView, "planTable").plan
    columns = (PlanColumn.NAME, PlanColumn.CHANGE, PlanColumn.MEANING)
    return [(*(str(model.index(row, column).data()) for column in columns),) for row in range(model.rowCount())]  # type: ignore[misc]


def texts_of(parent: QWidget, name: str) -> str:
    return "\n".join(label.text() for label in find(parent, QWidget, name).findChildren(QLabel))


def message_titles(window: MainWindow) -> list[str]:
    return [message.title for message in find(window, MessageBar, "messageBar").messages]


def test_a_plain_update_runs_and_its_report_stays_readable(qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]) -> None:
    install_simulated(services.paths.versions, V8)
    status = started(qtbot, services, "toko", V8)
    pair(status.port, V8)
    install_simulated(services.paths.versions, V9)
    window = open_window()
    select(window, status.id)
    dialog = open_dialog(window)
    assert plan_of(dialog) == [("toko", "v8.11.0 → v9.2.0", "Everything is kept")]
    assert find(dialog, QPushButton, "updateNext").text() == "&Update toko"

    click(dialog, "updateNext")

    assert title(dialog) == "Updating to GOWA v9.2.0"
    assert find(window, QPushButton, "statusWork").text().startswith("Updating toko")
    qtbot.waitUntil(lambda: title(dialog) == "The update went well", timeout=WAIT_MS)
    assert services.instances.status(status.id).resolved_version == V9
    assert "well" in find(dialog, QLabel, "updateRow0Sentence").text()
    assert not find(window, QPushButton, "statusWork").isVisible()
    assert "The update went well" in message_titles(window)
    dialog.close()
    again = open_dialog(window)
    click(again, "updateEarlier")
    assert title(again) == "The update went well"


def test_an_update_that_is_not_well_goes_back_and_says_why(qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]) -> None:
    install_simulated(services.paths.versions, V8)
    status = started(qtbot, services, "toko", V8)
    other = started(qtbot, services, "lain", V8)
    install_simulated(services.paths.versions, V9, "crash-at-start=1")
    window = open_window()
    select(window, status.id, other.id)
    dialog = open_dialog(window)
    assert "goes first" in find(dialog, QLabel, "updateWords").text()

    click(dialog, "updateNext")

    qtbot.waitUntil(lambda: title(dialog) == "The update was taken back", timeout=WAIT_MS)
    sentences = [find(dialog, QLabel, f"updateRow{number}Sentence").text() for number in range(2)]
    assert any("It has v8.11.0 and its data of before again" in sentence for sentence in sentences)
    assert any("Not begun" in sentence for sentence in sentences)
    assert {services.instances.status(one.id).resolved_version for one in (status, other)} == {V8}
    qtbot.waitUntil(lambda: services.instances.status(status.id).status is InstanceState.RUNNING, timeout=WAIT_MS)


def test_the_assistant_says_what_is_kept_and_lost_and_waits_for_consent(
    qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]
) -> None:
    install_simulated(services.paths.versions, V7)
    status = started(qtbot, services, "lama", V7)
    pair(status.port, V7)
    install_simulated(services.paths.versions, V9)
    window = open_window()
    select(window, status.id)
    dialog = open_dialog(window)
    assert plan_of(dialog) == [("lama", "v7.11.4 → v9.2.0", "Pairing stays, chats begin anew")]

    click(dialog, "updateNext")
    assert title(dialog) == "What is kept and what is lost"
    assert "pairing" in texts_of(dialog, "updateKeptCard")
    assert "chats and messages" in texts_of(dialog, "updateLostCard")
    click(dialog, "updateNext")
    assert title(dialog) == "Afterwards"
    assert "webhooks" in texts_of(dialog, "updateAfterwardsCard")
    assert not find(dialog, QPushButton, "updateNext").isEnabled()
    QTest.keyClick(find(dialog, QCheckBox, "updateConsent"), Qt.Key.Key_Space)
    click(dialog, "updateNext")

    qtbot.waitUntil(lambda: title(dialog) == "The update went well", timeout=WAIT_MS)
    assert services.instances.status(status.id).resolved_version == V9
    assert "kept aside" in find(dialog, QLabel, "updateRow0Sentence").text()


def test_back_and_choose_none_keep_the_person_in_charge(services: Services, open_window: Callable[[], MainWindow]) -> None:
    install_simulated(services.paths.versions, V8)
    install_simulated(services.paths.versions, V9)
    first, second = made(services, "a", V8), made(services, "b", V8)
    window = open_window()
    select(window, first.id)
    dialog = open_dialog(window)
    table = find(dialog, PlanTableView, "planTable")
    assert table.plan.chosen_ids == [first.id]

    table.setCurrentIndex(table.plan.index(1, PlanColumn.NAME))
    QTest.keyClick(table, Qt.Key.Key_Space)
    assert table.plan.chosen_ids == [first.id, second.id]
    assert find(dialog, QPushButton, "updateNext").text() == "&Update 2 instances"
    click(dialog, "updateNone")
    assert not find(dialog, QPushButton, "updateNext").isEnabled()
    click(dialog, "updateAll")
    assert table.plan.chosen_ids == [first.id, second.id]
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    assert services.updater.reports() == []


def test_another_version_can_be_chosen_and_an_older_one_is_called_so(services: Services, open_window: Callable[[], MainWindow]) -> None:
    install_simulated(services.paths.versions, V8)
    install_simulated(services.paths.versions, V9)
    status = made(services, "toko", V9)
    window = open_window()
    select(window, status.id)
    dialog = open_dialog(window)
    assert plan_of(dialog) == [("toko", "v9.2.0", "Has this version already")]
    assert not find(dialog, QPushButton, "updateNext").isEnabled()

    combo = find(dialog, QComboBox, "updateTag")
    combo.setFocus()
    QTest.keyClick(combo, Qt.Key.Key_Down)

    assert plan_of(dialog) == [("toko", "v9.2.0 → v8.11.0", "Older version, everything is kept")]


def test_a_version_that_is_not_installed_is_downloaded_first(
    qtbot: QtBot, online: Services, release_server: ReleaseServer, open_window: Callable[[], MainWindow], gowa_zip: bytes
) -> None:
    release_server.add(V9, gowa_zip)
    refreshed = online.versions.refresh()
    qtbot.waitUntil(lambda: refreshed.is_finished, timeout=WAIT_MS)
    install_simulated(online.paths.versions, V8)
    status = made(online, "toko", V8)
    window = open_window()
    select(window, status.id)
    assert find(window, QPushButton, "updateNotice").text() == "GOWA v9.2.0 is available · Update…"
    assert find(window, QPushButton, "panelUpdate").text() == "v8.11.0 → v9.2.0"

    QTest.mouseClick(find(window, QPushButton, "panelUpdate"), LEFT)
    dialog = find(window, QDialog, "updateDialog")
    assert find(dialog, QComboBox, "updateTag").currentText() == "v9.2.0, is downloaded first"
    click(dialog, "updateNext")

    qtbot.waitUntil(lambda: title(dialog) == "The update went well", timeout=WAIT_MS)
    assert online.instances.status(status.id).gowa_version == V9
    qtbot.waitUntil(lambda: not find(window, QPushButton, "updateNotice").isVisible(), timeout=WAIT_MS)
    assert not find(window, QPushButton, "panelUpdate").isVisible()


def test_a_download_that_fails_leads_back_with_the_reason(
    qtbot: QtBot, online: Services, release_server: ReleaseServer, open_window: Callable[[], MainWindow], gowa_zip: bytes
) -> None:
    release_server.add(V9, gowa_zip, wrong_digest=True)
    refreshed = online.versions.refresh()
    qtbot.waitUntil(lambda: refreshed.is_finished, timeout=WAIT_MS)
    install_simulated(online.paths.versions, V8)
    status = made(online, "toko", V8)
    window = open_window()
    select(window, status.id)
    dialog = open_dialog(window)

    click(dialog, "updateNext")

    qtbot.waitUntil(lambda: title(dialog) == "Update instances", timeout=WAIT_MS)
    assert find(dialog, QLabel, "updateProblem").isVisible()
    assert find(dialog, QLabel, "updateProblem").text()
    assert online.instances.status(status.id).gowa_version == V8


def test_a_start_that_would_damage_the_chats_offers_the_assistant(
    qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]
) -> None:
    install_simulated(services.paths.versions, V7)
    status = started(qtbot, services, "lama", "latest")
    stopped = services.instances.stop(status.id)
    qtbot.waitUntil(lambda: stopped.is_finished, timeout=WAIT_MS)
    install_simulated(services.paths.versions, V9)
    window = open_window()
    select(window, status.id)

    QTest.mouseClick(find(window, QPushButton, "panelStart"), LEFT)
    qtbot.waitUntil(lambda: bool(message_titles(window)), timeout=WAIT_MS)
    assert message_titles(window) == ["lama could not be started"]
    click(window, "messageAction")

    assert plan_of(find(window, QDialog, "updateDialog")) == [("lama", "v7.11.4 → v9.2.0", "Pairing stays, chats begin anew")]
