"""What happens to an instance is noted on the axis of its history; a reset and a delete clear it, a stop does not."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import psutil

from gowa_desktop.domain.instance import InstanceState
from gowa_desktop.domain.usage import Metric, UsageEventKind
from tests.services.test_instance_service import finish, started

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.domain.usage import UsageEvent


def _events(services: Services, instance_id: int) -> list[UsageEvent]:
    return services.history.events(instance_id, 0.0, time.time() + 60)


def _kinds(services: Services, instance_id: int) -> list[str]:
    return [event.kind for event in _events(services, instance_id)]


def _figures(services: Services, instance_id: int) -> int:
    return len(services.history.series(instance_id, Metric.MEMORY, time.time() - 600, time.time() + 60))


def test_start_stop_restart_and_crash_are_told_apart(qtbot: QtBot, services: Services) -> None:
    status = started(qtbot, services)
    assert finish(qtbot, services.instances.stop(status.id)) is None
    assert finish(qtbot, services.instances.restart(status.id)) is None
    assert _kinds(services, status.id) == [UsageEventKind.START, UsageEventKind.STOP, UsageEventKind.RESTART]

    pid = services.instances.status(status.id).pid
    psutil.Process(pid).kill()
    qtbot.waitUntil(lambda: len(_events(services, status.id)) == 5, timeout=40_000)
    crash, back = _events(services, status.id)[3:]
    assert (crash.kind, back.kind) == (UsageEventKind.CRASH, UsageEventKind.RESTART)
    assert crash.text, "why is told"
    assert crash.at <= back.at


def test_adopted_instance_did_not_start_now_and_is_sampled(qtbot: QtBot, open_services: Callable[[], Services]) -> None:
    first = open_services()
    status = started(qtbot, first)
    first.close()
    second = open_services()
    second.begin()
    qtbot.waitUntil(lambda: second.instances.status(status.id).status is InstanceState.RUNNING, timeout=40_000)
    second.monitor.sample_now()
    qtbot.waitUntil(lambda: _figures(second, status.id) > 0, timeout=40_000)
    assert _kinds(second, status.id) == [UsageEventKind.START], "that of the first run, from the file"


def test_history_is_kept_on_stop_and_cleared_on_reset_and_delete(qtbot: QtBot, services: Services) -> None:
    status = started(qtbot, services)
    services.monitor.sample_now()
    qtbot.waitUntil(lambda: _figures(services, status.id) > 0, timeout=40_000)
    assert finish(qtbot, services.instances.stop(status.id)) is None
    assert _figures(services, status.id) > 0
    assert finish(qtbot, services.instances.reset_data(status.id)) is None
    assert _figures(services, status.id) == 0
    assert _events(services, status.id) == []

    assert finish(qtbot, services.instances.start(status.id)) is None
    services.monitor.sample_now()
    qtbot.waitUntil(lambda: _figures(services, status.id) > 0, timeout=40_000)
    assert finish(qtbot, services.instances.delete(status.id)) is None
    assert _figures(services, status.id) == 0
    assert _events(services, status.id) == []
