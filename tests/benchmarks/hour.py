"""`python -m tests.benchmarks hour [--minutes N]`: how long the main thread ever stands still while 100 instances run.

The whole program with its window and the charts of an instance in sight, beside a bare process that waits for the same computer. For
the longest stalls it is told what the main thread was doing: a thread in the program looks every few milliseconds whether the main
thread has had its turn, and keeps the stack of one that has not. Without words it takes an hour, so it is measured on demand alone.
"""

from __future__ import annotations

import json
import os
import sys
import time
from typing import TYPE_CHECKING, NamedTuple

from gowa_desktop.domain.versions import SIMULATOR
from gowa_desktop.services.commands.command_protocol import Verb
from tests.benchmarks.rows import Row
from tests.faults.harness import Program, temporary_folder
from tests.faults.rows_fleet import make_fleet
from tests.faults.stalls import StallMeter

if TYPE_CHECKING:
    from pathlib import Path

INSTANCES = 100
STALL_LIMIT_MS = 50.0
MINUTES = 60
_SETTLE_S = 30
_WORST_SHOWN = 8
_WATCH = """
import json as _json, sys as _sys, threading as _threading, time as _time
_main_thread = _threading.main_thread().ident
_clock = _time.pthread_getcpuclockid(_main_thread) if hasattr(_time, "pthread_getcpuclockid") else None
def _now():
    return _time.perf_counter(), 0.0 if _clock is None else _time.clock_gettime(_clock)
_beats = [_now()]
def _watch_main():
    while True:
        _time.sleep(0.008)
        begun, stack = _beats[0], None
        while _beats[0] == begun and _time.perf_counter() - begun[0] > 0.025:
            frame, stack = _sys._current_frames().get(_main_thread), []
            while frame is not None and len(stack) < 14:
                stack.append(f"{{frame.f_code.co_filename.rpartition('/')[2]}}:{{frame.f_lineno}} {{frame.f_code.co_name}}")
                frame = frame.f_back
            _time.sleep(0.004)
        if stack is not None:
            with open({path!r}, "a") as file:
                ended = _beats[0]
                file.write(_json.dumps([_time.time(), ended[0] - begun[0], ended[1] - begun[1], stack]) + "\\n")
from PySide6.QtCore import Qt as _WatchQt, QTimer as _WatchTimer
from gowa_desktop import bootstrap as _watch_bootstrap
_begin_unwatched = _watch_bootstrap.Services.begin
def _show_charts():
    from PySide6.QtWidgets import QApplication
    from gowa_desktop.ui.instances.instance_panel import InstancePanel
    from gowa_desktop.ui.instances.instance_table_view import InstanceTableView
    for window in QApplication.topLevelWidgets():
        for table in window.findChildren(InstanceTableView):
            table.selectRow(0)
        for panel in window.findChildren(InstancePanel):
            panel.show_charts()
def _begin_watched(self):
    _begin_unwatched(self)
    timer = _WatchTimer(self.owner)
    timer.setTimerType(_WatchQt.TimerType.PreciseTimer)
    timer.timeout.connect(lambda: _beats.__setitem__(0, _now()))
    timer.start(5)
    _WatchTimer.singleShot(15000, self.owner, lambda: _show_charts())
    _threading.Thread(target=_watch_main, daemon=True).start()
_watch_bootstrap.Services.begin = _begin_watched
"""


def measure_hour(minutes: float) -> list[Row]:
    """Let the program run for so long with everything up, and tell of the longest stall."""
    with temporary_folder() as folder, StallMeter(folder) as meter:
        make_fleet(folder / "data", INSTANCES, SIMULATOR)
        stalls = folder / "stalls"
        prelude = meter.prelude + _WATCH.format(path=os.fspath(stalls))
        with Program(folder / "data", has_window=True, prelude=prelude) as program:
            program.all(Verb.START)
            time.sleep(_SETTLE_S)
            stalls.unlink(missing_ok=True)
            meter.reset()
            time.sleep(minutes * 60)
            worst_ms, beside_ms = meter.worst_s * 1e3, meter.beside_s * 1e3
            found = _read(stalls)
    _show_longest(found)
    what = f"worst stall in {minutes:g} min, {INSTANCES} running"
    note = f"over a bare process ({beside_ms:.0f} ms); alone {worst_ms:.0f} ms"
    busy_ms = max((stall.busy_s for stall in found), default=0.0) * 1e3
    return [
        Row(what, "ms", max(0.0, worst_ms - beside_ms), most=STALL_LIMIT_MS, note=note),
        Row("most work of the main thread in a stall", "ms", busy_ms, most=STALL_LIMIT_MS, note=f"{len(found)} stalls of more than 25 ms"),
    ]


class _Stall(NamedTuple):
    """When the main thread stood still, for how long, how much of that it was at work (the rest it waited), and where, innermost first."""

    at: float
    seconds: float
    busy_s: float
    stack: list[str]


def _read(stalls: Path) -> list[_Stall]:
    try:
        return [_Stall(*json.loads(line)) for line in stalls.read_text(encoding="utf-8").splitlines()]
    except FileNotFoundError:
        return []


def _show_longest(found: list[_Stall]) -> None:
    """Say on the error stream, apart from the figures, what the main thread did in the stalls with the most work."""
    for stall in sorted(found, key=lambda stall: (-stall.busy_s, -stall.seconds))[:_WORST_SHOWN]:
        at = time.strftime("%H:%M:%S", time.localtime(stall.at))
        where = " < ".join(stall.stack)
        print(f"{at} {stall.seconds * 1e3:4.0f} ms, at work for {stall.busy_s * 1e3:.0f}: {where}", file=sys.stderr)
