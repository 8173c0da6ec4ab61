"""Moving the beginning of a live log to an older part, so that no byte is lost or doubled, whenever it is interrupted.

The part is copied under a name that says so, then the bytes are taken out of the live file, then the part gets its name; see
`log_parts.settle`. Only where a system can neither shorten a file from its front nor give the room of a range back is the file
emptied instead: what is written between the last look and that, some microseconds later, is lost there.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from gowa_desktop.infra.collapse import BLOCK_BYTES, empty_beginning, take_beginning
from gowa_desktop.infra.log_parts import live_part, moving_path, older_parts, part_path

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO

CHUNK_BYTES = 256 * 1024


def movable_bytes(size: int) -> int:
    """Give how much of a live file may be taken away at once: whole blocks, and never all of it."""
    return max(0, size - 1) // BLOCK_BYTES * BLOCK_BYTES


def move_beginning(log: Path, count: int, left_out: int, most: int) -> int:
    """Move the first `count` bytes of the live file, but for the first `left_out`, to an older part.

    Only for who holds the right to move, on a log that is settled. The answer is how many bytes went; `count`, or all of them
    where the file had to be emptied, and then the part has `most` bytes of them.

    Raises:
        OSError: the disk refuses; the log is as it was, perhaps beside a part that is being made.
    """
    with log.open("r+b", buffering=0) as live:
        part = live_part(log, older_parts(log))
        offset, goes_on_at = part.offset, 0
        left_out += _rest_of_line(live, offset + left_out, offset + count) if left_out else 0
        moving = moving_path(log, part.begin + left_out)
        with open_private(moving) as copy:
            gone = count
            is_copied = count > left_out and _copy(live, copy, offset + left_out, offset + count)
            if is_copied and not take_beginning(live.fileno(), offset + count):
                goes_on_at = offset + count
                is_copied = empty_beginning(live.fileno(), offset, goes_on_at)
            if not is_copied:
                goes_on_at, gone = 0, _copy_and_empty(live, copy, offset + left_out, most) - offset
            kept = copy.tell()
        end = part.begin + gone
        moving.replace(part_path(log, end - kept, end, goes_on_at))
    return gone


def move_all(log: Path) -> None:
    """Make an older part of all that a live file holds which nobody has open.

    Raises:
        OSError: the disk refuses.
    """
    part = live_part(log, older_parts(log))
    if not part.offset:
        log.replace(part_path(log, part.begin, part.end))
        return
    moving = moving_path(log, part.begin)
    with log.open("rb", buffering=0) as live, open_private(moving) as copy:
        _copy(live, copy, part.offset, part.offset + part.end - part.begin)
    log.unlink()
    moving.replace(part_path(log, part.begin, part.end))


def open_private(path: Path) -> BinaryIO:
    """Make a file for its owner alone, or empty the one there is."""
    return os.fdopen(os.open(path, os.O_CREAT | os.O_RDWR | os.O_TRUNC, 0o600), "w+b", buffering=0)


def write_all(file: BinaryIO, data: bytes) -> None:
    """Write everything, however little the system takes at a time."""
    view = memoryview(data)
    while view:
        view = view[file.write(view) :]


def _rest_of_line(live: BinaryIO, place: int, end: int) -> int:
    """Give how many bytes from a place on, and before another, belong to a line that begins before it."""
    live.seek(place - 1)
    data = live.read(min(CHUNK_BYTES, end - place + 1))  # not readline, which asks for byte after byte where nothing is buffered
    found = data.find(b"\n")
    return found if found >= 0 else max(0, len(data) - 1)


def _copy(source: BinaryIO, target: BinaryIO, begin: int, end: int) -> bool:
    """Copy a range; False when the source is shorter than it was."""
    source.seek(begin)
    missing = end - begin
    while missing > 0 and (data := source.read(min(CHUNK_BYTES, missing))):
        write_all(target, data)
        missing -= len(data)
    return missing == 0


def _copy_and_empty(live: BinaryIO, copy: BinaryIO, begin: int, most: int) -> int:
    """Copy what there is and empty the file; between the last look and that a line may be lost. The answer is how long it was."""
    copy.truncate(0)
    copy.seek(0)
    live.seek(begin)
    room = most
    while room > 0 and (data := live.read(min(CHUNK_BYTES, room))):
        write_all(copy, data)
        room -= len(data)
    length = os.fstat(live.fileno()).st_size
    os.truncate(live.fileno(), 0)
    return length
