"""Many instances at once, against bare loops that do the same with nothing around it."""

from __future__ import annotations

import shutil
import time
from typing import TYPE_CHECKING

import psutil

from gowa_desktop.bootstrap import build
from gowa_desktop.domain.instance import NewInstance
from gowa_desktop.domain.versions import SIMULATOR
from gowa_desktop.services.commands.command_protocol import Verb
from tests.faults.harness import (
    LEDGER,
    Bench,
    Finding,
    Program,
    end_below,
    end_process,
    free_ports,
    launch_spec,
    median,
    milliseconds,
    spawn,
    temporary_folder,
    wait_for_answers,
)
from tests.faults.rows_program import all_run

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

    from gowa_desktop.domain.instance import LaunchSpec

_FLEET = 50
_START_RATIO = 1.25
_STOP_RATIO = 1.5
_MB = 1024 * 1024


# All of 50


def start_all(bench: Bench) -> Finding:
    """Start 50 stopped instances, in turn with a bare loop over the same commands."""
    ours, floor = _start_and_stop(bench)[0]
    ratio = median(ours) / median(floor)
    text = f"{bench.newest}: {milliseconds(median(ours))}, bare loop {milliseconds(median(floor))}, ratio {ratio:.2f} (medians of {len(ours)})"
    return Finding(text, ratio <= _START_RATIO)


def stop_all(bench: Bench) -> Finding:
    """Stop 50 running instances, in turn with a bare loop over the same commands."""
    ours, floor = _start_and_stop(bench)[1]
    ratio = median(ours) / median(floor)
    text = f"{bench.newest}: {milliseconds(median(ours))}, bare loop {milliseconds(median(floor))}, ratio {ratio:.2f} (medians of {len(ours)})"
    return Finding(text, ratio <= _STOP_RATIO)


Pair = tuple[list[float], list[float]]
_MEASURED: dict[str, tuple[Pair, Pair]] = {}


def _start_and_stop(bench: Bench) -> tuple[Pair, Pair]:
    """Measure both at once, once for both rows: times of ours and of the bare loop, for start and for stop."""
    if bench.newest not in _MEASURED:
        _MEASURED[bench.newest] = _measure(bench)
    return _MEASURED[bench.newest]


def _measure(bench: Bench) -> tuple[Pair, Pair]:
    starts: Pair = ([], [])
    stops: Pair = ([], [])
    with temporary_folder() as folder:
        bench.install(folder / "data", bench.newest)
        specs = make_fleet(folder / "data", _FLEET, bench.newest)
        with Program(folder / "data") as program:
            # The first start makes the databases; it is not counted.
            for number in range(bench.rounds(7, 3) + 1):
                bare = _bare_round(specs)
                begun = time.perf_counter()
                outcomes = program.all(Verb.START)
                started_s = time.perf_counter() - begun
                if not all(one["ok"] for one in outcomes):
                    raise TimeoutError(f"not all started: {[one for one in outcomes if not one['ok']][:1]}")
                time.sleep(0.3)
                begun = time.perf_counter()
                program.all(Verb.STOP)
                stopped_s = time.perf_counter() - begun
                if number:
                    for pair, ours, floor in ((starts, started_s, bare[0]), (stops, stopped_s, bare[1])):
                        pair[0].append(ours)
                        pair[1].append(floor)
    return starts, stops


def _bare_round(specs: list[LaunchSpec]) -> tuple[float, float]:
    begun = time.perf_counter()
    children = [spawn(spec) for spec in specs]
    wait_for_answers(specs, 0.005)
    started_s = time.perf_counter() - begun
    time.sleep(0.3)
    begun = time.perf_counter()
    for child in children:
        child.terminate()
    for child in children:
        child.wait(30)
        LEDGER.processes.discard(child)
    return started_s, time.perf_counter() - begun


def make_fleet(data_dir: Path, count: int, tag: str) -> list[LaunchSpec]:
    """Create stopped instances; the answer is what the program would start. Main thread."""
    services = build(data_dir)
    made = [
        services.instances.create(NewInstance(name=f"fleet {number:03d}", port=port, gowa_version=tag))
        for number, port in enumerate(free_ports(count))
    ]
    specs = [launch_spec(services, one.id) for one in made]
    services.close()
    return specs


# 25: 100 instances


def hundred_instances(bench: Bench) -> Finding:
    """Let the window start 100 instances that should run, then look at what it costs when nothing happens."""
    count = bench.rounds(100, 40)
    with temporary_folder() as folder:
        specs = make_fleet(folder / "data", count, SIMULATOR)
        floor_s = _bare_four_at_a_time(specs)
        with Program(folder / "data", has_window=True) as program:
            program.all(Verb.START)
            program.kill()
            _end_all(specs, folder)
            program.begin()
            program.wait(all_run, 120, 0.1)
            up_s = time.perf_counter() - program.launched_s
            time.sleep(bench.rounds(6, 3))
            watched = psutil.Process(program.pid)
            begun, used = time.perf_counter(), watched.cpu_times()
            time.sleep(bench.rounds(16, 5))
            now = watched.cpu_times()
            percent = (now.user + now.system - used.user - used.system) / (time.perf_counter() - begun) * 100
            rss_mb = watched.memory_info().rss / _MB
    own_s = max(0.0, up_s - floor_s)
    text = f"{count} up after {up_s:.1f} s, bare loop of 4 at a time {floor_s:.1f} s; window idle at {percent:.1f} % of a core, {rss_mb:.0f} MB"
    return Finding(text, own_s <= 60 and percent <= 3 and rss_mb <= 350)


def _bare_four_at_a_time(specs: list[LaunchSpec]) -> float:
    children: list[subprocess.Popen[bytes]] = []
    begun = time.perf_counter()
    for first in range(0, len(specs), 4):
        group = specs[first : first + 4]
        children += [spawn(spec) for spec in group]
        wait_for_answers(group)
    took_s = time.perf_counter() - begun
    for child in children:
        end_process(child)
    return took_s


def _end_all(specs: list[LaunchSpec], folder: Path) -> None:
    end_below(folder / "data" / "instances")
    for spec in specs:
        shutil.rmtree(spec.working_directory / "storages", ignore_errors=True)
