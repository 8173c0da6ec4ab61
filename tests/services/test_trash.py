"""Deleted and reset instances come back as they were: with id, key, settings and data, whatever happened meanwhile."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from typing import TYPE_CHECKING

import pytest

from gowa_desktop.domain.errors import ConflictError, DatabaseError, GowaError, NotFoundError
from gowa_desktop.domain.instance import DesiredState, InstanceState, NewInstance
from gowa_desktop.domain.versions import SIMULATOR
from gowa_desktop.infra.definition_records import RECORD_NAME
from gowa_desktop.infra.directories import TRASH_NOTE

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.domain.instance import InstanceStatus
    from gowa_desktop.services.instances.operation import Operation


def finish(qtbot: QtBot, operation: Operation) -> GowaError | None:
    qtbot.waitUntil(lambda: operation.is_finished, timeout=40_000)
    return operation.error


def made(services: Services, name: str = "shop") -> InstanceStatus:
    """Create an instance with something in its folder."""
    status = services.instances.create(NewInstance(name=name, gowa_version=SIMULATOR, config={"flags": {"debug": True}}))
    (services.instances.folder(status.id) / "data.txt").write_text(f"the data of {name}")
    return status


def data_of(services: Services, status: InstanceStatus) -> str:
    return (services.instances.folder(status.id) / "data.txt").read_text()


def delete(qtbot: QtBot, services: Services, status: InstanceStatus) -> None:
    assert finish(qtbot, services.instances.delete(status.id)) is None


def restore(qtbot: QtBot, services: Services, name: str = "shop") -> None:
    assert finish(qtbot, services.instances.trash.restore(services.instances.trash.find(name).folder)) is None


def test_a_deleted_instance_comes_back_as_it_was(qtbot: QtBot, services: Services) -> None:
    status = made(services)
    config = services.instances.config(status.id)
    delete(qtbot, services, status)
    assert [one.name for one in services.instances.trash.entries()] == ["shop"]

    with qtbot.waitSignal(services.instances.instance_added):
        restore(qtbot, services)

    again = services.instances.find("shop")
    assert (again.id, again.key, again.port, again.created_at) == (status.id, status.key, status.port, status.created_at)
    assert services.instances.config(status.id) == config
    assert data_of(services, again) == "the data of shop"
    assert services.instances.trash.entries() == []
    assert not (services.instances.folder(status.id) / TRASH_NOTE).exists()
    assert finish(qtbot, services.instances.start(status.id)) is None


def test_a_running_instance_comes_back_stopped_also_after_a_restart(
    qtbot: QtBot, services: Services, open_services: Callable[[], Services]
) -> None:
    status = made(services)
    assert finish(qtbot, services.instances.start(status.id)) is None
    delete(qtbot, services, status)
    restore(qtbot, services)
    services.close()

    again = open_services()
    again.begin()

    found = again.instances.find("shop")
    assert (found.status, found.desired) == (InstanceState.STOPPED, DesiredState.STOPPED)


def test_name_and_port_that_are_taken_meanwhile_are_replaced(qtbot: QtBot, services: Services) -> None:
    status = made(services)
    delete(qtbot, services, status)
    other = services.instances.create(NewInstance(name="Shop", port=status.port, gowa_version=SIMULATOR))

    restore(qtbot, services)

    again = services.instances.status(status.id)
    assert again.name == "shop 2"
    assert again.port not in {other.port, None}
    assert services.instances.status(other.id) == other


def test_of_several_the_newest_is_put_back_and_the_others_stay(qtbot: QtBot, services: Services) -> None:
    first = made(services)
    delete(qtbot, services, first)
    old = next(services.paths.trash.iterdir())
    os.utime(old / TRASH_NOTE, (time.time() - 3600, time.time() - 3600))
    second = made(services)
    delete(qtbot, services, second)

    restore(qtbot, services)

    assert services.instances.find("shop").key == second.key
    assert [one.key for one in services.instances.trash.entries()] == [first.key]


def test_data_of_a_reset_instance_comes_back_in_place_of_the_new(qtbot: QtBot, services: Services) -> None:
    status = made(services)
    assert finish(qtbot, services.instances.start(status.id)) is None
    assert finish(qtbot, services.instances.reset_data(status.id)) is None
    assert not (services.instances.folder(status.id) / "data.txt").exists()
    [entry] = services.instances.trash.entries()
    assert entry.is_data_only

    assert finish(qtbot, services.instances.start(status.id)) is None
    restore(qtbot, services)

    assert data_of(services, status) == "the data of shop"
    assert services.instances.status(status.id).status is InstanceState.STOPPED
    assert [one.is_data_only for one in services.instances.trash.entries()] == [True]


def test_data_of_a_busy_instance_stays_in_the_trash(qtbot: QtBot, services: Services) -> None:
    status = made(services)
    assert finish(qtbot, services.instances.reset_data(status.id)) is None
    services.instances.maintenance.hold(status.id, "it is being updated")

    error = finish(qtbot, services.instances.trash.restore(services.instances.trash.find("shop").folder))

    assert isinstance(error, ConflictError)
    assert len(services.instances.trash.entries()) == 1


def test_without_its_record_the_note_is_enough(qtbot: QtBot, services: Services) -> None:
    status = made(services)
    config = services.instances.config(status.id)
    delete(qtbot, services, status)
    (next(services.paths.trash.iterdir()) / RECORD_NAME).unlink()

    restore(qtbot, services)

    again = services.instances.find("shop")
    assert (again.id, again.key, again.port, again.gowa_version) == (status.id, status.key, status.port, SIMULATOR)
    assert services.instances.config(again.id) == config


def test_what_cannot_be_stored_stays_in_the_trash(qtbot: QtBot, services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    status = made(services)
    delete(qtbot, services, status)
    with monkeypatch.context() as patch:
        patch.setattr(services.safekeeping, "take_over", _refuse)
        error = finish(qtbot, services.instances.trash.restore(services.instances.trash.find("shop").folder))
    assert isinstance(error, DatabaseError)
    assert services.instances.statuses() == []

    restore(qtbot, services)
    assert data_of(services, services.instances.find("shop")) == "the data of shop"


def test_a_kill_between_folder_and_row_is_made_good_at_the_next_start(
    qtbot: QtBot, services: Services, open_services: Callable[[], Services]
) -> None:
    status = made(services)
    delete(qtbot, services, status)
    restore(qtbot, services)
    services.close()
    with sqlite3.connect(services.paths.database) as connection:
        connection.execute("DELETE FROM instances")
    connection.close()

    assert open_services().instances.find("shop").key == status.key


def test_deleted_for_good_is_gone_from_the_disk(qtbot: QtBot, services: Services) -> None:
    status = made(services)
    delete(qtbot, services, status)

    assert finish(qtbot, services.instances.trash.delete_for_good(services.instances.trash.find("shop").folder)) is None

    assert list(services.paths.trash.iterdir()) == []
    with pytest.raises(NotFoundError, match="in the trash"):
        services.instances.trash.find("shop")


def test_sizes_are_added_up_on_a_worker(qtbot: QtBot, services: Services) -> None:
    status = made(services)
    (services.instances.folder(status.id) / "large").write_bytes(b"x" * 300_000)
    delete(qtbot, services, status)
    told: list[dict[str, int]] = []

    services.instances.trash.measure(told.append)
    qtbot.waitUntil(lambda: bool(told), timeout=20_000)

    [entry] = services.instances.trash.entries()
    assert 300_000 <= told[0][entry.folder] < 400_000


def test_what_is_no_longer_there_is_told(qtbot: QtBot, services: Services) -> None:
    status = made(services)
    delete(qtbot, services, status)
    folder = services.instances.trash.find("shop").folder
    shutil.rmtree(services.paths.trash / folder)

    assert isinstance(finish(qtbot, services.instances.trash.restore(folder)), NotFoundError)
    assert isinstance(finish(qtbot, services.instances.trash.delete_for_good(folder)), NotFoundError)


def test_foreign_things_in_the_trash_do_no_harm(qtbot: QtBot, services: Services) -> None:
    status = made(services)
    delete(qtbot, services, status)
    (services.paths.trash / "file").write_text("x")
    (services.paths.trash / "empty").mkdir()
    broken = services.paths.trash / "broken"
    broken.mkdir()
    (broken / TRASH_NOTE).write_text("{")

    assert [one.key for one in services.instances.trash.entries()] == [status.key]


def _refuse(_: object) -> None:
    raise DatabaseError("The database cannot be written.")
