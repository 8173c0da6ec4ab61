"""Another program locks the database: instances are started and stopped all the same, and nothing is lost afterwards."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
from typing import TYPE_CHECKING

import pytest

from gowa_desktop.domain.errors import DatabaseBusyError
from gowa_desktop.domain.instance import DesiredState, InstanceChanges, InstanceState, NewInstance
from gowa_desktop.services.data import deferred_writes
from gowa_desktop.services.data.deferred_writes import KEY
from tests.services.test_instance_service import finish, simulated, started
from tests.services.test_supervision import back_again

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services


class Lock:
    """Another program's lock on the database."""

    def __init__(self, data_dir: Path) -> None:
        self._other = sqlite3.connect(data_dir / "gowa.db", isolation_level=None)
        self._other.execute("BEGIN EXCLUSIVE")

    def end(self) -> None:
        self._other.close()


@pytest.fixture
def lock(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Lock]]:
    monkeypatch.setattr(deferred_writes, "_ASK_S", 0.1)
    locks: list[Lock] = []

    def take() -> Lock:
        locks.append(Lock(data_dir))
        return locks[-1]

    yield take
    for one in locks:
        one.end()


def stored(data_dir: Path) -> dict[str, tuple[str, str]]:
    with contextlib.closing(sqlite3.connect(data_dir / "gowa.db")) as database:
        return {name: (desired, status) for name, desired, status in database.execute("SELECT name, desired, status FROM instances")}


def test_life_goes_on_under_a_lock_and_is_stored_after_it(qtbot: QtBot, services: Services, data_dir: Path, lock: Callable[[], Lock]) -> None:
    stopped_later, crashed = started(qtbot, services, "stopped later"), started(qtbot, services, "crashed")
    started_later = simulated(services, "started later")
    services.processes.store_states()
    held = lock()

    assert finish(qtbot, services.instances.stop(stopped_later.id)) is None
    assert finish(qtbot, services.instances.start(started_later.id)) is None
    os.kill(crashed.pid or 0, signal.SIGKILL)
    back_again(qtbot, services, crashed)
    qtbot.waitUntil(lambda: services.upkeep.conditions.get(KEY) is not None, timeout=5_000)
    assert stored(data_dir)["stopped later"] == ("running", "running")
    assert services.instances.status(stopped_later.id).desired is DesiredState.STOPPED
    held.end()

    qtbot.waitUntil(lambda: services.upkeep.conditions.get(KEY) is None, timeout=5_000)
    qtbot.waitUntil(
        lambda: (
            stored(data_dir)
            == {"stopped later": ("stopped", "stopped"), "crashed": ("running", "running"), "started later": ("running", "running")}
        ),
        timeout=5_000,
    )


def test_what_a_person_changes_is_refused_at_once_and_possible_after_the_lock(
    qtbot: QtBot, services: Services, lock: Callable[[], Lock]
) -> None:
    shop = simulated(services)
    held = lock()

    with pytest.raises(DatabaseBusyError, match="could not be saved"):
        services.instances.create(NewInstance(name="other"))
    with pytest.raises(DatabaseBusyError):
        services.instances.update(shop.id, InstanceChanges(name="renamed"))
    assert [status.name for status in services.instances.statuses()] == ["shop"]
    held.end()

    def succeeds() -> bool:
        with contextlib.suppress(DatabaseBusyError):
            services.instances.update(shop.id, InstanceChanges(name="renamed"))
        return services.instances.status(shop.id).name == "renamed"

    qtbot.waitUntil(succeeds, timeout=5_000)


def test_wish_survives_a_program_that_ends_under_the_lock(
    qtbot: QtBot, services: Services, open_services: Callable[[], Services], data_dir: Path, lock: Callable[[], Lock]
) -> None:
    services.safekeeping.begin()
    shop = started(qtbot, services)
    held = lock()
    assert finish(qtbot, services.instances.stop(shop.id)) is None
    services.close()
    held.end()
    assert stored(data_dir)["shop"][0] == "running"

    again = open_services()

    assert again.instances.instances()[0].desired is DesiredState.STOPPED
    again.instances.recover()
    assert again.instances.status(shop.id).status is InstanceState.STOPPED
