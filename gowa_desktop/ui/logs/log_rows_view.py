"""LogRowsView: a window on millions of rows. It asks for the few that it shows and keeps none of the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QGuiApplication, QHelpEvent, QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QToolTip, QWidget

from gowa_desktop.ui.logs.log_row_painter import Look, RowPainter, plain_text
from gowa_desktop.ui.logs.row_folds import RowFolds
from gowa_desktop.ui.logs.row_marks import MOST_COPIED, RowMarks
from gowa_desktop.ui.look.fonts import fixed_font
from gowa_desktop.ui.look.theme import colors_of

if TYPE_CHECKING:
    from gowa_desktop.infra.log_expression import LogExpression
    from gowa_desktop.ui.logs.row_folds import Row, RowSource



_CENTRED = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)


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
        self._folds: RowFolds | None = None
        self._marks = RowMarks()
        self._look = Look()
        self._top = 0
        self._top_position = 0
        self._wanted: int | None = None
        """A position that is to be shown as soon as the source knows its row."""
        self._is_following = True
        self._shown: list[tuple[Row, QRect, int]] = []
        self._found: LogExpression | None = None
        self._instead = ""
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

    def set_source(self, source: RowSource | None, bookmarks: set[int] | None = None) -> None:
        """Show other rows, from their end; bookmarks are kept in the set that is given, by position."""
        self._folds = RowFolds(source) if source is not None else None
        self._marks = RowMarks(bookmarks)
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

    def say_instead(self, words: str) -> None:
        """Say in the middle why there are no rows."""
        self._instead = words
        self.setAccessibleDescription(words)
        self.viewport().update()

    @property
    def instead(self) -> str:
        """What is said in place of rows; empty while there are some."""
        return "" if self._shown else self._instead

    @property
    def current(self) -> int | None:
        """The position of the current row, if there is one."""
        return self._marks.current

    def go_to(self, position: int) -> None:
        """Make a row current and show it in the upper third."""
        if self._folds is None:
            return
        self._marks.set_current(position)
        self.set_following(is_on=False)
        self._wanted = position
        self._set_top(self._top_for_wanted(self._folds, position))
        self._tell_current()

    def _top_for_wanted(self, folds: RowFolds, position: int) -> int:
        """Give the first row to show so that a position is in the upper third; it is wanted on until its row is known."""
        source = folds.source
        row = source.row_of(position)
        found = source.glance(row, 1)
        if found and folds.is_hidden(found[0]):
            folds.unfold_around(row)
        if found and found[0].position <= position and row:
            self._wanted = None
        return folds.seen_at_or_before(min(max(0, row - self._page_rows() // 3), self._top_of_end(folds)))

    def toggle_bookmark(self) -> None:
        """Put a bookmark on the current row, or take it away."""
        self._marks.toggle_bookmark()
        self.viewport().update()

    def next_bookmark(self) -> None:
        """Go to the next bookmark below, and from the last to the first."""
        position = self._marks.next_bookmark()
        if position is not None:
            self.go_to(position)

    @property
    def bookmarks(self) -> list[int]:
        """The positions with a bookmark, in order."""
        return self._marks.bookmarks

    def visible_rows(self) -> list[Row]:
        """Give the rows that are shown now."""
        return [row for row, _, _ in self._shown]

    def selected_text(self) -> str:
        """Give the selected rows as text."""
        return self._marks.selected_text(self._folds.source, is_utc=self._look.is_utc) if self._folds is not None else ""

    def copy(self) -> None:
        """Copy the selected rows."""
        QGuiApplication.clipboard().setText(self.selected_text())

    @Slot()
    def refresh(self) -> None:
        """Read again what is shown, after the source or the size has changed."""
        if self._folds is None:
            self._shown = []
            self.viewport().update()
            return
        rows, page = self._folds.source.rows, self._page_rows()
        if self._is_following:
            self._top = self._top_of_end(self._folds)
        elif rows and self._wanted is not None:
            self._top = self._top_for_wanted(self._folds, self._wanted)
        elif rows:
            self._top = min(self._folds.source.row_of(self._top_position), rows - 1)
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
        if self.instead:
            usual = QGuiApplication.font()
            painter.setFont(QFont(usual.family(), usual.pointSize()))
            painter.setPen(QColor(colors.muted))
            painter.drawText(self.viewport().rect().adjusted(24, 24, -24, -24), _CENTRED, self.instead)
        shift = 0 if self._look.wraps else self.horizontalScrollBar().value()
        for row, rect, folded in self._shown:
            if self._marks.is_selected(row.position):
                painter.fillRect(rect, QColor(colors.selection))
            if row.position == self._marks.current and self.hasFocus():
                painter.setPen(QColor(colors.accent))
                painter.drawRect(rect.adjusted(0, 0, -1, -1))
            self._painter.paint(painter, rect, row, shift, self._found, folded)
            if self._marks.has_bookmark(row.position):
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
        if row is not None and not (event.button() is Qt.MouseButton.RightButton and self._marks.is_selected(row.position)):
            self._marks.set_current(row.position, extends=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
            self._tell_current()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Select by dragging."""
        row = self._row_at(event.position().toPoint())
        if event.buttons() & Qt.MouseButton.LeftButton and row is not None and row.position != self._marks.current:
            self._marks.set_current(row.position, extends=True)
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

    def _height_of(self, row: Row) -> int:
        return self._painter.height(row, self.viewport().width())

    def _top_of_end(self, folds: RowFolds) -> int:
        """Give the first row of the last screen."""
        return folds.top_of_end(self._page_rows(), self.viewport().height(), self._height_of)

    def _lay_out(self) -> None:
        self._shown = []
        if self._folds is None:
            return
        y, widest, width = 0, 0, self.viewport().width()
        for row, height, folded in self._folds.fill(self._top, self._page_rows(), self.viewport().height(), self._height_of):
            self._shown.append((row, QRect(0, y, width, height), folded))
            widest = max(widest, self._painter.text_width(row))
            y += height
        self._top_position = self._shown[0][0].position if self._shown else 0
        across = self.horizontalScrollBar()
        across.setRange(0, 0 if self._look.wraps else max(0, widest - width))
        across.setPageStep(width)
        across.setSingleStep(40)
        self.viewport().update()

    def _set_top(self, row: int) -> None:
        self._top = row
        bar = self.verticalScrollBar()
        bar.blockSignals(True)
        bar.setValue(row)
        bar.blockSignals(False)
        self._lay_out()

    @Slot(int)
    def _on_scrolled(self, value: int) -> None:
        if self._folds is None:
            return
        if value >= self.verticalScrollBar().maximum():
            self.set_following(is_on=True)
            self.refresh()
            return
        self._wanted = None
        self._set_top(self._folds.seen_at_or_before(value) if value < self._top else self._folds.seen_at_or_after(value))
        self.set_following(is_on=False)

    def _row_at(self, point: QPoint) -> Row | None:
        return next((row for row, rect, _ in self._shown if rect.contains(QPoint(1, point.y()))), None)

    def _move_current(self, step: int, *, extends: bool) -> None:
        shown = [row.position for row, _, _ in self._shown]
        if not shown:
            return
        current = self._marks.current
        index = shown.index(current) + step if current in shown else (len(shown) - 1 if step < 0 else 0)
        if not 0 <= index < len(shown):
            self.verticalScrollBar().setValue(self._top + step)
            shown = [row.position for row, _, _ in self._shown] or shown
            index = 0 if step < 0 else len(shown) - 1
        self._marks.set_current(shown[index], extends=extends)
        self._tell_current()

    def _activate(self) -> None:
        current = self._marks.current
        folded = next((count for row, _, count in self._shown if row.position == current), 0)
        if folded and self._folds is not None and current is not None:
            self._folds.unfold_behind(current, min(folded, MOST_COPIED))
            self.set_following(is_on=False)
            self._lay_out()
        else:
            self.activated.emit()

    def _tell_current(self) -> None:
        row = next((row for row, _, _ in self._shown if row.position == self._marks.current), None)
        self.setAccessibleDescription(plain_text(row, is_utc=self._look.is_utc) if row is not None else "")
        self.viewport().update()
        self.current_changed.emit()
