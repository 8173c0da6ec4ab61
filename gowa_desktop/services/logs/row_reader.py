"""RowReader: numbered lines of a log as rows, taken apart, with the times that the lines around them tell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from gowa_desktop.domain.log_line import LogFormat, LogLevel, LogLine, moments_of
from gowa_desktop.domain.log_parser import LogParser
from gowa_desktop.domain.run_markers import left_out_text
from gowa_desktop.domain.stack_dumps import continues_dump

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gowa_desktop.infra.line_table import LineTable, RawLine
    from gowa_desktop.infra.log_reader import LogReader

_CONTEXT_LINES = 60
"""Lines before the first that is shown which are read too: they tell whether it belongs to a panic or to the settings line."""
_LONGEST_STACK = 250
"""Lines of the longest stack that Go prints: 100 calls, two lines each, with their heads."""
_BLOCK_ROWS = 128
_KEPT_BLOCKS = 8


@dataclass(frozen=True, slots=True)
class LogRow:
    """One row: where it is, what it says, and when that was, in UTC; None when nothing near it tells."""

    position: int
    line: LogLine
    moment: datetime | None


class RowReader:
    """Reads rows of one log and keeps the last ones. Main thread; a screen takes about a millisecond."""

    def __init__(self, reader: LogReader, secrets: Callable[[], frozenset[str]]) -> None:
        self._reader = reader
        self._secrets = secrets
        self._blocks: dict[int, list[LogRow]] = {}
        """Rows that were read, by the number of their block, the one used last at the end."""
        self._blocks_of: LineTable | None = None

    def read(self, table: LineTable, first: int, count: int) -> list[LogRow]:
        """Read rows of a table; fewer at the end, or when files vanish."""
        first, last = max(0, first), max(0, first + count)
        if count > _BLOCK_ROWS * _KEPT_BLOCKS:
            return self._read_table(table, first, last - first)
        found: list[LogRow] = []
        for number in range(first // _BLOCK_ROWS, (last + _BLOCK_ROWS - 1) // _BLOCK_ROWS):
            begin = number * _BLOCK_ROWS
            block = self._block(table, number)
            found += block[max(0, first - begin) : last - begin]
            if len(block) < _BLOCK_ROWS:
                break
        return found

    def parsed(self, lines: Sequence[RawLine], context: int = 0) -> list[LogRow]:
        """Take lines apart; the first `context` of them only help to understand the others."""
        parser = LogParser(self._secrets())
        parsed = [_gap_line(raw.gap) if raw.gap else parser.parse_bytes(raw.data) for raw in lines]
        moments = moments_of(parsed, datetime.now(UTC))
        has_time = any(line.time_of_day is not None for line in parsed)
        return [
            LogRow(raw.position, line, moment if has_time else None)
            for raw, line, moment in list(zip(lines, parsed, moments, strict=True))[context:]
        ]

    def _block(self, table: LineTable, number: int) -> list[LogRow]:
        """Give a stretch of rows; who scrolls asks for nearly the same ones again and again."""
        if self._blocks_of is not table:
            self._blocks.clear()
            self._blocks_of = table
        rows = self._blocks.pop(number, None)
        if rows is None:
            rows = self._read_table(table, number * _BLOCK_ROWS, _BLOCK_ROWS)
        if len(rows) == _BLOCK_ROWS:  # of an incomplete one there may be more the next time
            self._blocks[number] = rows
        if len(self._blocks) > _KEPT_BLOCKS:
            del self._blocks[next(iter(self._blocks))]
        return rows

    def _read_table(self, table: LineTable, first: int, count: int) -> list[LogRow]:
        for context in (_CONTEXT_LINES, _LONGEST_STACK):
            begin = max(0, first - context)
            lines = table.read(begin, count + first - begin, self._reader)
            if not (begin and lines and continues_dump(lines[0].data.decode("utf-8", "replace"))):
                break
        return self.parsed(lines, first - begin)


def _gap_line(count: int) -> LogLine:
    return LogLine(LogFormat.MARKER, left_out_text(count), LogLevel.WARNING)
