"""The table of an instance's snapshots: when, of which version, why, how large."""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelection, QRect, Qt, Signal, Slot
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QWidget

from gowa_desktop.ui.look.format import NOTHING, format_bytes, format_when
from gowa_desktop.ui.look.sentences import told
from gowa_desktop.ui.parts.row_model import Index, RowModel
from gowa_desktop.ui.parts.row_table import RowDelegate, RowTableView, paint_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QKeyEvent, QPainter

    from gowa_desktop.domain.snapshots import Snapshot
    from gowa_desktop.ui.look.color_tables import Colors


class SnapshotColumn(IntEnum):
    """Columns from left to right."""

    WHEN = 0
    TAG = 1
    REASON = 2
    SIZE = 3


class SnapshotModel(RowModel["Snapshot"]):
    """Holds the snapshots, newest first. Main thread."""

    columns = SnapshotColumn
    numbers = frozenset({SnapshotColumn.SIZE})

    def titles(self) -> tuple[str, ...]:
        """Name the columns."""
        return (self.tr("Made"), self.tr("Version"), self.tr("Why"), self.tr("Size"))

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Give what a cell shows."""
        one = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            reason = self.tr("{reason} (in the trash)").format(reason=told(one.reason)) if one.is_in_trash else told(one.reason)
            when = format_when(one.created_at, datetime.now().astimezone())
            return (when, one.tag or NOTHING, reason, format_bytes(one.size_bytes))[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.alignment(index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join([told(one.reason), *map(told, one.left_out)])
        return None


class SnapshotDelegate(RowDelegate):
    """Paints the cells of the table."""

    def paint_cell(self, painter: QPainter, rect: QRect, index: Index, colors: Colors, *, is_selected: bool) -> None:
        """Paint one cell."""
        is_quiet = index.column() in {SnapshotColumn.TAG, SnapshotColumn.SIZE} and not is_selected
        paint_text(painter, rect, index, colors.muted if is_quiet else colors.text, is_bold=index.column() == SnapshotColumn.WHEN)


class SnapshotTableView(RowTableView):
    """Shows the snapshots. Main thread."""

    selected_changed = Signal()
    """Another snapshot is selected."""
    remove_requested = Signal()
    """Del: the snapshot is to be deleted."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("snapshotTable", SnapshotDelegate(), parent)
        self.setAccessibleName(self.tr("Snapshots"))
        self._snapshots = SnapshotModel(self)
        self.setModel(self._snapshots)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        samples = {SnapshotColumn.WHEN: self.tr("yesterday 00:00"), SnapshotColumn.TAG: "v10.12.10", SnapshotColumn.SIZE: "000 MB"}
        for column, text in samples.items():
            self.setColumnWidth(column, self.width_for(column, text) + 8)
        self.horizontalHeader().setSectionResizeMode(SnapshotColumn.REASON, QHeaderView.ResizeMode.Stretch)
        self.selectionModel().selectionChanged.connect(self._on_selection_changed)

    @property
    def selected(self) -> Snapshot | None:
        """The snapshot that is selected."""
        for index in self.selectionModel().selectedRows():
            return self._snapshots.row_at(index.row())
        return None

    def show_snapshots(self, snapshots: Sequence[Snapshot]) -> None:
        """Show other snapshots; the selection stays with its snapshot, or goes to the newest."""
        selected = self.selected
        self._snapshots.set_rows(sorted(snapshots, key=lambda one: (one.created_at, one.id), reverse=True))
        ids = [one.id for one in self._snapshots.rows]
        if ids:
            self.selectRow(ids.index(selected.id) if selected is not None and selected.id in ids else 0)
        self.selected_changed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Turn Del into a wish."""
        if event.key() == Qt.Key.Key_Delete and self.selected is not None:
            self.remove_requested.emit()
            return
        super().keyPressEvent(event)

    @Slot(QItemSelection, QItemSelection)
    def _on_selection_changed(self, _selected: QItemSelection, _deselected: QItemSelection) -> None:
        self.selected_changed.emit()
