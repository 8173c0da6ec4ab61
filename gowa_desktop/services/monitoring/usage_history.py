"""UsageHistory: what every instance and this computer used, by time, in the resolution that suits the question."""

from __future__ import annotations

import time
from array import array
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from gowa_desktop.domain.usage import FRESH, UsageSeries
from gowa_desktop.domain.usage_ring import UsageRing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gowa_desktop.domain.usage import Metric, UsageEvent


class UsageHistory(QObject):
    """Keeps the last hour in memory. Main thread."""

    changed = Signal()
    """There is something new, or something was cleared."""

    def __init__(self, parent: QObject | None = None, now: Callable[[], float] = time.time) -> None:
        super().__init__(parent)
        self._now = now
        self._rings: dict[tuple[int, Metric], UsageRing] = {}
        self._events: dict[int, list[UsageEvent]] = {}

    def series(self, subject: int, metric: Metric, begin: float, end: float) -> UsageSeries:
        """Give a piece of history in the finest resolution that covers it.

        Args:
            subject: id of an instance, or `THIS_COMPUTER`.
            metric: what to give; see `Metric` for its unit.
            begin, end: seconds since the epoch; `end` may lie in the future.
        """
        return self._fresh(subject, metric, begin, end)

    def events(self, subject: int, begin: float, end: float) -> list[UsageEvent]:
        """Give what happened to an instance, oldest first."""
        return [event for event in self._events.get(subject, ()) if begin <= event.at <= end]

    def record(self, at: float, lasts_s: float, readings: Mapping[Metric, Mapping[int, float]]) -> None:
        """Keep figures, by metric and subject, that stand for the `lasts_s` seconds before `at`, seconds since the epoch."""
        for metric, figures in readings.items():
            step_s = metric.step_s
            slot, count = int(at // step_s), max(1, round(lasts_s / step_s))
            for subject, figure in figures.items():
                ring = self._rings.get((subject, metric))
                if ring is None:
                    ring = self._rings[subject, metric] = UsageRing(FRESH.kept_s // step_s)
                ring.write(slot, count, figure)
        self.changed.emit()

    def note(self, subject: int, event: UsageEvent) -> None:
        """Keep what happened to an instance."""
        self._events.setdefault(subject, []).append(event)
        self.changed.emit()

    def forget(self, subject: int) -> None:
        """Drop everything about an instance, because it or its data is gone."""
        for key in [key for key in self._rings if key[0] == subject]:
            del self._rings[key]
        self._events.pop(subject, None)
        self.changed.emit()

    def _fresh(self, subject: int, metric: Metric, begin: float, end: float) -> UsageSeries:
        step_s = metric.step_s
        ring = self._rings.get((subject, metric))
        if ring is None:
            return series_of(array("d"), array("d"), array("d"), 0, step_s)
        first = max(int(begin // step_s), ring.newest_slot - FRESH.kept_s // step_s + 1)
        figures = array("d", ring.read(first, min(int(end // step_s), ring.newest_slot) + 1))
        return series_of(figures, figures, figures, first, step_s)


def series_of(mean: array[float], least: array[float], most: array[float], first: int, step_s: int) -> UsageSeries:
    """Make a series of slots that begin with number `first`, without the empty ones at both ends."""
    begin, end = 0, len(mean)
    while begin < end and mean[begin] != mean[begin]:
        begin += 1
    while end > begin and mean[end - 1] != mean[end - 1]:
        end -= 1
    half = step_s / 2
    times = array("d", [slot * step_s + half for slot in range(first + begin, first + end)])
    if least is mean and most is mean:
        same = mean[begin:end]
        return UsageSeries(times, same, same, same, step_s)
    return UsageSeries(times, mean[begin:end], least[begin:end], most[begin:end], step_s)
