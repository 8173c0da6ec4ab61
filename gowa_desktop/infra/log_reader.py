"""LogReader: any stretch of a log by position, across the live file and the older parts, while both are moved by the writer's side.

Positions never change what they mean, so what was read once stays true; only where it lies changes. A read that meets a move is
done again. Files are opened for each read and never mapped: a mapped file that is shortened ends the process that looks at it.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
import zlib
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gowa_desktop.infra.log_files import GZIP_MEMBER_BYTES
from gowa_desktop.infra.log_parts import Part, has_moving, live_part, older_parts

if TYPE_CHECKING:
    from pathlib import Path

MAX_TAIL_BYTES = 256 * 1024
_RETRY_S = 0.002
_PATIENCE_S = 1.0
"""How long a move may take. What has not ended by then was left behind by a program that died, and is passed over."""
_KEPT_MEMBERS = 8
_READ_BYTES = 128 * 1024


@dataclass(frozen=True, slots=True)
class Region:
    """A stretch of a log without a gap: from position `begin` to before `end`."""

    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class LogSnapshot:
    """What a log consisted of at one moment: its parts in order, the live file last."""

    parts: tuple[Part, ...] = ()
    is_moving: bool = False
    """True when a move that nobody finishes was left behind."""

    @property
    def regions(self) -> tuple[Region, ...]:
        """Give the stretches without a gap, oldest first."""
        regions: list[Region] = []
        for part in self.parts:
            if regions and regions[-1].end == part.begin:
                regions[-1] = Region(regions[-1].begin, part.end)
            else:
                regions.append(Region(part.begin, part.end))
        return tuple(region for region in regions if region.begin < region.end)

    @property
    def begin(self) -> int:
        """The first position that is kept."""
        return self.parts[0].begin if self.parts else 0

    @property
    def end(self) -> int:
        """The position behind the last byte."""
        return self.parts[-1].end if self.parts else 0


class _MovedError(Exception):
    """A part is no longer where it was."""


class LogReader:
    """Reads one log. Any thread; short reads are quick, and none raises when files vanish."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._snapshot = LogSnapshot()
        self._lock = threading.Lock()
        self._members: dict[str, list[int]] = {}
        """By compressed part: where in the file each gzip member begins."""
        self._unpacked: OrderedDict[tuple[str, int], bytes] = OrderedDict()
        self._tail = (0, b"")
        self._damaged: set[str] = set()

    @property
    def path(self) -> Path:
        """The live file."""
        return self._log

    @property
    def snapshot(self) -> LogSnapshot:
        """What the log consisted of when it was last looked at."""
        return self._snapshot

    def refresh(self) -> LogSnapshot:
        """Look at the files again; waits while a part is being moved."""
        deadline = time.monotonic() + _PATIENCE_S
        while True:
            parts = older_parts(self._log)
            live = live_part(self._log, parts)
            is_moving = has_moving(self._log)
            if (not is_moving and older_parts(self._log) == parts) or time.monotonic() > deadline:
                break
            time.sleep(_RETRY_S)
        parts = [part for part in parts if part.path.name not in self._damaged]
        now = LogSnapshot((*parts, live) if live.begin < live.end else tuple(parts), is_moving)
        if now.end < self._snapshot.end:
            # Emptied by hand: the positions begin again.
            self._tail = (0, b"")
        self._snapshot = now
        return now

    def read(self, begin: int, end: int) -> bytes:
        """Read from `begin` to before `end`; less where something is missing: it stops at a gap and at the end of the log."""
        kept_from, kept = self._tail
        if kept_from <= begin and end <= kept_from + len(kept):
            return kept[begin - kept_from : end - kept_from]
        for _ in range(50):
            pieces: list[bytes] = []
            try:
                position = begin
                for part in self._snapshot.parts:
                    if part.begin <= position < min(part.end, end):
                        data = self._read_part(part, position, min(part.end, end))
                        pieces.append(data)
                        position += len(data)
                        if not data:
                            break
            except _MovedError:
                time.sleep(_RETRY_S)
                self.refresh()
                continue
            return b"".join(pieces)
        return b""

    def keep_tail(self) -> None:
        """Keep the last bytes in memory, so that who shows them need not read; for workers."""
        end = self._snapshot.end
        begin = max(self._snapshot.regions[-1].begin if self._snapshot.regions else 0, end - MAX_TAIL_BYTES)
        self._tail = (begin, self.read(begin, end))

    def is_at_hand(self, position: int) -> bool:
        """Tell whether the byte at a position can be read without unpacking anything."""
        part = next((part for part in self._snapshot.parts if part.begin <= position < part.end), None)
        if part is None or not part.is_compressed:
            return True
        return (part.path.name, (position - part.begin) // GZIP_MEMBER_BYTES) in self._unpacked

    def find_members(self) -> None:
        """Find where the members of compressed parts begin, which takes a twentieth of a second a part; for workers."""
        for part in self._snapshot.parts:
            if part.is_compressed:
                with contextlib.suppress(OSError, zlib.error):  # who reads it meets that again
                    self._member_offsets(part)

    def _read_part(self, part: Part, begin: int, end: int) -> bytes:
        try:
            if part.is_compressed:
                return self._read_compressed(part, begin - part.begin, end - part.begin)
            with part.path.open("rb", buffering=0) as file:
                file.seek(begin - part.begin + (part.offset if part.path == self._log else 0))
                data = _read_fully(file.fileno(), end - begin)
        except FileNotFoundError:
            raise _MovedError from None
        except (OSError, zlib.error):
            # Passed over from now on, like one that is missing.
            self._damaged.add(part.path.name)
            raise _MovedError from None
        if part.path == self._log and self._has_moved(part):
            raise _MovedError
        return data

    def _has_moved(self, live: Part) -> bool:
        """Tell whether the live file may have been another one, or another stretch of the log, while it was read."""
        parts = older_parts(self._log)
        return (parts[-1].end if parts else 0) != live.begin or has_moving(self._log) != self._snapshot.is_moving

    def _read_compressed(self, part: Part, begin: int, end: int) -> bytes:
        offsets = self._member_offsets(part)
        pieces = []
        for number in range(begin // GZIP_MEMBER_BYTES, min((end - 1) // GZIP_MEMBER_BYTES + 1, len(offsets))):
            data = self._member(part, offsets, number)
            first = number * GZIP_MEMBER_BYTES
            pieces.append(data[max(0, begin - first) : max(0, end - first)])
        data = b"".join(pieces)
        if len(data) < end - begin:
            raise zlib.error("cut short")
        return data

    def _member(self, part: Part, offsets: list[int], number: int) -> bytes:
        key = (part.path.name, number)
        with self._lock:
            if key in self._unpacked:
                self._unpacked.move_to_end(key)
                return self._unpacked[key]
        with part.path.open("rb") as file:
            file.seek(offsets[number])
            stop = offsets[number + 1] if number + 1 < len(offsets) else -1
            packed = file.read(stop - offsets[number] if stop >= 0 else -1)
        data = zlib.decompressobj(wbits=31).decompress(packed, GZIP_MEMBER_BYTES)
        with self._lock:
            self._unpacked[key] = data
            while len(self._unpacked) > _KEPT_MEMBERS:
                self._unpacked.popitem(last=False)
        return data

    def _member_offsets(self, part: Part) -> list[int]:
        known = self._members.get(part.path.name)
        if known is None:
            known = _find_members(part.path)
            self._members[part.path.name] = known
        return known


def tail_bytes(log: Path, start: int = 0, limit: int = MAX_TAIL_BYTES) -> bytes:
    """Read the last bytes of a log, at most `limit`, beginning at a line; empty when there is none.

    Args:
        log: the live file.
        start: nothing before this position. One behind the end means that the log was emptied by hand: then all of it counts.
        limit: at most so many bytes.
    """
    reader = LogReader(log)
    data = _tail_of(reader, reader.refresh(), start, limit)
    # A damaged part shows only when it is read.
    return data or _tail_of(reader, reader.refresh(), start, limit)


def _tail_of(reader: LogReader, snapshot: LogSnapshot, start: int, limit: int) -> bytes:
    start = start if start <= snapshot.end else 0
    pieces: list[bytes] = []
    room, is_cut = limit, False
    for region in reversed(snapshot.regions):
        first = max(region.begin, start)
        begin = max(first, region.end - room)
        if begin < region.end:
            pieces.insert(0, reader.read(begin, region.end))
            room -= region.end - begin
            is_cut = begin > first and reader.read(begin - 1, begin) != b"\n"
        if room <= 0:
            break
    data = b"".join(pieces)
    return data.partition(b"\n")[2] if is_cut else data


def _read_fully(descriptor: int, count: int) -> bytes:
    pieces = []
    while count > 0 and (data := os.read(descriptor, min(count, _READ_BYTES))):
        pieces.append(data)
        count -= len(data)
    return b"".join(pieces)


def _find_members(path: Path) -> list[int]:
    """Find where each member begins; the parts are small enough to be read through once."""
    offsets: list[int] = []
    data = path.read_bytes()
    position = 0
    while position < len(data):
        offsets.append(position)
        unpacker = zlib.decompressobj(wbits=31)
        # A member is a quarter of a megabyte, so that hardly more than itself is looked at.
        window = data[position : position + 2 * GZIP_MEMBER_BYTES]
        unpacker.decompress(window)
        if not unpacker.eof:
            break
        position += len(window) - len(unpacker.unused_data)
    return offsets
