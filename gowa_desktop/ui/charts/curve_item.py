"""What is painted into a plot: the curve of one instance with its band, and the markers of what happened to it.

Plain items of Qt. Those of pyqtgraph cost more for the same picture: each measures its bounds and rebuilds its path on every change of
the range.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from pyqtgraph import arrayToQPath
from pyqtgraph.Qt.internals import PrimitiveArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem

from gowa_desktop.domain.usage import UsageEventKind
from gowa_desktop.ui.charts.chart_colors import event_color
from gowa_desktop.ui.charts.chart_data import runs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

    from gowa_desktop.domain.usage import UsageEvent
    from gowa_desktop.ui.charts.chart_colors import LineLook
    from gowa_desktop.ui.charts.chart_data import Points
    from gowa_desktop.ui.look.color_tables import Colors

LINE_WIDTH = 1.6
BAND_OPACITY = 0.24
MOST_JOINED = 120
"""So many points are painted as one path, with joints and dashes as Qt makes them."""
_PATTERNS = {
    Qt.PenStyle.DashLine: [True] * 7 + [False] * 4,
    Qt.PenStyle.DotLine: [True] * 2 + [False] * 3,
    Qt.PenStyle.DashDotLine: [True] * 7 + [False] * 3 + [True] * 2 + [False] * 3,
}
"""Which of many lines that follow each other are painted, so that together they look dashed."""
MARK_PX = 9.0
"""Width and height of a marker."""
MERGE_PX = 7.0
"""Markers nearer to each other than this are painted as one."""
_SEVERITY = (UsageEventKind.CRASH, UsageEventKind.UPDATE, UsageEventKind.RESTART, UsageEventKind.STOP, UsageEventKind.START)
"""Of several at one place the first of these is painted."""


class CurveItem(QGraphicsItem):
    """Mean as a line, least to most as a band around it; nothing where there are no figures.

    Many points are painted as separate lines and upright rectangles: a path of 300 joined points takes Qt's raster engine 3 ms as a
    line and 4 ms as an area, these take 0.1 ms each (measured with Qt 6.11). At a point for each pixel nobody sees the joints.
    """

    def __init__(self) -> None:
        super().__init__()
        self._line = QPainterPath()
        self._band = QPainterPath()
        self._segments = PrimitiveArray(QLineF, 4)
        self._columns = PrimitiveArray(QRectF, 4)
        self._dots: list[QPointF] = []
        self._bounds = QRectF()
        self._pen = QPen()
        self._ground = QColor()

    @property
    def has_band(self) -> bool:
        """Whether least and most differ anywhere."""
        return not self._band.isEmpty() or len(self._columns) > 0

    @property
    def top(self) -> float:
        """The highest figure that is painted."""
        return self._bounds.bottom()

    def set_look(self, look: LineLook) -> None:
        """Change colour and style."""
        self._pen = QPen(QColor(look.color), LINE_WIDTH, look.style, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.RoundJoin)
        self._pen.setCosmetic(True)
        self._ground = QColor(look.color)
        self._ground.setAlphaF(BAND_OPACITY)
        self.update()

    def set_points(self, points: Points) -> None:
        """Show other figures, thinned out already."""
        self.prepareGeometryChange()
        pieces = runs(points)
        is_dense = len(points) > MOST_JOINED
        has_band = bool(pieces) and not np.array_equal(points.least, points.most, equal_nan=True)
        self._line, self._band = QPainterPath(), QPainterPath()
        self._segments.resize(0)
        self._columns.resize(0)
        if pieces and is_dense:
            self._fill_segments(points)
        elif pieces:
            self._line = arrayToQPath(points.times, points.mean, connect="finite", finiteCheck=True)
        if has_band and is_dense:
            self._fill_columns(points)
        elif has_band:
            self._band = _band_path(points, pieces)
        self._dots = [QPointF(points.times[start], points.mean[start]) for start, end in pieces if end - start == 1]
        half = points.step_s / 2
        width = float(points.times[-1] - points.times[0]) + points.step_s if pieces else 0.0
        self._bounds = QRectF(points.times[0] - half, 0, width, max(points.top, 1e-9)) if pieces else QRectF()
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802
        """Give the place of all figures."""
        return self._bounds

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint band, line and figures that stand alone."""
        del option, widget
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._ground)
        if len(self._columns):
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.drawRects(*self._columns.drawargs())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawPath(self._band)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if len(self._segments):
            solid = QPen(self._pen)
            solid.setStyle(Qt.PenStyle.SolidLine)
            painter.setPen(solid)
            painter.drawLines(*self._segments.drawargs())
        painter.setPen(self._pen)
        painter.drawPath(self._line)
        if self._dots:
            pen = QPen(self._pen.color(), 3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.drawPoints(QPolygonF(self._dots))

    def _fill_segments(self, points: Points) -> None:
        """Take a line between each two neighbours, but those that a dashed line leaves out."""
        times, mean = points.times, points.mean
        there = np.isfinite(mean[:-1]) & np.isfinite(mean[1:])
        pattern = _PATTERNS.get(self._pen.style())
        if pattern is not None:
            # By place in time and not in the array, so that dashes move on with the curve.
            numbers = np.round(times[:-1] / points.step_s).astype(np.int64)
            there &= np.array(pattern)[numbers % len(pattern)]
        chosen = np.flatnonzero(there)
        self._segments.resize(len(chosen))
        lines = self._segments.ndarray()
        lines[:, 0], lines[:, 1] = times[chosen], mean[chosen]
        lines[:, 2], lines[:, 3] = times[chosen + 1], mean[chosen + 1]

    def _fill_columns(self, points: Points) -> None:
        """Take an upright rectangle for each slot that has a height."""
        chosen = np.flatnonzero(points.most > points.least)
        self._columns.resize(len(chosen))
        columns = self._columns.ndarray()
        columns[:, 0], columns[:, 1] = points.times[chosen] - points.step_s / 2, points.least[chosen]
        columns[:, 2], columns[:, 3] = points.step_s, (points.most - points.least)[chosen]


def _band_path(points: Points, pieces: Sequence[tuple[int, int]]) -> QPainterPath:
    """Go along the upper edge and back along the lower one, piece by piece."""
    gap = np.array([np.nan])
    xs, ys = [], []
    for start, end in pieces:
        there = points.times[start:end]
        xs += [there, there[::-1], gap]
        ys += [points.most[start:end], points.least[start:end][::-1], gap]
    path: QPainterPath = arrayToQPath(np.concatenate(xs), np.concatenate(ys), connect="finite", finiteCheck=True)
    return path


class EventItem(QGraphicsItem):
    """Markers at the upper edge of a plot, each with a line down to the axis. Painted in pixels, whatever the scale."""

    def __init__(self, *, has_marks: bool) -> None:
        super().__init__()
        self._has_marks = has_marks
        self._events: list[tuple[UsageEvent, str]] = []
        self._colors: Colors | None = None
        self._area = QRectF()
        self.setZValue(-5)

    def set_colors(self, colors: Colors) -> None:
        """Take the colours of another theme."""
        self._colors = colors
        self.update()

    def set_events(self, events: Sequence[tuple[UsageEvent, str]], area: QRectF) -> None:
        """Show other events, each with the name of its instance; `area` is what the plot shows."""
        self.prepareGeometryChange()
        self._events, self._area = list(events), area
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802
        """Give the whole plot."""
        return self._area

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint a marker for each event, or for those that lie together."""
        del option, widget
        if self._colors is None or not self._events:
            return
        transform = painter.worldTransform()
        area = transform.mapRect(self._area)
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        last = float("-inf")
        for x, kind in self._places(transform.map(QPointF(self._area.left(), 0)).x(), area):
            color = QColor(event_color(self._colors, kind))
            if x - last >= MERGE_PX:
                faint = QColor(color)
                faint.setAlphaF(0.45)
                painter.setPen(QPen(faint, 1, Qt.PenStyle.DotLine))
                painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
                if self._has_marks:
                    paint_event_mark(painter, QPointF(x, area.top() + MARK_PX / 2 + 1), kind, color)
                last = x
        painter.restore()

    def _places(self, left: float, area: QRectF) -> list[tuple[float, UsageEventKind]]:
        """Give pixel and kind of each marker, from left to right; of those that lie together the worst."""
        scale = area.width() / self._area.width() if self._area.width() else 0.0
        groups: list[tuple[float, UsageEventKind]] = []
        for event, _ in sorted(self._events, key=lambda one: one[0].at):
            x = left + (event.at - self._area.left()) * scale
            if groups and x - groups[-1][0] < MERGE_PX:
                groups[-1] = (groups[-1][0], min(groups[-1][1], event.kind, key=_SEVERITY.index))
            else:
                groups.append((x, event.kind))
        return groups


def paint_event_mark(painter: QPainter, centre: QPointF, kind: UsageEventKind, color: QColor) -> None:
    """Paint what happened as a shape: triangle up started, square stopped, cross crashed, ring restarted, diamond updated."""
    half = MARK_PX / 2
    x, y = centre.x(), centre.y()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    if kind is UsageEventKind.START:
        painter.drawPolygon(QPolygonF([QPointF(x, y - half), QPointF(x + half, y + half), QPointF(x - half, y + half)]))
    elif kind is UsageEventKind.STOP:
        painter.drawRect(QRectF(x - half + 1, y - half + 1, MARK_PX - 2, MARK_PX - 2))
    elif kind is UsageEventKind.UPDATE:
        painter.drawPolygon(QPolygonF([QPointF(x, y - half), QPointF(x + half, y), QPointF(x, y + half), QPointF(x - half, y)]))
    else:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(color, 2))
        if kind is UsageEventKind.RESTART:
            painter.drawEllipse(centre, half - 1, half - 1)
        else:
            reach = half - 1
            painter.drawLine(QPointF(x - reach, y - reach), QPointF(x + reach, y + reach))
            painter.drawLine(QPointF(x - reach, y + reach), QPointF(x + reach, y - reach))
