"""Snapshots through their service: made while it runs, restored with a stop and a start, kept in number, found again after a reset."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from gowa_desktop.domain.app_settings import SNAPSHOTS_KEPT
from gowa_desktop.domain.database_places import DatabasePlaces
from gowa_desktop.domain.errors import ConflictError, DatabaseDamagedError, FolderError, NotFoundError, VersionMissingError
from gowa_desktop.domain.instance import InstanceState, NewInstance
from gowa_desktop.store.data_marks import read_data_mark, write_data_mark
from gowa_desktop.store.snapshot_files import list_snapshots
from gowa_desktop.store.snapshot_restore import put_back, unfinished_restore
from tests.services.test_instance_service import finish, started
from tests.simulated_versions import execute, first_device, install_simulated, pair, rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.domain.instance import InstanceStatus

CHATS = "storages/chatstorage.db"
V7, V9 = "v7.11.4", "v9.2.0"
scripts = pytest.mark.skipif(sys.platform == "win32", reason="the simulated versions are scripts")


def add_chat(services: Services, status: InstanceStatus, name: str) -> None:
    columns = "(jid, name)" if (status.resolved_version or "").startswith("v7") else "(device_id, jid, name)"
    values = f"('{name}', '{name}')" if "device_id" not in columns else f"('shop', '{name}', '{name}')"
    execute(services.instances.folder(status.id) / CHATS, f"INSERT INTO chats {columns} VALUES {values}")


def names(services: Services, status: InstanceStatus) -> list[object]:
    return [row[0] for row in rows(services.instances.folder(status.id) / CHATS, "SELECT name FROM chats")]


def test_a_running_instance_is_saved_and_restored(qtbot: QtBot, services: Services) -> None:
    one = started(qtbot, services)
    pair(one.port, V9)
    add_chat(services, one, "anna")
    changed: list[int] = []
    services.snapshots.snapshots_changed.connect(changed.append)

    assert finish(qtbot, services.snapshots.create(one.id, "  Before a trial ")) is None

    assert changed == [one.id]
    made = services.snapshots.list(one.id)[0]
    assert (made.reason, made.tag, made.instance_id) == ("Before a trial", "simulator", one.id)
    assert services.instances.status(one.id).pid == one.pid
    add_chat(services, one, "ben")

    assert finish(qtbot, services.snapshots.restore(made)) is None

    after = services.instances.status(one.id)
    assert (after.status, after.is_busy) == (InstanceState.RUNNING, False)
    assert after.pid != one.pid
    assert names(services, one) == ["anna"]
    assert first_device(after.port)["id"] == "shop"
    safety = services.snapshots.list(one.id)[0]
    assert safety.reason == f"Before the snapshot of {made.created_at:%Y-%m-%d %H:%M} UTC was restored"
    assert finish(qtbot, services.snapshots.restore(safety)) is None
    assert names(services, one) == ["anna", "ben"]


def test_a_stopped_instance_stays_stopped_and_a_damaged_database_is_no_obstacle(qtbot: QtBot, services: Services) -> None:
    one = started(qtbot, services)
    add_chat(services, one, "anna")
    assert finish(qtbot, services.instances.stop(one.id)) is None
    assert finish(qtbot, services.snapshots.create(one.id)) is None
    made = services.snapshots.list(one.id)[0]
    database = services.instances.folder(one.id) / CHATS
    database.write_bytes(database.read_bytes()[:4096] + b"\xff" * 4096)
    assert isinstance(finish(qtbot, services.snapshots.create(one.id)), DatabaseDamagedError)

    assert finish(qtbot, services.snapshots.restore(made)) is None

    assert names(services, one) == ["anna"]
    assert services.instances.status(one.id).status is InstanceState.STOPPED
    assert len(services.snapshots.list(one.id)) == 2


def test_the_newest_are_kept_and_the_one_that_is_being_restored(qtbot: QtBot, services: Services) -> None:
    one = started(qtbot, services)
    services.settings.set(SNAPSHOTS_KEPT, 2)
    for number in range(4):
        assert finish(qtbot, services.snapshots.create(one.id, f"number {number}")) is None
    kept = services.snapshots.list(one.id)
    assert [made.reason for made in kept] == ["number 3", "number 2"]

    assert finish(qtbot, services.snapshots.restore(kept[-1])) is None

    assert "number 2" in [made.reason for made in services.snapshots.list(one.id)]


def test_deleting_finding_and_what_is_not_there(qtbot: QtBot, services: Services) -> None:
    one = started(qtbot, services)
    assert finish(qtbot, services.snapshots.create(one.id)) is None
    made = services.snapshots.list(one.id)[0]
    assert services.snapshots.find(one.id, made.id[:-2]) == made
    for unknown in ("", "2000", "../.."):
        with pytest.raises(NotFoundError):
            services.snapshots.find(one.id, unknown)

    assert finish(qtbot, services.snapshots.delete(made)) is None
    assert finish(qtbot, services.snapshots.delete(made)) is None

    assert services.snapshots.list(one.id) == []
    assert isinstance(finish(qtbot, services.snapshots.restore(made)), NotFoundError)
    assert services.instances.status(one.id).pid == one.pid
    with pytest.raises(NotFoundError):
        services.snapshots.create(99)


def test_a_damaged_snapshot_leaves_everything_as_it_is(qtbot: QtBot, services: Services) -> None:
    one = started(qtbot, services)
    add_chat(services, one, "anna")
    assert finish(qtbot, services.snapshots.create(one.id)) is None
    made = services.snapshots.list(one.id)[0]
    add_chat(services, one, "ben")
    file = services.instances.folder(one.id) / ".gowa-desktop-snapshots" / made.id / "databases" / CHATS
    file.write_bytes(file.read_bytes()[:-1] + b"x")

    assert isinstance(finish(qtbot, services.snapshots.restore(made)), FolderError)

    assert names(services, one) == ["anna", "ben"]
    assert not services.instances.status(one.id).is_busy
    assert finish(qtbot, services.instances.start(one.id)) is None


@scripts
def test_chats_of_another_generation_bring_their_version_along(qtbot: QtBot, services: Services) -> None:
    install_simulated(services.paths.versions, V7)
    created = services.instances.create(NewInstance(name="shop", gowa_version=V7))
    assert finish(qtbot, services.instances.start(created.id)) is None
    one = services.instances.status(created.id)
    add_chat(services, one, "anna")
    assert finish(qtbot, services.instances.stop(one.id)) is None
    install_simulated(services.paths.versions, V9)
    assert finish(qtbot, services.updater.run(services.updater.plan([one.id], V9))) is None
    chats = services.instances.folder(one.id) / CHATS
    assert not chats.exists()
    before = services.snapshots.list(one.id)[-1]
    versions = services.paths.versions
    (versions / V7).rename(versions / ".aside")
    assert isinstance(finish(qtbot, services.snapshots.restore(before)), VersionMissingError)
    assert not chats.exists()
    (versions / ".aside").rename(versions / V7)

    assert finish(qtbot, services.snapshots.restore(before)) is None

    assert names(services, one) == ["anna"]
    assert services.instances.status(one.id).gowa_version == V7
    assert finish(qtbot, services.instances.start(one.id)) is None
    assert services.instances.status(one.id).resolved_version == V7


def test_what_a_reset_took_away_comes_back_as_long_as_it_is_in_the_trash(qtbot: QtBot, services: Services) -> None:
    one = started(qtbot, services)
    pair(one.port, V9)
    add_chat(services, one, "anna")
    assert finish(qtbot, services.snapshots.create(one.id, "earlier")) is None
    assert finish(qtbot, services.instances.reset_data(one.id)) is None

    found = services.snapshots.list(one.id)
    assert [(made.reason, made.is_in_trash) for made in found] == [("Before its data was reset", True), ("earlier", True)]
    assert found[0].size_bytes > 0
    assert isinstance(finish(qtbot, services.snapshots.delete(found[0])), ConflictError)
    assert finish(qtbot, services.snapshots.restore(found[0])) is None

    assert names(services, one) == ["anna"]
    assert finish(qtbot, services.instances.delete(one.id)) is None
    assert sum(len(list_snapshots(folder)) for folder in services.paths.trash.iterdir()) == 3  # they go along with their instance


def test_an_interrupted_restore_is_completed_by_the_next_launch(
    qtbot: QtBot, services: Services, open_services: Callable[[], Services]
) -> None:
    one = started(qtbot, services)
    add_chat(services, one, "anna")
    assert finish(qtbot, services.snapshots.create(one.id)) is None
    made = services.snapshots.list(one.id)[0]
    add_chat(services, one, "ben")
    folder = services.instances.folder(one.id)
    assert finish(qtbot, services.instances.kill(one.id)) is None
    put_back(folder, folder, made.id, DatabasePlaces())
    write_data_mark(folder, "v8.0.0")  # the program ended before it could say what the databases belong to
    (folder / CHATS).unlink()
    assert isinstance(finish(qtbot, services.instances.start(one.id)), FolderError)
    services.close()

    again = open_services()
    again.begin()

    assert again.instances.status(one.id).is_busy
    qtbot.waitUntil(lambda: not again.instances.status(one.id).is_busy)
    assert names(again, one) == ["anna"]
    assert unfinished_restore(folder) is None
    assert read_data_mark(folder) == "simulator"
