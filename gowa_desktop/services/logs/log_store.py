"""LogStore: the logs of all instances and of the program itself, for every front end."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from gowa_desktop.domain.log_advice import KnownLine, LogCounts, LogEventKind
from gowa_desktop.infra.log_reader import LogReader
from gowa_desktop.infra.log_tail import LogTail
from gowa_desktop.services.logs.log_bookmarks import LogBookmarks
from gowa_desktop.services.logs.log_document import LogDocument
from gowa_desktop.services.logs.log_meaning import LogMeaning, read_meaning
from gowa_desktop.services.logs.log_stream import LogStream, StreamSource

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from gowa_desktop.infra.directories import DirectoryManager
    from gowa_desktop.infra.log_files import RunLog
    from gowa_desktop.services.instances.instance_catalog import InstanceCatalog
    from gowa_desktop.services.tasks import TaskRunner

OWN_LOG = 0
"""Stands for the program's own log where an instance id is asked for; ids begin with 1."""
WATCH_MS = 1000
_UNWATCHED_EVERY = 5
"""While nobody is looking, only so many looks later: a notice may come some seconds after its line."""
_LOOKS_AFTER_GROWTH = 3
_KEPT_EVENTS = 50


@dataclass(frozen=True, slots=True)
class LogEvent:
    """A known line was seen in the log of an instance; the newest of its kind and how often there was one in this run of the program."""

    instance_id: int
    known: KnownLine
    text: str
    count: int


@dataclass(slots=True)
class _Watched:
    tail: LogTail
    reader: LogReader
    counts: LogCounts
    run_start: int = 0
    """Where in the log the run begins that is watched."""
    size: int = -1
    """Of the file, when it was looked at last, bytes."""
    unread_looks: int = 0
    """How often it is still read although it has not grown: a tail reads a bounded piece at a time."""

    def is_due(self, size: int) -> bool:
        """Tell whether there may be something to read."""
        self.unread_looks = _LOOKS_AFTER_GROWTH if size != self.size else max(0, self.unread_looks - 1)
        self.size = size
        return self.unread_looks > 0


class LogStore(QObject):
    """Opens logs and watches those of live instances for lines that mean something. Main thread; lives as long as the services."""

    event_seen = Signal(object)
    """A `LogEvent`; the first of its kind for an instance, or again after it has been quiet."""
    event_over = Signal(int, object)
    """What a known line told of an instance (id) is over; the second is its `LogEventKind`."""
    counts_changed = Signal(int)
    """Id of an instance of which something more was counted."""

    def __init__(
        self,
        catalog: InstanceCatalog,
        directories: DirectoryManager,
        live_logs: Callable[[], Mapping[int, RunLog]],
        own_log: Path,
        tasks: TaskRunner,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._catalog = catalog
        self._directories = directories
        self._live_logs = live_logs
        self._own_log = own_log
        self._tasks = tasks
        self._watched: dict[int, _Watched] = {}
        self._events: dict[int, deque[LogEvent]] = {}
        self._is_busy = False
        self.bookmarks = LogBookmarks(self.path, tasks, self)
        self._timer = QTimer(self)
        self._timer.setInterval(WATCH_MS)
        self._timer.timeout.connect(self._on_timer_timeout)
        self._is_watched: Callable[[], bool] = lambda: True
        self._passed_over = 0

    def set_watched(self, is_watched: Callable[[], bool]) -> None:
        """Say how to find out whether somebody may be looking; that is asked at every look."""
        self._is_watched = is_watched

    def begin(self) -> None:
        """Start to watch the logs of live instances."""
        self._timer.start()

    @Slot()
    def _on_timer_timeout(self) -> None:
        self._passed_over += 1
        if self._passed_over >= _UNWATCHED_EVERY or self._is_watched():
            self._passed_over = 0
            self.watch()

    def close(self) -> None:
        """Stop watching."""
        self._timer.stop()

    def path(self, instance_id: int) -> Path:
        """Give the live log file of an instance, or of the program for OWN_LOG; it need not exist."""
        return self._own_log if instance_id == OWN_LOG else self._directories.log_file(instance_id)

    def secrets(self, instance_id: int) -> frozenset[str]:
        """Give the texts to hide in a log; all that are known in the program's own."""
        if instance_id == OWN_LOG:
            return frozenset().union(*(self._catalog.hidden_texts(i) for i in self._catalog.all()))
        return self._catalog.hidden_texts(self._catalog.get(instance_id)) if self._catalog.has(instance_id) else frozenset()

    def document(self, instance_id: int, parent: QObject | None = None) -> LogDocument:
        """Open a log for reading; call `begin` on it. It may be closed and dropped at any time."""
        return LogDocument(self.path(instance_id), lambda: self.secrets(instance_id), self._tasks, parent or self)

    def stream(self, parent: QObject | None = None) -> LogStream:
        """Open all logs as one stream."""
        return LogStream(self.sources, self._tasks, parent or self)

    def counts(self, instance_id: int) -> LogCounts:
        """Give what was counted in the log of an instance since this program has been watching it."""
        watched = self._watched.get(instance_id)
        return watched.counts if watched is not None else LogCounts()

    def events(self, instance_id: int) -> list[LogEvent]:
        """Give the last known lines of an instance, oldest first, each kind once."""
        return list(self._events.get(instance_id, ()))

    @Slot()
    def watch(self) -> None:
        """Read what live instances have written since the last time, on a worker."""
        if self._is_busy:
            return
        live = self._live_logs()
        for key, log in live.items():
            known = self._watched.get(key)
            if known is None or known.reader.path != log.path:
                reader = LogReader(log.path)
                self._watched[key] = _Watched(LogTail(reader, log.start), reader, LogCounts(), log.start)
            elif known.run_start != log.start:
                known.run_start = log.start
                self._end(key, {event.known.kind for event in self.events(key) if not event.known.outlives_run})
        self._is_busy = True

        def sizes() -> dict[int, int]:
            return {key: log.size() for key, log in live.items()}

        self._tasks.run(sizes, self._on_sizes, lambda _: self._on_watched([]))

    def _on_sizes(self, sizes: dict[int, int]) -> None:
        """Read those that have grown. What to hide is put together for them alone: there may be a hundred logs."""
        there = [(key, watched, size) for key, size in sizes.items() if (watched := self._watched.get(key)) is not None]
        work_list = [(key, watched, self.secrets(key)) for key, watched, size in there if watched.is_due(size)]
        if not work_list:
            self._is_busy = False
            return

        def work() -> list[tuple[int, LogMeaning]]:
            return [(key, read_meaning(one.tail.read(one.reader.refresh()).data, one.counts, secrets)) for key, one, secrets in work_list]

        self._tasks.run(work, self._on_watched, lambda _: self._on_watched([]))

    def _on_watched(self, found: list[tuple[int, LogMeaning]]) -> None:
        self._is_busy = False
        for key, meaning in found:
            watched = self._watched.get(key)
            if watched is not None and meaning.counts != watched.counts:
                watched.counts = meaning.counts
                self.counts_changed.emit(key)
            for told in meaning.told:
                if isinstance(told, LogEventKind):
                    self._end(key, {told})
                else:
                    self._note(key, *told)

    @Slot(int)
    def forget(self, instance_id: int) -> None:
        """An instance is no longer there, and so nothing that its log told."""
        self._end(instance_id, {event.known.kind for event in self.events(instance_id)})
        self._watched.pop(instance_id, None)
        self.bookmarks.forget(instance_id)

    def _end(self, key: int, kinds: set[LogEventKind]) -> None:
        events = self._events.get(key, deque())
        for event in [event for event in events if event.known.kind in kinds]:
            events.remove(event)
            self.event_over.emit(key, event.known.kind)

    def _note(self, key: int, known: KnownLine, text: str) -> None:
        events = self._events.setdefault(key, deque(maxlen=_KEPT_EVENTS))
        before = next((event for event in events if event.known.kind is known.kind), None)
        if before is not None:
            events.remove(before)
        event = LogEvent(key, known, text, before.count + 1 if before is not None else 1)
        events.append(event)
        if before is None:
            self.event_seen.emit(event)

    def sources(self) -> list[StreamSource]:
        """Give all logs with their names and what is to be hidden in each; the program's own comes first."""
        sources = [StreamSource(OWN_LOG, "GOWA Desktop", self._own_log, self.secrets(OWN_LOG))]
        sources += [StreamSource(i.id, i.name, self.path(i.id), self._catalog.hidden_texts(i)) for i in self._catalog.all()]
        return sources
