"""LogDocument: one log as a front end shows it. It holds positions, never lines, so its size does not matter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from gowa_desktop.infra.line_table import LineTable, next_table
from gowa_desktop.infra.log_expression import compile_query
from gowa_desktop.infra.log_reader import LogReader
from gowa_desktop.infra.log_search import find_marks, nearest_hit, search
from gowa_desktop.services.logs.filtered_lines import FilteredLines
from gowa_desktop.services.logs.log_export import export_log
from gowa_desktop.services.logs.log_hits import LogHits
from gowa_desktop.services.logs.row_reader import RowReader

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gowa_desktop.domain.errors import GowaError
    from gowa_desktop.domain.log_query import LogQuery
    from gowa_desktop.infra.log_reader import LogSnapshot
    from gowa_desktop.infra.log_search import SearchResult
    from gowa_desktop.services.logs.row_reader import LogRow
    from gowa_desktop.services.tasks import TaskRunner

TICK_MS = 100
_FIRST_BYTES = 2 * 1024 * 1024
_STEP_BYTES = 16 * 1024 * 1024
_FETCHED_AROUND = 60
"""Filtered rows on either side of those that are shown which are fetched with them."""
_SEARCH_BYTES, _SEARCH_S = 64 * 1024 * 1024, 0.2
"""A search tells what it has found so often, however dense it is."""


class LogDocument(QObject):
    """Reads one log while it is active. Main thread; files are searched and counted on a worker, single screens are read at once."""

    changed = Signal()
    """There are other rows than before."""
    hits_changed = Signal()
    """The search has found more, or something else is searched."""

    def __init__(
        self, path: Path, secrets: Callable[[], frozenset[str]], tasks: TaskRunner, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._reader = LogReader(path)
        self._secrets = secrets
        self._tasks = tasks
        self._table = LineTable()
        self._snapshot: LogSnapshot | None = None
        self._filter: LogHits | None = None
        self._hits: LogHits | None = None
        self._is_busy = self._is_searching = self._is_stepping = self._is_closed = False
        self._rows = RowReader(self._reader, secrets)
        self._lines = FilteredLines(self._reader)
        self._is_fetching = False
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.look)

    def begin(self) -> None:
        """Follow the log."""
        self._timer.start()
        self.look()

    def pause(self) -> None:
        """Leave the log alone until `begin`."""
        self._timer.stop()

    def close(self) -> None:
        """Stop for good; what a worker still finds is dropped."""
        self._is_closed = True
        self._timer.stop()

    @property
    def path(self) -> Path:
        """The live file."""
        return self._reader.path

    @property
    def rows(self) -> int:
        """How many rows there are now."""
        return len(self._filter.positions) if self._filter is not None else self._table.rows

    @property
    def is_complete(self) -> bool:
        """False while older lines are still being counted; they come in front."""
        return self._table.is_complete and (self._filter is None or self._filter.looked_to >= self._last_whole())

    @property
    def size_bytes(self) -> int:
        """How many bytes of the log are kept."""
        return sum(r.end - r.begin for r in self._snapshot.regions) if self._snapshot is not None else 0

    @property
    def hits(self) -> LogHits | None:
        """What is searched and was found so far; None when nothing is searched."""
        return self._hits

    @property
    def is_searching(self) -> bool:
        """True while a search has not reached the end."""
        return self._hits is not None and self._snapshot is not None and not self._hits.is_complete(self._snapshot.end)

    @property
    def searched_percent(self) -> int:
        """How much of the log the search has looked at, 0 to 100."""
        hits, snapshot = self._hits, self._snapshot
        if hits is None or snapshot is None or snapshot.end <= snapshot.begin:
            return 100
        return max(0, min(100, 100 * (hits.looked_to - snapshot.begin) // (snapshot.end - snapshot.begin)))

    @property
    def is_cut(self) -> bool:
        """True when a filter fits more lines than can be shown, and the oldest are left out."""
        return self._filter is not None and self._filter.left_out > 0

    def filter(self, query: LogQuery | None) -> None:
        """Show only the lines that a query wants; None shows all.

        Raises:
            UsageError: it holds no regular expression.
        """
        if query is not None:
            compile_query(query)
        self._filter = None if query is None or query.admits_all else LogHits(query)
        self._search_on()
        self.changed.emit()

    def find(self, query: LogQuery | None) -> None:
        """Search for lines without leaving others out; None ends the search.

        Raises:
            UsageError: it holds no regular expression.
        """
        if query is not None:
            compile_query(query)
        self._hits = None if query is None or query.admits_all else LogHits(query)
        self._search_on()
        self.hits_changed.emit()

    def step(self, position: int | None, then: Callable[[int], None], *, is_back: bool) -> None:
        """Find the hit behind or before a position, round at the ends; `then` is told it, at once or when a worker has found it.

        Need not wait for the search to come so far. None as a position means the end of the log.
        """
        hits, snapshot = self._hits, self._snapshot
        if hits is None or snapshot is None or self._is_stepping:
            return
        at = snapshot.end if position is None else position
        known = hits.neighbor(at, is_back=is_back, is_complete=not self.is_searching)
        if known is not None or (not hits.count and not self.is_searching):
            if known is not None:
                then(known)
            return
        self._is_stepping = True
        reader, secrets = self._reader, tuple(self._secrets())

        def is_cancelled() -> bool:
            return self._is_closed or hits is not self._hits

        def look(begin: int) -> int | None:
            return nearest_hit(reader, snapshot, begin, hits.query, secrets, is_cancelled, is_back=is_back)

        def work() -> int | None:
            found = look(at if is_back else at + 1)
            return found if found is not None else look(snapshot.end if is_back else snapshot.begin)

        def finish(found: int | None) -> None:
            self._is_stepping = False
            if found is not None and not is_cancelled():
                then(found)

        self._tasks.run(work, finish, lambda _: finish(None), owner=self)

    def read(self, first: int, count: int) -> list[LogRow]:
        """Read rows; fewer at the end, or when files vanish. Lines of a filter that lie in compressed parts take a millisecond each."""
        if self._filter is not None:
            return self._rows.parsed(self._lines.read(self._filter.positions[max(0, first) : first + count]))
        return self._rows.read(self._table, first, count)

    def glance(self, first: int, count: int) -> list[LogRow]:
        """Read rows to be shown, which never takes long: what must be unpacked first reads “…” until `changed` tells that it is there."""
        if self._filter is None:
            return self._rows.read(self._table, first, count)
        first = max(0, first)
        positions = self._filter.positions
        if not self._is_fetching:
            self._fetch(self._lines.missing(positions[max(0, first - _FETCHED_AROUND) : first + count + _FETCHED_AROUND]))
        return self._rows.parsed(self._lines.glance(positions[first : first + count]))

    def _fetch(self, missing: list[int]) -> None:
        if not missing or self._is_closed:
            return
        self._is_fetching = True
        lines = self._lines

        def finish(found: dict[int, bytes]) -> None:
            self._is_fetching = False
            lines.keep(found)
            self.changed.emit()

        self._tasks.run(lambda: lines.fetch(missing), finish, lambda _: finish(dict.fromkeys(missing, b"")), owner=self)

    def row_of(self, position: int) -> int:
        """Give the row that shows a position, or the next one that is shown."""
        if self._filter is not None:
            return min(self._filter.at_or_after(position), max(0, self.rows - 1))
        return self._table.row_of(position, self._reader)

    def find_marks(self, marker: bytes, then: Callable[[list[int]], None]) -> None:
        """Find the positions at which runs start (START_BYTES) or have ended (END_BYTES), oldest first."""

        def work() -> list[int]:
            return list(find_marks(self._reader, self._reader.refresh(), marker))

        self._tasks.run(work, lambda found: None if self._is_closed else then(found), None, owner=self)

    def export(self, target: Path, on_done: Callable[[int], None], on_error: Callable[[GowaError], None], *, hides_people: bool = True) -> None:
        """Write the whole log into a file, on a worker; secrets are hidden always, phone numbers and names unless it is said otherwise."""
        reader, secrets = self._reader, self._secrets()

        def work() -> int:
            return export_log(reader, reader.refresh(), secrets, target, hides_people=hides_people)

        self._tasks.run(work, on_done, on_error)

    @Slot()
    def look(self) -> None:
        """Look once at what has come, on a worker; `changed` follows when there is anything."""
        if self._is_busy or self._is_closed:
            return
        self._is_busy = True
        table, before, reader = self._table, self._snapshot, self._reader

        def work() -> tuple[LogSnapshot, LineTable] | None:
            snapshot = reader.refresh()
            if snapshot == before and table.is_complete:
                return None
            made = next_table(table, reader, snapshot, _STEP_BYTES if table.rows else _FIRST_BYTES)
            reader.keep_tail()
            if made.is_complete:
                reader.find_members()
            return snapshot, made

        self._tasks.run(work, self._on_looked, lambda _: self._on_looked(None), owner=self)

    def _on_looked(self, found: tuple[LogSnapshot, LineTable] | None) -> None:
        self._is_busy = False
        if self._is_closed or found is None:
            return
        snapshot, self._table = found
        if self._snapshot is not None and snapshot.end < self._snapshot.end:
            self._begin_again()
        self._snapshot = snapshot
        for hits in (self._filter, self._hits):
            if hits is not None:
                hits.drop_before(snapshot.begin)
        self.changed.emit()
        self._search_on()
        if not self._table.is_complete:
            self.look()

    def _begin_again(self) -> None:
        """The log was emptied by hand."""
        self._lines.forget()
        for hits in (self._filter, self._hits):
            if hits is not None:
                hits.begin_again()

    def _last_whole(self) -> int:
        return self._snapshot.end - 64 * 1024 if self._snapshot is not None else 0

    def _search_on(self) -> None:
        """Search where it has not been searched yet; the filter comes first, because it is what is seen."""
        snapshot = self._snapshot
        if self._is_searching or self._is_closed or snapshot is None:
            return
        open_ones = (h for h in (self._filter, self._hits) if h is not None and not h.is_complete(snapshot.end))
        hits = next(open_ones, None)
        if hits is None:
            return
        self._is_searching = True
        reader, secrets, begin = self._reader, tuple(self._secrets()), max(hits.looked_to, snapshot.begin)

        def is_cancelled() -> bool:
            return self._is_closed or (hits is not self._filter and hits is not self._hits)

        def finish(result: SearchResult | None) -> None:
            self._is_searching = False
            if self._is_closed or is_cancelled():
                self._search_on()
                return
            has_come_on = result is not None and result.end > hits.looked_to
            hits.has_failed = result is None
            hits.quiet_at = hits.quiet_at if has_come_on else snapshot.end
            if result is not None:
                hits.add(result.positions, result.end)
            (self.changed if hits is self._filter else self.hits_changed).emit()
            self._search_on()

        def work() -> SearchResult:
            return search(reader, snapshot, begin, hits.query, secrets, is_cancelled, most_bytes=_SEARCH_BYTES, most_s=_SEARCH_S)

        self._tasks.run(work, finish, lambda _: finish(None), owner=self)
