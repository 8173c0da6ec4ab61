"""All instances as small curves in one painted grid: as many as fit are drawn, the others cost nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from gowa_desktop.ui.look.marks import MARK_SIZE, paint_curve, paint_mark
from gowa_desktop.ui.look.state_colors import state_color
from gowa_desktop.ui.look.theme import colors_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QPaintEvent, QResizeEvent

    from gowa_desktop.domain.instance import InstanceState
    from gowa_desktop.ui.look.color_tables import Colors

CELL = QSize(232, 108)
"""Least size of a cell; cells share what is left of a row."""
SPACE = 8
_PADDING = 10


@dataclass(frozen=True, slots=True)
class FleetCell:
    """What one cell shows, but for its curves."""

    key: int
    """Id of the instance, or 0 for this computer."""
    name: str
    state: InstanceState | None
    cpu: str
    memory: str
    words: str
    """All of it for a screen reader."""
    is_uneasy: bool = False


Curves = tuple[list[list[tuple[float, float]]], list[list[tuple[float, float]]]]
"""CPU and memory: pieces without gaps, each of points from 0 to 1 in both directions, the origin at the lower left."""


class FleetGrid(QAbstractScrollArea):
    """Shows cells in rows. Main thread; asks for the curves of a cell only while it is in view."""

    opened = Signal(int)
    """A click or Enter: this instance is wanted."""
    current_changed = Signal(str)
    """Another cell has the focus; what it says."""

    def __init__(self, curves_of: Callable[[int], Curves], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("fleetGrid")
        self.setAccessibleName(self.tr("All instances"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setMouseTracking(True)
        self._curves_of = curves_of
        self._cells: list[FleetCell] = []
        self._hovered = -1
        self._current = 0
        self._pressed = -1
        self.painted = 0
        """How many cells the last painting took."""

    @property
    def cells(self) -> list[FleetCell]:
        """What is shown, in order."""
        return self._cells

    @property
    def current(self) -> FleetCell | None:
        """The cell with the focus."""
        return self._cells[self._current] if 0 <= self._current < len(self._cells) else None

    def show_cells(self, cells: Sequence[FleetCell]) -> None:
        """Show other cells; the same instance keeps the focus."""
        key = self.current.key if self.current else None
        if self._cells == list(cells):
            return
        self._cells = list(cells)
        self._current = next((number for number, cell in enumerate(cells) if cell.key == key), min(self._current, max(0, len(cells) - 1)))
        self._set_scroll_range()
        self.viewport().update()

    def rect_of(self, number: int) -> QRect:
        """Give the place of a cell in the viewport."""
        columns, width = self._columns(), self._cell_width()
        row, column = divmod(number, columns)
        top = SPACE + row * (self._cell_height() + SPACE) - self.verticalScrollBar().value()
        return QRect(SPACE + column * (width + SPACE), top, width, self._cell_height())

    def visible_numbers(self) -> range:
        """Give the cells that are in view, at least in part."""
        columns, step = self._columns(), self._cell_height() + SPACE
        offset = self.verticalScrollBar().value()
        first = max(0, (offset - SPACE) // step) * columns
        last = ((offset + self.viewport().height()) // step + 1) * columns
        return range(first, min(len(self._cells), last))

    def visible_keys(self) -> list[int]:
        """Give what the cells in view show, in order."""
        return [self._cells[number].key for number in self.visible_numbers()]

    def update_cell(self, key: int) -> None:
        """Paint a cell anew, if it is in view."""
        for number in self.visible_numbers():
            if self._cells[number].key == key:
                self.viewport().update(self.rect_of(number))

    def sizeHint(self) -> QSize:
        """Give the size it likes: three by four cells."""
        return QSize(3 * (CELL.width() + SPACE) + 2 * SPACE, 4 * (self._cell_height() + SPACE) + SPACE)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the cells that are in view."""
        painter = QPainter(self.viewport())
        colors = colors_of(self.palette())
        painter.fillRect(event.rect(), QColor(colors.background))
        self.painted = 0
        for number in self.visible_numbers():
            place = self.rect_of(number)
            if event.region().intersects(place):
                self._paint_cell(painter, place, number, colors)
                self.painted += 1
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange the cells anew."""
        super().resizeEvent(event)
        self._set_scroll_range()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Light up the cell under the mouse."""
        self._hover(self._number_at(event.position().toPoint()))

    def leaveEvent(self, event: QEvent) -> None:
        """Let go of the cell that was under the mouse."""
        super().leaveEvent(event)
        self._hover(-1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remember where a click began."""
        self._pressed = self._number_at(event.position().toPoint()) if event.button() is Qt.MouseButton.LeftButton else -1
        if self._pressed >= 0:
            self._go_to(self._pressed)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Open what was clicked."""
        if self._pressed >= 0 and self._pressed == self._number_at(event.position().toPoint()):
            self._open(self._pressed)
        self._pressed = -1

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move from cell to cell, Enter opens."""
        key, columns = Qt.Key(event.key()), self._columns()
        page = columns * max(1, self.viewport().height() // (self._cell_height() + SPACE))
        steps = {
            Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -columns, Qt.Key.Key_Down: columns,
            Qt.Key.Key_PageUp: -page, Qt.Key.Key_PageDown: page, Qt.Key.Key_Home: -len(self._cells), Qt.Key.Key_End: len(self._cells),
        }  # fmt: skip
        if key in steps and self._cells:
            self._go_to(min(len(self._cells) - 1, max(0, self._current + steps[key])))
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space} and self.current:
            self._open(self._current)
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Make room for another font."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange and hasattr(self, "_cells"):
            self._set_scroll_range()

    def _columns(self) -> int:
        return max(1, (self.viewport().width() - SPACE) // (CELL.width() + SPACE))

    def _cell_width(self) -> int:
        columns = self._columns()
        return max(80, (self.viewport().width() - SPACE) // columns - SPACE)

    def _cell_height(self) -> int:
        return max(CELL.height(), 5 * self.fontMetrics().height() + 24)

    def _set_scroll_range(self) -> None:
        rows = -(-len(self._cells) // self._columns())
        height, bar = SPACE + rows * (self._cell_height() + SPACE), self.verticalScrollBar()
        bar.setRange(0, max(0, height - self.viewport().height()))
        bar.setPageStep(self.viewport().height())
        bar.setSingleStep(self._cell_height() // 2)

    def _number_at(self, position: QPoint) -> int:
        return next((number for number in self.visible_numbers() if self.rect_of(number).contains(position)), -1)

    def _hover(self, number: int) -> None:
        if number != self._hovered:
            self._hovered = number
            is_open = 0 <= number < len(self._cells) and bool(self._cells[number].key)
            self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if is_open else Qt.CursorShape.ArrowCursor)
            self.viewport().update()

    def _go_to(self, number: int) -> None:
        self._current = number
        place, bar = self.rect_of(number), self.verticalScrollBar()
        if place.top() < SPACE:
            bar.setValue(bar.value() + place.top() - SPACE)
        elif place.bottom() > self.viewport().height() - SPACE:
            bar.setValue(bar.value() + place.bottom() - self.viewport().height() + SPACE)
        words = self._cells[number].words
        self.setAccessibleDescription(words)
        self.current_changed.emit(words)
        self.viewport().update()

    def _open(self, number: int) -> None:
        if self._cells[number].key:
            self.opened.emit(self._cells[number].key)

    def _paint_cell(self, painter: QPainter, place: QRect, number: int, colors: Colors) -> None:
        cell = self._cells[number]
        has_focus = number == self._current and self.hasFocus()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colors.accent if has_focus else colors.line), 2 if has_focus else 1))
        painter.setBrush(QColor(colors.hover if number == self._hovered else colors.panel))
        painter.drawRoundedRect(QRectF(place).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        area = place.adjusted(_PADDING, 8, -_PADDING, -10)
        line = self.fontMetrics().height()
        self._paint_name(painter, QRect(area.left(), area.top(), area.width(), line), cell, colors)
        half = (area.width() - 12) // 2
        top = area.top() + line + 6
        titles = ((self.tr("CPU"), cell.cpu), (self.tr("Memory"), cell.memory))
        looks = (colors.accent, colors.starting)
        for side, ((title, figure), curves, color) in enumerate(zip(titles, self._curves_of(cell.key), looks, strict=True)):
            box = QRect(area.left() + side * (half + 12), top, half, area.bottom() - top)
            painter.setPen(QColor(colors.muted))
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, title)
            painter.setPen(QColor(colors.text))
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, figure)
            curve = QRectF(box.adjusted(0, line + 3, 0, 0))
            painter.setPen(QPen(QColor(colors.line), 1))
            painter.drawLine(curve.bottomLeft(), curve.bottomRight())
            for piece in curves:
                paint_curve(painter, curve, piece, color)

    def _paint_name(self, painter: QPainter, place: QRect, cell: FleetCell, colors: Colors) -> None:
        left = 0
        if cell.state is not None:
            mark = QRectF(place.left(), place.center().y() - MARK_SIZE / 2 + 1, MARK_SIZE, MARK_SIZE)
            paint_mark(painter, mark, cell.state, state_color(colors, cell.state, is_uneasy=cell.is_uneasy), is_uneasy=cell.is_uneasy)
            left = MARK_SIZE + 7
        font = QFont(self.font())
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(QColor(colors.text))
        room = place.adjusted(left, 0, 0, 0)
        text = painter.fontMetrics().elidedText(cell.name, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        painter.setFont(self.font())
