"""LogRowsView: a window on millions of rows. It asks for the few that it shows and keeps none of the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, Signal, Slot
from PySide6.QtGui import QColor, QGuiApplication, QHelpEvent, QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QToolTip, QWidget

from gowa_desktop.ui.logs.log_row_painter import Look, RowPainter, plain_text
from gowa_desktop.ui.look.fonts import fixed_font
from gowa_desktop.ui.look.theme import colors_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gowa_desktop.infra.log_expression import LogExpression
    from gowa_desktop.services.logs.log_document import LogRow
    from gowa_desktop.services.logs.log_stream import StreamRow

    Row = LogRow | StreamRow

MOST_COPIED = 20_000
_FOLD_REACH = 600
"""Rows that are looked through at most for the next one that is not folded."""


class RowSource(Protocol):
    """What a view shows: numbered rows, each with a position that stays its own."""

    @property
    def rows(self) -> int:
        """How many rows there are."""

    def read(self, first: int, count: int) -> Sequence[Row]:
        """Give rows."""

    def row_of(self, position: int) -> int:
        """Give the row at a position, or the next one."""


class LogRowsView(QAbstractScrollArea):
    """Shows rows, follows their end, folds panics. Main thread; `refresh` when the source has changed."""

    follow_changed = Signal(bool)
    """Whether the view keeps to the end: false as soon as a person scrolls up."""
    current_changed = Signal()
    """Another row is the current one."""
    activated = Signal()
    """The current row was double-clicked or Enter was pressed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source: RowSource | None = None
        self._look = Look()
        self._top = 0
        self._top_position = 0
        self._wanted: int | None = None
        """A position that is to be shown as soon as the source knows its row."""
        self._is_following = True
        self._shown: list[tuple[Row, QRect, int]] = []
        self._current: int | None = None
        self._selection_from: int | None = None
        self._expanded: set[int] = set()
        self._bookmarks: set[int] = set()
        self._found: LogExpression | None = None
        self.setObjectName("logRows")
        self.setAccessibleName(self.tr("Log lines"))
        self.setFont(fixed_font(self.font()))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self._painter = RowPainter(self.font(), self.palette(), self._look)
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        self.horizontalScrollBar().valueChanged.connect(self.viewport().update)

    def set_source(self, source: RowSource | None) -> None:
        """Show other rows, from their end."""
        self._source = source
        self._current = self._selection_from = None
        self._expanded.clear()
        self._bookmarks.clear()
        self._top = self._top_position = 0
        self._wanted = None
        self.set_following(is_on=True)
        self.refresh()

    @property
    def is_following(self) -> bool:
        """True while the view keeps to the end."""
        return self._is_following

    def set_following(self, *, is_on: bool) -> None:
        """Keep to the end, or stay where the view is."""
        if is_on != self._is_following:
            self._is_following = is_on
            self.follow_changed.emit(is_on)
        if is_on:
            self._wanted = None
            self.refresh()

    @property
    def look(self) -> Look:
        """How rows look."""
        return self._look

    def set_look(self, look: Look) -> None:
        """Change how rows look."""
        self._look = look
        self._painter = RowPainter(self.font(), self.palette(), look)
        self.refresh()

    def mark_found(self, found: LogExpression | None) -> None:
        """Mark what an expression finds in the rows that are shown."""
        self._found = found
        self.viewport().update()

    @property
    def current(self) -> int | None:
        """The position of the current row, if there is one."""
        return self._current

    def go_to(self, position: int) -> None:
        """Make a row current and show it in the upper third."""
        if self._source is None:
            return
        self._current = self._selection_from = position
        self.set_following(is_on=False)
        self._wanted = position
        self._set_top(self._top_for_wanted(position))
        self._tell_current()

    def _top_for_wanted(self, position: int) -> int:
        """Give the first row to show so that a position is in the upper third; it is wanted on until its row is known."""
        row = self._source.row_of(position) if self._source is not None else 0
        found = self._source.read(row, 1) if self._source is not None else []
        if found and self._is_hidden(found[0]):
            self._unfold_around(row)
        if found and found[0].position <= position and row:
            self._wanted = None
        rows = self._source.rows if self._source is not None else 0
        return self._unfolded_at_or_before(min(max(0, row - self._page_rows() // 3), self._top_of_end(rows)))

    def _unfold_around(self, row: int) -> None:
        """Show all of the dump that a row is in the middle of."""
        first = max(0, row - _FOLD_REACH)
        lines = self._source.read(first, 2 * _FOLD_REACH) if self._source is not None else []
        index = begin = min(row - first, len(lines) - 1)
        while begin >= 0 and lines[begin].line.belongs_to_previous:
            begin -= 1
        while index < len(lines) and lines[index].line.belongs_to_previous:
            index += 1
        self._expanded.update(line.position for line in lines[begin + 1 : index])

    def toggle_bookmark(self) -> None:
        """Put a bookmark on the current row, or take it away."""
        if self._current is not None:
            self._bookmarks ^= {self._current}
            self.viewport().update()

    def next_bookmark(self) -> None:
        """Go to the next bookmark below, and from the last to the first."""
        later = [position for position in self._bookmarks if position > (self._current if self._current is not None else -1)]
        if self._bookmarks:
            self.go_to(min(later or self._bookmarks))

    @property
    def bookmarks(self) -> list[int]:
        """The positions with a bookmark, in order."""
        return sorted(self._bookmarks)

    def visible_rows(self) -> list[Row]:
        """Give the rows that are shown now."""
        return [row for row, _, _ in self._shown]

    def selected_text(self) -> str:
        """Give the selected rows as text."""
        if self._source is None or self._current is None or self._selection_from is None:
            return ""
        first, last = sorted((self._source.row_of(self._selection_from), self._source.row_of(self._current)))
        rows = self._source.read(first, min(MOST_COPIED, last - first + 1))
        return "\n".join(plain_text(row, is_utc=self._look.is_utc) for row in rows)

    def copy(self) -> None:
        """Copy the selected rows."""
        QGuiApplication.clipboard().setText(self.selected_text())

    @Slot()
    def refresh(self) -> None:
        """Read again what is shown, after the source or the size has changed."""
        if self._source is None:
            self._shown = []
            self.viewport().update()
            return
        rows, page = self._source.rows, self._page_rows()
        if self._is_following:
            self._top = self._top_of_end(rows)
        elif rows and self._wanted is not None:
            self._top = self._top_for_wanted(self._wanted)
        elif rows:
            self._top = min(self._source.row_of(self._top_position), rows - 1)
        bar = self.verticalScrollBar()
        bar.blockSignals(True)
        bar.setPageStep(page)
        bar.setRange(0, max(0, rows - page))
        bar.setValue(bar.maximum() if self._is_following else self._top)
        bar.blockSignals(False)
        self._lay_out()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the rows."""
        colors = colors_of(self.palette())
        painter = QPainter(self.viewport())
        painter.setFont(self.font())
        painter.fillRect(self.viewport().rect(), QColor(colors.panel))
        shift = 0 if self._look.wraps else self.horizontalScrollBar().value()
        selected = self._selected_range()
        for row, rect, folded in self._shown:
            if selected is not None and selected[0] <= row.position <= selected[1]:
                painter.fillRect(rect, QColor(colors.selection))
            if row.position == self._current and self.hasFocus():
                painter.setPen(QColor(colors.accent))
                painter.drawRect(rect.adjusted(0, 0, -1, -1))
            self._painter.paint(painter, rect, row, shift, self._found, folded)
            if row.position in self._bookmarks:
                painter.setPen(QColor(colors.accent))
                painter.drawText(6, rect.top() + 2 + self.fontMetrics().ascent(), "◆")
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many rows as there is room for."""
        super().resizeEvent(event)
        self.refresh()

    def changeEvent(self, event: QEvent) -> None:
        """Keep up with theme and font."""
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.FontChange, QEvent.Type.StyleChange} and hasattr(self, "_painter"):
            self._painter = RowPainter(self.font(), self.palette(), self._look)
            self.viewport().update()
        super().changeEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Make a row current, or with Shift select up to it; a right click on what is selected leaves it so, for the menu."""
        row = self._row_at(event.position().toPoint())
        if row is not None and not (event.button() is Qt.MouseButton.RightButton and self._is_selected(row)):
            self._current = row.position
            if not event.modifiers() & Qt.KeyboardModifier.ShiftModifier or self._selection_from is None:
                self._selection_from = row.position
            self._tell_current()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Select by dragging."""
        row = self._row_at(event.position().toPoint())
        if event.buttons() & Qt.MouseButton.LeftButton and row is not None and row.position != self._current:
            self._current = row.position
            self._tell_current()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Unfold what is folded, or open the row."""
        if self._row_at(event.position().toPoint()) is not None:
            self._activate()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move, copy, fold and mark by keys."""
        bar = self.verticalScrollBar()
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        pages = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.key() in steps:
            self._move_current(steps[Qt.Key(event.key())], extends=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif event.key() in pages:
            bar.setValue((bar.value() if not self._is_following else self._top) + pages[Qt.Key(event.key())] * self._page_rows())
        elif event.key() == Qt.Key.Key_Home:
            bar.setValue(0)
        elif event.key() == Qt.Key.Key_End:
            self.set_following(is_on=True)
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._activate()
        else:
            super().keyPressEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        """Tell the time in UTC and here, where the mouse rests."""
        if isinstance(event, QHelpEvent):
            row = self._row_at(event.pos())
            if row is not None and row.moment is not None:
                local = row.moment.astimezone()
                QToolTip.showText(event.globalPos(), f"{row.moment:%Y-%m-%d %H:%M:%S} UTC\n{local:%Y-%m-%d %H:%M:%S %Z}", self)
            return True
        return super().viewportEvent(event)

    def _page_rows(self) -> int:
        return max(1, self.viewport().height() // self._painter.line_height)

    def _top_of_end(self, rows: int) -> int:
        """Give the first row of the last screen."""
        if self._source is None:
            return 0
        top, room = self._fill_from_end(self._source, rows, 2)
        # Only where much is folded is it worth to read so much more.
        return top if room < 0 else self._fill_from_end(self._source, rows, _FOLD_REACH)[0]

    def _fill_from_end(self, source: RowSource, rows: int, reach: int) -> tuple[int, int]:
        """Fill the view from its lower edge; the answer is the first row, and the height that is left, negative when it is full."""
        height, width = self.viewport().height(), self.viewport().width()
        first = max(0, rows - self._page_rows() - reach)
        lines = source.read(first, rows - first)
        room, top = height, rows
        for index in range(len(lines) - 1, -1, -1):
            if self._is_hidden(lines[index]):
                continue
            room -= self._painter.height(lines[index], width)
            if room < 0:
                break
            top = first + index
        return min(top, max(0, rows - 1)), room

    def _lay_out(self) -> None:
        self._shown = []
        if self._source is None:
            return
        y, row, seen, widest = 0, self._top, 0, 0
        width, height = self.viewport().width(), self.viewport().height()
        while y < height and seen < self._page_rows() + 4 * _FOLD_REACH:
            lines = self._source.read(row, self._page_rows() + 8)
            if not lines:
                break
            for line in lines:
                if self._is_hidden(line) and self._shown:
                    shown, rect, folded = self._shown[-1]
                    self._shown[-1] = (shown, rect, folded + 1)
                elif y < height:
                    rect = QRect(0, y, width, self._painter.height(line, width))
                    self._shown.append((line, rect, 0))
                    widest = max(widest, self._painter.text_width(line))
                    y += rect.height()
            row += len(lines)
            seen += len(lines)
        self._top_position = self._shown[0][0].position if self._shown else 0
        across = self.horizontalScrollBar()
        across.setRange(0, 0 if self._look.wraps else max(0, widest - width))
        across.setPageStep(width)
        across.setSingleStep(40)
        self.viewport().update()

    def _is_hidden(self, row: Row) -> bool:
        return row.line.belongs_to_previous and row.position not in self._expanded

    def _set_top(self, row: int) -> None:
        if self._source is None:
            return
        self._top = row
        bar = self.verticalScrollBar()
        bar.blockSignals(True)
        bar.setValue(row)
        bar.blockSignals(False)
        self._lay_out()

    @Slot(int)
    def _on_scrolled(self, value: int) -> None:
        if self._source is None:
            return
        if value >= self.verticalScrollBar().maximum():
            self.set_following(is_on=True)
            self.refresh()
            return
        self._wanted = None
        self._set_top(self._unfolded_at_or_before(value) if value < self._top else self._unfolded_at_or_after(value))
        self.set_following(is_on=False)

    def _unfolded_at_or_before(self, row: int) -> int:
        for reach in (8, _FOLD_REACH):
            first = max(0, row - reach)
            lines = self._source.read(first, row - first + 1) if self._source is not None else []
            for index in range(len(lines) - 1, -1, -1):
                if not self._is_hidden(lines[index]):
                    return first + index
        return row

    def _is_selected(self, row: Row) -> bool:
        if self._selection_from is None or self._current is None:
            return False
        first, last = sorted((self._selection_from, self._current))
        return first <= row.position <= last

    def _unfolded_at_or_after(self, row: int) -> int:
        for reach in (8, _FOLD_REACH):
            lines = self._source.read(row, reach) if self._source is not None else []
            for index, line in enumerate(lines):
                if not self._is_hidden(line):
                    return row + index
        return self._unfolded_at_or_before(row)

    def _row_at(self, point: QPoint) -> Row | None:
        return next((row for row, rect, _ in self._shown if rect.contains(QPoint(1, point.y()))), None)

    def _selected_range(self) -> tuple[int, int] | None:
        if self._current is None or self._selection_from is None:
            return None
        return min(self._current, self._selection_from), max(self._current, self._selection_from)

    def _move_current(self, step: int, *, extends: bool) -> None:
        shown = [row.position for row, _, _ in self._shown]
        if not shown:
            return
        index = shown.index(self._current) + step if self._current in shown else (len(shown) - 1 if step < 0 else 0)
        if not 0 <= index < len(shown):
            self.verticalScrollBar().setValue(self._top + step)
            shown = [row.position for row, _, _ in self._shown] or shown
            index = 0 if step < 0 else len(shown) - 1
        self._current = shown[index]
        if not extends:
            self._selection_from = self._current
        self._tell_current()

    def _activate(self) -> None:
        folded = next((count for row, _, count in self._shown if row.position == self._current), 0)
        if folded and self._source is not None and self._current is not None:
            lines = self._source.read(self._source.row_of(self._current) + 1, min(folded, MOST_COPIED))
            self._expanded.update(row.position for row in lines)
            self.set_following(is_on=False)
            self._lay_out()
        else:
            self.activated.emit()

    def _tell_current(self) -> None:
        row = next((row for row, _, _ in self._shown if row.position == self._current), None)
        self.setAccessibleDescription(plain_text(row, is_utc=self._look.is_utc) if row is not None else "")
        self.viewport().update()
        self.current_changed.emit()
