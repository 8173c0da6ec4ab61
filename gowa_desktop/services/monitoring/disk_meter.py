"""DiskMeter: how much the folders of instances and their disk hold, on a slow clock and behind everything else."""

from __future__ import annotations

import time
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from gowa_desktop.domain.usage import THIS_COMPUTER, Metric
from gowa_desktop.infra.computer_usage import disk_space
from gowa_desktop.infra.folder_use import FolderMeter, step_back

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from gowa_desktop.domain.folder_parts import FolderUse
    from gowa_desktop.domain.samples import DiskSpace
    from gowa_desktop.services.tasks import TaskRunner

INTERVAL_MS = 60_000
_FIRST_MS = 500
_LATE_FACTOR = 2.5
"""A measurement this much too late leaves a gap, as in `ResourceMonitor`."""


class DiskMeter(QObject):
    """Keeps the newest sizes. Main thread; at most one measurement is under way, on a thread of its own that comes after all others."""

    measured = Signal(float, float, object)
    """As `ResourceMonitor.measured`."""

    def __init__(self, root: Path, folders: Callable[[], Mapping[int, Path]], tasks: TaskRunner, parent: QObject) -> None:
        super().__init__(parent)
        self._root = root
        self._folders = folders
        self._tasks = tasks
        self._meter = FolderMeter()
        self._uses: dict[int, FolderUse] = {}
        self._space: DiskSpace | None = None
        self._is_measuring = False
        self._measured_s = float("-inf")
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.measure)

    @property
    def space(self) -> DiskSpace | None:
        """The disk of the data folder; None before it was measured."""
        return self._space

    def use(self, instance_id: int) -> FolderUse | None:
        """Give what the folder of an instance holds; None before it was measured."""
        return self._uses.get(instance_id)

    def begin(self) -> None:
        """Start measuring."""
        self._timer.start(INTERVAL_MS)
        QTimer.singleShot(_FIRST_MS, self, self.measure)

    def close(self) -> None:
        """Stop measuring."""
        self._timer.stop()

    def forget(self, instance_id: int) -> None:
        """Drop what is known of an instance."""
        self._uses.pop(instance_id, None)

    @Slot()
    def measure(self) -> None:
        """Measure all folders; skipped while that is under way."""
        if not self._is_measuring:
            self._is_measuring = True
            # A thread of its own: one that has stepped back cannot come forward again.
            self._tasks.run_apart(partial(self._read, dict(self._folders()), is_behind=True), self._on_read, self._on_failed)

    def measure_blocking(self) -> None:
        """Measure all folders here and now."""
        self._on_read(self._read(dict(self._folders()), is_behind=False))

    def _read(self, folders: dict[int, Path], *, is_behind: bool) -> tuple[dict[int, FolderUse], DiskSpace | None]:
        if is_behind:
            step_back()
        return self._meter.measure(folders), disk_space(self._root)

    def _on_read(self, reading: tuple[dict[int, FolderUse], DiskSpace | None]) -> None:
        self._is_measuring = False
        present = self._folders()
        self._uses = {key: use for key, use in reading[0].items() if key in present}
        self._space = reading[1]
        figures: dict[int, float] = {key: float(use.total_bytes) for key, use in self._uses.items()}
        if self._space is not None:
            figures[THIS_COMPUTER] = float(self._space.used_bytes)
        gap_s, self._measured_s = monotonic() - self._measured_s, monotonic()
        lasts_s = gap_s if gap_s < _LATE_FACTOR * INTERVAL_MS / 1000 else INTERVAL_MS / 1000
        self.measured.emit(time.time(), lasts_s, {Metric.DISK: figures})

    def _on_failed(self, _: object) -> None:
        self._is_measuring = False
