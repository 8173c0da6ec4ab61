"""The end of a log file, read with bounded work however large the file is."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_MAX_TAIL_BYTES = 256 * 1024


def tail_bytes(path: Path, start: int = 0, limit: int = _MAX_TAIL_BYTES) -> bytes:
    """Read the last bytes of a log from `start` on, at most `limit`, beginning at a line; empty when it is missing."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            begin = start if start <= size else 0
            cut = size - begin > limit
            file.seek(size - limit if cut else begin)
            data = file.read(limit)
    except OSError:
        return b""
    return data.partition(b"\n")[2] if cut else data
