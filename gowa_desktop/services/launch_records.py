"""LaunchRecords: what each process was started with, so that later changes can be told, also by the next run of the program."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from gowa_desktop.infra.private_files import read_object, write_private

if TYPE_CHECKING:
    from gowa_desktop.domain.json_types import JsonObject
    from gowa_desktop.infra.directories import DirectoryManager
    from gowa_desktop.infra.process_tree import ProcessRef


class LaunchRecords:
    """Owns the launch record in each instance folder. Main thread; the files are a few kilobytes."""

    def __init__(self, directories: DirectoryManager) -> None:
        self._directories = directories
        self._read: dict[int, tuple[int, float, JsonObject | None]] = {}

    def write(self, instance_id: int, ref: ProcessRef, launched: JsonObject) -> None:
        """Keep what a process was started with. On a full disk the next run of the program will not know it."""
        self._read[instance_id] = (ref.pid, ref.start_time, launched)
        record: JsonObject = {"pid": ref.pid, "start_time": ref.start_time, "launched": launched}
        write_private(self._directories.launch_file(instance_id), json.dumps(record))

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

    def _stored(self, instance_id: int, ref: ProcessRef) -> JsonObject | None:
        record = read_object(self._directories.launch_file(instance_id))
        if record is None or (record.get("pid"), record.get("start_time")) != (ref.pid, ref.start_time):
            return None
        launched = record.get("launched")
        return launched if isinstance(launched, dict) else None
