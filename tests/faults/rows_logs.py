"""Faults of what GOWA writes to its log."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import psutil

from gowa_desktop.domain.instance import InstanceState
from gowa_desktop.domain.notices import NoticeKind
from gowa_desktop.infra.log_files import DEFAULT_LIMITS
from gowa_desktop.services.commands.command_protocol import Verb
from tests.faults.harness import (
    Bench,
    Finding,
    NotRunHere,
    Program,
    answers,
    create,
    finish,
    free_ports,
    lives,
    milliseconds,
    number,
    own_services,
    pump,
    tell_simulator,
    temporary_folder,
    wait_until,
)
from tests.faults.stalls import StallMeter
from tests.simulated_versions import install_simulated, pair

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gowa_desktop.domain.instance import InstanceStatus

_MB = 1024 * 1024
_STALL_LIMIT_S = 0.05
_LINES_PER_S = 800_000
"""Of 125 bytes. GOWA writes line by line, each with a call of its own, and comes to a third of that."""
_LARGEST = (DEFAULT_LIMITS.files + 1) * DEFAULT_LIMITS.file_bytes
_TOLD_LIMIT_S = 20.0
_GENERATIONS = ("v7.11.4", "v8.2.0", "v8.11.0", "v9.2.0")


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


# 28: WhatsApp logged the instance out


def logged_out(bench: Bench) -> Finding:
    """Unlink paired instances of each generation on the phone: each is told once and keeps running.

    The simulator writes the lines that real GOWA writes then; without WhatsApp the real one cannot be unlinked.

    Raises:
        NotRunHere: the simulated generations are scripts, which Windows cannot start.
    """
    if sys.platform == "win32":
        raise NotRunHere("the simulated generations of GOWA are scripts of Unix")
    times: list[float] = []
    faults: list[str] = []
    with own_services(bench) as services:
        for tag in _GENERATIONS:
            install_simulated(services.paths.versions, tag)
        made = [create(services, f"shop {tag}", tag) for tag in _GENERATIONS]
        for one in made:
            if (error := finish(services.instances.start(one.id))) is not None:
                raise error
        before = [services.instances.status(one.id) for one in made]

        def told(one: InstanceStatus) -> int:
            return sum(notice.kind is NoticeKind.WHATSAPP and notice.instance_id == one.id for notice in services.notices.all())

        for one in before:
            pair(one.port, one.resolved_version or "")
        pump(2.5)  # two looks into the logs
        faults += [f"{one.name}: told before it happened" for one in before if told(one)]
        begun = time.perf_counter()
        for one in before:
            tell_simulator(number(one.port), "/sim/logout", "")
        for one in before:
            wait_until(lambda one=one: told(one) > 0, 2 * _TOLD_LIMIT_S)  # type: ignore[misc]
            times.append(time.perf_counter() - begun)
        pump(2.5)
        after = [services.instances.status(one.id) for one in made]
        faults += [f"{one.name}: told {told(one)} times" for one in before if told(one) != 1]
        faults += [f"{now.name}: restarted" for now, one in zip(after, before, strict=True) if now.pid != one.pid or now.restart_count]
        faults += [f"{now.name}: {now.status}" for now in after if now.status is not InstanceState.RUNNING]
    text = f"{', '.join(_GENERATIONS)} (simulated): each told by one notice within {milliseconds(max(times))}, 0 restarts"
    return Finding("; ".join([text, *faults]), not faults and max(times) <= _TOLD_LIMIT_S)
