"""Starts of many instances, one in each turn of the event loop: what is shown meanwhile, and how they are called off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gowa_desktop.domain.app_settings import PARALLEL_STARTS
from gowa_desktop.domain.instance import DesiredState, InstanceState
from gowa_desktop.services import turn_queue
from tests.services.test_instance_service import finish, simulated, started

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services

STARTING, STOPPED, RUNNING = InstanceState.STARTING, InstanceState.STOPPED, InstanceState.RUNNING


@pytest.fixture(autouse=True)
def one_in_each_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turn_queue, "TURN_S", 0.0)


def test_starts_that_wait_are_shown_as_waiting_and_go_in_order(qtbot: QtBot, services: Services) -> None:
    ids = [simulated(services, name).id for name in ("first", "second", "third")]
    order: list[int] = []

    def note(instance_id: int) -> None:
        if services.instances.status(instance_id).status is STARTING and instance_id not in order:
            order.append(instance_id)

    services.instances.state_changed.connect(note)
    operations = [services.instances.start(instance_id) for instance_id in ids]
    shown = [(status.status, status.is_waiting) for status in map(services.instances.status, ids)]

    assert shown == [(STARTING, False), (STOPPED, True), (STOPPED, True)]
    assert [finish(qtbot, operation) for operation in operations] == [None] * 3
    assert order == ids
    assert not any(status.is_waiting for status in services.instances.statuses())


def test_stop_calls_off_a_start_that_waits(qtbot: QtBot, services: Services) -> None:
    ids = [simulated(services, name).id for name in ("first", "second", "third")]
    told: list[bool] = []
    starts = [services.instances.start(instance_id) for instance_id in ids]
    services.instances.state_changed.connect(lambda key: told.append(services.instances.status(key).is_waiting) if key == ids[1] else None)

    stop = services.instances.stop(ids[1])

    assert "stopped before it was ready" in str(starts[1].error)
    assert told
    assert not told[-1]
    assert finish(qtbot, stop) is None
    assert [finish(qtbot, starts[number]) for number in (0, 2)] == [None, None]
    assert [services.instances.status(key).status for key in ids] == [RUNNING, STOPPED, RUNNING]


def test_second_start_of_one_that_waits_gives_the_same_process(qtbot: QtBot, services: Services) -> None:
    first, second = (simulated(services, name).id for name in ("first", "second"))
    operations = [services.instances.start(key) for key in (first, second, second)]

    assert [finish(qtbot, operation) for operation in operations] == [None] * 3
    assert services.instances.live_count() == 2


def test_instance_deleted_while_its_start_waits_is_gone(qtbot: QtBot, services: Services) -> None:
    first, second = (simulated(services, name).id for name in ("first", "second"))
    starts = [services.instances.start(key) for key in (first, second)]

    assert finish(qtbot, services.instances.delete(second)) is None

    assert starts[1].error is not None
    assert finish(qtbot, starts[0]) is None
    assert [status.id for status in services.instances.statuses()] == [first]


def test_start_that_is_refused_after_its_wait_is_no_longer_shown_as_waiting(qtbot: QtBot, services: Services) -> None:
    first, second = (simulated(services, name).id for name in ("first", "second"))
    starts = [services.instances.start(key) for key in (first, second)]
    services.instances._catalog.set_busy(second, "it is being looked at")
    told: list[bool] = []
    services.instances.state_changed.connect(lambda key: told.append(services.instances.status(key).is_waiting) if key == second else None)

    assert "being looked at" in str(finish(qtbot, starts[1]))

    assert told == [False]
    services.instances._catalog.set_busy(second, None)
    assert finish(qtbot, starts[0]) is None


def test_restart_of_all_brings_each_back_with_a_new_process(qtbot: QtBot, services: Services) -> None:
    before = {status.id: status.pid for status in (started(qtbot, services, name) for name in ("first", "second", "third"))}
    operations = [services.instances.restart(key) for key in before]

    assert [finish(qtbot, operation) for operation in operations] == [None] * 3

    after = {status.id: status.pid for status in services.instances.statuses()}
    assert all(after[key] not in (None, pid) for key, pid in before.items())


def test_all_asked_to_stop_at_once_are_stopped_and_can_be_started_before_the_stop_is_seen_to(qtbot: QtBot, services: Services) -> None:
    ids = [started(qtbot, services, name).id for name in ("first", "second", "third")]
    services.instances.announce_stops(ids)
    stops = [services.instances.stop(key) for key in ids]
    again = services.instances.start(ids[2])

    assert [finish(qtbot, operation) for operation in (*stops, again)] == [None] * 4

    assert [services.instances.status(key).status for key in ids] == [STOPPED, STOPPED, RUNNING]


def test_program_begins_what_should_run_one_after_the_other_and_shows_the_rest_as_waiting(
    qtbot: QtBot, open_services: Callable[[], Services]
) -> None:
    services = open_services()
    services.settings.set(PARALLEL_STARTS, 1)
    ids = [simulated(services, name).id for name in ("first", "second", "third")]
    services.instances._catalog.want_all(ids, DesiredState.RUNNING)
    services.instances.resume_after_pause()

    assert [services.instances.status(key).is_waiting for key in ids] == [False, True, True]
    services.instances.stop(ids[1])
    assert not services.instances.status(ids[1]).is_waiting
    qtbot.waitUntil(lambda: services.instances.status(ids[2]).status is RUNNING, timeout=20_000)
    assert [services.instances.status(key).status for key in ids] == [RUNNING, STOPPED, RUNNING]
