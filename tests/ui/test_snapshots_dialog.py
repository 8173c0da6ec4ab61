"""The snapshots of an instance on the real services: make, restore with its warning, delete."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLabel, QPushButton, QWidget

from gowa_desktop.domain.instance import InstanceState, NewInstance
from gowa_desktop.domain.snapshots import STALE_KEYS_WARNING
from gowa_desktop.ui.instances.instance_table_view import InstanceTableView
from gowa_desktop.ui.parts.message_bar import MessageBar
from gowa_desktop.ui.versions.snapshot_table import SnapshotColumn, SnapshotTableView
from tests.simulated_versions import execute, install_simulated, rows
from tests.ui.conftest import find

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.domain.instance import InstanceStatus
    from gowa_desktop.ui.main_window import MainWindow

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the simulated versions are scripts")

LEFT = Qt.MouseButton.LeftButton
TAG = "v8.11.0"
CHATS = "storages/chatstorage.db"
WAIT_MS = 20_000


@pytest.fixture
def toko(qtbot: QtBot, services: Services) -> InstanceStatus:
    """An instance that runs and has one chat."""
    install_simulated(services.paths.versions, TAG)
    created = services.instances.create(NewInstance(name="toko", gowa_version=TAG))
    operation = services.instances.start(created.id)
    qtbot.waitUntil(lambda: operation.is_finished, timeout=WAIT_MS)
    assert operation.error is None
    add_chat(services, created, "anna")
    return services.instances.status(created.id)


def add_chat(services: Services, status: InstanceStatus, name: str) -> None:
    execute(services.instances.folder(status.id) / CHATS, f"INSERT INTO chats VALUES ('{name}@s.whatsapp.net', '{name}', 'shop')")


def chats(services: Services, status: InstanceStatus) -> list[str]:
    return [str(row[0]) for row in rows(services.instances.folder(status.id) / CHATS, "SELECT name FROM chats ORDER BY name")]


def open_dialog(window: MainWindow, status: InstanceStatus) -> QDialog:
    find(window, InstanceTableView, "instanceTable").select_ids([status.id])
    action = window.findChild(QAction, "action_snapshots")
    assert isinstance(action, QAction)
    assert action.isEnabled()
    action.trigger()
    return find(window, QDialog, "snapshotsDialog")


def click(parent: QWidget, name: str) -> None:
    button = find(parent, QPushButton, name)
    assert button.isEnabled()
    QTest.mouseClick(button, LEFT)


def reasons(dialog: QDialog) -> list[str]:
    model = find(dialog, SnapshotTableView, "snapshotTable").model()
    return [str(model.index(row, SnapshotColumn.REASON).data()) for row in range(model.rowCount())]


def test_a_snapshot_is_made_of_a_running_instance_and_listed(
    qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow], toko: InstanceStatus
) -> None:
    dialog = open_dialog(open_window(), toko)
    assert find(dialog, QLabel, "snapshotsNothing").isVisible()
    assert not find(dialog, QPushButton, "snapshotRestore").isEnabled()

    click(dialog, "snapshotCreate")

    qtbot.waitUntil(lambda: reasons(dialog) == ["Made by hand"], timeout=WAIT_MS)
    model = find(dialog, SnapshotTableView, "snapshotTable").model()
    assert model.index(0, SnapshotColumn.TAG).data() == TAG
    assert find(dialog, QLabel, "snapshotsWords").text().endswith("The newest 5 are kept. Change that in Settings.")
    assert services.instances.status(toko.id).pid == toko.pid


def test_restore_warns_of_stale_keys_and_brings_the_chats_back(
    qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow], toko: InstanceStatus
) -> None:
    dialog = open_dialog(open_window(), toko)
    click(dialog, "snapshotCreate")
    qtbot.waitUntil(lambda: len(reasons(dialog)) == 1, timeout=WAIT_MS)
    add_chat(services, toko, "budi")

    qtbot.waitUntil(lambda: find(dialog, QPushButton, "snapshotRestore").isEnabled(), timeout=WAIT_MS)
    click(dialog, "snapshotRestore")
    question = find(dialog, QDialog, "confirmDialog")
    assert any(STALE_KEYS_WARNING in label.text() for label in question.findChildren(QLabel))
    assert find(question, QPushButton, "cancelButton").isDefault()
    click(question, "confirmButton")

    qtbot.waitUntil(lambda: len(reasons(dialog)) == 2 and find(dialog, QPushButton, "snapshotCreate").isEnabled(), timeout=WAIT_MS)
    assert chats(services, toko) == ["anna"]
    assert services.instances.status(toko.id).status is InstanceState.RUNNING
    assert reasons(dialog)[0].startswith("Before the snapshot of")


def test_what_is_under_way_goes_on_when_the_dialog_is_closed_and_the_window_tells_how_it_ended(
    qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow], toko: InstanceStatus
) -> None:
    window = open_window()
    dialog = open_dialog(window, toko)
    with qtbot.waitSignal(dialog.destroyed, timeout=WAIT_MS):
        click(dialog, "snapshotCreate")
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        assert not dialog.isVisible()

    assert len(services.snapshots.list(toko.id)) == 1
    assert [message.text for message in find(window, MessageBar, "messageBar").messages] == ["toko: The snapshot is made."]


def test_delete_asks_and_then_deletes(qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow], toko: InstanceStatus) -> None:
    dialog = open_dialog(open_window(), toko)
    click(dialog, "snapshotCreate")
    qtbot.waitUntil(lambda: len(reasons(dialog)) == 1, timeout=WAIT_MS)

    QTest.keyClick(find(dialog, SnapshotTableView, "snapshotTable"), Qt.Key.Key_Delete)
    click(find(dialog, QDialog, "confirmDialog"), "confirmButton")

    qtbot.waitUntil(lambda: reasons(dialog) == [], timeout=WAIT_MS)
    assert list(services.snapshots.list(toko.id)) == []


def test_a_simulated_instance_has_no_snapshots_to_offer(services: Services, open_window: Callable[[], MainWindow]) -> None:
    services.instances.create(NewInstance(name="coba", gowa_version="simulator"))
    action = open_window().findChild(QAction, "action_snapshots")

    assert isinstance(action, QAction)
    assert not action.isEnabled()
