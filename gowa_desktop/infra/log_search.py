"""Looks for lines in a log, on a worker: quick on bytes first, then closely at the few lines that are left.

Works in pieces of a quarter of a megabyte; nearly all of the time is spent in RE2, which does not hold Python's global lock. So the
window is never kept waiting for more than some milliseconds.
"""

from __future__ import annotations

import re
import time
from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gowa_desktop.domain.log_line import LogLevel
from gowa_desktop.domain.log_lines import clean_line, hide_likely_secrets, hide_secrets
from gowa_desktop.domain.log_parser import LogParser
from gowa_desktop.infra.log_candidates import LONGEST_LINE, Candidates
from gowa_desktop.infra.log_expression import compile_query
from gowa_desktop.infra.settings_lines import SettingsLines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gowa_desktop.domain.log_query import LogQuery
    from gowa_desktop.infra.log_reader import LogReader, LogSnapshot

_PIECE_BYTES = 256 * 1024
MOST_HITS = 2_000_000
"""A search pauses after so many, so that what it brings stays small; it can be gone on with."""
_SURELY_INFO = re.compile(
    rb'time="[^"]*" level=(?:info|warning|error|fatal|panic) msg=(?!"?\[)'
    rb"|\d\d:\d\d:\d\d\.\d{3}(?:\x1b\[\d+m)* ?(?:\x1b\[\d+m)*\[[^\]]{1,200} (?:INFO|WARN|ERROR)\] "
)


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The positions of the lines that were found, in order, uint64; and how far was looked."""

    positions: array[int]
    end: int
    """Everything before this position has been looked at."""


class LineTest:
    """Decides about single lines: whether a person would see in it what they look for. Not for several threads at once."""

    def __init__(self, query: LogQuery, secrets: tuple[str, ...] = ()) -> None:
        self._query = query
        self._expression = compile_query(query)
        self._secrets = secrets
        self._needs_level = query.least_level is not LogLevel.DEBUG

    def admits(self, raw: bytes) -> bool:
        """Tell whether a raw line is wanted: for its words as they are written or as they are shown."""
        raw = raw[:LONGEST_LINE]
        if self._expression is not None:
            # What is hidden from the eye must not be found by trial either.
            text = hide_likely_secrets(hide_secrets(clean_line(raw.decode("utf-8", "replace")), self._secrets))
            if text.startswith("map["):
                return False
            if not self._expression.is_in(text) and not self._expression.is_in(LogParser(self._secrets).parse_bytes(raw).text):
                return False
        elif self._query.least_level is LogLevel.INFO and _SURELY_INFO.match(raw):
            return True
        return not self._needs_level or self._query.admits_level(LogParser().parse_bytes(raw))


def search(
    reader: LogReader,
    snapshot: LogSnapshot,
    begin: int,
    query: LogQuery,
    secrets: tuple[str, ...] = (),
    is_cancelled: Callable[[], bool] = lambda: False,
    *,
    most_bytes: int = 1 << 62,
    most_hits: int = MOST_HITS,
    most_s: float = 1e9,
) -> SearchResult:
    """Find all lines that a query wants, from position `begin` on. Blocks; for workers; ends early when it is cancelled, or
    after so many bytes, hits or seconds, to be gone on with later at the `end` of the answer.

    A last line that has no end yet is left for the next time.

    Raises:
        UsageError: the query holds no regular expression.
    """
    test, candidates, settings = LineTest(query, secrets), Candidates(query, secrets), SettingsLines(reader, snapshot, begin)
    positions: array[int] = array("Q")
    looked_to, until_s = begin, time.monotonic() + most_s
    for first, data in _pieces(reader, snapshot, begin):
        if first - begin >= most_bytes or is_cancelled() or (first > begin and time.monotonic() > until_s):
            break
        for start in _wanted_in(data, test, candidates, settings):
            positions.append(first + start)
            if len(positions) >= most_hits:
                return SearchResult(positions, first + data.find(b"\n", start) + 1 or first + len(data))
        looked_to = first + len(data)
    return SearchResult(positions, looked_to)


def nearest_hit(
    reader: LogReader,
    snapshot: LogSnapshot,
    position: int,
    query: LogQuery,
    secrets: tuple[str, ...] = (),
    is_cancelled: Callable[[], bool] = lambda: False,
    *,
    is_back: bool,
) -> int | None:
    """Find the first line that a query wants from a position on, or the last one before it. Blocks; for workers.

    Raises:
        UsageError: the query holds no regular expression.
    """
    if not is_back:
        found = search(reader, snapshot, position, query, secrets, is_cancelled, most_hits=1).positions
        return found[0] if found else None
    test, candidates = LineTest(query, secrets), Candidates(query, secrets)
    for region in reversed(snapshot.regions):
        end = min(region.end, position)
        while end > region.begin and not is_cancelled():
            begin = _piece_begin(reader, region.begin, end)
            settings, last = SettingsLines(reader, snapshot, begin), None
            for first, data in _pieces(reader, snapshot, begin, end):
                for start in _wanted_in(data, test, candidates, settings):
                    last = first + start
            if last is not None:
                return last
            end = begin
    return None


def _piece_begin(reader: LogReader, least: int, end: int) -> int:
    """Give the beginning of a line about a piece before a position at which one begins or ends."""
    size = _PIECE_BYTES
    while end - size > least:
        begin = end - size
        found = reader.read(begin - 1, end - 1).find(b"\n")
        if found >= 0:
            return begin + found
        size *= 2
    return least


def _wanted_in(data: bytes, test: LineTest, candidates: Candidates, settings: SettingsLines) -> Iterator[int]:
    """Give where in a piece the lines begin that are wanted; none of those that are hidden with the settings of a start."""
    hidden = settings.hidden_in(data)
    for start, stop, is_certain in candidates.lines(data):
        if hidden and any(begin <= start < end for begin, end in hidden):
            continue
        if is_certain or test.admits(data[start:stop]):
            yield start


def _pieces(reader: LogReader, snapshot: LogSnapshot, begin: int, end: int = 1 << 62) -> Iterator[tuple[int, bytes]]:
    """Give whole lines in pieces, up to a position at which one begins; of a monstrous line only its beginning is looked at."""
    for region in snapshot.regions:
        position, last = max(begin, region.begin), min(end, region.end)
        is_last = region is snapshot.regions[-1] or region.end == snapshot.end
        while position < last:
            data = reader.read(position, min(last, position + _PIECE_BYTES))
            if not data:
                break
            whole = data.rfind(b"\n") + 1
            is_at_end = position + len(data) >= last
            if whole == 0 and not is_at_end:
                yield position, data
                position = _after_line(reader, position + len(data), last)
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


def find_marks(reader: LogReader, snapshot: LogSnapshot, marker: bytes) -> array[int]:
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
