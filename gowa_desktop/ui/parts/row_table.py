"""Tables of whole rows: the ground a row is painted on, hover, which row has the focus, rows as high as their text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView, QWidget

from gowa_desktop.ui.look.theme import color_of, colors_of

if TYPE_CHECKING:
    from PySide6.QtCore import QObject
    from PySide6.QtGui import QFocusEvent, QMouseEvent, QPalette

    from gowa_desktop.ui.look.color_tables import Colors

PADDING = 8
"""Space left and right of a cell's text."""
FOCUS_WIDTH = 3
"""Width of the bar at the left of the row that has the keyboard focus."""
ROW_HEIGHT = 28


class RowDelegate(QStyledItemDelegate):
    """Paints the cells of a table row by row. The view tells which row is under the mouse and which has the keyboard focus."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.hovered_row = -1
        self.current_row = -1
        self._colors: tuple[int, Colors] | None = None

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        """Paint one cell: its ground, what a subclass puts on it, and the focus bar in the first column."""
        colors = self.colors(option.palette)
        rect: QRect = option.rect
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        self._paint_ground(painter, rect, colors, is_selected=is_selected, is_hovered=index.row() == self.hovered_row)
        self.paint_cell(painter, rect, index, colors, is_selected=is_selected)
        if index.column() == 0 and index.row() == self.current_row and option.state & QStyle.StateFlag.State_Active:
            painter.fillRect(rect.left(), rect.top(), FOCUS_WIDTH, rect.height(), color_of(colors.accent))
        painter.restore()

    def colors(self, palette: QPalette) -> Colors:
        """Give the colours behind a palette, which is the same one for thousands of cells."""
        key = palette.cacheKey()
        if self._colors is None or self._colors[0] != key:
            self._colors = key, colors_of(palette)
        return self._colors[1]

    def paint_cell(
        self, painter: QPainter, rect: QRect, index: QModelIndex | QPersistentModelIndex, colors: Colors, *, is_selected: bool
    ) -> None:
        """Paint what stands on the ground; here its text. `is_selected` is for subclasses that mute what is not."""
        del is_selected
        paint_text(painter, rect, index, colors.text)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Give the room a cell likes, with its padding."""
        size = super().sizeHint(option, index)
        return QSize(size.width() + 2 * PADDING, size.height())

    @staticmethod
    def _paint_ground(painter: QPainter, rect: QRect, colors: Colors, *, is_selected: bool, is_hovered: bool) -> None:
        if is_selected:
            painter.fillRect(rect, color_of(colors.selection))
        elif is_hovered:
            painter.fillRect(rect, color_of(colors.hover))
        painter.setPen(color_of(colors.line))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())


class RowTableView(QTableView):
    """Shows rows that are selected as a whole. Main thread; a subclass sets model, columns and accessible name."""

    def __init__(self, name: str, delegate: RowDelegate, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row_delegate = delegate
        self._is_pressed_beside = False
        delegate.setParent(self)
        self.setObjectName(name)
        self.setItemDelegate(delegate)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.verticalHeader().hide()
        self._set_row_height()
        header = self.horizontalHeader()
        header.setObjectName(f"{name}Header")
        header.setHighlightSections(False)
        header.setMinimumSectionSize(32)
        header.setMinimumHeight(30)
        header.setSectionsMovable(False)
        header.setStretchLastSection(False)

    def width_for(self, column: int, sample: str) -> int:
        """Give the width that a column needs for its title and a sample of its text."""
        metrics = self.fontMetrics()
        title = str(self.model().headerData(column, Qt.Orientation.Horizontal))
        # The sort arrow and the bold header need room besides the words.
        return max(metrics.horizontalAdvance(sample) + 4, int(metrics.horizontalAdvance(title) * 1.15) + 14) + 2 * PADDING

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select as Qt does; a press beside the rows changes nothing, where Qt would select none and so empty what depends on them."""
        self._is_pressed_beside = not self.indexAt(event.position().toPoint()).isValid()
        if self._is_pressed_beside:
            event.accept()
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Light up the row under the mouse."""
        self._hover(self.rowAt(int(event.position().y())))
        # A drag that began beside the rows would select from the row that was pressed before it.
        if not (self._is_pressed_beside and event.buttons()):
            super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Let go of the row that was under the mouse."""
        self._hover(-1)
        super().leaveEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show which row has the focus."""
        super().focusInEvent(event)
        self._show_current_row()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that no row has the focus any more."""
        super().focusOutEvent(event)
        self._show_current_row()

    def currentChanged(self, current: QModelIndex | QPersistentModelIndex, previous: QModelIndex | QPersistentModelIndex) -> None:  # noqa: N802
        """Show which row has the focus now."""
        super().currentChanged(current, previous)
        self._show_current_row()

    def changeEvent(self, event: QEvent) -> None:
        """Keep rows as high as their text."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._set_row_height()

    def _set_row_height(self) -> None:
        vertical = self.verticalHeader()
        vertical.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        vertical.setMinimumSectionSize(ROW_HEIGHT)
        vertical.setDefaultSectionSize(max(ROW_HEIGHT, self.fontMetrics().height() + 10))

    def _show_current_row(self) -> None:
        row = self.currentIndex().row() if self.hasFocus() else -1
        if row != self._row_delegate.current_row:
            self._row_delegate.current_row = row
            self.viewport().update()

    def _hover(self, row: int) -> None:
        before = self._row_delegate.hovered_row
        if row != before:
            self._row_delegate.hovered_row = row
            for one in (before, row):
                self._update_row(one)

    def _update_row(self, row: int) -> None:
        if row >= 0:
            self.viewport().update(0, self.rowViewportPosition(row), self.viewport().width(), self.rowHeight(row))


def paint_text(painter: QPainter, rect: QRect, index: QModelIndex | QPersistentModelIndex, color: str, *, is_bold: bool = False) -> None:
    """Paint the text of a cell in one line, ending in … when there is no room."""
    alignment = index.data(Qt.ItemDataRole.TextAlignmentRole) or Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    paint_line(painter, rect, str(index.data() or ""), color, alignment, is_bold=is_bold)


def paint_line(painter: QPainter, rect: QRect, text: str, color: str, alignment: Qt.AlignmentFlag, *, is_bold: bool = False) -> None:
    """Paint a text in one line, ending in … when there is no room."""
    painter.setPen(color_of(color))
    if is_bold:
        font = QFont(painter.font())
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
    area = rect.adjusted(PADDING, 0, -PADDING, 0)
    painter.drawText(area, alignment, painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, area.width()))
