"""Curves for the cells of the fleet view: read for cells in view, shown until they are read again."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from gowa_desktop.domain.usage import THIS_COMPUTER, Metric
from gowa_desktop.ui.charts.chart_data import points_of, runs, thin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gowa_desktop.services.monitoring.usage_history import UsageHistory
    from gowa_desktop.ui.charts.fleet_grid import Curves

POINTS = 110
"""So many points are as many as a cell can show."""
_LEAST_TOP = {Metric.CPU: 5.0, Metric.MEMORY: 1e6}


class FleetCurves:
    """Gives curves by instance. Main thread; the most figure of each group of slots is shown, so that no peak is lost."""

    def __init__(self, history: UsageHistory, computer_tops: Callable[[], tuple[float, float]]) -> None:
        self._history = history
        self._computer_tops = computer_tops
        self._known: dict[int, Curves] = {}
        self._span_s = 3600

    def set_span(self, seconds: int) -> None:
        """Change how much time a curve shows."""
        self._span_s = seconds
        self._known.clear()

    def keep(self, keys: Iterable[int]) -> None:
        """Forget all others: what comes into view later is read then."""
        kept = set(keys)
        self._known = {key: curves for key, curves in self._known.items() if key in kept}

    def known(self, key: int) -> Curves | None:
        """Give CPU and memory of an instance, or of this computer (0), as they were read last; None before that."""
        return self._known.get(key)

    def read(self, key: int) -> None:
        """Read the curves of an instance, or of this computer (0): about a millisecond of work."""
        now = time.time()
        tops = self._computer_tops() if key == THIS_COMPUTER else (0.0, 0.0)
        cpu, memory = (self._curve(key, metric, now, top) for metric, top in zip((Metric.CPU, Metric.MEMORY), tops, strict=True))
        self._known[key] = (cpu, memory)

    def _curve(self, key: int, metric: Metric, now: float, top: float) -> list[list[tuple[float, float]]]:
        begin = now - self._span_s
        points = thin(points_of(self._history.series(key, metric, begin, now)), POINTS)
        if not points.has_figures:
            return []
        edge = max(points.top * (1.1 if metric is Metric.CPU else 1.6), _LEAST_TOP[metric], top)
        xs = ((points.times - begin) / self._span_s).clip(0, 1).tolist()
        ys = (points.most / edge).tolist()
        return [list(zip(xs[start:end], ys[start:end], strict=True)) for start, end in runs(points)]
