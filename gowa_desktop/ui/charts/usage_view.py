"""The charts themselves: CPU, memory and disk above each other over one axis of time, for mouse and keyboard."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from pyqtgraph import GraphicsLayoutWidget
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal, Slot
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QToolTip

from gowa_desktop.domain.usage import Metric
from gowa_desktop.ui.charts.chart_range import LEAST_S, LONGEST_S
from gowa_desktop.ui.charts.chart_text import event_text, moment_text
from gowa_desktop.ui.charts.curve_item import MERGE_PX
from gowa_desktop.ui.charts.metric_plot import MetricPlot
from gowa_desktop.ui.look.theme import colors_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from PySide6.QtGui import QFont, QKeyEvent
    from PySide6.QtWidgets import QWidget

    from gowa_desktop.domain.usage import UsageEvent
    from gowa_desktop.ui.charts.metric_plot import Trace

METRICS = (Metric.CPU, Metric.MEMORY, Metric.DISK)
PAN_SHARE = 0.25
ZOOM_FACTOR = 1.5
_FAST = 10
_SHOWN_EVENTS = 6
"""So many events are listed where several lie at one place."""


def make_plot(metric: Metric, font: QFont) -> MetricPlot:
    """Make one of the charts; three of them are more than one turn of the event loop should take."""
    return MetricPlot(metric, font, is_first=metric is METRICS[0], is_last=metric is METRICS[-1])


class UsageView(GraphicsLayoutWidget):  # type: ignore[misc]
    """Shows traces and lets a person look around. Main thread; made once and re-used for every instance."""

    moved = Signal()
    """A person zoomed or panned: other figures are wanted."""
    reset_requested = Signal()
    """Escape or a double click: the chosen range up to now is wanted again."""
    read_out_changed = Signal(str)
    """What is at the crosshair, in words; empty without one."""

    def __init__(self, parent: QWidget, plots: Sequence[MetricPlot] = ()) -> None:
        super().__init__(parent)
        self.setObjectName("usageView")
        self.setAccessibleName(self.tr("Charts of CPU, memory and disk"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumHeight(320)
        self.ci.setContentsMargins(4, 4, 8, 0)
        self.ci.layout.setVerticalSpacing(0)
        self._cross_s: float | None = None
        self._events: list[tuple[UsageEvent, str]] = []
        self._words = ""
        self.plots = list(plots) or [make_plot(metric, self.font()) for metric in METRICS]
        for number, plot in enumerate(self.plots):
            self.addItem(plot.head, row=2 * number, col=0)
            self.addItem(plot.item, row=2 * number + 1, col=0)
            self.ci.layout.setRowStretchFactor(2 * number + 1, 4 if number < 2 else 3)
            plot.item.vb.sigRangeChangedManually.connect(self._on_view_moved)
            if number:
                plot.item.setXLink(self.plots[0].item)
        self.scene().sigMouseMoved.connect(self._on_mouse_moved)
        self._take_colors()

    @property
    def span(self) -> tuple[float, float]:
        """What is shown: from, to, seconds since the epoch."""
        begin, end = self.plots[0].item.viewRange()[0]
        return float(begin), float(end)

    @property
    def crosshair(self) -> float | None:
        """Where the crosshair is, seconds since the epoch; None without one."""
        return self._cross_s

    @property
    def read_out(self) -> str:
        """What is at the crosshair, in words."""
        return self._words

    def show_span(self, begin: float, end: float) -> None:
        """Show another piece of time; nobody is told."""
        self.plots[0].item.setXRange(begin, end, padding=0)

    def show_traces(self, traces: Mapping[Metric, Sequence[Trace]], events: Sequence[tuple[UsageEvent, str]], *, is_of_machine: bool) -> None:
        """Show other figures and events; each event comes with the name of its instance."""
        begin, end = self.span
        self._events = sorted(events, key=lambda one: one[0].at)
        for plot in self.plots:
            plot.show_traces(traces.get(plot.metric, ()), is_of_machine=is_of_machine)
            plot.show_events(self._events, begin, end)
        if self._cross_s is not None:
            self.cross(self._cross_s)
        # Otherwise pyqtgraph moves its items while it paints, and everything is painted once more.
        self.scene().prepareForPaint()

    def cross(self, time_s: float | None) -> None:
        """Move the crosshair, or take it away."""
        self._cross_s = time_s
        moment = moment_text(time_s) if time_s is not None else ""
        for plot in self.plots:
            plot.cross(time_s, moment if plot is self.plots[0] else "")
        words = ""
        if time_s is not None:
            parts = [moment, *(plot.words_at(time_s) for plot in self.plots)]
            parts += [event_text(event, name).replace("\n", ". ") for event, name in self._near(time_s)]
            words = ". ".join(part for part in parts if part)
        if words != self._words:
            self._words = words
            self.setAccessibleDescription(words)
            self.read_out_changed.emit(words)

    def zoom(self, factor: float) -> None:
        """Show more (above 1) or less time, around the crosshair or the middle."""
        begin, end = self.span
        centre = self._cross_s if self._cross_s is not None and begin <= self._cross_s <= end else (begin + end) / 2
        length = min(LONGEST_S, max(LEAST_S, (end - begin) * factor))
        first = centre - (centre - begin) / (end - begin) * length
        self.show_span(first, first + length)
        self.moved.emit()

    def pan(self, share: float) -> None:
        """Move by a share of what is shown; positive is later."""
        begin, end = self.span
        step = (end - begin) * share
        self.show_span(begin + step, end + step)
        self.moved.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move the crosshair, with Control the time; plus and minus zoom; E goes to what happened; Escape goes back to now."""
        key, keys = event.key(), Qt.Key
        is_shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        is_controlled = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        side = {keys.Key_Left: -1, keys.Key_Right: 1}.get(keys(key))
        begin, end = self.span
        if side is not None and is_controlled:
            self.pan(side * PAN_SHARE)
        elif side is not None:
            self._step(side * (_FAST if is_shifted else 1))
        elif key in {keys.Key_Home, keys.Key_End}:
            self.cross(begin if key == keys.Key_Home else end)
        elif key in {keys.Key_Plus, keys.Key_Equal, keys.Key_Minus}:
            self.zoom(ZOOM_FACTOR if key == keys.Key_Minus else 1 / ZOOM_FACTOR)
        elif key == keys.Key_E and not is_controlled:
            self._go_to_event(-1 if is_shifted else 1)
        elif key == keys.Key_Escape:
            self.cross(None)
            self.reset_requested.emit()
        else:
            event.ignore()

    def mouseDoubleClickEvent(self, event: object) -> None:
        """Go back to the chosen range."""
        super().mouseDoubleClickEvent(event)
        self.reset_requested.emit()

    def leaveEvent(self, event: QEvent) -> None:
        """Take the crosshair away with the mouse."""
        super().leaveEvent(event)
        if not self.hasFocus():
            self.cross(None)

    def changeEvent(self, event: QEvent) -> None:
        """Take the colours of another theme."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange and hasattr(self, "plots"):
            self._take_colors()

    def _take_colors(self) -> None:
        colors = colors_of(self.palette())
        self.setBackground(QColor(colors.panel))
        for plot in self.plots:
            plot.set_colors(colors)

    def _step(self, count: int) -> None:
        """Move the crosshair by so many pixels or figures, whichever is more."""
        begin, end = self.span
        steps = [trace.points.step_s for plot in self.plots[:1] for trace in plot.traces if len(trace.points)]
        step = max([(end - begin) / max(1.0, self.plots[0].item.vb.width()), *steps[:1]])
        origin = self._cross_s if self._cross_s is not None else end
        self.cross(min(end, max(begin, origin + count * step)))

    def _go_to_event(self, direction: int) -> None:
        times = [event.at for event, _ in self._events]
        if not times:
            return
        begin, end = self.span
        here = self._cross_s if self._cross_s is not None else (begin - 1 if direction > 0 else end + 1)
        later = bisect_right(times, here + 1e-6)
        index = later if direction > 0 else bisect_right(times, here - 1e-6) - 1
        if 0 <= index < len(times):
            self.cross(times[index])

    def _near(self, time_s: float) -> list[tuple[UsageEvent, str]]:
        begin, end = self.span
        reach = MERGE_PX * (end - begin) / max(1.0, self.plots[0].item.vb.width())
        return [one for one in self._events if abs(one[0].at - time_s) <= reach][:_SHOWN_EVENTS]

    @Slot()
    def _on_view_moved(self) -> None:
        self.moved.emit()

    def _on_mouse_moved(self, position: QPointF) -> None:
        plot = next((one for one in self.plots if one.item.vb.sceneBoundingRect().contains(position)), None)
        if plot is None:
            self.cross(None)
            QToolTip.hideText()
            return
        time_s = float(plot.item.vb.mapSceneToView(position).x())
        self.cross(time_s)
        near = self._near(time_s)
        if near:
            spot = self.mapToGlobal(self.mapFromScene(position)) + QPoint(8, 12)
            QToolTip.showText(spot, "\n".join(event_text(event, name) for event, name in near), self)
        else:
            QToolTip.hideText()
