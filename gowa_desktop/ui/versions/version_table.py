"""The table of GOWA versions: its model, how its cells are painted, and the view."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QItemSelection,
    QModelIndex,
    QRect,
    QRectF,
    QSizeF,
    Qt,
    Signal,
    Slot,
)  # fmt: skip
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QWidget

from gowa_desktop.domain.instance import InstanceState
from gowa_desktop.ui.look.delegates import mark_rect
from gowa_desktop.ui.look.format import NOTHING
from gowa_desktop.ui.look.marks import paint_mark
from gowa_desktop.ui.look.state_colors import state_color
from gowa_desktop.ui.parts.progress_text import share_done
from gowa_desktop.ui.parts.row_model import Index, RowModel
from gowa_desktop.ui.parts.row_table import PADDING, RowDelegate, RowTableView, paint_text
from gowa_desktop.ui.versions.version_rows import (
    VersionState,
    date_words,
    size_words,
    source_words,
    state_explanation,
    state_words,
    used_by_words,
    verified_words,
)  # fmt: skip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QKeyEvent, QResizeEvent

    from gowa_desktop.ui.look.color_tables import Colors
    from gowa_desktop.ui.versions.version_rows import VersionRow

BAR_HEIGHT = 6
_MARKS = {
    VersionState.INSTALLED: InstanceState.RUNNING, VersionState.INSTALLING: InstanceState.STARTING,
    VersionState.AVAILABLE: InstanceState.STOPPED, VersionState.NOT_YET: InstanceState.STOPPED,
    VersionState.FOREIGN: InstanceState.STOPPED,
}  # fmt: skip


class VersionColumn(IntEnum):
    """Columns from left to right."""

    MARK = 0
    TAG = 1
    STATE = 2
    SIZE = 3
    RELEASED = 4
    USED_BY = 5
    SOURCE = 6
    VERIFIED = 7


class VersionModel(RowModel["VersionRow"]):
    """Holds the rows that are shown. Main thread; changes only the cells that differ while the versions are the same."""

    columns = VersionColumn
    numbers = frozenset({VersionColumn.SIZE})

    ROW_ROLE = Qt.ItemDataRole.UserRole + 1
    """The `VersionRow` behind a cell."""

    def titles(self) -> tuple[str, ...]:
        """Name the columns."""
        return (
            "", self.tr("Version"), self.tr("State"), self.tr("Size"), self.tr("Released"), self.tr("Used by"), self.tr("Source"),
            self.tr("Checked"),
        )  # fmt: skip

    def show_rows(self, rows: Sequence[VersionRow]) -> None:
        """Show other rows."""
        if [row.tag for row in rows] != [row.tag for row in self._rows]:
            self.set_rows(rows)
            return
        for number, row in enumerate(rows):
            if row != self._rows[number]:
                self._rows[number] = row
                self.repaint_rows(number, number)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Give what a cell shows."""
        row, column = self._rows[index.row()], VersionColumn(index.column())
        answer: object = None
        match role:
            case self.ROW_ROLE:
                answer = row
            case Qt.ItemDataRole.DisplayRole:
                answer = _cells(row)[column]
            case Qt.ItemDataRole.TextAlignmentRole:
                answer = self.alignment(column)
            case Qt.ItemDataRole.AccessibleTextRole if column is VersionColumn.MARK:
                answer = state_words(row)
            case Qt.ItemDataRole.ToolTipRole:
                answer = self._tool_tip(row, column)
        return answer

    @staticmethod
    def _tool_tip(row: VersionRow, column: VersionColumn) -> str | None:
        if column in {VersionColumn.MARK, VersionColumn.STATE}:
            return state_explanation(row) or None
        if column is VersionColumn.USED_BY:
            return "\n".join(row.used_by) or None
        return row.source or None if column is VersionColumn.SOURCE else None


class VersionDelegate(RowDelegate):
    """Paints the cells of the table, a bar in place of the state while a version is installed."""

    def paint_cell(self, painter: QPainter, rect: QRect, index: Index, colors: Colors, *, is_selected: bool) -> None:
        """Paint one cell."""
        row, column = index.data(VersionModel.ROW_ROLE), VersionColumn(index.column())
        if column is VersionColumn.MARK:
            state = _MARKS[row.state]
            paint_mark(painter, mark_rect(rect), state, state_color(colors, state))
        elif column is VersionColumn.STATE and row.state is VersionState.INSTALLING and share_done(row.progress) is not None:
            self._paint_progress(painter, rect, index, colors)
        else:
            is_there = row.state in {VersionState.INSTALLED, VersionState.INSTALLING} or column is VersionColumn.TAG
            is_quiet = (not is_there or index.data() == NOTHING) and not is_selected
            is_bold = column is VersionColumn.TAG
            paint_text(painter, rect, index, colors.muted if is_quiet else colors.text, is_bold=is_bold)

    @staticmethod
    def _paint_progress(painter: QPainter, rect: QRect, index: Index, colors: Colors) -> None:
        share = share_done(index.data(VersionModel.ROW_ROLE).progress) or 0.0
        words = painter.fontMetrics().horizontalAdvance("100 %") + 2 * PADDING
        top = rect.top() + (rect.height() - BAR_HEIGHT) / 2
        ground = QRectF(rect.left() + words, top, max(0, rect.width() - words - PADDING), BAR_HEIGHT)
        done = QRectF(ground.topLeft(), QSizeF(max(BAR_HEIGHT, ground.width() * share), BAR_HEIGHT))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for bar, color in ((ground, colors.pressed), (done, colors.accent)):
            painter.setBrush(QColor(color))
            painter.drawRoundedRect(bar, BAR_HEIGHT / 2, BAR_HEIGHT / 2)
        paint_text(painter, rect, index, colors.text)


class VersionTableView(RowTableView):
    """Shows the versions, newest first. Main thread."""

    selected_changed = Signal()
    """Another version is selected, or what is known of it changed."""
    open_requested = Signal()
    """Enter or a double click: what is usually done with the version is wanted."""
    remove_requested = Signal()
    """Del: the version is to be removed."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("versionTable", VersionDelegate(), parent)
        self.setAccessibleName(self.tr("GOWA versions"))
        self._versions = VersionModel(self)
        self.setModel(self._versions)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._set_up_columns()
        self.selectionModel().selectionChanged.connect(self._on_selection_changed)
        self.doubleClicked.connect(self._on_double_clicked)

    @property
    def rows(self) -> list[VersionRow]:
        """What is shown, top to bottom."""
        return self._versions.rows

    @property
    def selected(self) -> VersionRow | None:
        """The version that is selected."""
        for index in self.selectionModel().selectedRows():
            return self._versions.rows[index.row()]
        return None

    def select_tag(self, tag: str) -> None:
        """Select a version, if it is shown."""
        for number, row in enumerate(self._versions.rows):
            if row.tag == tag:
                self.selectRow(number)
                return

    def show_rows(self, rows: Sequence[VersionRow]) -> None:
        """Show other rows; the selection stays with its version, and so does the place of the view."""
        selected, place = self.selected, self.verticalScrollBar().value()
        self._versions.show_rows(rows)
        if selected is not None and self.selected is None:
            self.select_tag(selected.tag)
            self.verticalScrollBar().setValue(place)
        if self.selected is None and rows:
            self.selectRow(0)
        self.selected_changed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Turn Enter and Del into wishes."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.selected is not None:
            self.open_requested.emit()
        elif event.key() == Qt.Key.Key_Delete and self.selected is not None:
            self.remove_requested.emit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Hide columns that have no room; the details have what they say."""
        room = self.viewport().width() - sum(self._widths.values())
        for column in (VersionColumn.VERIFIED, VersionColumn.SOURCE, VersionColumn.USED_BY, VersionColumn.RELEASED):
            self.setColumnHidden(column, room < 0)
            room += self._widths[column] if room < 0 else 0
        self.horizontalHeader().setStretchLastSection(self.isColumnHidden(VersionColumn.USED_BY))
        super().resizeEvent(event)

    def _set_up_columns(self) -> None:
        samples = {
            VersionColumn.TAG: "v10.12.10-rc1", VersionColumn.STATE: self.tr("Not for this computer"), VersionColumn.SIZE: "000 bytes",
            VersionColumn.RELEASED: "28 May 2026", VersionColumn.SOURCE: self.tr("Downloaded"),
            VersionColumn.VERIFIED: self.tr("Not verified"),
        }  # fmt: skip
        self._widths: dict[int, int] = {column: self.width_for(column, text) for column, text in samples.items()}
        self._widths[VersionColumn.MARK] = 34
        self._widths[VersionColumn.USED_BY] = self.width_for(VersionColumn.USED_BY, "toko-jakarta")
        for column, width in self._widths.items():
            self.setColumnWidth(column, width)
        header = self.horizontalHeader()
        header.setSectionResizeMode(VersionColumn.MARK, QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(VersionColumn.USED_BY, QHeaderView.ResizeMode.Stretch)

    @Slot(QItemSelection, QItemSelection)
    def _on_selection_changed(self, _selected: QItemSelection, _deselected: QItemSelection) -> None:
        self.selected_changed.emit()

    @Slot(QModelIndex)
    def _on_double_clicked(self, _index: QModelIndex) -> None:
        self.open_requested.emit()


def _cells(row: VersionRow) -> tuple[str, ...]:
    """Give the text of each column."""
    return (
        "", row.tag, state_words(row), size_words(row), date_words(row), used_by_words(row.used_by), source_words(row), verified_words(row),
    )  # fmt: skip
