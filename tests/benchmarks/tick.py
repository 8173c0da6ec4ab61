"""What one sampling tick costs, against raw readings of `/proc` and against plain psutil for CPU and memory of the roots alone."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import psutil

from gowa_desktop.infra.process_tree import describe
from gowa_desktop.infra.tree_usage import TreeReader
from tests.benchmarks.rows import Row, median

if TYPE_CHECKING:
    from collections.abc import Callable

COUNTS = (10, 50, 100)
MOST_RATIO = 1.5


def measure_tick(*, is_quick: bool) -> list[Row]:
    """Measure ticks over many processes, ours and the floors in turn."""
    rows = []
    for count in COUNTS:
        children = [subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE) for _ in range(count)]
        try:
            time.sleep(1)
            rows += _rows(count, [child.pid for child in children], 15 if is_quick else 60)
        finally:
            for child in children:
                child.kill()
            for child in children:
                child.communicate()
    return rows


def _rows(count: int, pids: list[int], rounds: int) -> list[Row]:
    reader = TreeReader()
    roots = {number: ref for number, pid in enumerate(pids) if (ref := describe(pid)) is not None}
    processes = [psutil.Process(pid) for pid in pids]

    def with_psutil() -> None:
        for process in processes:
            process.cpu_times()
            process.memory_info()

    ours: list[float] = []
    plain: list[float] = []
    raw: list[float] = []
    for _ in range(rounds):
        plain.append(_timed(with_psutil))
        ours.append(_timed(lambda: reader.read(roots)))
        if sys.platform == "linux":
            raw.append(_timed(lambda: _read_raw(pids)))
    rows = [Row(f"tick, {count} trees, over psutil", "ms", median(ours), median(plain), MOST_RATIO)]
    if raw:
        rows.append(Row(f"tick, {count} trees, over raw /proc", "ms", median(ours), median(raw)))
    return rows


def _read_raw(pids: list[int]) -> None:
    for pid in pids:
        for name in ("stat", "statm"):
            descriptor = os.open(f"/proc/{pid}/{name}", os.O_RDONLY)
            os.read(descriptor, 1024)
            os.close(descriptor)


def _timed(act: Callable[[], object]) -> float:
    begun = time.thread_time()  # what it costs, whoever else works on this computer
    act()
    return (time.thread_time() - begun) * 1e3
