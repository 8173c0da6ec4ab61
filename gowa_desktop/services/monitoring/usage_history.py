"""UsageHistory: what every instance and this computer used, by time, in the resolution that suits the question."""

from __future__ import annotations

import logging
import time
from array import array
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from gowa_desktop.domain.errors import GowaError
from gowa_desktop.domain.usage import FRESH, NO_VALUE, STORED, UsageSeries
from gowa_desktop.domain.usage_ring import Rollup, UsageRing, roll_up
from gowa_desktop.store.usage_file import TILE_SLOTS, UsageBatch

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gowa_desktop.domain.usage import Metric, UsageEvent
    from gowa_desktop.services.tasks import TaskRunner
    from gowa_desktop.store.usage_file import UsageFile

_log = logging.getLogger(__name__)
FLUSH_MS = 120_000
"""A program that is killed loses the figures of so long; the instances lose nothing."""
_KNOWN_PART = 0.8
"""Of a time must be known for its mean to tell anything: an instance that runs for a minute did not use much for five."""
_MOST_EVENTS = 1_000
"""Kept in memory for each instance while they cannot be stored."""


class UsageHistory(QObject):
    """Keeps the last hour in memory and has a worker store the rest. Main thread, which never waits for the file.

    While the file cannot be written, because it is locked or the disk is full, nothing is lost for an hour: each attempt takes along
    what the one before could not store.
    """

    changed = Signal()
    """There is something new, or something was cleared."""

    def __init__(
        self,
        parent: QObject | None = None,
        now: Callable[[], float] = time.time,
        *,
        file: UsageFile | None = None,
        tasks: TaskRunner | None = None,
    ) -> None:
        super().__init__(parent)
        self._now = now
        self._file = file
        self._tasks = tasks
        self._rings: dict[tuple[int, Metric], UsageRing] = {}
        self._events: dict[int, list[UsageEvent]] = {}
        self._forgotten: dict[int, float] = {}
        """When; until the file has forgotten them too, nothing in it about them is given."""
        self._began_at: float | None = None
        self._stored_until = 0.0
        self._is_storing = False
        self._timer = QTimer(self)
        self._timer.setInterval(FLUSH_MS)
        self._timer.timeout.connect(self.flush)

    def begin(self) -> None:
        """Start storing."""
        if self._file is not None:
            self._timer.start()

    def close(self) -> None:
        """Store what is not stored yet; workers must have ended."""
        self._timer.stop()
        if self._file is not None:
            try:
                self._file.store(self._batch(includes_present=True))
            except GowaError as error:
                _log.warning("The last figures could not be stored: %s", error)
            self._file.close()

    @property
    def is_storing(self) -> bool:
        """True while a worker stores."""
        return self._is_storing

    # Asking

    def series(self, subject: int, metric: Metric, begin: float, end: float) -> UsageSeries:
        """Give a piece of history in the finest resolution that covers it.

        Args:
            subject: id of an instance, or `THIS_COMPUTER`.
            metric: what to give; see `Metric` for its unit.
            begin, end: seconds since the epoch; `end` may lie in the future.
        """
        now, began_at = self._now(), self._began_at
        end = min(end, now + 1)
        is_recent = begin >= now - FRESH.kept_s
        if self._file is None or (began_at is not None and is_recent and begin >= began_at):
            return self._fresh(subject, metric, begin, end)
        stored = self._stored(subject, metric, begin, end)
        if not len(stored) or (began_at is not None and is_recent and stored.times[0] > began_at - stored.step_s):
            return self._fresh(subject, metric, begin, end)  # nothing is known of the time before this run
        return stored

    def events(self, subject: int, begin: float, end: float) -> list[UsageEvent]:
        """Give what happened to an instance, oldest first."""
        stored = self._file.events(subject, begin, end) if self._file is not None and subject not in self._forgotten else []
        known = set(stored)
        return stored + [event for event in self._events.get(subject, ()) if begin <= event.at <= end and event not in known]

    def mean_of_last(self, subject: int, metric: Metric, seconds: int) -> float | None:
        """Give the mean of the last seconds, at most an hour; None unless nearly all of that time is known."""
        ring = self._rings.get((subject, metric))
        if ring is None:
            return None
        end = int(self._now() // metric.step_s) + 1
        count = max(1, seconds // metric.step_s)
        figures = [figure for figure in ring.read(end - count, end) if figure == figure]  # noqa: PLR0124 - NaN differs from itself
        return sum(figures) / len(figures) if len(figures) >= _KNOWN_PART * count else None

    # Keeping

    @Slot(float, float, object)
    def record(self, at: float, lasts_s: float, readings: Mapping[Metric, Mapping[int, float]]) -> None:
        """Keep figures, by metric and subject, that stand for the `lasts_s` seconds before `at`, seconds since the epoch."""
        if self._began_at is None or at < self._began_at:
            self._began_at = at
            self._stored_until = at
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
        events = self._events.setdefault(subject, [])
        events.append(event)
        del events[:-_MOST_EVENTS]
        self.changed.emit()

    @Slot(int)
    def forget(self, subject: int) -> None:
        """Drop everything about an instance, because it or its data is gone."""
        for key in [key for key in self._rings if key[0] == subject]:
            del self._rings[key]
        self._events.pop(subject, None)
        if self._file is not None:
            self._forgotten[subject] = self._now()
            self.flush()
        self.changed.emit()

    @Slot()
    def flush(self) -> None:
        """Have a worker store what is not stored yet; skipped while one does."""
        if self._file is None or self._tasks is None or self._is_storing:
            return
        file, slices, batch = self._file, self._slices(), self._batch_without_figures()
        until = self._now()
        self._is_storing = True

        def work() -> None:
            batch.figures.update(_rolled(slices))
            file.store(batch)

        self._tasks.run(work, lambda _: self._on_stored(batch, until), self._on_storing_failed)

    def _on_stored(self, batch: UsageBatch, until: float) -> None:
        self._is_storing = False
        self._stored_until = until
        for subject in batch.forgotten:
            if self._forgotten.get(subject, 0.0) <= until:
                self._forgotten.pop(subject, None)
        for subject, events in batch.events.items():
            left = [event for event in self._events.get(subject, ()) if event not in events]
            self._events[subject] = left
        if self._forgotten:
            self.flush()

    def _on_storing_failed(self, error: GowaError) -> None:
        self._is_storing = False
        if self._file is not None:
            self._file.close()  # a damaged file that is open cannot be set aside on Windows
        _log.warning("The history of use could not be stored and is tried again: %s", error)

    def _batch(self, *, includes_present: bool) -> UsageBatch:
        batch = self._batch_without_figures()
        batch.figures.update(_rolled(self._slices(includes_present=includes_present)))
        return batch

    def _batch_without_figures(self) -> UsageBatch:
        return UsageBatch(
            self._now(), events={subject: list(events) for subject, events in self._events.items() if events}, forgotten=set(self._forgotten)
        )

    def _slices(self, *, includes_present: bool = False) -> dict[tuple[int, Metric], tuple[int, int, array[float]]]:
        """Cut what is not stored out of the rings: first stored slot, figures for each of them, and the figures."""
        now = self._now()
        slices = {}
        for key, ring in self._rings.items():
            step_s, kept = key[1].step_s, stored_resolutions(key[1])[0]
            first = int(max(min(self._stored_until, now), now - FRESH.kept_s + kept) // kept)
            end = int(now // kept) + (1 if includes_present else 0)
            ratio = kept // step_s
            if end > first and ring.newest_slot >= first * ratio:
                slices[key] = (first, ratio, ring.read(first * ratio, end * ratio))
        return slices

    # Reading

    def _fresh(self, subject: int, metric: Metric, begin: float, end: float) -> UsageSeries:
        step_s = metric.step_s
        ring = self._rings.get((subject, metric))
        if ring is None:
            return series_of(array("d"), array("d"), array("d"), 0, step_s)
        first = max(int(begin // step_s), ring.newest_slot - FRESH.kept_s // step_s + 1)
        figures = array("d", ring.read(first, min(int(end // step_s), ring.newest_slot) + 1))
        return series_of(figures, figures, figures, first, step_s)

    def _stored(self, subject: int, metric: Metric, begin: float, end: float) -> UsageSeries:
        now = self._now()
        choices = [kept for kept in STORED if kept.step_s >= metric.step_s]
        # A little longer than it is said to be kept, so that "the last day" means the same resolution all the time.
        kept = next((one for one in choices if begin >= now - one.kept_s - one.step_s), choices[-1])
        step_s = kept.step_s
        begin = max(begin, now - kept.kept_s)
        first, count = int(begin // step_s), max(0, int(end // step_s) - int(begin // step_s) + 1)
        mean, least, most = (array("d", [NO_VALUE]) * count for _ in range(3))
        if self._file is not None and count and subject not in self._forgotten:
            last = (first + count - 1) // TILE_SLOTS
            for number, tile in self._file.tiles(subject, metric, step_s, first // TILE_SLOTS, last).items():
                start, stop = max(first, number * TILE_SLOTS), min(first + count, (number + 1) * TILE_SLOTS)
                here, there = slice(start - first, stop - first), slice(start - number * TILE_SLOTS, stop - number * TILE_SLOTS)
                for target, source in ((mean, tile.mean), (least, tile.least), (most, tile.most)):
                    target[here] = array("d", source[there])
        self._add_present(self._rings.get((subject, metric)), metric.step_s, step_s, first, (mean, least, most))
        return series_of(mean, least, most, first, step_s)

    def _add_present(
        self, ring: UsageRing | None, fresh_s: int, step_s: int, first: int, arrays: tuple[array[float], array[float], array[float]]
    ) -> None:
        """Put in what the file does not have yet."""
        if ring is None:
            return
        ratio = step_s // fresh_s
        for slot in range(max(first, int(self._stored_until // step_s)), first + len(arrays[0])):
            rolled = roll_up(ring.read(slot * ratio, (slot + 1) * ratio))
            if rolled.mean == rolled.mean:
                for target, figure in zip(arrays, rolled, strict=True):
                    target[slot - first] = figure


def stored_resolutions(metric: Metric) -> list[int]:
    """Give the steps in which a metric is stored, in seconds, finest first."""
    return [kept.step_s for kept in STORED if kept.step_s >= metric.step_s]


def _rolled(slices: Mapping[tuple[int, Metric], tuple[int, int, array[float]]]) -> dict[tuple[int, Metric], dict[int, Rollup]]:
    rolled = {}
    for key, (first, ratio, figures) in slices.items():
        slots = {first + index: roll_up(figures[index * ratio : (index + 1) * ratio]) for index in range(len(figures) // ratio)}
        known = {slot: figure for slot, figure in slots.items() if figure.mean == figure.mean}
        if known:
            rolled[key] = known
    return rolled


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
