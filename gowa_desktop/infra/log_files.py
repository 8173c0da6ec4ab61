"""The log of an instance: the file that GOWA writes, the older parts beside it, and the bounded work of keeping both small.

GOWA holds the file open for appending (`O_APPEND`), so its beginning may be taken away under its hands. A file that nobody has
open is renamed instead, which costs nothing. What positions are is said in `log_parts`. Knows no instances.
"""

from __future__ import annotations

import contextlib
import gzip
import os
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

from gowa_desktop.infra.collapse import BLOCK_BYTES, take_beginning
from gowa_desktop.infra.log_parts import Part, live_begin, moving_path, older_parts, part_path, settle

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import BinaryIO

_CHUNK_BYTES = 256 * 1024
_FULL_FROM = 0.9
"""Part of its size at which a file counts as full, so that what comes until it is looked at still fits."""
_FLOOD_S = 10.0
"""A file that is full again so soon replaces the newest part: a flood must not push out what was written before it."""
_WORTH_RENAMING_FROM = 0.5
"""Before a run: moving a half full file now saves copying a full one while GOWA writes."""
GZIP_MEMBER_BYTES = 256 * 1024
"""A compressed part is a chain of gzip members of so many bytes, so that its middle can be read; `zcat` reads it like any other."""


@dataclass(frozen=True, slots=True)
class LogLimits:
    """How much log an instance may keep: so many files of so many bytes, the one that is written included."""

    file_bytes: int = 10 * 1024 * 1024
    files: int = 5


DEFAULT_LIMITS = LogLimits()


def rotate_before_run(path: Path, limits: LogLimits = DEFAULT_LIMITS) -> None:
    """Begin a new file when the present one is half full; nobody may have it open. What the disk refuses stays as it is."""
    settle(path)
    with contextlib.suppress(OSError):
        if (size := path.stat().st_size) > limits.file_bytes:
            # It grew while nobody looked after it.
            run = RunLog(path, 0)
            while run.size() > limits.file_bytes and run.cap(limits):
                pass
        elif size >= limits.file_bytes * _WORTH_RENAMING_FROM:
            begin = live_begin(path)
            path.replace(part_path(path, begin, begin + size))
            drop_old_parts(path, limits)


def end_position(path: Path) -> int:
    """Give the position behind the last byte of a log."""
    return live_begin(path) + _size(path)


def append_line(path: Path, line: bytes) -> None:
    """Append a line of our own in one piece, which is safe beside other writers; what the disk refuses is left out."""
    with contextlib.suppress(OSError):
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0))
        try:
            size = os.fstat(descriptor).st_size
            is_cut = size > 0 and not _ends_with_newline(path, size)
            os.write(descriptor, b"\n" + line if is_cut else line)
        finally:
            os.close(descriptor)


def drop_old_parts(path: Path, limits: LogLimits) -> None:
    """Remove the oldest parts that are too many, by number and by bytes."""
    parts = older_parts(path)
    kept = max(0, limits.files - 1)
    room = kept * limits.file_bytes
    for index, part in enumerate(reversed(parts)):
        room -= _size(part.path)
        if index >= kept or (room < 0 and index > 0):
            with contextlib.suppress(OSError):
                part.path.unlink()


def compress_old_parts(path: Path) -> None:
    """Compress all parts but the newest one. Blocks; for workers."""
    for part in older_parts(path)[:-1]:
        if not part.is_compressed:
            with contextlib.suppress(OSError):
                _compress(part)


class RunLog:
    """The log of one run of GOWA: where it begins, and the work of keeping it small. Any thread, one at a time."""

    def __init__(self, path: Path, start: int, clock: Callable[[], float] = monotonic) -> None:
        self._path = path
        self._start = start
        self._clock = clock
        self._moved_s: float | None = None
        self._backlog: int | None = None
        """Bytes that were there when this was first looked at: they came while nobody looked, which is no flood."""

    @property
    def start(self) -> int:
        """The position at which the run begins."""
        return self._start

    @property
    def path(self) -> Path:
        """The file that GOWA writes."""
        return self._path

    def size(self) -> int:
        """Give the size of the file that is written."""
        return _size(self._path)

    def cap(self, limits: LogLimits = DEFAULT_LIMITS) -> int:
        """Move what a full file holds to an older part; the answer is how many bytes went, 0 when it is not full.

        Never copies more than one file may hold: what a flood wrote beyond that is left out. A flood that fills file after file
        keeps its newest part only. Blocks on the disk; for workers. When the disk refuses, the log stays as it is.
        """
        size = _size(self._path)
        if self._backlog is None:
            self._backlog = size if size > limits.file_bytes else 0
        if size < limits.file_bytes * _FULL_FROM:
            return 0
        try:
            settle(self._path)
            with self._path.open("r+b", buffering=0) as live:
                return self._move(live, size, limits)
        except OSError:
            self._give_way(limits)
            return 0

    def compress(self) -> None:
        """Compress the older parts. Blocks; for workers."""
        compress_old_parts(self._path)

    def _give_way(self, limits: LogLimits) -> None:
        """On a full disk the oldest lines make room for newer ones, as they would if the disk were larger."""
        settle(self._path)
        parts = older_parts(self._path)
        if parts and _size(self._path) >= limits.file_bytes * _FULL_FROM:
            with contextlib.suppress(OSError):
                parts[0].path.unlink()

    def _move(self, live: BinaryIO, size: int, limits: LogLimits) -> int:
        base = live_begin(self._path)
        count = (size - 1) // BLOCK_BYTES * BLOCK_BYTES
        left_out = max(0, size - limits.file_bytes)
        was_backlog = left_out > 0 and (self._backlog or 0) > BLOCK_BYTES and limits.file_bytes >= BLOCK_BYTES
        if was_backlog:
            # Part after part, as if they had been moved in time.
            left_out, count = 0, min(count, limits.file_bytes // BLOCK_BYTES * BLOCK_BYTES)
            self._backlog = (self._backlog or 0) - count
        if left_out:
            live.seek(left_out - 1)
            left_out += len(live.readline(_CHUNK_BYTES)) - 1
        moving = moving_path(self._path, base + left_out)
        before = older_parts(self._path)
        with _open_private(moving) as copy:
            # Above all, no byte that is written meanwhile may be lost; only where the system refuses this is it done the old way.
            if count > left_out and _copy(live, copy, left_out, count) and take_beginning(live.fileno(), count):
                gone = count
            else:
                gone = _copy_and_empty(live, copy, left_out, limits.file_bytes)
            kept = copy.tell()
        moving.replace(part_path(self._path, base + gone - kept, base + gone))
        if was_backlog:
            drop_old_parts(self._path, limits)
        else:
            self._drop_flood(before, limits)
        return gone

    def _drop_flood(self, before: list[Part], limits: LogLimits) -> None:
        now, last = self._clock(), self._moved_s
        self._moved_s = now
        if before and last is not None and now - last <= _FLOOD_S:
            with contextlib.suppress(OSError):
                before[-1].path.unlink()
        drop_old_parts(self._path, limits)


def _copy(source: BinaryIO, target: BinaryIO, begin: int, end: int) -> bool:
    """Copy a range; False when the source is shorter than it was."""
    source.seek(begin)
    missing = end - begin
    while missing > 0 and (data := source.read(min(_CHUNK_BYTES, missing))):
        _write(target, data)
        missing -= len(data)
    return missing == 0


def _copy_and_empty(live: BinaryIO, copy: BinaryIO, begin: int, most: int) -> int:
    """Copy what there is and empty the file; between the last look and that a line may be lost. The answer is how many bytes went."""
    copy.truncate(0)
    copy.seek(0)
    live.seek(begin)
    room = most
    while room > 0 and (data := live.read(min(_CHUNK_BYTES, room))):
        _write(copy, data)
        room -= len(data)
    gone = os.fstat(live.fileno()).st_size
    os.truncate(live.fileno(), 0)
    return gone


def _write(file: BinaryIO, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[file.write(view) :]


def _compress(part: Part) -> None:
    target = part.path.with_name(f"{part.path.name}.gz")
    beside = part.path.with_name(f"{part.path.name}.gz.new")
    try:
        with part.path.open("rb") as source, _open_private(beside) as file:
            while data := source.read(GZIP_MEMBER_BYTES):
                _write(file, gzip.compress(data, compresslevel=1, mtime=0))
        beside.replace(target)
    except OSError:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise
    part.path.unlink()


def _ends_with_newline(path: Path, size: int) -> bool:
    with path.open("rb") as file:
        file.seek(size - 1)
        return file.read(1) == b"\n"


def _open_private(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_CREAT | os.O_RDWR | os.O_TRUNC, 0o600), "w+b", buffering=0)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
