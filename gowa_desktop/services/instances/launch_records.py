"""LaunchRecords: what each process was started with, so that later changes can be told, also by the next run of the program."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from gowa_desktop.infra.private_files import read_object, write_private

if TYPE_CHECKING:
    from gowa_desktop.domain.json_types import JsonObject
    from gowa_desktop.infra.directories import DirectoryManager
    from gowa_desktop.infra.process_tree import ProcessRef


_WRITE_DELAY_MS = 1_500
_SLICE = 8
_SLICE_PAUSE_MS = 50


class LaunchRecords(QObject):
    """Owns the launch record in each instance folder. Main thread; the files are a few kilobytes.

    They are written a little after the start, a few at a time: fifty starts must not wait for fifty files that only the next
    run of the program reads.
    """

    def __init__(self, directories: DirectoryManager, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._directories = directories
        self._read: dict[int, tuple[int, float, JsonObject | None]] = {}
        self._unwritten: list[int] = []
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on_timer_timeout)

    def write(self, instance_id: int, ref: ProcessRef, launched: JsonObject) -> None:
        """Keep what a process was started with. On a full disk the next run of the program will not know it."""
        self._read[instance_id] = (ref.pid, ref.start_time, launched)
        if instance_id not in self._unwritten:
            self._unwritten.append(instance_id)
        if not self._timer.isActive():
            self._timer.start(_WRITE_DELAY_MS)

    def flush(self) -> None:
        """Write what is not written yet, because the program ends."""
        self._timer.stop()
        self._write_some(len(self._unwritten))

    def read(self, instance_id: int, ref: ProcessRef) -> JsonObject | None:
        """Give what this process was started with; None when that is not known."""
        known = self._read.get(instance_id)
        if known is None or known[:2] != (ref.pid, ref.start_time):
            known = (ref.pid, ref.start_time, self._stored(instance_id, ref))
            self._read[instance_id] = known
        return known[2]

    def forget(self, instance_id: int) -> None:
        """Drop a removed instance."""
        self._read.pop(instance_id, None)

    @Slot()
    def _on_timer_timeout(self) -> None:
        self._write_some(_SLICE)
        if self._unwritten:
            self._timer.start(_SLICE_PAUSE_MS)

    def _write_some(self, count: int) -> None:
        now, self._unwritten = self._unwritten[:count], self._unwritten[count:]
        for instance_id in now:
            pid, start_time, launched = self._read.get(instance_id, (0, 0.0, None))
            if launched is not None:
                record: JsonObject = {"pid": pid, "start_time": start_time, "launched": launched}
                write_private(self._directories.launch_file(instance_id), json.dumps(record))

    def _stored(self, instance_id: int, ref: ProcessRef) -> JsonObject | None:
        record = read_object(self._directories.launch_file(instance_id))
        if record is None or (record.get("pid"), record.get("start_time")) != (ref.pid, ref.start_time):
            return None
        launched = record.get("launched")
        return launched if isinstance(launched, dict) else None
