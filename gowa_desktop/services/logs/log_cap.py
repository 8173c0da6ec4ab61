"""LogCap: keeps the logs of running instances below their size, however fast GOWA writes."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal, Slot

from gowa_desktop.infra.log_files import DEFAULT_LIMITS, LogLimits

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gowa_desktop.infra.log_files import RunLog
    from gowa_desktop.services.tasks import TaskRunner

LONGEST_WAIT_MS = 250
"""A look at a hundred logs takes a worker half a millisecond."""
CALM_WAIT_MS = 2_000
"""While no log grows and the system tells of each that begins to: four looks a second at fifty logs were a third of what an idle
program cost."""
SHORTEST_WAIT_MS = 5
_AWAKE_MS = 10
"""A log that begins to grow is looked at so soon: the fastest child writes some megabytes in that time."""
_STAY_S = 0.5
"""How long one look stays with logs that fill again and again. The way to the main thread and back takes a busy one longer than a
flood takes for ten megabytes."""
_COOL_S = 0.1
"""A log that was not full for so long is left to the next look."""
_GLANCE_S = 0.002


class _Look(NamedTuple):
    """What a worker saw of one log: its size afterwards and the bytes that were moved."""

    size: int
    moved: int


class LogCap(QObject):
    """Looks at the logs of live processes, the more often the faster one grows. Main thread; files are touched on a worker only.

    Does nothing on Windows: there GOWA's output is not opened for appending (Qt 6.11, qprocess_win.cpp), so that emptying the
    file would leave a hole in its place. A log is cut there when its instance starts. On Linux the system tells at once when a
    log that was quiet begins to grow, so that a flood is met at its beginning; each log tells once until it is quiet again.
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
        self._sizes: dict[int, int] = {}
        self._last_limits: LogLimits | None = None
        self._is_compressing = self._is_looking = self._is_closed = False
        self._uncompressed: set[int] = set()
        self._looked_s = clock()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.look)
        self._watcher = QFileSystemWatcher(self) if sys.platform == "linux" else None

    def begin(self) -> None:
        """Start looking."""
        self._is_closed = False
        if self._watcher is not None:
            self._watcher.fileChanged.connect(self._on_watcher_file_changed)
        if sys.platform != "win32":
            self._timer.start(LONGEST_WAIT_MS)

    def close(self) -> None:
        """Stop looking."""
        self._is_closed = True
        self._timer.stop()
        if self._watcher is not None and self._watcher.files():
            self._watcher.removePaths(self._watcher.files())

    @Slot()
    def look(self) -> None:
        """Look at all logs once, on a worker; the next look follows by itself."""
        if self._is_looking:
            return
        self._is_looking = True
        logs, limits, known = dict(self._logs()), self._limits(), self._sizes
        is_same, self._last_limits = limits == self._last_limits, limits

        def look_at(key: int, log: RunLog) -> _Look:
            # A hundred quiet logs are asked for their sizes alone, four times a second.
            if key in known and log.size() == known[key] and is_same:
                return _Look(known[key], 0)
            if not is_same:
                log.drop(limits)
            moved = log.cap(limits)
            # The size comes after the move: what a flood has written meanwhile counts already.
            return _Look(moved=moved, size=log.size())

        def work() -> dict[int, _Look]:
            looks = {key: look_at(key, log) for key, log in logs.items()}
            more = self._stay({key: logs[key] for key, look in looks.items() if look.moved}, limits)
            return looks | {key: _Look(logs[key].size(), looks[key].moved + moved) for key, moved in more.items()}

        self._tasks.run(work, lambda looks: self._on_looked(looks, limits), lambda _: self._on_failed())

    def _stay(self, logs: Mapping[int, RunLog], limits: LogLimits) -> dict[int, int]:
        """Stay with logs that have just been moved, as long as one of them is full again soon; on a worker. Gives the bytes moved."""
        moved = dict.fromkeys(logs, 0)
        last = begun = self._clock()
        while logs and not self._is_closed and last - begun < _STAY_S and self._clock() - last < _COOL_S:
            gone = {key: log.cap(limits) for key, log in logs.items() if log.is_full(limits)}
            if any(gone.values()):
                last = self._clock()
                moved |= {key: moved[key] + count for key, count in gone.items()}
            else:
                time.sleep(_GLANCE_S)
        return moved

    def _on_looked(self, looks: Mapping[int, _Look], limits: LogLimits) -> None:
        self._is_looking = False
        now = self._clock()
        elapsed_s, self._looked_s = now - self._looked_s, now
        wait_ms, is_calm = float(LONGEST_WAIT_MS), True
        self._compress_new(looks)
        for key, look in looks.items():
            grown = look.size + look.moved - self._sizes.get(key, look.size)
            if grown > 0 and elapsed_s > 0:
                left = max(0, limits.file_bytes - look.size)
                wait_ms = min(wait_ms, left / grown * elapsed_s * 1000 / 2)
            if look.moved:
                self.moved.emit(key)
            is_calm = is_calm and not grown and not look.moved
        self._be_told_of([key for key, look in looks.items() if self._sizes.get(key) == look.size and not look.moved])
        self._sizes = {key: look.size for key, look in looks.items()}
        if is_calm and self._is_told_of_all():
            wait_ms = CALM_WAIT_MS
        self._timer.start(max(SHORTEST_WAIT_MS, round(wait_ms)))

    def _is_told_of_all(self) -> bool:
        return self._watcher is not None and len(self._watcher.files()) == len(self._logs())

    @Slot()
    def look_soon(self) -> None:
        """Look before long, because other logs may be written now."""
        if self._timer.isActive() and self._timer.remainingTime() > LONGEST_WAIT_MS:
            self._timer.start(LONGEST_WAIT_MS)

    def _on_failed(self) -> None:
        self._is_looking = False
        self._timer.start(LONGEST_WAIT_MS)

    def _be_told_of(self, quiet: list[int]) -> None:
        """Have the system tell when one of these logs grows, and of no log that is not live any more."""
        if self._watcher is None:
            return
        live, watched = self._logs(), set(self._watcher.files())
        wanted = {os.fspath(log.path) for log in live.values()}
        if gone := sorted(watched - wanted):
            self._watcher.removePaths(gone)
        if new := sorted({os.fspath(live[key].path) for key in quiet if key in live} - watched):
            self._watcher.addPaths(new)

    @Slot(str)
    def _on_watcher_file_changed(self, path: str) -> None:
        """Look soon; until then and for as long as it grows nothing more is to be told of this log."""
        if self._watcher is not None:
            self._watcher.removePath(path)
        if not self._is_looking and self._timer.remainingTime() > _AWAKE_MS:
            self._timer.start(_AWAKE_MS)

    def _compress_new(self, looks: Mapping[int, _Look]) -> None:
        """Compress what was moved, and what is there when a log is seen first, beside the looks: it takes a tenth of a second a part.

        Not while file after file is moved: most of what a flood brings is gone again soon.
        """
        live = self._logs()
        self._uncompressed |= {key for key, look in looks.items() if look.moved or key not in self._sizes}
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
