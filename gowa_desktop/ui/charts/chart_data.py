"""Series as numpy arrays, and as many points as a screen can show without losing a peak. Pure computation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gowa_desktop.domain.usage import UsageSeries


@dataclass(frozen=True, slots=True)
class Points:
    """A piece of history as arrays `(n,)` of float64, oldest first.

    Attributes:
        times: seconds since the epoch, the middle of each slot.
        mean, least, most: in the unit of the metric; NaN in all three where there is no figure.
        step_s: seconds from slot to slot.
    """

    times: NDArray[np.float64]
    mean: NDArray[np.float64]
    least: NDArray[np.float64]
    most: NDArray[np.float64]
    step_s: float

    def __len__(self) -> int:
        return len(self.times)

    @property
    def has_figures(self) -> bool:
        """Whether there is anything but gaps."""
        return bool(np.isfinite(self.mean).any())

    @property
    def top(self) -> float:
        """The highest figure; 0 when there is none."""
        finite = self.most[np.isfinite(self.most)]
        return float(finite.max()) if len(finite) else 0.0

    def scaled(self, factor: float) -> Points:
        """Give the same in another unit."""
        return self if factor == 1 else Points(self.times, self.mean * factor, self.least * factor, self.most * factor, self.step_s)

    def index_at(self, time_s: float) -> int | None:
        """Find the slot that a moment lies in; None outside of all."""
        if not len(self.times):
            return None
        index = round((time_s - float(self.times[0])) / self.step_s)
        return index if 0 <= index < len(self.times) else None


def points_of(series: UsageSeries) -> Points:
    """Take a series over without copying."""
    if not len(series):
        nothing = np.empty(0)
        return Points(nothing, nothing, nothing, nothing, float(series.step_s))
    times, mean, least, most = (
        np.frombuffer(part, dtype=np.float64) for part in (series.times, series.mean, series.least, series.most)
    )
    return Points(times, mean, least, most, float(series.step_s))


def thin(points: Points, most_points: int) -> Points:
    """Put slots together until there are at most `most_points`, with the least and the most of each group.

    Groups begin at multiples of their length since the epoch, so that a curve which moves on does not flicker.
    """
    count = len(points)
    group = -(-count // max(1, most_points))
    if group <= 1:
        return points
    lead = round(float(points.times[0]) / points.step_s - 0.5) % group
    tail = -(lead + count) % group

    def grouped(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.pad(values, (lead, tail), constant_values=np.nan).reshape(-1, group)

    mean, least, most = grouped(points.mean), grouped(points.least), grouped(points.most)
    there = np.isfinite(mean)
    counts = there.sum(axis=1)
    with np.errstate(invalid="ignore"):
        means = (np.where(there, mean, 0.0).sum(axis=1) / np.where(counts > 0, counts, np.nan)).astype(np.float64)
    lows = np.where(np.isfinite(least), least, np.inf).min(axis=1)
    highs = np.where(np.isfinite(most), most, -np.inf).max(axis=1)
    lows[counts == 0] = np.nan
    highs[counts == 0] = np.nan
    first = float(points.times[0]) + ((group - 1) / 2 - lead) * points.step_s
    times = (first + np.arange(len(means)) * (group * points.step_s)).astype(np.float64)
    return Points(times, means, lows, highs, group * points.step_s)


def runs(points: Points) -> list[tuple[int, int]]:
    """Give where figures follow each other without a gap, as pairs of first index and index after the last."""
    there = np.isfinite(points.mean).astype(np.int8)
    edges = np.diff(np.concatenate(([0], there, [0])))
    return list(zip(np.flatnonzero(edges == 1).tolist(), np.flatnonzero(edges == -1).tolist(), strict=True))
