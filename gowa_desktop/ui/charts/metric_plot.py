"""One plot: a metric over time, with a line and a band for each instance, markers and a crosshair."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyqtgraph import InfiniteLine, PlotItem
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor

from gowa_desktop.domain.usage import Metric
from gowa_desktop.ui.charts.chart_axes import TimeAxis, ValueAxis, color_axis
from gowa_desktop.ui.charts.chart_data import thin
from gowa_desktop.ui.charts.chart_range import LEAST_S, LONGEST_S
from gowa_desktop.ui.charts.chart_text import band_text, figure_text, metric_name, metric_unit
from gowa_desktop.ui.charts.curve_item import CurveItem, EventItem
from gowa_desktop.ui.charts.head_line import HeadLine
from gowa_desktop.ui.look.format import NOTHING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QFont

    from gowa_desktop.domain.usage import UsageEvent
    from gowa_desktop.ui.charts.chart_colors import LineLook
    from gowa_desktop.ui.charts.chart_data import Points
    from gowa_desktop.ui.look.color_tables import Colors

_LEAST_TOP = {Metric.CPU: 2.0, Metric.MEMORY: 1e6, Metric.DISK: 1e6}
"""What the upper edge stands for at least, so that noise around nothing stays flat."""
_HEADROOM = 1.18
"""Room above the highest figure, for the markers."""


@dataclass(frozen=True, slots=True)
class Trace:
    """What one instance used: its name, its look, and its figures."""

    name: str
    look: LineLook
    points: Points


class MetricPlot:
    """Owns the items of one plot, which are re-used for whatever is shown. Main thread; lives as long as its view."""

    def __init__(self, metric: Metric, font: QFont, *, is_first: bool, is_last: bool) -> None:
        self.metric = metric
        self.traces: list[Trace] = []
        self.head = HeadLine(font)
        self.item = PlotItem(axisItems={"left": ValueAxis(metric), "bottom": TimeAxis(has_words=is_last)}, enableMenu=False)
        self.item.hideButtons()
        self.item.setMouseEnabled(x=True, y=False)
        self.item.disableAutoRange()
        self.item.setLimits(minXRange=LEAST_S, maxXRange=LONGEST_S * 1.1)
        self._curves: list[CurveItem] = []
        self._marks = EventItem(has_marks=is_first)
        self.item.addItem(self._marks, ignoreBounds=True)
        self._crosshair = InfiniteLine(angle=90, movable=False)
        self._crosshair.setVisible(False)
        self._crosshair.setZValue(20)
        self.item.addItem(self._crosshair, ignoreBounds=True)
        self._colors: Colors | None = None
        self._top = 0.0
        self._is_of_machine = False

    @property
    def curves(self) -> list[CurveItem]:
        """The items of the lines, visible or not."""
        return self._curves

    @property
    def is_crossed(self) -> bool:
        """Whether the crosshair is shown."""
        return bool(self._crosshair.isVisible())

    def set_colors(self, colors: Colors) -> None:
        """Take the colours of another theme."""
        self._colors = colors
        for side in ("left", "bottom"):
            color_axis(self.item.getAxis(side), colors)
        self._marks.set_colors(colors)
        pen = QColor(colors.muted)
        self._crosshair.setPen(pen, width=1, style=Qt.PenStyle.DashLine)
        self._show_title()
        self.cross(None)

    def show_traces(self, traces: Sequence[Trace], *, is_of_machine: bool) -> None:
        """Show other figures; items that are not needed are kept for later."""
        self.traces, self._is_of_machine = list(traces), is_of_machine
        width = max(120, round(self.item.vb.width()))
        while len(self._curves) < len(traces):
            curve = CurveItem()
            self._curves.append(curve)
            self.item.addItem(curve, ignoreBounds=True)
        for number, curve in enumerate(self._curves):
            curve.setVisible(number < len(traces))
            if number < len(traces):
                curve.set_look(traces[number].look)
                curve.set_points(thin(traces[number].points, width))
        top = max([_LEAST_TOP[self.metric], *(trace.points.top for trace in traces)]) * _HEADROOM
        if top != self._top:
            self._top = top
            self.item.setYRange(0, top, padding=0)
        self._show_title()

    def show_events(self, events: Sequence[tuple[UsageEvent, str]], begin: float, end: float) -> None:
        """Mark what happened."""
        self._marks.set_events(events, QRectF(begin, 0, max(1e-9, end - begin), self._top))

    def cross(self, time_s: float | None, moment: str = "") -> None:
        """Move the crosshair and write what was there, after the `moment` in words; None takes it away."""
        self._crosshair.setVisible(time_s is not None)
        words: list[tuple[str, str]] = []
        if time_s is not None and self._colors is not None:
            self._crosshair.setPos(time_s)
            words = [(moment, self._colors.muted)] if moment else []
            words += [(self._short_figure(trace, time_s), trace.look.color) for trace in self.traces]
        self.head.show_words(words)

    def words_at(self, time_s: float) -> str:
        """Say what was at a moment, for those who do not see it; empty when nothing was measured."""
        parts = []
        for trace in self.traces:
            index = trace.points.index_at(time_s)
            if index is not None and trace.points.mean[index] == trace.points.mean[index]:
                text = self._figure_at(trace, index)
                parts.append(f"{trace.name} {text}" if len(self.traces) > 1 else text)
        return f"{metric_name(self.metric)} {', '.join(parts)}" if parts else ""

    def _figure_at(self, trace: Trace, index: int) -> str:
        points = trace.points
        return band_text(self.metric, float(points.mean[index]), float(points.least[index]), float(points.most[index]))

    def _short_figure(self, trace: Trace, time_s: float) -> str:
        index = trace.points.index_at(time_s)
        if index is None or trace.points.mean[index] != trace.points.mean[index]:
            return NOTHING
        return self._figure_at(trace, index) if len(self.traces) == 1 else figure_text(self.metric, float(trace.points.mean[index]))

    def _show_title(self) -> None:
        if self._colors is not None:
            unit = metric_unit(self.metric, is_of_machine=self._is_of_machine)
            self.head.show_title([(metric_name(self.metric), self._colors.text), (unit, self._colors.muted)])
