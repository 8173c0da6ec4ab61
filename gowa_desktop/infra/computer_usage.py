"""What the whole computer uses, read beside the process trees."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psutil

from gowa_desktop.domain.samples import DiskSpace

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class ComputerUsage:
    """CPU seconds that all cores were busy since the boot, bytes of memory that programs could not get, and what there is."""

    busy_seconds: float
    cores: int
    memory_bytes: int
    memory_total: int


def read_computer() -> ComputerUsage:
    """Read processor and memory of this computer."""
    times = psutil.cpu_times()
    # What waits for a disk is idle (proc_stat(5)); guests are counted in user and nice already.
    resting = times.idle + getattr(times, "iowait", 0.0)
    guests = getattr(times, "guest", 0.0) + getattr(times, "guest_nice", 0.0)
    memory = psutil.virtual_memory()
    return ComputerUsage(sum(times) - resting - guests, psutil.cpu_count() or 1, memory.total - memory.available, memory.total)


def disk_space(folder: Path) -> DiskSpace | None:
    """Give the room on the disk of a folder; None when it cannot be told. May block on a lost disk."""
    try:
        usage = shutil.disk_usage(folder)
    except OSError:
        return None
    return DiskSpace(usage.total, usage.used, usage.free)
