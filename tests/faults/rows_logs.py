"""Faults of what GOWA writes to its log."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import psutil

from gowa_desktop.infra.log_files import DEFAULT_LIMITS
from gowa_desktop.services.commands.command_protocol import Verb
from tests.faults.harness import Bench, Finding, Program, answers, free_ports, lives, milliseconds, number, tell_simulator, temporary_folder
from tests.faults.stalls import StallMeter

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_MB = 1024 * 1024
_STALL_LIMIT_S = 0.05
_LINES_PER_S = 800_000
"""Of 125 bytes. GOWA writes line by line, each with a call of its own, and comes to a third of that."""
_LARGEST = (DEFAULT_LIMITS.files + 1) * DEFAULT_LIMITS.file_bytes


# 15: log flood


def log_flood(bench: Bench) -> Finding:
    """Let one instance write faster than GOWA can; it goes on, the window stays small and quick, the disk stays free."""
    size = bench.rounds(1024, 128) * _MB
    with temporary_folder() as folder, StallMeter(folder) as meter:
        with Program(folder / "data", prelude=meter.prelude, has_window=True) as program:
            instance_id = program.create("flood", free_ports(1)[0])
            program.all(Verb.START)
            time.sleep(1.5)
            watched = psutil.Process(program.pid)
            before = peak = watched.memory_info().rss
            told = program.instances()["flood"]
            pid, port, logs = number(told["pid"]), number(told["port"]), program.folder(instance_id) / "logs"
            meter.reset()
            tell_simulator(port, "/sim/faults", f"flood={_LINES_PER_S}:{size}")
            writer, slowest, largest = psutil.Process(pid), 0.0, 0
            begun = time.perf_counter()
            for asked in _while_flooding(writer, size):
                asking = time.perf_counter()
                program.ask(Verb.LOGS, name="flood", count=1000) if asked % 2 else program.ask(Verb.LIST)
                slowest = max(slowest, time.perf_counter() - asking)
                peak, largest = max(peak, watched.memory_info().rss), max(largest, _bytes_below(logs))
            took_s = time.perf_counter() - begun
            written = writer.io_counters().write_chars
            is_well = lives(pid) and answers(port) and program.pids() == {"flood": pid}
        grown = peak - before
        is_kept = is_well and grown <= 20 * _MB and largest <= _LARGEST and written >= size and meter.is_within(_STALL_LIMIT_S)
        text = (
            f"{written / _MB:.0f} MB in {took_s:.0f} s, child {'runs' if is_well else 'is gone'}, window RSS +{grown / _MB:.0f} MB, "
            f"logs at most {largest / _MB:.0f} MB, {meter.words()}, slowest answer {milliseconds(slowest)}"
        )
        return Finding(text, is_kept)


def _while_flooding(writer: psutil.Process, size: int) -> Iterator[int]:
    deadline, asked = time.perf_counter() + 200, 0
    while writer.io_counters().write_chars < size and time.perf_counter() < deadline:
        yield asked
        asked += 1
        time.sleep(0.05)
    yield asked


def _bytes_below(folder: Path) -> int:
    total = 0
    for path in folder.iterdir():
        try:
            total += path.stat().st_size
        except FileNotFoundError:  # renamed at this moment
            continue
    return total
