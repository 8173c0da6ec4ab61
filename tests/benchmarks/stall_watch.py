"""What the main thread of the program was doing while it did not answer: for finding out where a stall comes from.

A thread in the program looks every few milliseconds whether the main thread has had its turn, and keeps the stack of one that has not.
Much of what takes long is inside Qt and has no stack in Python, so a filter notes each event with the processor time at which it came.
Both cost something, so figures that count are measured by `StallMeter`.
"""

from __future__ import annotations

import json
import os
import sys
import time
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

_WORST_SHOWN = 8
_WATCH = """
import json as _json, sys as _sys, threading as _threading, time as _time
_main_thread = _threading.main_thread().ident
_beats, _events, _longest = [(_time.perf_counter(), 0.0)], [], []
def _find_longest(ended):
    sums = {{}}
    for at, after in zip(_events, [*_events[1:], (ended,)]):
        taken, count = sums.get(at[1:], (0.0, 0))
        sums[at[1:]] = taken + after[0] - at[0], count + 1
    worst = sorted(sums.items(), key=lambda one: -one[1][0])[:5]
    return [f"{{taken * 1e3:.0f}} ms {{count}} x {{name}} {{kind}}" for (name, kind), (taken, count) in worst if taken > 0.001]
def _beat():
    now = _time.perf_counter(), _time.thread_time()
    if now[0] - _beats[0][0] > 0.025:
        _longest[:] = _find_longest(now[1])
    _events.clear()
    _beats[0] = now
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
                file.write(_json.dumps([_time.time(), ended[0] - begun[0], ended[1] - begun[1], stack, list(_longest)]) + "\\n")
from PySide6.QtCore import QObject as _WatchObject, Qt as _WatchQt, QTimer as _WatchTimer, QCoreApplication as _WatchApplication
from gowa_desktop import bootstrap as _watch_bootstrap
_begin_unwatched = _watch_bootstrap.Services.begin
class _Spy(_WatchObject):
    def eventFilter(self, receiver, event):
        _events.append((_time.thread_time(), f"{{receiver.metaObject().className()}} {{receiver.objectName()}}".strip(), event.type().name))
        return False
def _begin_watched(self):
    _begin_unwatched(self)
    _beat()
    timer = _WatchTimer(self.owner)
    timer.setTimerType(_WatchQt.TimerType.PreciseTimer)
    timer.timeout.connect(_beat)
    timer.start(5)
    _WatchApplication.instance().installEventFilter(_Spy(self.owner))
    _threading.Thread(target=_watch_main, daemon=True).start()
_watch_bootstrap.Services.begin = _begin_watched
"""


class Stall(NamedTuple):
    """When the main thread stood still, for how long, how much of that it was at work (the rest it waited), where, innermost first,
    and the events that took longest."""

    at: float
    seconds: float
    busy_s: float
    stack: list[str]
    events: list[str]


class StallWatch:
    """Watches the program that is begun with its `prelude`."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "stalls"

    @property
    def prelude(self) -> str:
        """Python to run before the program."""
        return _WATCH.format(path=os.fspath(self._path))

    def reset(self) -> None:
        """Begin anew."""
        self._path.unlink(missing_ok=True)

    def found(self) -> list[Stall]:
        """Give the stalls of more than 25 ms since the last reset."""
        try:
            return [Stall(*json.loads(line)) for line in self._path.read_text(encoding="utf-8").splitlines()]
        except FileNotFoundError:
            return []


def show_longest(found: list[Stall]) -> None:
    """Say on the error stream, apart from the figures, what the main thread did in the stalls with the most work."""
    for stall in sorted(found, key=lambda stall: (-stall.busy_s, -stall.seconds))[:_WORST_SHOWN]:
        at = time.strftime("%H:%M:%S", time.localtime(stall.at))
        print(f"{at} {stall.seconds * 1e3:4.0f} ms, at work for {stall.busy_s * 1e3:.0f}: {'; '.join(stall.events)}", file=sys.stderr)
        print(f"    in {' < '.join(stall.stack)}", file=sys.stderr)
