"""LogCap: keeps the logs of running instances below their size, however fast GOWA writes."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from gowa_desktop.infra.log_files import DEFAULT_LIMITS, LogLimits, SizeAt
from gowa_desktop.services.logs.log_wake import LogWake

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gowa_desktop.infra.log_files import RunLog
    from gowa_desktop.services.tasks import TaskRunner

LONGEST_WAIT_MS = 250
"""A look at a hundred logs takes a worker half a millisecond."""
CALM_WAIT_MS = 2_000
"""While the system tells of every log that begins to grow: four looks a second at fifty logs were a third of what an idle program
cost."""
_UNTOLD_WAIT_MS = 100
"""Where the system does not tell: macOS, and Linux when other programs of this user hold all the watches it has."""
SHORTEST_WAIT_MS = 5
_AWAKE_MS = 3
"""A log that begins to grow is looked at so soon: the fastest child writes some megabytes in that time."""
_AGAIN_MS = 10
_AGAIN_EACH_MS = 3
"""One that goes on telling is looked at after a pause, the longer the more there are, so that looking at lines that come one by one
costs two hundredths of a processor at most."""
_FAST_BYTES_S = 20_000_000
"""What grows so fast may grow fifty times faster a moment later; GOWA hardly does."""
_FLOODED_S = 10.0
"""So long after a move no pause is made: a flood may come in bursts."""
_STAY_S = 2.0
"""How long one look stays with logs that fill again and again. The way to the main thread and back takes a busy one longer than a
flood takes for ten megabytes."""
_OTHERS_S = 0.05
"""So often the others are looked at meanwhile."""
_COOL_S = 0.1
"""A log that was not full for so long is left to the next look."""
_GLANCE_S = 0.001


class _Look(NamedTuple):
    """What a worker saw of one log: its size afterwards, the bytes that were moved, and when that was."""

    size: int
    moved: int
    at_s: float


class LogCap(QObject):
    """Looks at the logs of live processes, the more often the faster one grows. Main thread; files are touched on a worker only.

    Does nothing on Windows: there GOWA's output is not opened for appending (Qt 6.11, qprocess_win.cpp), so that emptying the
    file would leave a hole in its place. A log is cut there when its instance starts. On Linux the system tells at once when a
    log begins to grow, so that a flood is met at its beginning; only one that grows fast already is not told, but looked at in time.
    """

    moved = Signal(int)
    """Id of an instance whose log was moved to an older part and emptied."""

    def __init__(
        self,
        logs: Callable[[], Mapping[int, RunLog]],
        tasks: TaskRunner,
        parent: QObject | None = None,
        limits: Callable[[], LogLimits] = lambda: DEFAULT_LIMITS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self._logs = logs
        self._tasks = tasks
        self._limits = limits
        self._clock = clock
        self._seen: dict[int, _Look] = {}
        self._told: dict[str, float] = {}
        """Logs that have told, by path, and when."""
        self._told_last = (-1.0, 0)
        """When some were looked at because they had told, and how many."""
        self._moved_s = clock() - _FLOODED_S
        self._last_limits: LogLimits | None = None
        self._is_compressing = self._is_looking = self._is_closed = False
        self._uncompressed: set[int] = set()
        self._timer = self._single_shot(self.look)
        self._soon = self._single_shot(self._look_at_told)
        self._wake = LogWake(self)
        self._wake.grew.connect(self._on_wake_grew)

    def _single_shot(self, slot: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.timeout.connect(slot)
        return timer

    def begin(self) -> None:
        """Start looking."""
        self._is_closed = False
        self._wake.begin()
        if sys.platform != "win32":
            self._timer.start(LONGEST_WAIT_MS)

    def close(self) -> None:
        """Stop looking."""
        self._is_closed = True
        self._timer.stop()
        self._soon.stop()
        self._wake.close()

    @Slot()
    def look(self) -> None:
        """Look at all logs once, on a worker; the next look follows by itself."""
        self._begin_look(dict(self._logs()))

    @Slot()
    def _look_at_told(self) -> None:
        """Look at the logs that have told; while another look is going on, they come behind it."""
        if not self._is_looking and (logs := {key: log for key, log in self._logs().items() if os.fspath(log.path) in self._told}):
            self._told_last = (self._clock(), len(logs))
            self._begin_look(logs)

    def _begin_look(self, logs: Mapping[int, RunLog]) -> None:
        if self._is_looking:
            return
        self._is_looking = True
        limits, seen, told, self._told = self._limits(), self._seen, self._told, {}
        is_same, self._last_limits = limits == self._last_limits, limits
        known = {key: (seen[key], told.get(os.fspath(log.path), seen[key].at_s)) for key, log in logs.items() if key in seen}
        before = {key: SizeAt(at_s, look.size) for key, (look, at_s) in known.items()}

        def look_at(key: int, log: RunLog) -> _Look:
            # A hundred quiet logs are asked for their sizes alone, four times a second.
            if key in seen and log.size() == seen[key].size and is_same:
                return _Look(seen[key].size, 0, self._clock())
            if not is_same:
                log.drop(limits)
            moved = log.cap(limits, before.get(key))
            # The size comes after the move: what a flood has written meanwhile counts already.
            return _Look(log.size(), moved, self._clock())

        def work() -> dict[int, _Look]:
            looks = {key: look_at(key, log) for key, log in logs.items()}
            if more := self._stay({key for key, look in looks.items() if look.moved}, logs, limits):
                looks |= {key: _Look(logs[key].size(), looks[key].moved + moved, self._clock()) for key, moved in more.items()}
            return looks

        self._tasks.run(work, lambda looks: self._on_looked(looks, before, limits), lambda _: self._on_failed())

    def _stay(self, full: set[int], logs: Mapping[int, RunLog], limits: LogLimits) -> dict[int, int]:
        """Stay with logs that have just been moved, as long as one of them is full again soon; on a worker. Gives the bytes moved."""
        moved = dict.fromkeys(full, 0)
        last = others = begun = self._clock()
        while moved and not self._is_closed and last - begun < _STAY_S and (now := self._clock()) - last < _COOL_S:
            looked_at = list(moved)
            if now - others >= _OTHERS_S:
                others, looked_at = now, list(logs)
            gone = {key: logs[key].cap(limits) for key in looked_at if logs[key].is_full(limits)}
            if any(gone.values()):
                last = self._clock()
                moved |= {key: moved.get(key, 0) + count for key, count in gone.items()}
            else:
                time.sleep(_GLANCE_S)
        return moved

    def _on_looked(self, looks: Mapping[int, _Look], before: Mapping[int, SizeAt], limits: LogLimits) -> None:
        self._is_looking = False
        if self._is_closed:
            return
        self._compress_new(looks)
        live = {key: os.fspath(log.path) for key, log in self._logs().items()}
        waits = {key: _wait_ms(look, before.get(key), limits) for key, look in looks.items()}
        for key, look in looks.items():
            if look.moved:
                self._moved_s = self._clock()
                self.moved.emit(key)
        self._seen = {key: look for key, look in (self._seen | dict(looks)).items() if key in live or key in looks}
        self._wake.keep_to(live.values())
        self._wake.add(path for key, path in live.items() if waits.get(key, 0) >= LONGEST_WAIT_MS)
        wait_ms = max(SHORTEST_WAIT_MS, round(min(waits.values(), default=LONGEST_WAIT_MS)))
        if not self._wake.watched.issuperset(live.values()):
            wait_ms = min(wait_ms, _UNTOLD_WAIT_MS)
        elif wait_ms >= LONGEST_WAIT_MS:
            wait_ms = CALM_WAIT_MS
        if not self._timer.isActive() or wait_ms < self._timer.remainingTime():
            self._timer.start(wait_ms)
        if self._told and not self._soon.isActive():
            self._soon.start(self._pause_ms())

    @Slot(object)
    def _on_wake_grew(self, paths: set[str]) -> None:
        """Look soon at what has begun to grow; nothing more is told of it until then."""
        self._told |= dict.fromkeys(paths, self._clock())
        if not self._soon.isActive():
            self._soon.start(self._pause_ms())

    def _pause_ms(self) -> int:
        last_s, count = self._told_last
        is_first = (self._clock() - last_s) * 1000 > LONGEST_WAIT_MS
        is_flooded = self._clock() - self._moved_s < _FLOODED_S
        return _AWAKE_MS if is_first or is_flooded else min(LONGEST_WAIT_MS, _AGAIN_MS + _AGAIN_EACH_MS * count)

    @Slot()
    def look_soon(self) -> None:
        """Look before long, because other logs may be written now."""
        if self._timer.isActive() and self._timer.remainingTime() > LONGEST_WAIT_MS:
            self._timer.start(LONGEST_WAIT_MS)

    def _on_failed(self) -> None:
        self._is_looking = False
        if not self._is_closed:
            self._timer.start(LONGEST_WAIT_MS)

    def _compress_new(self, looks: Mapping[int, _Look]) -> None:
        """Compress what was moved, and what is there when a log is seen first, beside the looks: it takes a tenth of a second a part.

        Not while file after file is moved: most of what a flood brings is gone again soon.
        """
        live = self._logs()
        self._uncompressed |= {key for key, look in looks.items() if look.moved or key not in self._seen}
        quiet = [key for key in self._uncompressed if key not in looks or not looks[key].moved]
        if not quiet or self._is_compressing:
            return
        self._is_compressing = True
        self._uncompressed.difference_update(quiet)
        logs = [live[key] for key in quiet if key in live]

        def work() -> None:
            for log in logs:
                log.compress()

        self._tasks.run(work, self._on_compressed, self._on_compressed)

    def _on_compressed(self, _: object) -> None:
        self._is_compressing = False


def _wait_ms(look: _Look, before: SizeAt | None, limits: LogLimits) -> float:
    """Give how soon a log may have filled half of the room that is left; LONGEST_WAIT_MS when nothing is known yet."""
    if before is None or look.at_s <= before.at_s:
        return LONGEST_WAIT_MS
    grown, elapsed_s = look.size + look.moved - before.size, look.at_s - before.at_s
    if grown <= 0:
        return LONGEST_WAIT_MS
    if grown >= _FAST_BYTES_S * elapsed_s:
        return SHORTEST_WAIT_MS
    return min(LONGEST_WAIT_MS, max(0, limits.file_bytes - look.size) / grown * elapsed_s * 1000 / 2)
