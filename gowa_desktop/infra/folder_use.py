"""FolderMeter: how much room the folders of instances take, by part; what cannot have changed is not looked at again."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gowa_desktop.domain.folder_parts import FolderPart, FolderUse, part_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

_SETTLED_S = 120.0
"""A folder of media in which nothing was made or removed for so long holds files that are complete."""
_LOWEST = 19
_BLOCK_BYTES = 512
"""Of `st_blocks`, whatever the file system's own block is (stat(2))."""
_REST_S = 0.002
_FILES_PER_REST = 500


@dataclass(slots=True)
class _FolderSeen:
    """One folder as it was read last."""

    changed_ns: int
    media_bytes: int = 0
    growing: list[str] = field(default_factory=list)
    """Names of the files that are no media: databases and logs grow without a change to the folder."""
    folders: list[str] = field(default_factory=list)


class FolderMeter:
    """Remembers folders of settled media. For one thread at a time; `measure` blocks on the disk and belongs on a worker.

    Received media are written once and never grow, and a folder's own time changes when something is made in it or removed. So
    a hundred thousand files cost one question per folder.
    """

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._seen: dict[str, _FolderSeen] = {}
        self.files_read = 0
        """How many files were asked for their size, ever."""

    def measure(self, folders: Mapping[int, Path]) -> dict[int, FolderUse]:
        """Measure each folder; what cannot be read counts as nothing."""
        known, self._seen = self._seen, {}
        return {key: self._measure(os.fspath(folder), known) for key, folder in folders.items()}

    def _measure(self, root: str, known: Mapping[str, _FolderSeen]) -> FolderUse:
        parts = dict.fromkeys(FolderPart, 0)
        pending = [""]
        while pending:
            place = pending.pop()
            seen = self._look(f"{root}/{place}", place, known)
            if seen is None:
                continue
            pending += (f"{place}{name}/" for name in seen.folders)
            parts[FolderPart.MEDIA] += seen.media_bytes
            for name in seen.growing:
                with contextlib.suppress(OSError):  # GOWA removes files at any moment
                    parts[part_of(place + name)] += room_of(os.lstat(f"{root}/{place}{name}"))
                self._rest_now_and_then()
        return FolderUse(parts)

    def _look(self, path: str, place: str, known: Mapping[str, _FolderSeen]) -> _FolderSeen | None:
        try:
            changed_ns = os.lstat(path).st_mtime_ns
            seen = known.get(path)
            if seen is None or seen.changed_ns != changed_ns:
                seen = self._read(path, place, changed_ns)
        except OSError:
            return None
        if self._now() - changed_ns / 1e9 > _SETTLED_S:
            self._seen[path] = seen
        return seen

    def _read(self, path: str, place: str, changed_ns: int) -> _FolderSeen:
        seen = _FolderSeen(changed_ns)
        with os.scandir(path) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    seen.folders.append(entry.name)
                elif not entry.is_file(follow_symlinks=False):
                    continue
                elif part_of(place + entry.name) is FolderPart.MEDIA:
                    with contextlib.suppress(OSError):
                        seen.media_bytes += room_of(entry.stat(follow_symlinks=False))
                    self._rest_now_and_then()
                else:
                    seen.growing.append(entry.name)
        return seen

    def _rest_now_and_then(self) -> None:
        """Let others have processor and disk between files."""
        self.files_read += 1
        if self.files_read % _FILES_PER_REST == 0:
            time.sleep(_REST_S)


def room_of(status: os.stat_result) -> int:
    """Give the room that a file takes, bytes: less than its length where it has holes, as a log whose beginning was given back.

    A file that is not on the disk yet, or a small one that the file system keeps with its name, counts by its length, so that
    nothing looks free that is not. Windows does not tell (`st_blocks`, Python's os module).
    """
    blocks = getattr(status, "st_blocks", None)
    return status.st_size if not blocks else min(status.st_size, blocks * _BLOCK_BYTES)


def step_back() -> None:
    """Let the present thread come after all others, where the system allows that for a thread: on Linux. For good."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _LOWEST)
