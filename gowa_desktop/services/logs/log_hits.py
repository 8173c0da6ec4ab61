"""LogHits: the lines of a log that a query wants, found on a worker piece by piece and kept up with what comes."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gowa_desktop.domain.log_query import LogQuery

MOST_KEPT = 2_000_000
"""Positions, the newest; what has more hits is counted to its end all the same. They take 16 MB."""


class LogHits:
    """Positions of lines, oldest first, as far as was looked. Main thread; a value would be too large to hand over each time."""

    def __init__(self, query: LogQuery, most: int = MOST_KEPT) -> None:
        self.query = query
        self.positions: array[int] = array("Q")
        self.left_out = 0
        """How many of the oldest are counted and no longer kept."""
        self.looked_to = 0
        self.quiet_at = -1
        """The end of the log at which nothing more could be looked at: a line without its end may be left."""
        self.has_failed = False
        self._most = most

    @property
    def count(self) -> int:
        """How many lines were found."""
        return self.left_out + len(self.positions)

    def at_or_after(self, position: int) -> int:
        """Give the number, among those that are kept, of the first hit at or behind a position."""
        return bisect_left(self.positions, position)

    def number_of(self, position: int) -> int | None:
        """Give the number of the hit at a position, from 0 and of all that were found; None when there is none that is kept."""
        index = self.at_or_after(position)
        is_hit = index < len(self.positions) and self.positions[index] == position
        return self.left_out + index if is_hit else None

    def neighbor(self, position: int, *, is_back: bool, is_complete: bool) -> int | None:
        """Give the hit behind or before a position, round at the ends; None when that has not been found yet or is not kept.

        Args:
            position: a hit at it is not meant.
            is_back: the one before is wanted.
            is_complete: all of the log has been looked at.
        """
        if is_back:
            index = self.at_or_after(position) - 1
            if index >= 0 and (is_complete or position <= self.looked_to):
                return self.positions[index]
            return self.positions[-1] if self.positions and is_complete and not self.left_out else None
        index = self.at_or_after(position + 1)
        if index < len(self.positions) and (index > 0 or not self.left_out):
            return self.positions[index]
        return self.positions[0] if self.positions and is_complete and not self.left_out else None

    def is_complete(self, end: int) -> bool:
        """Tell whether all of a log has been looked at that ends at a position."""
        return self.has_failed or self.looked_to >= end or self.quiet_at == end

    def add(self, positions: Sequence[int], looked_to: int) -> None:
        """Take what was found, and how far was looked."""
        self.positions.extend(positions)
        self.looked_to = max(looked_to, self.looked_to)
        surplus = len(self.positions) - self._most
        if surplus > 0:
            del self.positions[:surplus]
            self.left_out += surplus

    def drop_before(self, begin: int) -> None:
        """Forget what is not in the log any more."""
        if self.positions and self.positions[0] < begin:
            del self.positions[: self.at_or_after(begin)]
            self.left_out = 0

    def begin_again(self) -> None:
        """Forget everything, because the log was emptied by hand."""
        self.positions, self.left_out, self.looked_to, self.quiet_at = array("Q"), 0, 0, -1
