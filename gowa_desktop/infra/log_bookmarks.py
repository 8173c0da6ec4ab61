"""The bookmarks of a log, in a file beside it: they go where it goes, and vanish with it.

Each is a position and what its line begins with, as a checksum. A log that was emptied by hand begins with position 0 again; a bookmark
that would now stand on another line is left out.
"""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING

from gowa_desktop.infra.log_reader import LogReader
from gowa_desktop.infra.private_files import read_object, write_private

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

MOST_BOOKMARKS = 1000
"""So many are kept of one log, the newest lines first."""
_COMPARED_BYTES = 200


def bookmarks_file(log: Path) -> Path:
    """Give the file with the bookmarks of a log; it need not exist."""
    return log.with_name(f"{log.stem}.bookmarks.json")


def read_bookmarks(log: Path) -> set[int]:
    """Give the positions with a bookmark whose lines are kept still; blocks, since a line may lie in a compressed part."""
    stored = read_object(bookmarks_file(log)) or {}
    reader = LogReader(log)
    reader.refresh()
    return {int(text) for text, checksum in stored.items() if text.isdecimal() and checksum == _checksum(reader, int(text))}


def write_bookmarks(log: Path, positions: Iterable[int]) -> bool:
    """Keep the positions with a bookmark, those alone; blocks. False when the disk refuses."""
    reader = LogReader(log)
    reader.refresh()
    found = {str(one): _checksum(reader, one) for one in sorted(positions)[-MOST_BOOKMARKS:]}
    kept = {text: checksum for text, checksum in found.items() if checksum is not None}
    if kept:
        return write_private(bookmarks_file(log), json.dumps(kept))
    try:
        bookmarks_file(log).unlink(missing_ok=True)
    except OSError:
        return False
    return True


def _checksum(reader: LogReader, position: int) -> int | None:
    """Give the checksum of how the line at a position begins; None when there is no line."""
    line = reader.read(position, position + _COMPARED_BYTES).partition(b"\n")[0]
    return zlib.crc32(line) if line else None
