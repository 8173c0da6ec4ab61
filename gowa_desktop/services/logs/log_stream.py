"""LogStream: the logs of all instances as one, interleaved by time. It keeps where each line is and when it was, not the line."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from gowa_desktop.domain.log_line import LogFormat, LogLevel, LogLine, moments_of
from gowa_desktop.domain.log_lines import MASK
from gowa_desktop.domain.log_parser import LogParser
from gowa_desktop.domain.log_query import LogQuery
from gowa_desktop.infra.log_expression import compile_query
from gowa_desktop.infra.log_reader import LogReader
from gowa_desktop.infra.log_search import LineTest
from gowa_desktop.infra.log_tail import LogTail

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gowa_desktop.services.tasks import TaskRunner

TICK_MS = 500
FIRST_BYTES = 256 * 1024
"""What is read of each log in the beginning."""
MOST_ROWS = 300_000


@dataclass(frozen=True, slots=True)
class StreamSource:
    """A log that flows into the stream: the instance's id and name, its file, and what is to be hidden in it."""

    key: int
    name: str
    path: Path
    secrets: frozenset[str]


@dataclass(frozen=True, slots=True)
class StreamRow:
    """One row of the stream."""

    key: int
    name: str
    position: int
    line: LogLine
    moment: datetime


@dataclass(slots=True)
class _Follower:
    source: StreamSource
    reader: LogReader
    tail: LogTail


class LogStream(QObject):
    """Follows all logs while it is active. Main thread; files are read on a worker, single screens at once."""

    changed = Signal()
    """There are other rows than before."""

    def __init__(self, sources: Callable[[], list[StreamSource]], tasks: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._sources = sources
        self._tasks = tasks
        self._followers: dict[int, _Follower] = {}
        self._query = LogQuery()
        self._only: frozenset[int] | None = None
        self._bytes = FIRST_BYTES
        self._generation = 0
        self.dropped = 0
        """How many of the oldest rows have gone to make room; restarts with each choice."""
        self._is_busy = False
        self._forget()
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.look)

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self._positions)

    @property
    def names(self) -> dict[int, str]:
        """The logs that can flow in, by id."""
        return {source.key: source.name for source in self._sources()}

    def begin(self) -> None:
        """Follow the logs."""
        self._timer.start()
        self.look()

    def close(self) -> None:
        """Stop for good."""
        self._timer.stop()
        self._generation += 1

    def choose(self, query: LogQuery, only: frozenset[int] | None) -> None:
        """Let only some lines in: those that a query wants, of some logs; None means of all.

        Raises:
            UsageError: it holds no regular expression.
        """
        compile_query(query)
        self._query, self._only = query, only
        self._restart()

    def load_older(self) -> None:
        """Read four times as much of each log."""
        self._bytes *= 4
        self._restart()

    def read(self, first: int, count: int) -> list[StreamRow]:
        """Read rows; fewer at the end."""
        rows = []
        for index in range(max(0, first), min(self.rows, first + count)):
            follower = self._followers.get(self._keys[index])
            if follower is None:
                continue
            position = self._positions[index]
            rows.append(
                StreamRow(
                    follower.source.key, follower.source.name, position, self._line(follower, position, self._kinds[index]),
                    datetime.fromtimestamp(self._times[index], UTC),
                )
            )  # fmt: skip
        return rows

    def _line(self, follower: _Follower, position: int, kind: int) -> LogLine:
        if kind == 1:
            return LogLine(LogFormat.SETTINGS, MASK, LogLevel.INFO, belongs_to_previous=True)
        raw = follower.reader.read(position, position + 8192).partition(b"\n")[0]
        line = LogParser(follower.source.secrets).parse_bytes(raw)
        if kind == 2:
            return LogLine(LogFormat.DUMP, line.text, LogLevel.FATAL, belongs_to_previous=True)
        return line

    @Slot()
    def look(self) -> None:
        """Read what has come since the last time, on a worker."""
        if self._is_busy:
            return
        self._is_busy = True
        generation, size, query = self._generation, self._bytes, self._query
        for source in self._sources():
            known = self._followers.get(source.key)
            if known is None:
                reader = LogReader(source.path)
                end = reader.refresh().end
                self._followers[source.key] = _Follower(source, reader, LogTail(reader, max(0, end - size), size))
            elif known.source != source:
                known.source = source
        followers = [f for key, f in self._followers.items() if self._only is None or key in self._only]

        def work() -> list[tuple[float, int, int, int]]:
            found: list[tuple[float, int, int, int]] = []
            for follower in followers:
                found += _read_lines(follower, query)
            found.sort(key=lambda row: row[0])
            return found

        self._tasks.run(work, lambda found: self._on_looked(generation, found), lambda _: self._on_looked(generation, []), owner=self)

    def _on_looked(self, generation: int, found: list[tuple[float, int, int, int]]) -> None:
        self._is_busy = False
        if generation != self._generation:
            self.look()
            return
        if not found:
            return
        for moment, key, position, kind in found:
            self._times.append(moment)
            self._keys.append(key)
            self._positions.append(position)
            self._kinds.append(kind)
        surplus = self.rows - MOST_ROWS
        if surplus > 0:
            self.dropped += surplus
            for column in (self._times, self._keys, self._positions, self._kinds):
                del column[:surplus]
        self.changed.emit()

    def _restart(self) -> None:
        self._generation += 1
        self._followers.clear()
        self._forget()
        self.changed.emit()
        self.look()

    def _forget(self) -> None:
        self.dropped = 0
        self._times: array[float] = array("d")
        self._keys: array[int] = array("q")
        self._positions: array[int] = array("Q")
        self._kinds: array[int] = array("B")


def _read_lines(follower: _Follower, query: LogQuery) -> list[tuple[float, int, int, int]]:
    """Read what came of one log: seconds since the epoch, id, position and kind (1 settings, 2 dump, going on) of each wanted line."""
    chunk = follower.tail.read(follower.reader.refresh())
    if not chunk.data:
        return []
    raws = chunk.data.split(b"\n")
    if not raws[-1]:
        raws.pop()
    parser, test = LogParser(follower.source.secrets), LineTest(query, tuple(follower.source.secrets))
    lines = [parser.parse_bytes(raw) for raw in raws]
    moments = moments_of(lines, datetime.now(UTC))
    found, position = [], chunk.position
    for raw, line, moment in zip(raws, lines, moments, strict=True):
        kind = 0 if not line.belongs_to_previous else 1 if line.format is LogFormat.SETTINGS else 2
        if line.format is not LogFormat.EMPTY and (query.admits_all or (kind != 1 and test.admits(raw))):
            found.append((moment.timestamp(), follower.source.key, position, kind))
        position += len(raw) + 1
    return found
