"""`python -m tests.benchmarks day [--hours N]`: whether the memory of the program stays flat over 24 hours with 50 running.

The hours are simulated: in the program the clocks of Python run `SPEED` times as fast and its timers ring as much earlier, so that it
samples, asks for health, rolls up, stores, prunes, paints, asks for versions and looks at logs as often as in a real day. Processes,
requests, files and the window are real, and so are the calendar and the time-outs of Qt's own sockets. A reading that is due while one
is under way is left out, as the program does at any speed; how many were made is told. Without words it takes half an hour, so it is
measured on demand alone.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

from gowa_desktop.domain.versions import SIMULATOR
from gowa_desktop.services.commands.command_protocol import Verb
from tests.benchmarks.rows import Row
from tests.faults.harness import Program, tell_simulator, temporary_folder
from tests.faults.rows_fleet import make_fleet

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

INSTANCES = 50
HOURS = 24.0
SPEED = 50
GROWTH_LIMIT_MB = 2.0
"""From the third hour to the last. A day that gains more would be felt within a month."""
_SETTLED_H = 2.0
"""The last hour in memory is full after one; pages are touched a last time soon after."""
_LINES_PER_S = 5
_SETTLE_S = 15
_MB = 1024 * 1024
_FAST = """
import json as _json, os as _os, time as _time, weakref as _weakref
import shiboken6 as _shiboken
from PySide6 import QtCore as _QtCore
_SPEED, _FOUND, _GO = {speed}, {found!r}, {go!r}
_real_sleep, _RealTimer = _time.sleep, _QtCore.QTimer
_shifts, _rate = {{}}, 1
def _hurry(real):
    def read():
        base = _shifts.get(real)
        return real() if base is None else base + (real() - base) * _SPEED
    return read
_clocks = (_time.time, _time.monotonic)
_time.time, _time.monotonic = map(_hurry, _clocks)
_time.sleep = lambda seconds: _real_sleep(seconds / _rate)
_timers = _weakref.WeakSet()
class _Timer(_RealTimer):
    def __init__(self, *words, interval=0, **properties):
        super().__init__(*words, **properties)
        self.setInterval(interval)
        _timers.add(self)
    def setInterval(self, milliseconds):
        self._asked = milliseconds
        super().setInterval(_short(milliseconds))
    def start(self, *words):
        if len(words) == 1 and isinstance(words[0], int):  # else they come from a signal that starts it
            self.setInterval(words[0])
        super().start()
    def interval(self):
        return self._asked
    def remainingTime(self):
        left = super().remainingTime()
        return left * _rate if left > 0 else left
    @staticmethod
    def singleShot(milliseconds, *words):
        _RealTimer.singleShot(_short(milliseconds), *words)
def _short(milliseconds):
    return milliseconds if milliseconds <= 0 else max(1, round(milliseconds / _rate))
_QtCore.QTimer = _Timer
from gowa_desktop import bootstrap as _bootstrap
_begin_in_real_time = _bootstrap.Services.begin
class _Day:
    def __init__(self, services):
        self.ticks, self.hours, self.began = 0, 0, 0.0
        services.monitor.sampled.connect(self.count)
        self.timer = _RealTimer(services.owner)
        self.timer.timeout.connect(self.look)
        self.timer.start(500)
    def count(self):
        self.ticks += 1
    def look(self):
        global _rate
        if _rate == 1:
            if not _os.path.exists(_GO):
                return
            _shifts.update({{clock: clock() for clock in _clocks}})
            _rate, self.began, self.ticks = _SPEED, _time.monotonic(), 0
            for timer in list(_timers):
                if _shiboken.isValid(timer) and timer.isActive() and not timer.isSingleShot():
                    timer.start(timer._asked)
        elif (_time.monotonic() - self.began) / 3600 < self.hours:
            return
        self.tell()
        self.hours += 1
    def tell(self):
        import sys
        import psutil
        from PySide6.QtWidgets import QApplication
        used = psutil.Process().memory_full_info()
        found = dict(hour=(_time.monotonic() - self.began) / 3600, rss=used.rss, uss=used.uss, ticks=self.ticks)
        found.update(blocks=sys.getallocatedblocks(), widgets=len(QApplication.allWidgets()))
        with open(_FOUND, "a") as file:
            print(_json.dumps(found), file=file)
def _begin_a_day(self):
    _begin_in_real_time(self)
    self.owner._day = _Day(self)
_bootstrap.Services.begin = _begin_a_day
"""


def measure_day(hours: float, *, instances: int = INSTANCES, speed: int = SPEED) -> list[Row]:
    """Let the program live through so many hours with everything up, and tell how its memory goes."""
    with temporary_folder() as folder:
        found, go = folder / "found", folder / "go"
        specs = make_fleet(folder / "data", instances, SIMULATOR)
        prelude = _FAST.format(speed=speed, found=str(found), go=str(go))
        with Program(folder / "data", has_window=True, prelude=prelude) as program:
            program.all(Verb.START)
            for spec in specs:
                tell_simulator(spec.port, "/sim/faults", f"flood={_LINES_PER_S}")
            time.sleep(_SETTLE_S)
            go.touch()
            deadline = time.monotonic() + hours * 3600 / speed + 60
            while len(hourly := _read(found)) <= hours and time.monotonic() < deadline:
                time.sleep(2)
            running = len(program.pids())
    _show(hourly)
    return _rows(hourly, hours, running)


def _read(found: Path) -> list[dict[str, float]]:
    return [json.loads(line) for line in found.read_text(encoding="utf-8").splitlines()] if found.exists() else []


def _show(hourly: Sequence[dict[str, float]]) -> None:
    for one in hourly:
        words = f"RSS {one['rss'] / _MB:.1f} MB, its own {one['uss'] / _MB:.1f} MB, {one['blocks']:,.0f} blocks, {one['widgets']:.0f} widgets"
        print(f"hour {one['hour']:5.2f}: {words}, {one['ticks']:,.0f} readings")


def _rows(hourly: Sequence[dict[str, float]], hours: float, running: int) -> list[Row]:
    if not hourly:
        raise SystemExit("The program never told anything: the simulated hours did not begin.")
    settled = [one for one in hourly if one["hour"] >= _SETTLED_H] or list(hourly)
    begin, end = settled[0], settled[-1]
    gained = (end["rss"] - begin["rss"]) / _MB
    note = f"{begin['rss'] / _MB:.1f} to {end['rss'] / _MB:.1f} MB from hour {begin['hour']:.0f} to {end['hour']:.0f}, {running} running"
    return [
        # Before memory has settled nothing is promised: the first hour fills what is kept, and imports what asks for versions.
        Row("memory gained in simulated hours", "MB", gained, most=GROWTH_LIMIT_MB if len(settled) > 1 else None, note=note),
        Row("its slope", "MB an hour", slope([one["hour"] for one in settled], [one["rss"] / _MB for one in settled])),
        Row("readings that were made", "%", end["ticks"] / max(end["hour"] * 36, 1), note="of one a second"),
        Row("hours that were missed", "h", max(0.0, hours - end["hour"]), most=0.1),
    ]


def slope(places: Sequence[float], figures: Sequence[float]) -> float:
    """Give the least-squares slope; 0 for less than two places."""
    middle, mean = sum(places) / len(places), sum(figures) / len(figures)
    spread = sum((place - middle) ** 2 for place in places)
    return sum((place - middle) * (figure - mean) for place, figure in zip(places, figures, strict=True)) / spread if spread else 0.0
