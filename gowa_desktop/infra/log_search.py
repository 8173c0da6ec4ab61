"""Looks for lines in a log, on a worker: quick on bytes first, then closely at the few lines that are left.

Works in pieces of a quarter of a megabyte, because Python holds its global lock while it looks at one: so the window is never kept
waiting for more than some milliseconds.
"""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gowa_desktop.domain.log_line import LogLevel
from gowa_desktop.domain.log_lines import clean_line, hide_likely_secrets, hide_secrets
from gowa_desktop.domain.log_parser import LogParser

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gowa_desktop.domain.log_query import LogQuery
    from gowa_desktop.infra.log_reader import LogReader, LogSnapshot

_PIECE_BYTES = 256 * 1024
_LONGEST_LINE = 64 * 1024
MOST_HITS = 2_000_000
"""More positions than this are not kept; the search ends there and says so."""


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The positions of the lines that were found, in order, uint64; and how far was looked."""

    positions: array[int]
    end: int
    """Everything before this position has been looked at."""
    is_cut: bool = False
    """True when there were more than can be kept."""


class LineTest:
    """Decides about single lines: whether a person would see in it what they look for. Not for several threads at once."""

    def __init__(self, query: LogQuery, secrets: tuple[str, ...] = ()) -> None:
        self._query = query
        self._compiled = query.compiled()
        self._secrets = secrets
        self._needs_level = query.least_level is not LogLevel.DEBUG

    def admits(self, raw: bytes) -> bool:
        """Tell whether a raw line is wanted."""
        raw = raw[:_LONGEST_LINE]
        if self._compiled is not None:
            # What is hidden from the eye must not be found by trial either.
            text = hide_likely_secrets(hide_secrets(clean_line(raw.decode("utf-8", "replace")), self._secrets))
            if text.startswith("map["):
                return False
            if not self._compiled.search(text) and not self._compiled.search(LogParser(self._secrets).parse_bytes(raw).text):
                return False
        return not self._needs_level or self._query.admits_level(LogParser().parse_bytes(raw))


def search(
    reader: LogReader,
    snapshot: LogSnapshot,
    begin: int,
    query: LogQuery,
    secrets: tuple[str, ...] = (),
    is_cancelled: Callable[[], bool] = lambda: False,
    most_bytes: int = 1 << 62,
) -> SearchResult:
    """Find all lines that a query wants, from position `begin` on. Blocks; for workers; ends early when it is cancelled, or
    after `most_bytes`, to be gone on with later.

    A last line that has no end yet is left for the next time.

    Raises:
        UsageError: the query holds no regular expression.
    """
    test = LineTest(query, secrets)
    candidates = _Candidates(query)
    positions: array[int] = array("Q")
    looked_to = begin
    for first, data in _pieces(reader, snapshot, begin):
        if is_cancelled() or first - begin >= most_bytes:
            return SearchResult(positions, looked_to)
        for start, stop in candidates.lines(data):
            if test.admits(data[start:stop]):
                positions.append(first + start)
                if len(positions) >= MOST_HITS:
                    return SearchResult(positions, snapshot.end, is_cut=True)
        looked_to = first + len(data)
    return SearchResult(positions, looked_to)


class _Candidates:
    """Gives the lines of a piece that may be wanted: those that hold what every wanted line must hold."""

    def __init__(self, query: LogQuery) -> None:
        pieces, self._counts_case = query.needed_bytes()
        self._needle = pieces[0] if len(pieces) == 1 else b""
        self._plain = query.plain_bytes() if not pieces else None
        self._any_of = re.compile(b"|".join(re.escape(piece) for piece in pieces)) if len(pieces) > 1 else None

    def lines(self, data: bytes) -> Iterator[tuple[int, int]]:
        """Give beginning and end of each line that may be wanted, the end without its line feed."""
        expression = self._any_of
        if not self._needle and expression is None:
            if self._plain is None or not data.isascii() or b"\x1b" in data:
                yield from _all_lines(data)
                return
            expression = self._plain
        hay = data if self._counts_case or (expression is not None and expression is self._plain) else data.lower()
        at = 0
        while (found := self._find(hay, at, expression)) >= 0:
            start = data.rfind(b"\n", at, found) + 1 or at
            stop = data.find(b"\n", found)
            stop = len(data) if stop < 0 else stop
            yield start, stop
            at = stop + 1

    def _find(self, hay: bytes, at: int, expression: re.Pattern[bytes] | None) -> int:
        if expression is None:
            return hay.find(self._needle, at)
        match = expression.search(hay, at)
        return match.start() if match is not None else -1


def _all_lines(data: bytes) -> Iterator[tuple[int, int]]:
    start = 0
    while (stop := data.find(b"\n", start)) >= 0:
        yield start, stop
        start = stop + 1
    if start < len(data):
        yield start, len(data)


def _pieces(reader: LogReader, snapshot: LogSnapshot, begin: int) -> Iterator[tuple[int, bytes]]:
    """Give whole lines in pieces; of a monstrous line only its beginning is looked at."""
    for region in snapshot.regions:
        position = max(begin, region.begin)
        is_last = region is snapshot.regions[-1] or region.end == snapshot.end
        while position < region.end:
            data = reader.read(position, min(region.end, position + _PIECE_BYTES))
            if not data:
                break
            whole = data.rfind(b"\n") + 1
            is_at_end = position + len(data) >= region.end
            if whole == 0 and not is_at_end:
                yield position, data
                position = _after_line(reader, position + len(data), region.end)
                continue
            if not is_at_end or is_last:
                data = data[:whole]
            if not data:
                break
            yield position, data
            position += len(data)


def _after_line(reader: LogReader, position: int, end: int) -> int:
    while position < end:
        data = reader.read(position, min(end, position + _PIECE_BYTES))
        found = data.find(b"\n")
        if found >= 0 or not data:
            return position + found + 1 if data else end
        position += len(data)
    return end


def run_starts(reader: LogReader, snapshot: LogSnapshot, marker: bytes) -> array[int]:
    """Find the positions of the lines that begin with `marker`, in order. Blocks; for workers."""
    positions: array[int] = array("Q")
    for first, data in _pieces(reader, snapshot, 0):
        if data.startswith(marker):
            positions.append(first)
        at = data.find(b"\n" + marker)
        while at >= 0:
            positions.append(first + at + 1)
            at = data.find(b"\n" + marker, at + 1)
    return positions
