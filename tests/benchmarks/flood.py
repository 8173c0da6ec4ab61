"""`python -m tests.benchmarks flood`: a program writes into the log of an instance as fast as the disk's memory takes it.

Faster than any GOWA, which writes line by line and comes to 25 MB/s: in pieces of 4 KB, as C and Go do who collect their output, of
64 KB and of 1 MB. What the disk holds is looked at each millisecond by a process of its own.
"""

from __future__ import annotations

import subprocess
import sys
import time
from typing import TYPE_CHECKING

import psutil

from gowa_desktop.infra.log_files import DEFAULT_LIMITS
from gowa_desktop.services.commands.command_protocol import Verb
from tests.benchmarks.rows import Row, median
from tests.faults.harness import LEDGER, Program, end_process, free_ports, temporary_folder
from tests.faults.stalls import StallMeter

if TYPE_CHECKING:
    from pathlib import Path

PIECES = (4 * 1024, 64 * 1024, 1024 * 1024)
_MB = 1024 * 1024
_DISK_LIMIT_MB = (DEFAULT_LIMITS.files + 1) * DEFAULT_LIMITS.file_bytes / _MB
_GAINED_LIMIT_MB, _STALL_LIMIT_MS = 20.0, 50.0
_WRITER = """
import os, sys, time
log, size, piece = os.open(sys.argv[1], os.O_WRONLY | os.O_APPEND), int(sys.argv[2]), int(sys.argv[3])
line = b"[Client DEBUG] flood line 000000000001 " + b"x" * 90 + b"\\n"
data = line * (piece // len(line))
begun, written = time.perf_counter(), 0
while written < size:
    written += os.write(log, data)
print(written / 1048576 / (time.perf_counter() - begun))
"""
_WATCHER = """
import os, select, sys
print(flush=True)
largest = 0
while not select.select([sys.stdin], [], [], 0.001)[0]:
    total = 0
    for name in os.listdir(sys.argv[1]):
        try:
            total += os.stat(os.path.join(sys.argv[1], name)).st_size
        except OSError:
            pass
    largest = max(largest, total)
print(largest)
"""


def measure_flood(*, is_quick: bool) -> list[Row]:
    """Write 1 GB in pieces of each size, several times; the middle of all rounds counts, the worst is told."""
    rounds, size = (2, 256 * _MB) if is_quick else (7, 1024 * _MB)
    rows: list[Row] = []
    for piece in PIECES:
        found = [_flooded(piece, size) for _ in range(rounds)]
        disk, gained, stall, rate = zip(*found, strict=True)
        what = f"{piece // 1024} KB at a time"
        rows += [
            Row(f"disk, {what}", "MB", median(disk), most=_DISK_LIMIT_MB, note=f"worst {max(disk):.0f}; {median(rate):.0f} MB/s"),
            Row(f"memory gained, {what}", "MB", max(gained), most=_GAINED_LIMIT_MB, note="worst"),
            Row(f"stall, {what}", "ms", max(stall), most=_STALL_LIMIT_MS, note="worst, over a bare process"),
        ]
    return rows


def _flooded(piece: int, size: int) -> tuple[float, float, float, float]:
    """Give the most MB on the disk, the MB that the program gained, its longest stall in ms and the MB/s that were written."""
    with (
        temporary_folder() as folder,
        StallMeter(folder) as meter,
        Program(folder / "data", prelude=meter.prelude, has_window=True) as program,
    ):
        instance_id = program.create("flood", free_ports(1)[0])
        program.all(Verb.START)
        time.sleep(2.5)
        logs = program.folder(instance_id) / "logs"
        watched = psutil.Process(program.pid)
        before = most = watched.memory_info().rss
        watcher = _piped(_WATCHER, logs)
        assert watcher.stdin is not None
        assert watcher.stdout is not None
        watcher.stdout.readline()
        meter.reset()
        writer = _piped(_WRITER, logs / "gowa.log", size, piece)
        while writer.poll() is None:
            most = max(most, watched.memory_info().rss)
            time.sleep(0.02)
        rate = float(writer.communicate()[0])
        largest = int(watcher.communicate(b"\n")[0])
        stall_s = max(0.0, meter.worst_s - meter.beside_s)
        for child in (writer, watcher):
            end_process(child)
    return largest / _MB, (most - before) / _MB, stall_s * 1e3, rate


def _piped(code: str, *words: Path | int) -> subprocess.Popen[bytes]:
    child = subprocess.Popen([sys.executable, "-c", code, *map(str, words)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    LEDGER.processes.add(child)
    return child
