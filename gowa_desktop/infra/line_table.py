"""LineTable: where the lines of a log are, in a few bytes. It counts the line ends of every 16 KB; a single line is looked up there.

A gigabyte takes 131 KB of counts and about a second, so a log of any size has numbered lines soon after it is opened. Tables are
values: a worker makes the next one out of the last and hands it over.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gowa_desktop.infra.log_reader import LogReader, LogSnapshot, Region

CHUNK_BYTES = 16 * 1024
_BLOCK_BYTES = 1024 * 1024
_LONGEST_LINE = 64 * 1024
"""What is read of a line at most."""


@dataclass(frozen=True, slots=True)
class RawLine:
    """One line as it lies in the file, without its end. `gap` is the number of bytes that are missing here instead of a line."""

    position: int
    data: bytes
    gap: int = 0


@dataclass(frozen=True, slots=True)
class RegionTable:
    """The line ends from position `begin`, where a line begins, to before `end`."""

    begin: int
    end: int
    counts: array[int]
    """Line ends in each chunk of 16 KB, by position; the first and the last chunk may lie partly outside."""
    ends_inside_line: bool
    sums: array[int] = field(init=False, repr=False)
    """Line ends before each chunk, and in all, uint64."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "sums", array("Q", accumulate(self.counts, initial=0)))

    @property
    def lines(self) -> int:
        """How many lines there are; a last one without an end counts."""
        return int(self.sums[-1]) + self.ends_inside_line

    def position_of(self, line: int, reader: LogReader) -> int:
        """Give the position at which a line begins; `line` counts from 0."""
        if line <= 0:
            return self.begin
        chunk = bisect_right(self.sums, line - 1) - 1
        if chunk >= len(self.counts):
            return self.end
        first = max(self.begin, (self.begin // CHUNK_BYTES + chunk) * CHUNK_BYTES)
        data = reader.read(first, min(self.end, (first // CHUNK_BYTES + 1) * CHUNK_BYTES))
        found = -1
        for _ in range(line - int(self.sums[chunk])):
            found = data.find(b"\n", found + 1)
        return first + found + 1

    def line_of(self, position: int, reader: LogReader) -> int:
        """Give the line that holds a position."""
        position = min(max(position, self.begin), self.end - 1)
        chunk = position // CHUNK_BYTES - self.begin // CHUNK_BYTES
        first = max(self.begin, position // CHUNK_BYTES * CHUNK_BYTES)
        return int(self.sums[chunk]) + reader.read(first, position).count(b"\n")


@dataclass(frozen=True, slots=True)
class LineTable:
    """The lines of a log, as far as they are counted; a row is a line or the note of a gap. Row 0 is the first that is counted."""

    regions: tuple[RegionTable, ...] = ()
    is_complete: bool = False
    """False while older lines are still to be counted; they come in front."""

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return sum(region.lines for region in self.regions) + max(0, len(self.regions) - 1)

    @property
    def end(self) -> int:
        """The position behind the last byte that is counted."""
        return self.regions[-1].end if self.regions else 0

    def row_of(self, position: int, reader: LogReader) -> int:
        """Give the row that shows a position; the nearest one when it is not there any more."""
        before = 0
        for region in self.regions:
            if position < region.end:
                return before + region.line_of(position, reader)
            before += region.lines + 1
        return max(0, self.rows - 1)

    def read(self, row: int, count: int, reader: LogReader) -> list[RawLine]:
        """Read rows; fewer at the end, or when files vanish."""
        found: list[RawLine] = []
        before = 0
        for index, region in enumerate(self.regions):
            first = row + len(found) - before
            if 0 <= first < region.lines and len(found) < count:
                found += _read_lines(region, first, min(count - len(found), region.lines - first), reader)
            before += region.lines
            if index + 1 < len(self.regions):
                if row + len(found) == before and len(found) < count:
                    found.append(RawLine(region.end, b"", self.regions[index + 1].begin - region.end))
                before += 1
        return found


def _read_lines(region: RegionTable, line: int, count: int, reader: LogReader) -> list[RawLine]:
    position = region.position_of(line, reader)
    found: list[RawLine] = []
    while len(found) < count and position < region.end:
        data = reader.read(position, min(region.end, position + _LONGEST_LINE))
        if not data:
            break
        at = 0
        while len(found) < count and (stop := data.find(b"\n", at)) >= 0:
            found.append(RawLine(position + at, data[at:stop]))
            at = stop + 1
        if at == 0:
            # A monstrous line, or the last one: what is read of it must do; the table knows where the next begins.
            found.append(RawLine(position, data))
            position = region.position_of(line + len(found), reader)
        elif len(found) < count and position + len(data) == region.end and at < len(data):
            found.append(RawLine(position + at, data[at:]))
            break
        else:
            position += at
    return found


def next_table(table: LineTable, reader: LogReader, snapshot: LogSnapshot, budget_bytes: int) -> LineTable:
    """Make the table of a log out of an earlier one: what has come is counted at the end, what is missing in front.

    Args:
        table: the earlier one; an empty one in the beginning.
        reader: of the log.
        snapshot: what the log consists of now.
        budget_bytes: how much may be counted in front; what has come is always counted.
    """
    made: list[RegionTable] = []
    is_complete = True
    for region in reversed(snapshot.regions):
        if not is_complete:
            break
        known = _known_part(table, region, reader)
        if known is None:
            budget = max(CHUNK_BYTES, budget_bytes)
            known = _counted(_line_start(reader, region, region.end - budget), region.end, reader)
            budget_bytes -= region.end - known.begin
        elif known.end < region.end:
            known = _grown(known, region.end, reader)
        if known.begin > region.begin and budget_bytes > 0:
            begin = _line_start_before(reader, region, known.begin, budget_bytes)
            budget_bytes -= known.begin - begin
            known = _extended(known, begin, reader)
        is_complete = known.begin <= region.begin and budget_bytes >= 0
        made.insert(0, known)
    return LineTable(tuple(made), is_complete and len(made) == len(snapshot.regions))


def _known_part(table: LineTable, region: Region, reader: LogReader) -> RegionTable | None:
    """Give what is known of a region, without what has been dropped since; None when nothing is, or when the log began again."""
    for known in table.regions:
        begin, end = max(known.begin, region.begin), min(known.end, region.end)
        if begin >= end:
            continue
        if known is table.regions[-1] and region.end < known.end and region.begin <= known.begin:
            return None  # shorter than before without a part that took it: emptied by hand
        if (begin, end) == (known.begin, known.end):
            return known
        first, last = begin // CHUNK_BYTES, (end - 1) // CHUNK_BYTES
        offset = known.begin // CHUNK_BYTES
        counts = known.counts[first - offset : last - offset + 1]
        _recount(counts, 0, begin, end, reader)
        _recount(counts, len(counts) - 1, begin, end, reader)
        return RegionTable(begin, end, counts, _is_inside_line(end, reader))
    return None


def _counted(begin: int, end: int, reader: LogReader) -> RegionTable:
    return RegionTable(begin, end, _count_chunks(begin, end, reader), _is_inside_line(end, reader))


def _grown(known: RegionTable, end: int, reader: LogReader) -> RegionTable:
    keep = known.end // CHUNK_BYTES - known.begin // CHUNK_BYTES
    counts = known.counts[:keep]
    counts.extend(_count_chunks(max(known.begin, known.end // CHUNK_BYTES * CHUNK_BYTES), end, reader))
    return RegionTable(known.begin, end, counts, _is_inside_line(end, reader))


def _extended(known: RegionTable, begin: int, reader: LogReader) -> RegionTable:
    if begin >= known.begin:
        return known
    boundary = min(known.end, (known.begin // CHUNK_BYTES + 1) * CHUNK_BYTES)
    counts = _count_chunks(begin, boundary, reader)
    counts.extend(known.counts[1:])
    return RegionTable(begin, known.end, counts, known.ends_inside_line)


def _count_chunks(begin: int, end: int, reader: LogReader) -> array[int]:
    counts = array("H")
    position = begin
    while position < end:
        stop = min(end, (position // _BLOCK_BYTES + 1) * _BLOCK_BYTES)
        data = reader.read(position, stop)
        at = position
        while at < stop:
            edge = min(stop, (at // CHUNK_BYTES + 1) * CHUNK_BYTES)
            counts.append(data.count(b"\n", at - position, edge - position))
            at = edge
        position = stop
    return counts


def _recount(counts: array[int], index: int, begin: int, end: int, reader: LogReader) -> None:
    first = (begin // CHUNK_BYTES + index) * CHUNK_BYTES
    counts[index] = reader.read(max(begin, first), min(end, first + CHUNK_BYTES)).count(b"\n")


def _line_start(reader: LogReader, region: Region, position: int) -> int:
    """Give the beginning of the first line at or after a position."""
    if position <= region.begin:
        return region.begin
    while position < region.end:
        data = reader.read(position - 1, min(region.end, position + _LONGEST_LINE))
        found = data.find(b"\n")
        if found >= 0 and position + found < region.end:
            return position + found
        if not data:
            break
        position += len(data)
    return region.begin


def _line_start_before(reader: LogReader, region: Region, position: int, step: int) -> int:
    """Give the beginning of a line some `step` bytes before a position, further away where a line is longer than that."""
    while True:
        begin = _line_start(reader, region, position - step)
        if begin < position:
            return begin
        step *= 2


def _is_inside_line(end: int, reader: LogReader) -> bool:
    return reader.read(end - 1, end) != b"\n"
