"""Who has locked a file, as far as the system tells: Linux lists all locks, other systems list none."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Iterable

_LOCKS = Path("/proc/locks")


def lock_holders(paths: Iterable[Path]) -> list[str]:
    """Name the other processes that have locked one of these files for writing: "name (process 123)", each once.

    One small reading, no walk over processes.
    """
    if sys.platform != "linux":
        return []
    inodes = set()
    for path in paths:
        with contextlib.suppress(OSError):
            inodes.add(path.stat().st_ino)
    return [name for pid in _writers(inodes) if (name := _name_of(pid))]


def _writers(inodes: set[int]) -> list[int]:
    # A line reads: 1: POSIX ADVISORY WRITE 4711 fe:00:123456 120 120 (proc_locks(5)). The device differs from stat on some disks.
    found: dict[int, None] = {}
    try:
        lines = _LOCKS.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return []
    for line in lines:
        fields = line.replace("->", "").split()
        with contextlib.suppress(ValueError, IndexError):
            pid = int(fields[4])
            if fields[3] == "WRITE" and int(fields[5].rpartition(":")[2]) in inodes and pid > 0 and pid != os.getpid():
                found[pid] = None
    return list(found)


def _name_of(pid: int) -> str:
    with contextlib.suppress(psutil.Error):
        return f"{psutil.Process(pid).name()} (process {pid})"
    return ""
