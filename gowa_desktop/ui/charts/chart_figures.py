"""What charts show, taken out of the history: traces by metric, events with names, and the summary in words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from gowa_desktop.domain.usage import Metric
from gowa_desktop.ui.charts.chart_data import points_of
from gowa_desktop.ui.charts.chart_text import summary_text
from gowa_desktop.ui.charts.metric_plot import Trace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gowa_desktop.domain.usage import UsageEvent
    from gowa_desktop.services.monitoring.usage_history import UsageHistory
    from gowa_desktop.ui.charts.chart_colors import LineLook

_FRESH_S = 90.0
"""A figure that is older is not "now" any more; disk is measured once a minute."""


@dataclass(slots=True)
class Figures:
    """Everything that a chart shows of a piece of time."""

    traces: dict[Metric, list[Trace]] = field(default_factory=dict)
    events: list[tuple[UsageEvent, str]] = field(default_factory=list)

    @property
    def has_figures(self) -> bool:
        """Whether anything was measured in this time."""
        return any(trace.points.has_figures for traces in self.traces.values() for trace in traces)

    def summary(self, phrase: str, now_s: float) -> str:
        """Say in words how it is and what was the most; of several instances each in a sentence of its own."""
        sentences = []
        count = max((len(traces) for traces in self.traces.values()), default=0)
        for number in range(count):
            clauses: list[str] = []
            name = ""
            for metric, traces in self.traces.items():
                points, name = traces[number].points, traces[number].name
                if points.has_figures:
                    last = int(np.flatnonzero(np.isfinite(points.mean))[-1])
                    is_fresh = now_s - float(points.times[last]) <= _FRESH_S + points.step_s
                    now = float(points.mean[last]) if is_fresh else None
                    clauses.append(summary_text(metric, now, points.top, phrase if not clauses else ""))
            if clauses:
                text = " ".join(clauses)
                sentences.append(f"{name}: {text}" if count > 1 else text)
        return " ".join(sentences)


def collect(
    history: UsageHistory, shown: Sequence[tuple[int, str, LineLook]], span: tuple[float, float], cores: int, *, is_of_machine: bool
) -> Figures:
    """Read what these instances (id, name, look) used between two moments.

    Args:
        cores: of this computer; CPU is divided by it when it is to be told of the whole machine.
    """
    begin, end = span
    figures = Figures()
    for metric in Metric:
        factor = 1 / cores if is_of_machine and metric is Metric.CPU else 1.0
        figures.traces[metric] = [
            Trace(name, look, points_of(history.series(subject, metric, begin, end)).scaled(factor)) for subject, name, look in shown
        ]
    for subject, name, _ in shown:
        figures.events += [(event, name if len(shown) > 1 else "") for event in history.events(subject, begin, end)]
    return figures
