"""ResourceMonitor: true interval CPU and memory of every live instance and of this computer, read on a worker."""

from __future__ import annotations

import time
from dataclasses import replace
from time import monotonic, sleep
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from gowa_desktop.domain.samples import ComputerSample, ResourceSample, SampleWindow
from gowa_desktop.domain.usage import THIS_COMPUTER, Metric
from gowa_desktop.infra.computer_usage import read_computer
from gowa_desktop.infra.tree_usage import TreeReader, unique_bytes
from gowa_desktop.services.monitoring.disk_meter import DiskMeter

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from gowa_desktop.domain.folder_parts import FolderUse
    from gowa_desktop.domain.samples import DiskSpace
    from gowa_desktop.infra.computer_usage import ComputerUsage
    from gowa_desktop.infra.process_tree import ProcessRef
    from gowa_desktop.infra.tree_usage import TreeUsage
    from gowa_desktop.services.tasks import TaskRunner

DEFAULT_PACE = (1.0, 5.0)
"""Seconds from reading to reading: while somebody may be looking, and while nobody is."""
_SOON_MS = 150
_SHORTEST_S = 0.2
"""Shorter intervals give no CPU figure."""
_COUNT_FILES_EVERY_S = 10.0
_LATE_FACTOR = 2.5
"""A reading this much too late means that the computer slept: the time between is a gap and not one long interval."""


class _Reading(NamedTuple):
    roots: dict[int, ProcessRef]
    trees: dict[int, TreeUsage]
    computer: ComputerUsage
    now_s: float


class _Before(NamedTuple):
    root: ProcessRef | None
    cpu_seconds: float
    now_s: float


class ResourceMonitor(QObject):
    """Keeps the newest samples by instance id. Main thread; at most one reading is under way, late ticks are skipped."""

    sampled = Signal()
    """New figures are there for all live instances and for this computer."""
    measured = Signal(float, float, object)
    """For the history: when, in seconds since the epoch, over how many seconds, and the figures by metric and subject."""
    forgotten = Signal(int)
    """An instance or its data is gone, and with it all figures."""

    def __init__(
        self,
        live: Callable[[], Mapping[int, ProcessRef]],
        folders: Callable[[], Mapping[int, Path]],
        root: Path,
        tasks: TaskRunner,
        parent: QObject | None = None,
        *,
        pace: Callable[[], tuple[float, float]] = lambda: DEFAULT_PACE,
    ) -> None:
        super().__init__(parent)
        self._live = live
        self._tasks = tasks
        self._read_pace = pace
        self._pace = DEFAULT_PACE
        self._is_watched: Callable[[], bool] = lambda: False
        self._windows: dict[int, SampleWindow] = {}
        self._previous: dict[int, _Before] = {}
        self._computer: ComputerSample | None = None
        self._reader = TreeReader()
        self._is_begun = False
        self._is_reading = False
        self._read_s = float("-inf")
        self._files_s = float("-inf")
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._on_timer_timeout)
        self._soon_timer = QTimer(self)
        self._soon_timer.setSingleShot(True)
        self._soon_timer.timeout.connect(self.sample_now)
        self._disk = DiskMeter(root, folders, tasks, self)
        self._disk.measured.connect(self.measured)
        self._disk.measured.connect(self._on_disk_measured)

    def begin(self) -> None:
        """Start sampling."""
        self._is_begun = True
        self.apply_pace()
        self._disk.begin()

    def close(self) -> None:
        """Stop sampling."""
        self._is_begun = False
        self._timer.stop()
        self._soon_timer.stop()
        self._disk.close()

    def set_watched(self, is_watched: Callable[[], bool]) -> None:
        """Say how to find out whether somebody may be looking; that is asked at every tick. Without it nobody is."""
        self._is_watched = is_watched

    @Slot()
    def apply_pace(self) -> None:
        """Take over how often to read, as it is set now."""
        self._pace = self._read_pace()
        if self._is_begun:
            self._timer.start(round(min(self._pace) * 1000))

    @property
    def interval_ms(self) -> int:
        """How often is asked whether a reading is due."""
        return self._timer.interval()

    # The newest figures

    @property
    def computer(self) -> ComputerSample | None:
        """What this computer uses; None before the first reading."""
        return self._computer

    @property
    def disk_space(self) -> DiskSpace | None:
        """The disk of the data folder; None before it was measured."""
        return self._disk.space

    def newest(self, instance_id: int) -> ResourceSample | None:
        """Give the latest sample of a live instance."""
        return self.window(instance_id).newest if instance_id in self._live() else None

    def window(self, instance_id: int) -> SampleWindow:
        """Give the last minutes of an instance; kept when it stops."""
        return self._windows.setdefault(instance_id, SampleWindow())

    def disk_bytes(self, instance_id: int) -> int | None:
        """Give the size of the instance folder, or None before it was measured."""
        use = self._disk.use(instance_id)
        return None if use is None else use.total_bytes

    def disk_use(self, instance_id: int) -> FolderUse | None:
        """Give the size of the instance folder by part, or None before it was measured."""
        return self._disk.use(instance_id)

    def forget(self, instance_id: int) -> None:
        """Drop the figures of an instance."""
        self._windows.pop(instance_id, None)
        self._previous.pop(instance_id, None)
        self._disk.forget(instance_id)
        self.forgotten.emit(instance_id)

    # Reading

    @Slot()
    def sample_now(self) -> None:
        """Read all live instances on a worker; skipped while a reading is under way."""
        if self._is_reading:
            return
        self._is_reading = True
        roots = dict(self._live())
        now_s = monotonic()
        counts_files = now_s - self._files_s >= _COUNT_FILES_EVERY_S
        if counts_files:
            self._files_s = now_s
        self._tasks.run(lambda: self._read(roots, counts_files=counts_files), self._on_read, self._on_reading_failed)

    def sample_soon(self) -> None:
        """Read shortly, so that a fresh instance does not wait a whole interval for its first figures."""
        if self._timer.isActive() and not self._soon_timer.isActive():
            self._soon_timer.start(_SOON_MS)

    def sample_blocking(self, interval_s: float = 0.2) -> None:
        """Read everything twice, here and now, for a program that only looks once."""
        roots = dict(self._live())
        self._on_read(self._read(roots, counts_files=True))
        if roots:
            sleep(interval_s)
            self._on_read(self._read(roots, counts_files=False))
        self._disk.measure_blocking()

    @Slot()
    def measure_disk(self) -> None:
        """Measure all instance folders on a worker."""
        self._disk.measure()

    def measure_unique(self, instance_id: int, on_result: Callable[[int | None], None], *, owner: QObject | None = None) -> None:
        """Find out on a worker how much memory would be free if a live instance ended (USS), in bytes; None when it is not known.

        Nothing is told once Qt has deleted the `owner`.
        """
        root = self._live().get(instance_id)
        if root is None:
            on_result(None)
        else:
            self._tasks.run(lambda: unique_bytes(root), on_result, lambda _: on_result(None), owner=owner)

    def unique_blocking(self, instance_id: int) -> int | None:
        """Find it out here and now, for a program that only looks once."""
        root = self._live().get(instance_id)
        return None if root is None else unique_bytes(root)

    @Slot()
    def _on_timer_timeout(self) -> None:
        watched_s, unwatched_s = self._pace
        wanted_s = watched_s if self._is_watched() else unwatched_s
        # A timer may come a little early, and must not skip a whole tick then.
        if monotonic() - self._read_s > wanted_s - self._timer.interval() / 2000:
            self.sample_now()

    def _read(self, roots: dict[int, ProcessRef], *, counts_files: bool) -> _Reading:
        trees = self._reader.read(roots, counts_files=counts_files)
        return _Reading(roots, trees, read_computer(), monotonic())

    def _on_read(self, reading: _Reading) -> None:
        self._is_reading = False
        gap_s, self._read_s = reading.now_s - self._read_s, reading.now_s
        for gone in self._previous.keys() - reading.trees.keys() - {THIS_COMPUTER}:
            del self._previous[gone]
        cpu: dict[int, float] = {}
        memory: dict[int, float] = {THIS_COMPUTER: float(reading.computer.memory_bytes)}
        self._note_computer(reading.computer, reading.now_s)
        if self._computer is not None and self._computer.cpu_percent is not None:
            cpu[THIS_COMPUTER] = self._computer.cpu_percent
        for key, usage in reading.trees.items():
            sample = self._note_tree(key, reading.roots[key], usage, reading.now_s)
            memory[key] = float(sample.memory_bytes)
            if sample.cpu_percent is not None:
                cpu[key] = sample.cpu_percent
        lasts_s = gap_s if gap_s <= _LATE_FACTOR * max(self._pace) else min(self._pace)
        self.measured.emit(time.time(), lasts_s, {Metric.CPU: cpu, Metric.MEMORY: memory})
        self.sampled.emit()

    def _note_computer(self, usage: ComputerUsage, now_s: float) -> None:
        last = self._computer.cpu_percent if self._computer is not None else None
        percent = self._percent(THIS_COMPUTER, None, usage.busy_seconds, now_s, last)
        self._computer = ComputerSample(now_s, percent, usage.cores, usage.memory_bytes, usage.memory_total)

    def _note_tree(self, key: int, root: ProcessRef, usage: TreeUsage, now_s: float) -> ResourceSample:
        window = self.window(key)
        last = window.newest
        percent = self._percent(key, root, usage.cpu_seconds, now_s, last.cpu_percent if last is not None else None)
        sample = ResourceSample(now_s, percent, usage.memory_bytes, usage.process_count, usage.thread_count, usage.open_files)
        if sample.open_files is None and last is not None:
            sample = replace(sample, open_files=last.open_files)
        window.append(sample)
        return sample

    def _percent(self, key: int, root: ProcessRef | None, cpu_seconds: float, now_s: float, last: float | None) -> float | None:
        before = self._previous.get(key)
        if before is not None and before.root == root and now_s - before.now_s < _SHORTEST_S:
            return last  # over a few milliseconds the kernel's clock ticks tell nothing: the last figure stands
        self._previous[key] = _Before(root, cpu_seconds, now_s)
        if before is None or before.root != root:
            return None
        return max(0.0, cpu_seconds - before.cpu_seconds) / (now_s - before.now_s) * 100

    def _on_reading_failed(self, _: object) -> None:
        self._is_reading = False

    @Slot(float, float, object)
    def _on_disk_measured(self, _at: float, _lasts_s: float, _readings: object) -> None:
        self.sampled.emit()
