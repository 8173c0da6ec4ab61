"""What is painted by hand: the mark of a state, which differs in shape and not only in colour, and the sparkline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from gowa_desktop.domain.instance import InstanceState
from gowa_desktop.ui.look.state_colors import state_color
from gowa_desktop.ui.look.theme import colors_of

if TYPE_CHECKING:
    from collections.abc import Sequence

MARK_SIZE = 10
"""Width and height of a state mark in logical pixels."""

WINDOW_LENGTH = 60
"""How many samples fill a sparkline from edge to edge: the capacity of a `SampleWindow`."""


def paint_mark(painter: QPainter, rect: QRectF, state: InstanceState, color: str, *, is_uneasy: bool = False) -> None:
    """Paint a state as a shape: disc running, half disc on its way, triangle retrying, square failed, ring stopped.

    One that runs but does not answer (`is_uneasy`) is a ring with a dot.
    """
    size = min(rect.width(), rect.height())
    box = QRectF(0, 0, size, size)
    box.moveCenter(rect.center())
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(color))
    if state is InstanceState.RUNNING and not is_uneasy:
        painter.drawEllipse(box)
    elif state is InstanceState.FAILED:
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 2, 2)
    elif state is InstanceState.BACKOFF:
        corners = [QPointF(box.center().x(), box.top()), box.bottomRight(), box.bottomLeft()]
        painter.drawPolygon(QPolygonF(corners))
    else:
        ring = box.adjusted(0.75, 0.75, -0.75, -0.75)
        if state in {InstanceState.STARTING, InstanceState.STOPPING}:
            start = -90 if state is InstanceState.STARTING else 90
            painter.drawPie(ring, start * 16, 180 * 16)
        elif state is InstanceState.RUNNING:
            painter.drawEllipse(box.center(), size / 5, size / 5)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(color), 1.5))
        painter.drawEllipse(ring)
    painter.restore()


def paint_sparkline(painter: QPainter, rect: QRectF, values: Sequence[float], color: str, least_top: float) -> None:
    """Paint values as a line over a tinted ground, the newest at the right edge.

    `least_top` is the least value that the upper edge stands for, so that noise around nothing stays flat. The horizontal scale is that
    of a full window, so that a young curve grows from the right instead of being squeezed again at every sample.
    """
    if len(values) < 2:
        return
    top = max(max(values) * 1.1, least_top)
    step = rect.width() / max(WINDOW_LENGTH - 1, len(values) - 1)
    left = rect.right() - step * (len(values) - 1)
    points = [QPointF(left + i * step, rect.bottom() - v / top * rect.height()) for i, v in enumerate(values)]
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    ground = QColor(color)
    ground.setAlphaF(0.15)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawPolygon(QPolygonF([QPointF(left, rect.bottom()), *points, rect.bottomRight()]))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(color), 1.4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    painter.drawPolyline(QPolygonF(points))
    painter.restore()


def paint_curve(painter: QPainter, rect: QRectF, points: Sequence[tuple[float, float]], color: str) -> None:
    """Paint many points as a line over a tinted ground; both coordinates go from 0 to 1, the origin is the lower left corner.

    The ground has no smooth edges, and the line is one of many pieces: that is ten times as quick, and nobody sees it so small.
    """
    if not points:
        return
    left, bottom, width, height = rect.left(), rect.bottom(), rect.width(), rect.height()
    places = [QPointF(left + x * width, bottom - y * height) for x, y in points]
    ground = QColor(color)
    ground.setAlphaF(0.15)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    ends = places[1:] if len(places) > 1 else [places[0] + QPointF(1, 0)]
    painter.drawRects([QRectF(one.x(), one.y(), other.x() - one.x(), bottom - one.y()) for one, other in zip(places, ends, strict=False)])
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(color), 1.4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
    painter.drawLines([QLineF(one, other) for one, other in zip(places, ends, strict=False)])


class StateMark(QWidget):
    """One state mark as a widget. The text next to it says the same, so it is not announced by itself."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = InstanceState.STOPPED
        self._is_uneasy = False
        self.setFixedSize(MARK_SIZE + 4, MARK_SIZE + 4)

    @property
    def state(self) -> InstanceState:
        """The state that is shown."""
        return self._state

    @property
    def is_uneasy(self) -> bool:
        """True while the mark says that something runs but does not answer."""
        return self._is_uneasy

    def show_state(self, state: InstanceState, *, is_uneasy: bool = False) -> None:
        """Show another state."""
        if (state, is_uneasy) != (self._state, self._is_uneasy):
            self._state, self._is_uneasy = state, is_uneasy
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        painter = QPainter(self)
        color = state_color(colors_of(self.palette()), self._state, is_uneasy=self._is_uneasy)
        paint_mark(painter, QRectF(self.rect()).adjusted(2, 2, -2, -2), self._state, color, is_uneasy=self._is_uneasy)
        painter.end()


class Sparkline(QWidget):
    """A small curve of recent values; the figure beside it carries the meaning. Its top is `headroom` times the highest value."""

    def __init__(self, least_top: float, headroom: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values: tuple[float, ...] = ()
        self._least_top = least_top
        self._headroom = headroom
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumHeight(28)

    def show_values(self, values: Sequence[float]) -> None:
        """Show other values, oldest first."""
        if tuple(values) != self._values:
            self._values = tuple(values)
            self.update()

    def sizeHint(self) -> QSize:
        """Give the size it likes."""
        return QSize(96, 28)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        painter = QPainter(self)
        rect = QRectF(self.rect()).adjusted(1, 2, -1, -1)
        top = max([self._least_top, *(value * self._headroom for value in self._values)])
        paint_sparkline(painter, rect, self._values, colors_of(self.palette()).accent, top)
        painter.end()
