"""UsageRing: the newest figures of one metric in a fixed amount of memory.

An `array('f')` and not a numpy array: numpy costs the program 18 MB and 0.1 s before the first figure is kept (measured), while
numpy reads this buffer without copying once a chart is open. Four bytes hold the resident memory of 16 GB to within 1 KB.
"""

from __future__ import annotations

from array import array
from typing import NamedTuple

from gowa_desktop.domain.usage import NO_VALUE


class Rollup(NamedTuple):
    """Many figures as one."""

    mean: float
    least: float
    most: float


NOTHING = Rollup(NO_VALUE, NO_VALUE, NO_VALUE)


def roll_up(figures: array[float]) -> Rollup:
    """Put figures together; NaN counts as not there, and nothing but NaN gives NaN."""
    known = [figure for figure in figures if figure == figure]  # noqa: PLR0124 - NaN alone differs from itself
    return Rollup(sum(known) / len(known), min(known), max(known)) if known else NOTHING


class UsageRing:
    """Figures by slot, which is the number of steps since the epoch. The newest `capacity` slots are kept."""

    __slots__ = ("_figures", "_newest")

    def __init__(self, capacity: int) -> None:
        self._figures = array("f", [NO_VALUE]) * capacity
        self._newest = -1

    @property
    def newest_slot(self) -> int:
        """The slot written last; -1 before the first."""
        return self._newest

    def write(self, slot: int, count: int, figure: float) -> None:
        """Keep a figure for `count` slots that end with `slot`; what lies between them and the one before stays NaN.

        A clock that was set back writes over what is there; set back by more than the ring holds, it begins anew.
        """
        figures, capacity = self._figures, len(self._figures)
        if slot == self._newest + 1 and count == 1:
            figures[slot % capacity] = figure
            self._newest = slot
            return
        if self._newest - slot >= capacity:
            self._blank(0, capacity)
            self._newest = -1
        if slot > self._newest:
            skipped = min(capacity, slot - self._newest)
            self._blank(slot - skipped + 1, skipped)
            self._newest = slot
        oldest_kept = self._newest - capacity + 1
        for each in range(max(oldest_kept, slot - count + 1), slot + 1):
            figures[each % capacity] = figure

    def read(self, first: int, end: int) -> array[float]:
        """Give the figures of the slots from `first` up to but not including `end`; NaN where there is none."""
        capacity = len(self._figures)
        oldest, after = max(first, self._newest - capacity + 1), min(end, self._newest + 1)
        if self._newest < 0 or oldest >= after:
            return array("f", [NO_VALUE]) * max(0, end - first)
        start, stop = oldest % capacity, (after - 1) % capacity + 1
        kept = self._figures[start:stop] if start < stop else self._figures[start:] + self._figures[:stop]
        blank = array("f", [NO_VALUE])
        return blank * (oldest - first) + kept + blank * (end - after)

    def _blank(self, first: int, count: int) -> None:
        capacity = len(self._figures)
        for slot in range(first, first + count):
            self._figures[slot % capacity] = NO_VALUE
