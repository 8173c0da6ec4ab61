"""ResourceMonitor: true interval CPU, memory and disk use of every live instance, read on a worker."""

from __future__ import annotations

import time
from time import monotonic, sleep
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from gowa_desktop.domain.samples import ResourceSample, SampleWindow
from gowa_desktop.domain.usage import Metric
from gowa_desktop.infra.directories import disk_bytes
from gowa_desktop.infra.process_tree import usage_of_trees

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    import psutil

    from gowa_desktop.infra.process_tree import ProcessRef, TreeUsage
    from gowa_desktop.services.tasks import TaskRunner

SAMPLE_INTERVAL_MS = 2_000
DISK_INTERVAL_MS = 30_000
_SOON_MS = 150
_SHORTEST_S = 0.2
"""Shorter intervals give no CPU figure."""


class ResourceMonitor(QObject):
    """Keeps the newest samples by instance id. Main thread; at most one reading is under way, late ticks are skipped."""

    sampled = Signal()
    """New figures are there for all live instances."""
    measured = Signal(float, float, object)
    """For the history: when, in seconds since the epoch, over how many seconds, and the figures by metric and instance id."""

    def __init__(
        self,
        live: Callable[[], Mapping[int, ProcessRef]],
        folders: Callable[[], Mapping[int, Path]],
        tasks: TaskRunner,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._live = live
        self._folders = folders
        self._tasks = tasks
        self._windows: dict[int, SampleWindow] = {}
        self._disk: dict[int, int] = {}
        self._previous: dict[int, tuple[ProcessRef, float, float]] = {}
        self._cache: dict[int, psutil.Process] = {}
        self._is_reading = False
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.sample_now)
        self._soon_timer = QTimer(self)
        self._soon_timer.setSingleShot(True)
        self._soon_timer.timeout.connect(self.sample_now)
        self._disk_timer = QTimer(self)
        self._disk_timer.timeout.connect(self.measure_disk)

    def begin(self) -> None:
        """Start sampling."""
        self._timer.start(SAMPLE_INTERVAL_MS)
        self._disk_timer.start(DISK_INTERVAL_MS)
        QTimer.singleShot(500, self, self.measure_disk)

    def close(self) -> None:
        """Stop sampling."""
        self._timer.stop()
        self._disk_timer.stop()
        self._soon_timer.stop()

    def newest(self, instance_id: int) -> ResourceSample | None:
        """Give the latest sample of a live instance."""
        return self.window(instance_id).newest if instance_id in self._live() else None

    def window(self, instance_id: int) -> SampleWindow:
        """Give the last minutes of an instance; kept when it stops."""
        return self._windows.setdefault(instance_id, SampleWindow())

    def disk_bytes(self, instance_id: int) -> int | None:
        """Give the size of the instance folder, or None before it was measured."""
        return self._disk.get(instance_id)

    def forget(self, instance_id: int) -> None:
        """Drop the history of an instance."""
        for kept in (self._windows, self._disk, self._previous):
            kept.pop(instance_id, None)

    @Slot()
    def sample_now(self) -> None:
        """Read all live instances on a worker; skipped while a reading is under way."""
        roots = dict(self._live())
        for gone in self._previous.keys() - roots.keys():
            del self._previous[gone]
        if self._is_reading or not roots:
            return
        self._is_reading = True
        self._tasks.run(lambda: (roots, usage_of_trees(roots, self._cache), monotonic()), self._on_usage_read, self._on_reading_failed)

    def sample_soon(self) -> None:
        """Read shortly, so that a fresh instance does not wait a whole interval for its first figures."""
        if self._timer.isActive() and not self._soon_timer.isActive():
            self._soon_timer.start(_SOON_MS)

    def sample_blocking(self, interval_s: float = 0.2) -> None:
        """Read all live instances twice, here and now, for a program that only looks once."""
        roots = dict(self._live())
        if roots:
            self._on_usage_read((roots, usage_of_trees(roots, self._cache), monotonic()))
            sleep(interval_s)
            self._on_usage_read((roots, usage_of_trees(roots, self._cache), monotonic()))
        self._disk = {key: disk_bytes(folder) for key, folder in self._folders().items()}

    @Slot()
    def measure_disk(self) -> None:
        """Measure all instance folders on a worker."""
        folders = dict(self._folders())
        self._tasks.run(lambda: {key: disk_bytes(folder) for key, folder in folders.items()}, self._on_disk_measured)

    def _on_usage_read(self, reading: tuple[dict[int, ProcessRef], dict[int, TreeUsage], float]) -> None:
        self._is_reading = False
        roots, usages, now = reading
        readings: dict[Metric, dict[int, float]] = {Metric.CPU: {}, Metric.MEMORY: {}}
        for key, usage in usages.items():
            before = self._previous.get(key)
            cpu = None
            if before is None or before[0] != roots[key]:
                self._previous[key] = (roots[key], usage.cpu_seconds, now)
            elif now - before[2] < _SHORTEST_S:
                # Over a few milliseconds the kernel's clock ticks tell nothing: the last figure stands.
                newest = self.window(key).newest
                cpu = newest.cpu_percent if newest is not None else None
            else:
                # A child that ended took its CPU time out of the sum; that is no negative use.
                cpu = max(0.0, usage.cpu_seconds - before[1]) / (now - before[2]) * 100
                self._previous[key] = (roots[key], usage.cpu_seconds, now)
            self.window(key).append(ResourceSample(now, cpu, usage.memory_bytes, usage.process_count))
            readings[Metric.MEMORY][key] = usage.memory_bytes
            if cpu is not None:
                readings[Metric.CPU][key] = cpu
        self.measured.emit(time.time(), SAMPLE_INTERVAL_MS / 1000, readings)
        self.sampled.emit()

    def _on_reading_failed(self, _: object) -> None:
        self._is_reading = False

    def _on_disk_measured(self, sizes: dict[int, int]) -> None:
        self._disk = sizes
        self.measured.emit(time.time(), DISK_INTERVAL_MS / 1000, {Metric.DISK: sizes})
        self.sampled.emit()
