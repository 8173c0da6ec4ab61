"""The sampler: real processes, its pace, and what it hands to the history."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, cast

import pytest

from gowa_desktop.domain.app_settings import SAMPLE_TRAY_S, SAMPLE_WINDOW_S
from gowa_desktop.domain.samples import of_machine
from gowa_desktop.domain.usage import THIS_COMPUTER, Metric
from gowa_desktop.infra.process_tree import describe
from gowa_desktop.services.monitoring.resource_monitor import ResourceMonitor
from gowa_desktop.services.tasks import TaskRunner

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.infra.process_tree import ProcessRef

Readings = dict[Metric, dict[int, float]]


@pytest.fixture
def process() -> Iterator[ProcessRef]:
    program = "import os, sys; os.write(1, b'ready'); sys.stdin.read()"
    child = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert child.stdout is not None
    assert child.stdout.read(5) == b"ready"
    ref = describe(child.pid)
    assert ref is not None
    yield ref
    child.kill()
    child.communicate()


@pytest.fixture
def tasks(qapp: object) -> Iterator[TaskRunner]:
    runner = TaskRunner()
    yield runner
    runner.close()


def _monitor(tasks: TaskRunner, tmp_path: Path, live: dict[int, ProcessRef], pace: tuple[float, float] = (1.0, 5.0)) -> ResourceMonitor:
    return ResourceMonitor(lambda: live, lambda: dict.fromkeys(live, tmp_path), tmp_path, tasks, tasks, pace=lambda: pace)


def test_sample_holds_the_figures_of_the_tree_and_of_the_computer(qtbot: QtBot, tasks: TaskRunner, tmp_path: Path, process: ProcessRef) -> None:
    monitor = _monitor(tasks, tmp_path, {1: process})
    readings: list[Readings] = []
    monitor.measured.connect(lambda _at, _lasts, figures: readings.append(cast("Readings", figures)))
    (tmp_path / "file").write_bytes(b"x" * 1000)
    monitor.sample_blocking()

    sample, computer = monitor.newest(1), monitor.computer
    assert sample is not None
    assert sample.cpu_percent is not None
    assert sample.memory_bytes > 1_000_000
    assert sample.thread_count >= 1
    assert sample.open_files is not None
    assert sample.open_files > 0
    assert computer is not None
    assert computer.cpu_percent is not None
    assert 0 <= of_machine(computer.cpu_percent, computer.cores) <= 105
    assert 0 < computer.memory_bytes < computer.memory_total
    assert monitor.disk_bytes(1) == 1000
    assert monitor.disk_space is not None
    last = {metric: figures for one in readings for metric, figures in one.items()}
    assert set(last[Metric.CPU]) == {THIS_COMPUTER, 1}
    assert last[Metric.MEMORY][1] == sample.memory_bytes
    assert last[Metric.DISK] == {THIS_COMPUTER: monitor.disk_space.used_bytes, 1: 1000.0}


def test_tick_while_a_reading_is_under_way_is_skipped_and_not_queued(
    qtbot: QtBot, tasks: TaskRunner, tmp_path: Path, process: ProcessRef
) -> None:
    monitor = _monitor(tasks, tmp_path, {1: process})
    with qtbot.waitSignal(monitor.sampled, timeout=10_000):
        for _ in range(50):
            monitor.sample_now()
    assert len(monitor.window(1)) == 1


def test_pace_follows_whether_somebody_looks(qtbot: QtBot, tasks: TaskRunner, tmp_path: Path, process: ProcessRef) -> None:
    monitor = _monitor(tasks, tmp_path, {1: process}, pace=(0.02, 3600.0))
    is_watched = False
    monitor.set_watched(lambda: is_watched)
    monitor.begin()
    qtbot.waitUntil(lambda: len(monitor.window(1)) == 1, timeout=20_000)
    asked = 0

    def answer() -> bool:
        nonlocal asked
        asked += 1
        return is_watched

    monitor.set_watched(answer)
    qtbot.waitUntil(lambda: asked > 10, timeout=20_000)
    assert len(monitor.window(1)) == 1, "nobody looks, and the next reading is due in an hour"
    is_watched = True
    qtbot.waitUntil(lambda: len(monitor.window(1)) > 5, timeout=20_000)
    monitor.close()


def test_instance_that_is_no_longer_live_has_no_newest_sample_but_keeps_its_window(
    qtbot: QtBot, tasks: TaskRunner, tmp_path: Path, process: ProcessRef
) -> None:
    live = {1: process}
    monitor = _monitor(tasks, tmp_path, live)
    monitor.sample_blocking()
    live.clear()
    assert monitor.newest(1) is None
    assert len(monitor.window(1)) > 0
    monitor.forget(1)
    assert len(monitor.window(1)) == 0


def test_unique_memory_comes_on_request(qtbot: QtBot, tasks: TaskRunner, tmp_path: Path, process: ProcessRef) -> None:
    monitor = _monitor(tasks, tmp_path, {1: process})
    answers: list[int | None] = []
    monitor.measure_unique(1, answers.append)
    qtbot.waitUntil(lambda: len(answers) == 1, timeout=20_000)
    if sys.platform == "linux":
        assert (answers[0] or 0) > 1_000_000
    monitor.measure_unique(2, answers.append)
    assert answers[1:] == [None]


def test_pace_is_changed_while_it_runs(qtbot: QtBot, services: Services) -> None:
    services.begin()
    services.monitor.set_watched(lambda: True)
    assert services.monitor.interval_ms == 1000
    services.settings.set(SAMPLE_WINDOW_S, 7)
    assert services.monitor.interval_ms == 5000, "the shorter of both: somebody may look at any moment"
    services.settings.set(SAMPLE_TRAY_S, 60)
    assert services.monitor.interval_ms == 7000
