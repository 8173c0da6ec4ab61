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
from typing import TYPE_CHECKING, NamedTuple

from gowa_desktop.infra.collapse import BLOCK_BYTES
from gowa_desktop.infra.log_moves import movable_bytes, move_all, move_beginning, open_private, write_all
from gowa_desktop.infra.log_parts import Part, drop_part, live_part, moving_alone, older_parts, settle, settle_held

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_FULL_FROM = 0.9
"""Part of its size at which a file counts as full, so that what comes until it is looked at still fits."""
_FLOOD_S = 10.0
"""A file that is full again so soon is a flood, which must not push out what was written before it."""
_TORRENT_S = 0.3
"""A flood that fills a file in so short a time cannot be copied in full without falling behind."""
_TORRENT_BYTES_S = 250_000_000
"""A log that has grown so fast, by a quarter of all the room there is, is a torrent from its first look; GOWA comes to a tenth of that."""
_TORRENT_FULL_FROM = 0.5
_TORRENT_PART_BYTES = 64 * 1024
"""So much is copied of what a torrent brings, some hundred lines: the last ones must be there, however little the live file holds."""
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


class SizeAt(NamedTuple):
    """How many bytes the live file held at a moment, seconds by a monotonic clock."""

    at_s: float
    size: int


def rotate_before_run(path: Path, limits: LogLimits = DEFAULT_LIMITS) -> None:
    """Begin a new file when the present one is half full; nobody may have it open. What the disk refuses stays as it is."""
    settle(path)
    with contextlib.suppress(OSError):
        if (size := live_size(path)) > limits.file_bytes:
            # It grew while nobody looked after it.
            run = RunLog(path, 0)
            while live_size(path) > limits.file_bytes and run.cap(limits):
                pass
        elif size >= limits.file_bytes * _WORTH_RENAMING_FROM:
            with moving_alone(path):
                move_all(path)
                drop_old_parts(path, limits)


def end_position(path: Path) -> int:
    """Give the position behind the last byte of a log."""
    return live_part(path, older_parts(path)).end


def live_size(path: Path) -> int:
    """Give how many bytes of the log the live file holds."""
    part = live_part(path, older_parts(path))
    return part.end - part.begin


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
    for empty in [part for part in parts[:-1] if part.is_empty]:
        drop_part(path, parts, empty)
    for index, part in enumerate(part for part in reversed(parts) if not part.is_empty):
        room -= _size(part.path)
        if index >= kept or (room < 0 and index > 0):
            drop_part(path, parts, part)


def compress_old_parts(path: Path) -> None:
    """Compress all parts but the newest one. Blocks; for workers."""
    for part in older_parts(path)[:-1]:
        if not part.is_compressed and not part.is_empty:
            with contextlib.suppress(OSError):
                _compress(part)


class RunLog:
    """The log of one run of GOWA: where it begins, and the work of keeping it small. Any thread, one at a time."""

    def __init__(self, path: Path, start: int, clock: Callable[[], float] = monotonic) -> None:
        self._path = path
        self._start = start
        self._clock = clock
        self._moved_s: float | None = None
        self._is_torrent = False
        self._moved: set[int] = set()
        """Where the parts begin that were moved here."""
        self._remainders: set[int] = set()
        """Where the newest of them begins when it is all that was kept of a torrent."""
        self._offset = 0
        """Where in the file the log goes on."""
        self._left = 0
        """How many bytes of the log the file held after the last look."""
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
        """Give how many bytes of the log the file that is written holds, as far as known since `cap` was called last."""
        size = _size(self._path)
        return size - self._offset if size >= self._offset else size

    def is_full(self, limits: LogLimits = DEFAULT_LIMITS) -> bool:
        """Tell whether `cap` has something to do, as far as one glance can tell."""
        return self._fills(self.size(), limits)

    def _fills(self, size: int, limits: LogLimits) -> bool:
        return size >= limits.file_bytes * (_TORRENT_FULL_FROM if self._is_torrent else _FULL_FROM)

    def cap(self, limits: LogLimits = DEFAULT_LIMITS, before: SizeAt | None = None) -> int:
        """Move what a full file holds to an older part; the answer is how many bytes went, 0 when it is not full.

        `before` is what it held a while ago, by the clock of this object, if that is known.
        Never copies more than one file may hold; call it again until nothing goes. A flood that has filled all the room there is
        keeps its newest part only. Blocks on the disk; for workers. When the disk refuses, the log stays as it is.
        """
        size = live_size(self._path)
        if self._backlog is None:
            self._backlog = size if size > limits.file_bytes else 0
        try:
            return self._capped(size, limits, before) if self._fills(size, limits) else 0
        finally:
            live = live_part(self._path, older_parts(self._path))
            self._offset, self._left = live.offset, live.end - live.begin

    def _capped(self, size: int, limits: LogLimits, before: SizeAt | None) -> int:
        with moving_alone(self._path):
            settle_held(self._path)
            try:
                return self._move(size, limits, before)
            except OSError:
                self._give_way(limits)
                return 0

    def drop(self, limits: LogLimits) -> None:
        """Remove the oldest parts that are too many, as after the limits were made smaller. Blocks; for workers."""
        drop_old_parts(self._path, limits)

    def compress(self) -> None:
        """Compress the older parts. Blocks; for workers."""
        compress_old_parts(self._path)

    def _give_way(self, limits: LogLimits) -> None:
        """On a full disk the oldest lines make room for newer ones, as they would if the disk were larger."""
        settle_held(self._path)
        parts = older_parts(self._path)
        if parts and live_size(self._path) >= limits.file_bytes * _FULL_FROM:
            drop_part(self._path, parts, parts[0])

    def _move(self, size: int, limits: LogLimits, before: SizeAt | None) -> int:
        count, left_out, parts = movable_bytes(size), 0, older_parts(self._path)
        # While it is moved, it may grow as much again.
        is_flooded = self._is_flooded(parts, size, limits, before)
        is_torrent = is_flooded and (self._is_torrent or size > 2 * limits.file_bytes)
        if is_torrent:
            # While something is copied it grows by several times as much, so that the newest quarter of a file stays where it is, or
            # what is still in memory of it: what a move leaves goes to the disk, and reading a line there takes milliseconds.
            in_memory_from = self._left + _TORRENT_PART_BYTES + BLOCK_BYTES
            count = movable_bytes(max(size - limits.file_bytes // 4, min(in_memory_from, size)))
            left_out = max(0, count - min(_TORRENT_PART_BYTES, limits.file_bytes // 4))
        elif is_flooded:
            left_out = max(0, size - limits.file_bytes)
        if is_flooded:
            self._push_out(parts, 2 * size + min(size, limits.file_bytes), limits)
        elif limits.file_bytes >= BLOCK_BYTES:
            # Part after part, as if they had been moved in time.
            count = min(count, movable_bytes(limits.file_bytes + 1))
        gone = move_beginning(self._path, count, left_out, limits.file_bytes)
        parts = older_parts(self._path)
        for part in parts[:-1]:
            # The little that a torrent left of what it brought before stood for a position, as the newest part does now.
            if part.begin in self._remainders:
                drop_part(self._path, parts, part)
        self._moved.add(parts[-1].begin)
        self._remainders = {parts[-1].begin} if is_torrent else set()
        drop_old_parts(self._path, limits)
        return gone

    def _push_out(self, parts: list[Part], coming: int, limits: LogLimits) -> None:
        """What a flood brings that has filled all the room there is pushes out its own newest parts, not what was before it."""
        room = (limits.files + 1) * limits.file_bytes - coming
        for index, part in enumerate(reversed(parts)):
            if index and (part.begin not in self._moved or sum(_size(one.path) for one in parts[: len(parts) - index]) <= room):
                break
            drop_part(self._path, parts, part)

    def _is_flooded(self, parts: list[Part], size: int, limits: LogLimits, before: SizeAt | None) -> bool:
        now, last, coming, room = self._clock(), self._moved_s, 2 * size, limits.files * limits.file_bytes
        self._moved_s = now
        if (self._backlog or 0) > BLOCK_BYTES:
            self._backlog = (self._backlog or 0) - min(coming, limits.file_bytes)
            return False
        since_s = now - last if last is not None else _FLOOD_S + 1
        is_full = sum(not part.is_empty for part in parts) >= limits.files - 1 or sum(_size(part.path) for part in parts) + coming > room
        is_flooded = bool(parts) and (is_full or (self._is_torrent and since_s <= _TORRENT_S)) and since_s <= _FLOOD_S
        grown = size - before.size if before is not None else 0
        if before is not None and grown >= max(room // 4, _TORRENT_BYTES_S * (now - before.at_s)):
            is_flooded, since_s = True, 0.0
        # Its own parts have been pushed out, so that it need not look full any more.
        self._is_torrent = is_flooded and since_s <= _TORRENT_S
        return is_flooded


def _compress(part: Part) -> None:
    target = part.path.with_name(f"{part.path.name}.gz")
    beside = part.path.with_name(f"{part.path.name}.gz.new")
    try:
        with part.path.open("rb") as source, open_private(beside) as file:
            while data := source.read(GZIP_MEMBER_BYTES):
                write_all(file, gzip.compress(data, compresslevel=1, mtime=0))
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


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
