"""The log of an instance: the file that GOWA writes, the older parts beside it, and the bounded work of keeping both small.

GOWA holds the file open for appending (`O_APPEND`), so it may be emptied under its hands: the next line begins at 0 again. A file
that nobody has open is renamed instead, which costs nothing and loses nothing. Knows no instances.
"""

from __future__ import annotations

import contextlib
import os
import threading
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import BinaryIO

_MAX_TAIL_BYTES = 256 * 1024
_CHUNK_BYTES = 256 * 1024
WHOLE_LOG = -(2**62)
"""As the beginning of a run: everything that is kept."""
_FULL_FROM = 0.9
"""Part of its size at which a file counts as full, so that what comes until it is looked at still fits."""
_FLOOD_S = 10.0
"""A file that is full again so soon replaces the newest part: a flood must not push out what was written before it."""
_WORTH_RENAMING_FROM = 0.5
"""Before a run: moving a half full file now saves copying a full one while GOWA writes."""


@dataclass(frozen=True, slots=True)
class LogLimits:
    """How much log an instance may keep: so many files of so many bytes, the one that is written included."""

    file_bytes: int = 10 * 1024 * 1024
    files: int = 5


DEFAULT_LIMITS = LogLimits()


def older_part(path: Path, number: int) -> Path:
    """Give the name of an older part of a log; 1 is the newest of them."""
    return path.with_name(f"{path.name}.{number}")


def rotate_before_run(path: Path, limits: LogLimits = DEFAULT_LIMITS) -> None:
    """Begin a new file when the present one is half full; nobody may have it open. What the disk refuses stays as it is."""
    with contextlib.suppress(OSError):
        if path.stat().st_size >= limits.file_bytes * _WORTH_RENAMING_FROM:
            _shift(path, limits)
            path.replace(older_part(path, 1))


def tail_bytes(path: Path, start: int = 0, limit: int = _MAX_TAIL_BYTES) -> bytes:
    """Read the last bytes of one run, at most `limit`, beginning at a line; empty when there is none.

    Args:
        path: the file that is or was written.
        start: where the run begins in it; negative: so many bytes before its beginning, in the older parts. A start behind the
            end means that the file was emptied meanwhile: then the newest older part is read too.
        limit: at most so many bytes.
    """
    data, is_cut = _last_bytes(path, max(0, start), limit)
    missing = -start if start <= _size(path) else -WHOLE_LOG
    number = 1
    while missing > 0 and len(data) < limit and (part_size := _size(older_part(path, number))):
        older, is_cut = _last_bytes(older_part(path, number), max(0, part_size - missing), limit - len(data))
        data, missing, number = older + data, missing - part_size, number + 1
    return data.partition(b"\n")[2] if is_cut else data


class RunLog:
    """The log of one run of GOWA: where it begins, however often the file is emptied. Any thread."""

    def __init__(self, path: Path, start: int, clock: Callable[[], float] = monotonic) -> None:
        self._path = path
        self._start = start
        self._clock = clock
        self._moved_s: float | None = None
        self._lock = threading.Lock()

    @property
    def start(self) -> int:
        """Where the run begins in the file, bytes; negative: so many bytes before its beginning, in the older parts."""
        return self._start

    @property
    def path(self) -> Path:
        """The file that GOWA writes."""
        return self._path

    def tail(self) -> bytes:
        """Give the last bytes of the run, at most 256 KB, beginning at a line."""
        with self._lock:
            return tail_bytes(self._path, self._start)

    def size(self) -> int:
        """Give the size of the file that is written."""
        return _size(self._path)

    def cap(self, limits: LogLimits = DEFAULT_LIMITS) -> int:
        """Move what a full file holds to an older part and empty it; the answer is how many bytes went, 0 when it is not full.

        Never copies more than one file may hold: what a flood wrote beyond that is left out, and the part says so. A flood that
        fills file after file keeps its newest part only. Blocks on the disk; for workers. When the disk refuses, the log stays as
        it is.
        """
        size = _size(self._path)
        if size < limits.file_bytes * _FULL_FROM:
            return 0
        fresh = self._path.with_name(f"{self._path.name}.new")
        try:
            with self._path.open("r+b", buffering=0) as live, _open_private(fresh) as copy:
                return self._move(live, copy, fresh, size, limits)
        except OSError:
            with contextlib.suppress(OSError):
                fresh.unlink()
            # The oldest lines make room for newer ones, as they would if the disk were larger.
            _drop_oldest(self._path, limits)
            return 0

    def _move(self, live: BinaryIO, copy: BinaryIO, fresh: Path, size: int, limits: LogLimits) -> int:
        left_out = max(0, size - limits.file_bytes)
        if left_out:
            copy.write(b"--- %d bytes are left out: the log grew faster than it may be kept ---\n" % left_out)
            live.seek(left_out - 1)
            live.readline(_CHUNK_BYTES)
        room = _copy_to_end(live, copy, limits.file_bytes)
        now, before = self._clock(), self._moved_s
        if before is None or now - before > _FLOOD_S:
            _shift(self._path, limits)
        self._moved_s = now
        fresh.replace(older_part(self._path, 1))
        # Between the last look and the emptying a line may still be lost; all else has been copied.
        with self._lock:
            _copy_to_end(live, copy, room)
            gone = os.fstat(live.fileno()).st_size
            os.truncate(live.fileno(), 0)
            self._start -= gone
        return gone


def _copy_to_end(source: BinaryIO, target: BinaryIO, room: int) -> int:
    """Copy what is there, at most `room` bytes; the answer is the room that is left."""
    while room > 0 and (data := source.read(min(_CHUNK_BYTES, room))):
        target.write(data)
        room -= len(data)
    return room


def _last_bytes(path: Path, begin: int, limit: int) -> tuple[bytes, bool]:
    """Read the last bytes of a file from `begin` on, at most `limit`, and tell whether some before them were left out."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            begin = begin if begin <= size else 0
            is_cut = size - begin > limit
            file.seek(size - limit if is_cut else begin)
            return file.read(limit), is_cut
    except OSError:
        return b"", False


def _shift(path: Path, limits: LogLimits) -> None:
    """Make room for a newest older part; the oldest goes."""
    kept = max(0, limits.files - 1)
    for number in range(kept, 0, -1):
        part = older_part(path, number)
        with contextlib.suppress(FileNotFoundError):
            if number == kept:
                part.unlink()
            else:
                part.replace(older_part(path, number + 1))


def _drop_oldest(path: Path, limits: LogLimits) -> None:
    for number in range(limits.files, 0, -1):
        part = older_part(path, number)
        if part.exists():
            with contextlib.suppress(OSError):
                part.unlink()
            return


def _open_private(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb", buffering=0)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
