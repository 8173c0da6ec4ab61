"""How the cells of the instance table are painted: state mark, sparkline, muted figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF

from gowa_desktop.domain.instance import InstanceState
from gowa_desktop.ui.format import NOTHING
from gowa_desktop.ui.instance_table import Column, Role
from gowa_desktop.ui.marks import MARK_SIZE, paint_mark, paint_sparkline
from gowa_desktop.ui.row_table import PADDING, RowDelegate, paint_text
from gowa_desktop.ui.theme import state_color

if TYPE_CHECKING:
    from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect
    from PySide6.QtGui import QPainter

    from gowa_desktop.ui.theme import Colors


class InstanceDelegate(RowDelegate):
    """Paints every cell of the table."""

    def paint_cell(
        self, painter: QPainter, rect: QRect, index: QModelIndex | QPersistentModelIndex, colors: Colors, *, is_selected: bool
    ) -> None:
        """Paint one cell."""
        column = Column(index.column())
        if column is Column.MARK:
            state = InstanceState(index.data(Role.STATE))
            is_uneasy = bool(index.data(Role.IS_UNEASY))
            paint_mark(painter, mark_rect(rect), state, state_color(colors, state, is_uneasy=is_uneasy), is_uneasy=is_uneasy)
        elif column is Column.CURVE:
            area = QRectF(rect.adjusted(PADDING, 7, -PADDING, -7))
            paint_sparkline(painter, area, index.data(Role.CURVE) or (), colors.accent, 5.0)
        else:
            is_quiet = (column is Column.VERSION or index.data() == NOTHING) and not is_selected
            paint_text(painter, rect, index, colors.muted if is_quiet else colors.text, is_bold=column is Column.NAME)


def mark_rect(rect: QRect) -> QRectF:
    """Give the place of a mark in the middle of a cell."""
    mark = QRectF(0, 0, MARK_SIZE, MARK_SIZE)
    mark.moveCenter(QRectF(rect).center())
    return mark
