"""RowFolds: which rows of a source are seen, because panics and settings are folded into their first line, and which fill a view."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gowa_desktop.services.logs.log_stream import StreamRow
    from gowa_desktop.services.logs.row_reader import LogRow

    Row = LogRow | StreamRow

REACH = 600
"""Rows that are looked through at most for the next one that is not folded."""
_NEAR = 8


class RowSource(Protocol):
    """What a view shows: numbered rows, each with a position that stays its own."""

    @property
    def rows(self) -> int:
        """How many rows there are."""

    def read(self, first: int, count: int) -> Sequence[Row]:
        """Give rows, however long that takes."""

    def glance(self, first: int, count: int) -> Sequence[Row]:
        """Give rows at once; what is not at hand reads “…”, and the source tells when it is."""

    def row_of(self, position: int) -> int:
        """Give the row at a position, or the next one."""


class RowFolds:
    """Remembers what a person has unfolded in one source. Main thread; rows are numbered as in the source."""

    def __init__(self, source: RowSource) -> None:
        self.source = source
        self._unfolded: set[int] = set()

    def is_hidden(self, row: Row) -> bool:
        """Tell whether a row is folded behind the one before it."""
        return row.line.belongs_to_previous and row.position not in self._unfolded

    def unfold_behind(self, position: int, count: int) -> None:
        """Show so many rows behind the one at a position."""
        self._unfolded.update(row.position for row in self.source.read(self.source.row_of(position) + 1, count))

    def unfold_around(self, row: int) -> None:
        """Show all of the dump that a row is in the middle of."""
        first = max(0, row - REACH)
        lines = self.source.glance(first, 2 * REACH)
        index = begin = min(row - first, len(lines) - 1)
        while begin >= 0 and lines[begin].line.belongs_to_previous:
            begin -= 1
        while index < len(lines) and lines[index].line.belongs_to_previous:
            index += 1
        self._unfolded.update(line.position for line in lines[begin + 1 : index])

    def seen_at_or_before(self, row: int) -> int:
        """Give the nearest row that is not folded, this one or before it."""
        for reach in (_NEAR, REACH):
            first = max(0, row - reach)
            lines = self.source.glance(first, row - first + 1)
            for index in range(len(lines) - 1, -1, -1):
                if not self.is_hidden(lines[index]):
                    return first + index
        return row

    def seen_at_or_after(self, row: int) -> int:
        """Give the nearest row that is not folded, this one or behind it."""
        for reach in (_NEAR, REACH):
            for index, line in enumerate(self.source.glance(row, reach)):
                if not self.is_hidden(line):
                    return row + index
        return self.seen_at_or_before(row)

    def top_of_end(self, page_rows: int, height: int, height_of: Callable[[Row], int]) -> int:
        """Give the first row of the last screen; `height` and the answers of `height_of` are pixels."""
        top, room = self._fill_from_end(page_rows + 2, height, height_of)
        # Only where much is folded is it worth to read so much more.
        return top if room < 0 else self._fill_from_end(page_rows + REACH, height, height_of)[0]

    def _fill_from_end(self, count: int, height: int, height_of: Callable[[Row], int]) -> tuple[int, int]:
        """Fill a view from its lower edge; the answer is the first row, and the height that is left, negative when it is full."""
        rows = self.source.rows
        first = max(0, rows - count)
        lines = self.source.glance(first, rows - first)
        room, top = height, rows
        for index in range(len(lines) - 1, -1, -1):
            if self.is_hidden(lines[index]):
                continue
            room -= height_of(lines[index])
            if room < 0:
                break
            top = first + index
        return min(top, max(0, rows - 1)), room

    def fill(self, top: int, page_rows: int, height: int, height_of: Callable[[Row], int]) -> list[tuple[Row, int, int]]:
        """Fill a view from its upper edge: rows, the height of each, and how many are folded behind each."""
        found: list[tuple[Row, int, int]] = []
        y, row, seen = 0, top, 0
        while y < height and seen < page_rows + 4 * REACH:
            lines = self.source.glance(row, page_rows + _NEAR)
            if not lines:
                break
            for line in lines:
                if self.is_hidden(line) and found:
                    before, its_height, folded = found[-1]
                    found[-1] = (before, its_height, folded + 1)
                elif y < height:
                    found.append((line, height_of(line), 0))
                    y += found[-1][1]
            row += len(lines)
            seen += len(lines)
        return found
