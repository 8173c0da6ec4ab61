"""What happens when an instance ends by itself, hangs, or will not come up: seen through the facade, with the simulator."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from typing import TYPE_CHECKING

import psutil
import pytest

from gowa_desktop.domain.errors import ConflictError, ProgramBlockedError
from gowa_desktop.domain.instance import DesiredState, InstanceChanges, InstanceState, NewInstance
from gowa_desktop.domain.restart_policy import RestartPolicy, Verdict
from gowa_desktop.domain.versions import SIMULATOR
from gowa_desktop.services.supervision import health_watch, liveness, supervised_process
from gowa_desktop.services.supervision.readiness import local_network
from tests.conftest import processes_below
from tests.services.test_instance_service import finish, health, simulated, started
from tests.simulated_versions import install_simulated

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.domain.instance import ExitReport, InstanceStatus
    from gowa_desktop.domain.json_types import JsonObject


def set_faults(status: InstanceStatus, text: str) -> None:
    request = urllib.request.Request(f"http://127.0.0.1:{status.port}/sim/faults", data=text.encode(), method="POST")
    urllib.request.urlopen(request, timeout=5).close()


def wait_for(qtbot: QtBot, services: Services, status: InstanceStatus, *states: InstanceState, timeout: int = 15_000) -> InstanceStatus:
    qtbot.waitUntil(lambda: services.instances.status(status.id).status in states, timeout=timeout)
    return services.instances.status(status.id)


def back_again(qtbot: QtBot, services: Services, before: InstanceStatus) -> InstanceStatus:
    def is_back() -> bool:
        now = services.instances.status(before.id)
        return now.status is InstanceState.RUNNING and now.pid != before.pid

    qtbot.waitUntil(is_back, timeout=15_000)
    return services.instances.status(before.id)


def test_killed_instance_comes_back_by_itself_and_says_why(qtbot: QtBot, services: Services, data_dir: Path) -> None:
    before = started(qtbot, services)

    os.kill(before.pid or 0, signal.SIGKILL)
    after = back_again(qtbot, services, before)

    assert health(after) == 200
    assert after.port == before.port
    assert after.restart_count == 1
    report = services.instances.last_exit(before.id)
    assert report is not None
    assert (report.code, report.signal) == (None, 9)
    assert "killed (signal 9)" in report.sentence
    assert len(processes_below(data_dir)) == 1


def test_second_failure_in_a_row_waits_with_a_countdown(qtbot: QtBot, services: Services) -> None:
    before = started(qtbot, services)
    os.kill(before.pid or 0, signal.SIGKILL)
    again = back_again(qtbot, services, before)

    os.kill(again.pid or 0, signal.SIGKILL)
    waiting = wait_for(qtbot, services, before, InstanceState.BACKOFF)

    assert waiting.retry_in_s is not None
    assert 0 < waiting.retry_in_s <= 1.2
    assert "killed" in (waiting.error_message or "")
    assert waiting.desired is DesiredState.RUNNING


def test_retry_now_starts_at_once(qtbot: QtBot, services: Services) -> None:
    before = started(qtbot, services)
    (services.instances.folder(before.id) / "sim-faults").write_text("crash-at-start=1")
    os.kill(before.pid or 0, signal.SIGKILL)
    qtbot.waitUntil(lambda: (services.instances.status(before.id).retry_in_s or 0) > 1, timeout=20_000)
    (services.instances.folder(before.id) / "sim-faults").unlink()

    assert finish(qtbot, services.instances.start(before.id)) is None
    assert services.instances.status(before.id).status is InstanceState.RUNNING


def test_stop_while_waiting_calls_the_restart_off(qtbot: QtBot, services: Services, data_dir: Path) -> None:
    before = started(qtbot, services)
    (services.instances.folder(before.id) / "sim-faults").write_text("crash-at-start=1")
    os.kill(before.pid or 0, signal.SIGKILL)
    wait_for(qtbot, services, before, InstanceState.BACKOFF)
    qtbot.waitUntil(lambda: (services.instances.status(before.id).retry_in_s or 0) > 0.5, timeout=20_000)

    assert finish(qtbot, services.instances.stop(before.id)) is None

    now = services.instances.status(before.id)
    assert (now.status, now.retry_in_s, now.desired) == (InstanceState.STOPPED, None, DesiredState.STOPPED)
    assert processes_below(data_dir) == []


def test_five_failures_in_two_minutes_give_up_with_one_slow_retry(qtbot: QtBot, services: Services) -> None:
    before = started(qtbot, services)
    (services.instances.folder(before.id) / "sim-faults").write_text("crash-at-start=1")
    os.kill(before.pid or 0, signal.SIGKILL)

    given_up = wait_for(qtbot, services, before, InstanceState.FAILED, timeout=30_000)

    assert given_up.restart_count == 4
    assert given_up.retry_in_s is not None
    assert 880 < given_up.retry_in_s <= 900


def test_policy_never_leaves_it_failed(qtbot: QtBot, services: Services) -> None:
    before = started(qtbot, services)
    services.instances.update(before.id, InstanceChanges(restart_policy=RestartPolicy.NEVER))

    os.kill(before.pid or 0, signal.SIGKILL)

    failed = wait_for(qtbot, services, before, InstanceState.FAILED)
    assert failed.retry_in_s is None
    assert failed.restart_count == 0


def test_policy_always_restarts_also_after_exit_0(qtbot: QtBot, services: Services) -> None:
    before = started(qtbot, services)
    services.instances.update(before.id, InstanceChanges(restart_policy=RestartPolicy.ALWAYS))

    set_faults(before, "exit0-after=1")

    assert back_again(qtbot, services, before).restart_count == 1


def test_first_start_that_fails_is_told_and_not_retried(qtbot: QtBot, services: Services) -> None:
    created = simulated(services, faults="crash-at-start=1")

    assert finish(qtbot, services.instances.start(created.id)) is not None

    status = services.instances.status(created.id)
    assert (status.status, status.retry_in_s, status.restart_count) == (InstanceState.FAILED, None, 0)


def test_hung_instance_is_marked_then_restarted(qtbot: QtBot, services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(liveness, "ASK_INTERVAL_MS", 200)
    monkeypatch.setattr(liveness, "ANSWER_LIMIT_MS", 100)
    before = started(qtbot, services)

    os.kill(before.pid or 0, signal.SIGSTOP)
    qtbot.waitUntil(lambda: services.instances.status(before.id).is_unresponsive, timeout=5_000)
    wait_for(qtbot, services, before, InstanceState.STOPPING)
    os.kill(before.pid or 0, signal.SIGCONT)
    after = back_again(qtbot, services, before)

    assert not after.is_unresponsive
    report = services.instances.last_exit(before.id)
    assert report is not None
    assert "stopped answering" in report.sentence


def test_frozen_instance_is_ended_by_force_after_a_short_grace(qtbot: QtBot, services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(liveness, "ASK_INTERVAL_MS", 200)
    monkeypatch.setattr(liveness, "ANSWER_LIMIT_MS", 100)
    monkeypatch.setattr(supervised_process, "HANG_GRACE_MS", 300)
    before = started(qtbot, services)

    os.kill(before.pid or 0, signal.SIGSTOP)
    stopping = wait_for(qtbot, services, before, InstanceState.STOPPING)
    back_again(qtbot, services, before)

    assert stopping.stop_deadline_s is not None
    assert stopping.stop_deadline_s <= 0.3
    report = services.instances.exit_reports(before.id)[-1]
    assert report.signal == signal.SIGKILL
    assert "stopped answering" in report.sentence
    if sys.platform == "linux":
        assert "frozen by a signal" in report.sentence


def test_time_in_which_it_answered_nothing_is_no_healthy_run(qtbot: QtBot, services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(liveness, "ASK_INTERVAL_MS", 200)
    monkeypatch.setattr(liveness, "ANSWER_LIMIT_MS", 100)
    monkeypatch.setattr(liveness, "MISS_LIMIT", 1000)
    before = started(qtbot, services)
    ran_s: list[float] = []

    def judge(_: int, report: ExitReport, seconds: float) -> tuple[Verdict, ExitReport]:
        ran_s.append(seconds)
        return Verdict(None), report

    services.processes.set_judge(judge)
    os.kill(before.pid or 0, signal.SIGSTOP)
    qtbot.waitUntil(lambda: services.instances.status(before.id).is_unresponsive, timeout=15_000)

    monkeypatch.setattr(health_watch, "monotonic", lambda: time.monotonic() + 1000)
    os.kill(before.pid or 0, signal.SIGKILL)

    qtbot.waitUntil(lambda: bool(ran_s), timeout=15_000)
    assert 0 < ran_s[0] < 1000


_OTHER_HOST = pytest.param("v8.2.0", "127.0.0.2", marks=pytest.mark.skipif(sys.platform != "linux", reason="has one loopback address"))


@pytest.mark.skipif(sys.platform == "win32", reason="the simulated versions are scripts")
@pytest.mark.parametrize(("tag", "host"), [("v7.11.4", None), _OTHER_HOST, ("v9.2.0", None)])
def test_every_generation_is_asked_where_it_listens_and_a_frozen_one_is_noticed(
    qtbot: QtBot, services: Services, monkeypatch: pytest.MonkeyPatch, tag: str, host: str | None
) -> None:
    monkeypatch.setattr(liveness, "ANSWER_LIMIT_MS", 300)
    install_simulated(services.paths.versions, tag)
    config: JsonObject = {"flags": {"host": host}} if host is not None else {}
    created = services.instances.create(NewInstance(name="shop", gowa_version=tag, config=config))
    assert finish(qtbot, services.instances.start(created.id)) is None
    process = services.processes.get(created.id)
    assert process.spec is not None
    assert process.ref is not None
    probe = liveness.LivenessProbe(process.spec, local_network(services.owner), services.owner)
    try:
        # The system takes a connection for a process that stands still, so only an answer counts.
        os.kill(process.ref.pid, signal.SIGSTOP)
        with qtbot.waitSignal(probe.missed, timeout=15_000):
            probe.ask()
        os.kill(process.ref.pid, signal.SIGCONT)
        monkeypatch.setattr(liveness, "ANSWER_LIMIT_MS", 15_000)
        with qtbot.waitSignal(probe.answered, timeout=20_000):
            probe.ask()
        assert probe.misses == 0
    finally:
        probe.close()
        probe.deleteLater()


def test_answer_after_a_miss_clears_the_mark(qtbot: QtBot, services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(liveness, "ASK_INTERVAL_MS", 300)
    monkeypatch.setattr(liveness, "ANSWER_LIMIT_MS", 100)
    monkeypatch.setattr(liveness, "MISS_LIMIT", 1000)
    before = started(qtbot, services)
    os.kill(before.pid or 0, signal.SIGSTOP)
    qtbot.waitUntil(lambda: services.instances.status(before.id).is_unresponsive, timeout=5_000)

    os.kill(before.pid or 0, signal.SIGCONT)

    qtbot.waitUntil(lambda: not services.instances.status(before.id).is_unresponsive, timeout=5_000)
    assert services.instances.status(before.id).pid == before.pid


def test_adoption_survives_a_changed_wall_clock(qtbot: QtBot, open_services: Callable[[], Services], monkeypatch: pytest.MonkeyPatch) -> None:
    services = open_services()
    before = started(qtbot, services)
    services.close()
    monkeypatch.setattr(time, "time", lambda: 4_000_000_000.0)
    again = open_services()

    again.instances.recover()

    adopted = wait_for(qtbot, again, before, InstanceState.RUNNING)
    assert adopted.pid == before.pid
    assert (adopted.uptime_s or 0) < 60
    finish(qtbot, again.instances.kill(before.id))


def test_adoption_without_an_identity_record_finds_the_process_by_its_folder(
    qtbot: QtBot, open_services: Callable[[], Services], data_dir: Path
) -> None:
    services = open_services()
    before = started(qtbot, services, faults="grandchildren=2")
    qtbot.waitUntil(lambda: len(processes_below(data_dir)) == 3, timeout=10_000)
    services.close()
    (data_dir / "instances" / str(before.id) / ".gowa-desktop-process.json").unlink()
    again = open_services()

    again.instances.recover()

    assert wait_for(qtbot, again, before, InstanceState.RUNNING).pid == before.pid
    finish(qtbot, again.instances.kill(before.id))
    assert processes_below(data_dir) == []


def test_start_beside_a_stranger_in_the_folder_is_refused_and_names_it(qtbot: QtBot, services: Services) -> None:
    created = simulated(services)
    with subprocess.Popen(
        [sys.executable, "-c", "import sys; sys.stdin.read()"], cwd=services.instances.folder(created.id), stdin=subprocess.PIPE
    ) as stranger:
        qtbot.waitUntil(lambda: psutil.Process(stranger.pid).cwd().endswith(f"instances/{created.id}"), timeout=5_000)

        error = finish(qtbot, services.instances.start(created.id))

        assert isinstance(error, ConflictError)
        assert str(stranger.pid) in error.message
        assert services.instances.live_count() == 0
        stranger.kill()


def test_adopted_process_that_ends_is_seen_and_restarted(qtbot: QtBot, open_services: Callable[[], Services]) -> None:
    services = open_services()
    before = started(qtbot, services)
    services.close()
    again = open_services()
    again.instances.recover()
    wait_for(qtbot, again, before, InstanceState.RUNNING)

    os.kill(before.pid or 0, signal.SIGKILL)

    after = back_again(qtbot, again, before)
    assert after.restart_count == 1
    report = again.instances.last_exit(before.id)
    assert report is not None
    assert "unknown" in report.sentence


def adopted(qtbot: QtBot, open_services: Callable[[], Services]) -> tuple[Services, InstanceStatus]:
    services = open_services()
    before = started(qtbot, services)
    services.close()
    again = open_services()
    again.instances.recover()
    return again, wait_for(qtbot, again, before, InstanceState.RUNNING)


def test_adopted_process_that_another_program_stops_is_not_fought_for(qtbot: QtBot, open_services: Callable[[], Services]) -> None:
    services, before = adopted(qtbot, open_services)

    os.kill(before.pid or 0, signal.SIGTERM)

    after = wait_for(qtbot, services, before, InstanceState.FAILED)
    report = services.instances.exit_reports(before.id)[-1]
    assert (report.code, report.is_clean) == (None, True)
    assert "shut down in order" in (after.error_message or "")
    assert after.retry_in_s is None


def test_adopted_process_that_panics_is_restarted_with_the_reason_of_its_log(qtbot: QtBot, open_services: Callable[[], Services]) -> None:
    services, before = adopted(qtbot, open_services)

    set_faults(before, "crash-after=1")

    back_again(qtbot, services, before)
    report = services.instances.exit_reports(before.id)[-1]
    assert (report.code, report.is_clean) == (None, False)
    assert "internal fault (panic)" in report.sentence


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no permission to execute")
def test_program_that_may_not_run_is_tried_once_and_told_with_its_path(qtbot: QtBot, services: Services) -> None:
    program = services.paths.versions / "v9.2.0" / "gowa"
    program.parent.mkdir(parents=True)
    simulator = services.versions.resolve(SIMULATOR).path
    program.write_text(f"#!/bin/sh\nexec '{sys.executable}' -I -S '{simulator}' \"$@\"\n")
    program.chmod(0o755)
    created = services.instances.create(NewInstance(name="shop", gowa_version="v9.2.0"))
    assert finish(qtbot, services.instances.start(created.id)) is None
    before = services.instances.status(created.id)
    program.chmod(0o644)

    refusal = finish(qtbot, services.instances.restart(created.id))

    assert isinstance(refusal, ProgramBlockedError)
    assert services.instances.status(created.id).pid == before.pid  # a restart that cannot succeed ends nothing
    os.kill(before.pid or 0, signal.SIGKILL)
    after = wait_for(qtbot, services, before, InstanceState.FAILED)
    assert (after.retry_in_s, after.restart_count) == (None, 1)
    assert str(program) in (after.error_message or "")
    assert "chmod u+x" in (after.error_message or "")
    program.chmod(0o755)
    assert finish(qtbot, services.instances.start(created.id)) is None


@pytest.mark.parametrize("step", [1, 2, 5, 10])
def test_a_hundred_that_became_ready_together_are_not_asked_together(step: int) -> None:
    shares = sorted(liveness.first_share(8000 + step * number) for number in range(100))

    assert shares[0] >= 0.1
    assert shares[-1] <= 1
    quarter_s = 0.25 / 15
    assert max(sum(share <= other < share + quarter_s for other in shares) for share in shares) <= 6
