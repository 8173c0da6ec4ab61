"""How the cells of the instance table are painted: row ground, state mark, sparkline, muted figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from gowa_desktop.domain.instance import InstanceState
from gowa_desktop.ui.format import NOTHING
from gowa_desktop.ui.instance_table import Column, Role
from gowa_desktop.ui.marks import MARK_SIZE, paint_mark, paint_sparkline
from gowa_desktop.ui.theme import Colors, colors_of, state_color

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

PADDING = 8
"""Space left and right of a cell's text."""
FOCUS_WIDTH = 3
"""Width of the bar at the left of the row that has the keyboard focus."""


class InstanceDelegate(QStyledItemDelegate):
    """Paints every cell of the table. The view tells which row is under the mouse and which has the keyboard focus."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.hovered_row = -1
        self.current_row = -1

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        """Paint one cell."""
        colors = colors_of(option.palette)
        rect: QRect = option.rect
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        self._paint_ground(painter, rect, colors, is_selected=is_selected, is_hovered=index.row() == self.hovered_row)
        column = Column(index.column())
        if column is Column.MARK:
            state = InstanceState(index.data(Role.STATE))
            is_uneasy = bool(index.data(Role.IS_UNEASY))
            paint_mark(painter, _mark_rect(rect), state, state_color(colors, state, is_uneasy=is_uneasy), is_uneasy=is_uneasy)
        elif column is Column.CURVE:
            area = QRectF(rect.adjusted(PADDING, 7, -PADDING, -7))
            paint_sparkline(painter, area, index.data(Role.CURVE) or (), colors.accent, 5.0)
        else:
            self._paint_text(painter, rect, index, colors, is_selected=is_selected)
        if column is Column.MARK and index.row() == self.current_row and option.state & QStyle.StateFlag.State_Active:
            painter.fillRect(rect.left(), rect.top(), FOCUS_WIDTH, rect.height(), QColor(colors.accent))
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Give the room a cell likes, with its padding."""
        size = super().sizeHint(option, index)
        return QSize(size.width() + 2 * PADDING, size.height())

    @staticmethod
    def _paint_ground(painter: QPainter, rect: QRect, colors: Colors, *, is_selected: bool, is_hovered: bool) -> None:
        if is_selected:
            painter.fillRect(rect, QColor(colors.selection))
        elif is_hovered:
            painter.fillRect(rect, QColor(colors.hover))
        painter.setPen(QColor(colors.line))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())

    @staticmethod
    def _paint_text(
        painter: QPainter, rect: QRect, index: QModelIndex | QPersistentModelIndex, colors: Colors, *, is_selected: bool
    ) -> None:
        text, column = str(index.data() or ""), Column(index.column())
        is_quiet = (column is Column.VERSION or text == NOTHING) and not is_selected
        painter.setPen(QColor(colors.muted if is_quiet else colors.text))
        if column is Column.NAME:
            font = QFont(painter.font())
            font.setWeight(QFont.Weight.DemiBold)
            painter.setFont(font)
        area = rect.adjusted(PADDING, 0, -PADDING, 0)
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, index.data(Qt.ItemDataRole.TextAlignmentRole), shown)


def _mark_rect(rect: QRect) -> QRectF:
    mark = QRectF(0, 0, MARK_SIZE, MARK_SIZE)
    mark.moveCenter(QRectF(rect).center())
    return mark


