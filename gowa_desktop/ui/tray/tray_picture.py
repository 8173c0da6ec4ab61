"""The picture in the tray: the worst state as a shape with its colour, and how many instances are in it.

The same picture is found on a bright and on a dark panel, because nobody tells a program what its panel looks like: the colours of
the light theme have 3:1 against both, and what is written on them is white. macOS gets a template, which it colours itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QIcon, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

from gowa_desktop.domain.instance import InstanceState
from gowa_desktop.ui.instances.status_text import is_uneasy
from gowa_desktop.ui.look.color_tables import LIGHT
from gowa_desktop.ui.look.state_colors import state_color

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gowa_desktop.domain.instance import InstanceStatus

SIZES = (16, 18, 20, 22, 24, 32, 36, 44, 48, 64)
"""Pixels: Windows takes 16 to 32 by its scaling, macOS 18 and 36, Linux panels 22 to 64."""
INK = "#ffffff"
MOST_SHOWN = 9
"""More than this is shown as `9+`; the tooltip has the figure."""

_WORST_FIRST = (
    InstanceState.FAILED, InstanceState.BACKOFF, InstanceState.STOPPING, InstanceState.STARTING, InstanceState.RUNNING,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TrayFace:
    """What the icon tells. `count` instances are in the `state` that matters most; 0 where none runs and none is wrong."""

    state: InstanceState = InstanceState.STOPPED
    count: int = 0
    is_uneasy: bool = False
    """Running, but some do not answer; those are counted."""


def face_of(statuses: Iterable[InstanceStatus]) -> TrayFace:
    """Find the worst state: failed, retrying, not answering, on its way, running, and stopped when there is nothing else."""
    statuses = list(statuses)
    by_state: dict[InstanceState, int] = {}
    for status in statuses:
        by_state[status.status] = by_state.get(status.status, 0) + 1
    for state in (InstanceState.FAILED, InstanceState.BACKOFF):
        if by_state.get(state):
            return TrayFace(state, by_state[state])
    uneasy = sum(map(is_uneasy, statuses))
    if uneasy:
        return TrayFace(InstanceState.RUNNING, uneasy, is_uneasy=True)
    for state in _WORST_FIRST[2:]:
        if by_state.get(state):
            return TrayFace(state, by_state[state])
    return TrayFace()


def tray_icon(face: TrayFace, *, is_template: bool = False) -> QIcon:
    """Make the icon in all sizes; a template is black with holes, for macOS."""
    icon = QIcon()
    for size in SIZES:
        icon.addPixmap(tray_pixmap(face, size, is_template=is_template))
    icon.setIsMask(is_template)
    return icon


def tray_pixmap(face: TrayFace, size: int, *, is_template: bool = False) -> QPixmap:
    """Paint the picture in one size, in pixels."""
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    color = QColor("#000000" if is_template else state_color(LIGHT, face.state, is_uneasy=face.is_uneasy))
    box = QRectF(0, 0, size, size).adjusted(size / 32, size / 32, -size / 32, -size / 32)
    if is_template:
        # What is written becomes a hole, which shows the menu bar.
        painter.setBrush(color)
        painter.setPen(Qt.PenStyle.NoPen)
        _paint_shape(painter, box, face, color)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Clear)
    else:
        _paint_shape(painter, box, face, color)
    _write_count(painter, box, face)
    painter.end()
    return pixmap


def _paint_shape(painter: QPainter, box: QRectF, face: TrayFace, color: QColor) -> None:
    """Paint the mark of the table, large: disc running, triangle retrying, square failed, halved disc on its way, ring stopped."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    if face.state is InstanceState.FAILED:
        painter.drawRoundedRect(box, box.width() / 6, box.width() / 6)
    elif face.state is InstanceState.BACKOFF or face.is_uneasy:
        edge = box.width() / 10
        inner = box.adjusted(edge, edge, -edge, -edge)
        corners = [QPointF(inner.center().x(), inner.top()), inner.bottomRight(), inner.bottomLeft()]
        # A round pen makes the corners round; a triangle needs all the room it can get.
        painter.setPen(QPen(color, edge * 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        painter.drawPolygon(QPolygonF(corners))
    elif face.state in {InstanceState.STARTING, InstanceState.STOPPING}:
        _paint_ring(painter, box, color)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        start = -90 if face.state is InstanceState.STARTING else 90
        painter.drawPie(box, start * 16, 180 * 16)
    elif face.state is InstanceState.STOPPED:
        _paint_ring(painter, box, color)
    else:
        painter.drawEllipse(box)


def _paint_ring(painter: QPainter, box: QRectF, color: QColor) -> None:
    width = box.width() / 7
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(color, width))
    painter.drawEllipse(box.adjusted(width / 2, width / 2, -width / 2, -width / 2))


def _write_count(painter: QPainter, box: QRectF, face: TrayFace) -> None:
    """Write the number as an outline, so that it can be a hole too and is centred by what is seen of it."""
    if not face.count or face.state in {InstanceState.STARTING, InstanceState.STOPPING, InstanceState.STOPPED}:
        return
    text = str(face.count) if face.count <= MOST_SHOWN else f"{MOST_SHOWN}+"
    font = QFont(painter.font())
    font.setBold(True)
    font.setPixelSize(100)
    path = QPainterPath()
    path.addText(0, 0, font, text)
    shape = path.boundingRect()
    is_triangle = face.state is InstanceState.BACKOFF or face.is_uneasy
    height = box.height() * (0.46 if is_triangle else 0.6)
    width = box.width() * (0.42 if is_triangle else 0.7)
    factor = min(height / shape.height(), width / shape.width())
    # The middle of a triangle is lower than that of its box.
    middle = QPointF(box.center().x(), box.center().y() + (box.height() * 0.16 if is_triangle else 0))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(INK))
    painter.translate(middle)
    painter.scale(factor, factor)
    painter.translate(-shape.center())
    painter.drawPath(path)
    painter.resetTransform()
