"""Names and places of a log's parts: the file that GOWA writes and the older parts beside it form one stream of bytes.

A position counts bytes from the first byte that was ever written, whatever has been dropped since, so it stays the same when a
part is moved. An older part carries its own in its name: `gowa.log.<begin>-<end>`, with `.gz` when it is compressed. The live
file begins where the newest part ends; when that part has to go, an empty one stays in its place. Where a file system cannot shorten
a file from its front, the room is given back and a hole stays (`collapse`): then the newest part's name ends with `@<offset>`, the
place in the live file at which the log goes on.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MOVING = ".moving"
"""Ends the name of a part that is being made; `settle` says what becomes of one that was left behind."""
_DIGITS = 15
_NAME = re.compile(r"\.(\d{15})-(\d{15})(?:@(\d{15}))?(\.gz)?$")
_MOVING_NAME = re.compile(r"\.(\d{15})\.moving$")
_COMPARED_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """A stretch of a log, from position `begin` to before `end`, and the file that holds it."""

    begin: int
    end: int
    path: Path
    is_compressed: bool = False
    offset: int = 0
    """A place in the live file, bytes: of the live part where it begins, of an older one where the log goes on behind it."""

    @property
    def is_empty(self) -> bool:
        """True for one that stands for a position alone."""
        return self.begin == self.end


def part_path(log: Path, begin: int, end: int, offset: int = 0) -> Path:
    """Give the name of an older part that is not compressed."""
    place = f"@{offset:0{_DIGITS}d}" if offset else ""
    return log.with_name(f"{log.name}.{begin:0{_DIGITS}d}-{end:0{_DIGITS}d}{place}")


def moving_path(log: Path, begin: int) -> Path:
    """Give the name of a part that is being made."""
    return log.with_name(f"{log.name}.{begin:0{_DIGITS}d}{MOVING}")


def older_parts(log: Path) -> list[Part]:
    """Find the older parts, oldest first; one may be empty. Where one is there twice, compressed and not, the latter counts."""
    found: dict[tuple[int, bool], Part] = {}
    for name in _names(log):
        match = _NAME.search(name)
        if match is None or len(name) - len(match.group()) != len(log.name):
            continue
        part = Part(int(match.group(1)), int(match.group(2)), log.with_name(name), match.group(4) is not None, int(match.group(3) or 0))
        if (key := (part.begin, part.end > part.begin)) not in found or not part.is_compressed:
            found[key] = part
    return sorted(found.values())


def has_moving(log: Path) -> bool:
    """Tell whether a part is being made at this moment."""
    return any(name.endswith(MOVING) for name in _names(log))


def drop_part(log: Path, parts: list[Part], part: Part) -> None:
    """Remove one of these older parts, all that there are; what the disk refuses stays. The live file keeps its position."""
    with contextlib.suppress(OSError):
        if part is parts[-1]:
            if part.is_empty:
                return
            place = part_path(log, part.end, part.end, part.offset)
            os.close(os.open(place, os.O_CREAT | os.O_WRONLY, 0o600))
        part.path.unlink()


def live_part(log: Path, parts: list[Part]) -> Part:
    """Give what the live file holds behind these older parts; an empty one when there is none."""
    begin = parts[-1].end if parts else 0
    offset = parts[-1].offset if parts else 0
    try:
        size = log.stat().st_size
        if offset and (size < offset or not _has_hole(log)):
            offset = 0  # emptied by hand since
    except OSError:
        return Part(begin, begin, log)
    return Part(begin, begin + size - offset, log, offset=offset)


@contextlib.contextmanager
def moving_alone(log: Path) -> Iterator[None]:
    """Hold the right to move parts of a log; another thread or program that wants it waits. Nobody can hold it twice."""
    descriptor = -1
    if sys.platform != "win32":
        import fcntl  # noqa: PLC0415 - not on Windows, where nothing is moved while GOWA writes

        with contextlib.suppress(OSError):
            descriptor = os.open(log.parent, os.O_RDONLY)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        yield
    finally:
        if descriptor >= 0:
            os.close(descriptor)


def settle(log: Path) -> None:
    """Finish or undo a move that a program did not live to finish, so that nothing is there twice and nothing is lost.

    A part that is being made gets its name after its bytes are taken out of the live file. As long as they are still there, it is
    a copy and goes; otherwise it is the only one and gets its name. Only the program that may move parts calls this.
    """
    with moving_alone(log):
        settle_held(log)


def settle_held(log: Path) -> None:
    """Do as `settle`, for who holds the right to move already."""
    for path in _moving(log):
        begin = int(str(_MOVING_NAME.search(path.name)[1]))  # type: ignore[index]
        with contextlib.suppress(OSError):
            size = path.stat().st_size
            live = live_part(log, older_parts(log))
            place = live.offset + begin - live.begin
            if size == 0 or _is_copy(log, path, place):
                path.unlink()
            else:
                offset = place + size if place >= 0 and _is_emptied(log, place, size) else 0
                path.replace(part_path(log, begin, begin + size, offset))


def _moving(log: Path) -> list[Path]:
    return [log.with_name(name) for name in _names(log) if _MOVING_NAME.search(name)]


def _is_copy(log: Path, path: Path, offset: int) -> bool:
    """Tell whether the live file still holds, from `offset` on, all that a part holds."""
    if offset < 0:
        return False
    try:
        with log.open("rb") as live, path.open("rb") as part:
            live.seek(offset)
            while data := part.read(_COMPARED_BYTES):
                if live.read(len(data)) != data:
                    return False
    except FileNotFoundError:
        return False
    return True


def _is_emptied(log: Path, place: int, size: int) -> bool:
    """Tell whether a stretch of the live file reads as zeros, as one does of which the room was given back."""
    try:
        with log.open("rb") as live:
            live.seek(place)
            while size > 0 and (data := live.read(min(size, _COMPARED_BYTES))):
                if any(data):
                    return False
                size -= len(data)
    except FileNotFoundError:
        return False
    return size == 0


def _has_hole(log: Path) -> bool:
    with log.open("rb", buffering=0) as live:
        return live.read(1) == b"\0"


def _names(log: Path) -> list[str]:
    prefix = f"{log.name}."
    try:
        return [name for name in os.listdir(log.parent) if name.startswith(prefix)]  # noqa: PTH208 - asked for many times a second
    except OSError:
        return []
