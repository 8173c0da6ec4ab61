"""What is known afterwards about an end: kept over restarts of the program, with advice and what had changed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from gowa_desktop.domain.errors import ConflictError
from gowa_desktop.domain.instance import InstanceChanges, InstanceState, Priority
from gowa_desktop.domain.restart_policy import RestartPolicy
from gowa_desktop.domain.samples import ResourceSample
from gowa_desktop.services.supervision.memory_guard import MemoryGuard
from tests.services.test_instance_service import finish, simulated, started

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services


def fail_once(qtbot: QtBot, services: Services, instance_id: int, faults: str) -> None:
    file = services.instances.folder(instance_id) / "sim-faults"
    file.write_text(faults)
    finish(qtbot, services.instances.start(instance_id))
    qtbot.waitUntil(lambda: services.instances.status(instance_id).status is InstanceState.FAILED, timeout=10_000)
    file.unlink()


def test_report_says_what_changed_since_the_last_good_start(qtbot: QtBot, services: Services) -> None:
    status = started(qtbot, services)
    finish(qtbot, services.instances.stop(status.id))
    config = services.instances.instances()[0].config
    flags = config["flags"]
    assert isinstance(flags, dict)
    port = services.instances.suggest_port()
    changed = {**config, "flags": {**flags, "debug": True, "webhookSecret": "another-secret-word"}}
    services.instances.update(status.id, InstanceChanges(config=changed, port=port))

    fail_once(qtbot, services, status.id, "crash-at-start=1")

    report = services.instances.exit_reports(status.id)[-1]
    assert report.ran_well_before
    assert report.changes == (f"Port was {status.port}, is {port}", "debug was not set, is on", "webhookSecret was changed")
    assert report.ended_at is not None

    undone = services.instances.undo_changes(status.id)
    assert (undone.port, services.instances.instances()[0].config) == (status.port, config)
    with pytest.raises(ConflictError, match="last ran well"):
        services.instances.undo_changes(status.id)


def test_report_without_a_good_start_claims_no_changes(qtbot: QtBot, services: Services) -> None:
    created = simulated(services)

    fail_once(qtbot, services, created.id, "crash-at-start=1")

    report = services.instances.exit_reports(created.id)[-1]
    assert (report.ran_well_before, report.changes) == (False, ())


def test_reports_survive_the_program_and_only_twenty_are_kept(qtbot: QtBot, open_services: Callable[[], Services]) -> None:
    services = open_services()
    created = simulated(services)
    for _ in range(22):
        fail_once(qtbot, services, created.id, "crash-at-start=3")
    services.close()
    again = open_services()

    reports = again.instances.exit_reports(created.id)

    assert len(reports) == 20
    last = again.instances.last_exit(created.id)
    assert last is not None
    assert last.code == 3
    assert last.log_tail
    if os.name == "posix":
        file = again.instances.folder(created.id) / ".gowa-desktop-exits.jsonl"
        assert file.stat().st_mode & 0o777 == 0o600


def test_known_log_lines_become_advice(qtbot: QtBot, services: Services) -> None:
    status = started(qtbot, services)
    services.instances.update(status.id, InstanceChanges(restart_policy=RestartPolicy.NEVER))
    log = services.instances.folder(status.id) / "logs" / "gowa.log"
    with log.open("a", encoding="utf-8") as file:
        file.write("21:00:00.000 [Client ERROR] Client outdated (405) connect failure\n")

    os.kill(status.pid or 0, 9)
    qtbot.waitUntil(lambda: services.instances.status(status.id).status is InstanceState.FAILED, timeout=10_000)

    assert any("too old" in sentence for sentence in services.instances.exit_reports(status.id)[-1].advice)


@pytest.mark.parametrize("pace_s", [1.0, 5.0])
def test_memory_limit_restarts_after_ten_seconds_over_it_whatever_the_pace_and_at_most_once_an_hour(
    qtbot: QtBot, services: Services, pace_s: float
) -> None:
    status = started(qtbot, services)
    services.instances.update(status.id, InstanceChanges(memory_limit_mb=100))
    restarted: list[float] = []
    now = [1000.0]
    guard = MemoryGuard(services.instances._catalog, services.monitor, lambda _: restarted.append(now[0]), lambda: now[0])

    def stay(megabytes: int, seconds: float) -> None:
        until = now[0] + seconds
        while now[0] < until:
            now[0] += pace_s
            services.monitor.window(status.id).append(ResourceSample(now[0], 1.0, megabytes * 1_000_000, 1))
            guard.look()
            guard.look()  # the same sample again tells nothing new

    stay(150, 10)
    stay(50, pace_s)
    stay(150, 10)
    assert restarted == []
    begun = now[0] - 10 + pace_s  # the first sample over the limit
    stay(150, 60)
    assert restarted == [begun + 10]
    now[0] += 3600
    stay(150, 20)
    assert len(restarted) == 2


def test_two_samples_far_apart_are_no_stay_over_the_memory_limit(qtbot: QtBot, services: Services) -> None:
    status = started(qtbot, services)
    services.instances.update(status.id, InstanceChanges(memory_limit_mb=100))
    restarted: list[int] = []
    guard = MemoryGuard(services.instances._catalog, services.monitor, restarted.append)

    for now in (1000.0, 4600.0):
        services.monitor.window(status.id).append(ResourceSample(now, 1.0, 150_000_000, 1))
        guard.look()

    assert restarted == []


def test_memory_limit_of_zero_takes_the_limit_away(services: Services) -> None:
    created = simulated(services)
    assert services.instances.update(created.id, InstanceChanges(memory_limit_mb=300)).memory_limit_mb == 300

    assert services.instances.update(created.id, InstanceChanges(memory_limit_mb=0)).memory_limit_mb is None


def test_low_priority_reaches_the_process(qtbot: QtBot, services: Services) -> None:
    created = simulated(services)
    services.instances.update(created.id, InstanceChanges(priority=Priority.LOW))

    finish(qtbot, services.instances.start(created.id))

    if os.name == "posix":
        assert os.getpriority(os.PRIO_PROCESS, services.instances.status(created.id).pid or 0) == 10
