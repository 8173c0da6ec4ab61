"""The whole program with many instances: starting, stopping, what it costs while nothing happens, and how long it ever stands still.

The floor of time is a bare loop over the same commands; that of CPU is a bare window with a table that psutil fills as often; that of
memory is the same window.
"""

from __future__ import annotations

import statistics
import sys
import time
from typing import TYPE_CHECKING

import psutil

from gowa_desktop.domain.versions import SIMULATOR
from gowa_desktop.services.commands.command_protocol import Verb
from tests.benchmarks.first_paint import BARE
from tests.benchmarks.hour import SHOW_CHARTS
from tests.benchmarks.rows import Row, median
from tests.faults.harness import LEDGER, Bench, Program, end_process, launch, spawn, tell_simulator, temporary_folder, wait_for_answers
from tests.faults.rows_fleet import make_fleet
from tests.faults.stalls import StallMeter

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

    from gowa_desktop.domain.instance import LaunchSpec

FLEET = 50
STALL_LIMIT_MS = 50.0
WINDOW_LIMIT, TRAY_LIMIT = 3.0, 0.5
MEMORY_RATIO, CHARTS_MEMORY_RATIO = 1.5, 1.4
_SEEN_S = 12
"""After so long all is shown, charts included."""
_MB = 1024 * 1024
_HIDDEN = """
from PySide6.QtCore import QTimer as _HideTimer
from gowa_desktop import bootstrap as _hide_bootstrap
_begin_shown = _hide_bootstrap.Services.begin
def _begin_hidden(self):
    _begin_shown(self)
    def hide():
        from PySide6.QtWidgets import QApplication
        for window in QApplication.topLevelWidgets():
            window.hide()
    _HideTimer.singleShot(3000, self.owner, lambda: hide())
_hide_bootstrap.Services.begin = _begin_hidden
"""
_FLOOR = (
    BARE
    + """
import psutil
from PySide6.QtCore import QTimer
processes = [psutil.Process(int(pid)) for pid in sys.argv[3:]]
def tick():
    for row, process in enumerate(processes):
        with process.oneshot():
            used, memory = sum(process.cpu_times()[:2]), process.memory_info().rss
        table.item(row, 5).setText(f"{used:.1f} %")
        table.item(row, 6).setText(f"{memory / 1e6:.0f} MB")
timer = QTimer()
timer.timeout.connect(tick)
timer.start(int(float(sys.argv[2]) * 1000))
if float(sys.argv[2]) < 2:
    window.show()
sys.exit(application.exec())
"""
)


def measure_fleet(*, is_quick: bool) -> list[Row]:
    """Measure everything that needs the program as a process of its own."""
    bench = Bench(is_quick=is_quick)
    count = 10 if is_quick else FLEET
    rows: list[Row] = []
    with temporary_folder() as folder, StallMeter(folder) as meter:
        specs = make_fleet(folder / "data", count, SIMULATOR)
        with Program(folder / "data", has_window=True, prelude=meter.prelude) as program:
            rows += _runs(bench, program, specs, meter)
            meter.reset()
            time.sleep(bench.rounds(30, 5))
            rows.append(_stall("worst stall, window open", meter))
    # The meter looks every few milliseconds and would be most of what is measured.
    for what, prelude, pace_s, limit in (("window open", "", 1.0, WINDOW_LIMIT), ("in the tray", _HIDDEN, 5.0, TRAY_LIMIT)):
        with temporary_folder() as folder:
            make_fleet(folder / "data", count, SIMULATOR)
            with Program(folder / "data", has_window=True, prelude=prelude) as program:
                program.all(Verb.START)
                rows.append(_cpu(f"CPU, {what}, {count} running", program, count, pace_s, limit, bench))
    for running in (0, 10) if is_quick else (0, 50, 100):
        rows.append(_memory(running))
    rows.append(_memory_with_charts(10 if is_quick else FLEET))
    rows += _flood(bench)
    return rows


def _runs(bench: Bench, program: Program, specs: list[LaunchSpec], meter: StallMeter) -> list[Row]:
    """Start, restart and stop all, in turn with a bare loop."""
    times: dict[str, tuple[list[float], list[float]]] = {what: ([], []) for what in ("start", "restart", "stop")}
    stalls = dict.fromkeys(times, 0.0)
    for turn in range(bench.rounds(3, 1) + 1):
        bare = _bare_round(specs)
        for what, verb in (("start", Verb.START), ("restart", Verb.RESTART), ("stop", Verb.STOP)):
            meter.reset()
            begun = time.perf_counter()
            program.all(verb)
            if turn:
                times[what][0].append(time.perf_counter() - begun)
                times[what][1].append(bare[what])
                stalls[what] = max(stalls[what], meter.worst_s - meter.beside_s)
            time.sleep(0.3)
    program.all(Verb.START)
    rows = [Row(f"{what} of {len(specs)}", "s", median(ours), median(floor)) for what, (ours, floor) in times.items()]
    note = "over a bare process"
    return rows + [Row(f"worst stall, {what}", "ms", max(0.0, s) * 1e3, most=STALL_LIMIT_MS, note=note) for what, s in stalls.items()]


def _bare_round(specs: list[LaunchSpec]) -> dict[str, float]:
    def start() -> list[subprocess.Popen[bytes]]:
        made = [spawn(spec) for spec in specs]
        wait_for_answers(specs, 0.005)
        return made

    def stop(children: list[subprocess.Popen[bytes]]) -> None:
        for child in children:
            child.terminate()
        for child in children:
            child.wait(30)
            LEDGER.processes.discard(child)

    def timed(act: Callable[[], object]) -> float:
        begun = time.perf_counter()
        act()
        taken = time.perf_counter() - begun
        time.sleep(0.3)
        return taken

    children: list[subprocess.Popen[bytes]] = []
    times = {"start": timed(lambda: children.extend(start()))}

    def restart() -> None:
        stop(children)
        children[:] = start()

    times["restart"] = timed(restart)
    times["stop"] = timed(lambda: stop(children))
    return times


def _cpu(what: str, program: Program, count: int, pace_s: float, limit: float, bench: Bench) -> Row:
    """Measure several spans of the program and of the floor side by side: both feel the same computer."""
    time.sleep(bench.rounds(8, 5))
    pids = [str(pid) for pid in program.pids().values()]
    floor = launch([sys.executable, "-c", _FLOOR, str(count), str(pace_s), *pids])
    try:
        time.sleep(3)
        spans = [_spans([program.pid, floor.pid], bench.rounds(20, 6)) for _ in range(bench.rounds(3, 1))]
    finally:
        end_process(floor)
    return Row(what, "% of a core", median([span[0] for span in spans]), median([span[1] for span in spans]), most=limit)


def _spans(pids: list[int], seconds: int) -> list[float]:
    processes = [psutil.Process(pid) for pid in pids]
    begun, before = time.perf_counter(), [sum(process.cpu_times()[:2]) for process in processes]
    time.sleep(seconds)
    taken = time.perf_counter() - begun
    return [(sum(process.cpu_times()[:2]) - used) / taken * 100 for process, used in zip(processes, before, strict=True)]


def _memory(running: int) -> Row:
    ours, bare = _resident(running, _FLOOR)
    return Row(f"memory, {running} running", "MB", ours, bare, MEMORY_RATIO if running == FLEET else None)


def _memory_with_charts(running: int) -> Row:
    """Its floor is the bare window in a process that has imported pyqtgraph and shows nothing with it."""
    ours, bare = _resident(running, _FLOOR.replace("import psutil", "import psutil, pyqtgraph", 1), SHOW_CHARTS)
    return Row(f"memory with charts, {running} running", "MB", ours, bare, CHARTS_MEMORY_RATIO)


def _resident(running: int, floor_code: str, prelude: str = "") -> tuple[float, float]:
    """Give the resident MB of the program and of its floor; a launch before that is not counted compiles the modules."""
    with temporary_folder() as folder:
        with Program(folder / "first", has_window=True, prelude=prelude):
            time.sleep(_SEEN_S)
        make_fleet(folder / "data", running, SIMULATOR)
        with Program(folder / "data", has_window=True, prelude=prelude) as program:
            if running:
                program.all(Verb.START)
            floor = launch([sys.executable, "-c", floor_code, str(running), "1", *map(str, program.pids().values())])
            try:
                time.sleep(_SEEN_S)
                ours, bare = (statistics.median(_rss(pid)) for pid in (program.pid, floor.pid))
            finally:
                end_process(floor)
    return ours, bare


def _rss(pid: int) -> list[float]:
    process, found = psutil.Process(pid), []
    for _ in range(5):
        found.append(process.memory_info().rss / _MB)
        time.sleep(0.2)
    return found


def _stall(what: str, meter: StallMeter) -> Row:
    stall_ms = max(0.0, meter.worst_s - meter.beside_s) * 1e3
    return Row(what, "ms", stall_ms, most=STALL_LIMIT_MS, note=f"over a bare process ({meter.beside_s * 1e3:.0f} ms)")


def _flood(bench: Bench) -> list[Row]:
    """Let one instance flood its log while the window is open."""
    size = bench.rounds(256, 32) * _MB
    with temporary_folder() as folder, StallMeter(folder) as meter:
        specs = make_fleet(folder / "data", 1, SIMULATOR)
        with Program(folder / "data", has_window=True, prelude=meter.prelude) as program:
            program.all(Verb.START)
            time.sleep(2)
            watched, writer = psutil.Process(program.pid), psutil.Process(next(iter(program.pids().values())))
            before, used, begun = watched.memory_info().rss, sum(watched.cpu_times()[:2]), time.perf_counter()
            meter.reset()
            tell_simulator(specs[0].port, "/sim/faults", f"flood=1000000:{size}")
            while _written(writer) < size and time.perf_counter() - begun < 240:
                time.sleep(0.1)
            taken = time.perf_counter() - begun
            percent = (sum(watched.cpu_times()[:2]) - used) / taken * 100
            grown = (watched.memory_info().rss - before) / _MB
            rate = size / _MB / taken
            return [
                Row("log flood, CPU of the program", "% of a core", percent, note=f"{rate:.0f} MB/s written"),
                Row("log flood, memory gained", "MB", grown, most=20),
                _stall("worst stall, log flood", meter),
            ]


def _written(writer: psutil.Process) -> int:
    counters = writer.io_counters()
    return int(counters.write_chars)
