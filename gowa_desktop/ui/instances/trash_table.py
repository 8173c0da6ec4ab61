"""The table of the trash: what it was, since when it is there, until when, and how large it is."""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QRect,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QWidget

from gowa_desktop.ui.look.format import NOTHING, format_bytes, format_date, format_when
from gowa_desktop.ui.parts.row_model import Index, RowModel
from gowa_desktop.ui.parts.row_table import RowDelegate, RowTableView, paint_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from PySide6.QtGui import QKeyEvent, QPainter

    from gowa_desktop.domain.trash import TrashedInstance
    from gowa_desktop.ui.look.color_tables import Colors


class TrashColumn(IntEnum):
    """Columns from left to right."""

    NAME = 0
    WHAT = 1
    WHEN = 2
    GOES = 3
    SIZE = 4


class TrashModel(RowModel["TrashedInstance"]):
    """Holds what is in the trash, newest first. Main thread."""

    columns = TrashColumn
    numbers = frozenset({TrashColumn.SIZE})

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._sizes: Mapping[str, int] = {}

    def titles(self) -> tuple[str, ...]:
        """Name the columns."""
        return (self.tr("Name"), self.tr("What"), self.tr("Deleted"), self.tr("Kept until"), self.tr("Size"))

    def show_sizes(self, sizes: Mapping[str, int]) -> None:
        """Show sizes in bytes by folder."""
        self._sizes = sizes
        if self._rows:
            self.repaint_rows(0, len(self._rows) - 1, TrashColumn.SIZE, TrashColumn.SIZE)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Give what a cell shows."""
        one = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            size = self._sizes.get(one.folder)
            what = self.tr("Data, reset") if one.is_data_only else self.tr("Instance")
            when = format_when(one.trashed_at.astimezone(), datetime.now().astimezone())
            until = format_date(one.goes_at.astimezone())
            return (one.name, what, when, until, NOTHING if size is None else format_bytes(size))[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.alignment(index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.tr("{name}, {version}, port {port}").format(name=one.name, version=one.gowa_version, port=one.port or NOTHING)
        return None


class TrashDelegate(RowDelegate):
    """Paints the cells of the table."""

    def paint_cell(self, painter: QPainter, rect: QRect, index: Index, colors: Colors, *, is_selected: bool) -> None:
        """Paint one cell."""
        is_quiet = index.column() != TrashColumn.NAME and not is_selected
        paint_text(painter, rect, index, colors.muted if is_quiet else colors.text, is_bold=index.column() == TrashColumn.NAME)


class TrashTableView(RowTableView):
    """Shows the trash. Main thread."""

    selected_changed = Signal()
    """Other rows are selected."""
    restore_requested = Signal()
    """Enter or a double click: the selected ones are to come back."""
    remove_requested = Signal()
    """Del: the selected ones are to go for good."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("trashTable", TrashDelegate(), parent)
        self.setAccessibleName(self.tr("Trash"))
        self._entries = TrashModel(self)
        self.setModel(self._entries)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        samples = {
            TrashColumn.WHAT: self.tr("Data, reset"), TrashColumn.WHEN: self.tr("yesterday 00:00"), TrashColumn.GOES: "30 Nov 2026, 00:00",
            TrashColumn.SIZE: "000 bytes",
        }  # fmt: skip
        for column, text in samples.items():
            self.setColumnWidth(column, self.width_for(column, text) + 8)
        self.horizontalHeader().setSectionResizeMode(TrashColumn.NAME, QHeaderView.ResizeMode.Stretch)
        self.selectionModel().selectionChanged.connect(self._on_selection_changed)
        self.doubleClicked.connect(self._on_double_clicked)

    @property
    def selected(self) -> list[TrashedInstance]:
        """What is selected, top to bottom."""
        return [self._entries.row_at(row) for row in sorted(index.row() for index in self.selectionModel().selectedRows())]

    @property
    def entries(self) -> list[TrashedInstance]:
        """Everything that is shown."""
        return self._entries.rows

    def show_entries(self, entries: Sequence[TrashedInstance]) -> None:
        """Show other entries; nothing keeps its selection but what is still there."""
        kept = {one.folder for one in self.selected}
        self._entries.set_rows(entries)
        rows = [row for row, one in enumerate(entries) if one.folder in kept] or ([0] if entries else [])
        for row in rows[:1]:
            # `selectRow` obeys the modifiers that are held down, and the dialog may have been opened with some.
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            self.selectionModel().setCurrentIndex(self._entries.index(row, TrashColumn.NAME), flags)
        self.selected_changed.emit()

    def show_sizes(self, sizes: Mapping[str, int]) -> None:
        """Show sizes in bytes by folder."""
        self._entries.show_sizes(sizes)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Turn Enter and Del into wishes."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.selected:
            self.restore_requested.emit()
        elif event.key() == Qt.Key.Key_Delete and self.selected:
            self.remove_requested.emit()
        else:
            super().keyPressEvent(event)

    @Slot(QItemSelection, QItemSelection)
    def _on_selection_changed(self, _selected: QItemSelection, _deselected: QItemSelection) -> None:
        self.selected_changed.emit()

    @Slot(QModelIndex)
    def _on_double_clicked(self, _index: QModelIndex) -> None:
        self.restore_requested.emit()
