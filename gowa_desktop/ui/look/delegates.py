"""How the cells of the instance table are painted: state mark, sparkline, muted figures."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import QStyleOptionViewItem

from gowa_desktop.ui.instances.instance_table import COLUMNS, Column, Role, alignment_of
from gowa_desktop.ui.look.chips import paint_chips
from gowa_desktop.ui.look.format import NOTHING
from gowa_desktop.ui.look.icons import Tint, icon
from gowa_desktop.ui.look.marks import MARK_SIZE, paint_mark, paint_sparkline
from gowa_desktop.ui.look.state_colors import state_color
from gowa_desktop.ui.parts.row_table import PADDING, RowDelegate, paint_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtCore import QModelIndex, QPersistentModelIndex
    from PySide6.QtGui import QPainter

    from gowa_desktop.ui.instances.instance_table import RowLook
    from gowa_desktop.ui.look.color_tables import Colors

BADGE_SIZE = 14
"""Width and height of the badge of an exposed instance, in logical pixels."""


BAND_HEIGHT = 26
"""Height of the heading above the first row of a group."""
ALIGNMENTS = {column: alignment_of(column) for column in Column}


class InstanceDelegate(RowDelegate):
    """Paints every cell of the table; the first rows of groups are higher and have a heading above them."""

    def __init__(self) -> None:
        super().__init__()
        self.bands: dict[int, str] = {}
        """The headings by row."""
        self._looks: dict[int, RowLook] | None = None

    @contextmanager
    def painting(self) -> Iterator[None]:
        """Ask for each row once as long as a view is painted, not for each cell."""
        self._looks = {}
        try:
            yield
        finally:
            self._looks = None

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        """Paint one cell, and above it its part of the heading, which goes across all columns."""
        title = self.bands.get(index.row())
        if title is None:
            super().paint(painter, option, index)
            return
        colors, rect = self.colors(option.palette), QRect(option.rect)
        band = QRect(rect.left(), rect.top(), rect.width(), BAND_HEIGHT)
        painter.save()
        painter.setClipRect(band)
        painter.fillRect(band, QColor(colors.background))
        painter.setPen(QColor(colors.line))
        painter.drawLine(band.bottomLeft(), band.bottomRight())
        font = QFont(painter.font())
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(QColor(colors.muted))
        # Each cell paints its own part of one line of text that begins at the left edge of the table.
        painter.drawText(QRect(PADDING + 4, band.top(), 4000, BAND_HEIGHT), Qt.AlignmentFlag.AlignVCenter, title)
        painter.restore()
        below = QStyleOptionViewItem(option)
        below.rect = rect.adjusted(0, BAND_HEIGHT, 0, 0)
        super().paint(painter, below, index)

    def paint_cell(
        self, painter: QPainter, rect: QRect, index: QModelIndex | QPersistentModelIndex, colors: Colors, *, is_selected: bool
    ) -> None:
        """Paint one cell."""
        column, look = COLUMNS[index.column()], self._look(index)
        if column is Column.MARK:
            color = state_color(colors, look.state, is_uneasy=look.is_uneasy)
            paint_mark(painter, mark_rect(rect), look.state, color, is_uneasy=look.is_uneasy)
        elif column is Column.TAGS:
            paint_chips(painter, rect.adjusted(PADDING, 0, -PADDING, 0), look.tags, colors)
        elif column is Column.CURVE:
            area = QRectF(rect.adjusted(2, 7, -2, -7))  # narrow: the neighbours keep their distance
            paint_sparkline(painter, area, look.curve, colors.accent, 5.0)
        elif column is Column.NAME and (look.is_exposed or look.is_alerted):
            left = rect
            for is_shown, sign in ((look.is_alerted, "bell-dot"), (look.is_exposed, "unlock")):
                if is_shown:
                    badge = badge_rect(left)
                    icon(sign, Tint.NOTICE).paint(painter, badge)
                    left = left.adjusted(0, 0, badge.left() - left.right() - 1, 0)
            paint_line(painter, left, look.name, colors.text, ALIGNMENTS[column], is_bold=True)
        else:
            text = look.text(column)
            is_quiet = (column is Column.VERSION or text == NOTHING) and not is_selected
            color = colors.muted if is_quiet else colors.text
            paint_line(painter, rect, text, color, ALIGNMENTS[column], is_bold=column is Column.NAME)

    def _look(self, index: QModelIndex | QPersistentModelIndex) -> RowLook:
        if self._looks is None:
            return cast("RowLook", index.data(Role.LOOK))
        row = index.row()
        look = self._looks.get(row)
        if look is None:
            look = self._looks[row] = cast("RowLook", index.data(Role.LOOK))
        return look


def badge_rect(rect: QRect) -> QRect:
    """Give the place of a badge at the right end of a cell."""
    return QRect(rect.right() - PADDING - BADGE_SIZE + 1, rect.center().y() - BADGE_SIZE // 2 + 1, BADGE_SIZE, BADGE_SIZE)


def mark_rect(rect: QRect) -> QRectF:
    """Give the place of a mark in the middle of a cell."""
    mark = QRectF(0, 0, MARK_SIZE, MARK_SIZE)
    mark.moveCenter(QRectF(rect).center())
    return mark
