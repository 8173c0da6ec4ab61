"""The table of instances on the screen: columns, keys, hover, selection that stays with its instances."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, Qt, Signal, Slot
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QWidget

from gowa_desktop.ui.instances.instance_filter import InstanceFilter
from gowa_desktop.ui.instances.instance_table import Column
from gowa_desktop.ui.look.delegates import InstanceDelegate
from gowa_desktop.ui.parts.row_table import RowTableView

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtCore import QByteArray
    from PySide6.QtGui import QKeyEvent, QResizeEvent

    from gowa_desktop.domain.instance import InstanceStatus
    from gowa_desktop.ui.instances.instance_table import InstanceModel

NAME_LEAST_WIDTH = 130


class InstanceTableView(RowTableView):
    """Shows the instances. Main thread; keys that act on instances are wishes which the window carries out."""

    open_requested = Signal()
    """Enter or a double click: the detail of the current instance is wanted."""
    toggle_requested = Signal()
    """Space: the selected instances are to start or stop."""
    selection_changed = Signal()
    """Other instances are selected now."""

    def __init__(self, model: InstanceModel, parent: QWidget | None = None) -> None:
        super().__init__("instanceTable", InstanceDelegate(), parent)
        self.setAccessibleName(self.tr("Instances"))
        self._model = model
        self._filter = InstanceFilter(model, self)
        self.setModel(self._filter)
        self._set_up_behaviour()
        self._set_up_columns()
        self.doubleClicked.connect(self._on_double_clicked)
        self.selectionModel().selectionChanged.connect(self._on_selection_changed)

    @property
    def filter(self) -> InstanceFilter:
        """The proxy between model and view."""
        return self._filter

    def selected_ids(self) -> list[int]:
        """Give the ids of the selected instances, top to bottom."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [self._status_in(row).id for row in rows]

    def selected_statuses(self) -> list[InstanceStatus]:
        """Give the statuses of the selected instances, top to bottom."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [self._status_in(row) for row in rows]

    def select_ids(self, ids: Iterable[int], *, scroll: bool = True) -> None:
        """Select these instances as far as they are shown, and make the first of them the current one."""
        wanted, selection, first = set(ids), QItemSelection(), QModelIndex()
        for row in range(self._filter.rowCount()):
            index = self._filter.index(row, Column.NAME)
            if self._status_in(row).id in wanted:
                selection.select(index, index)
                first = first if first.isValid() else index
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        if first.isValid():
            self.selectionModel().setCurrentIndex(first, QItemSelectionModel.SelectionFlag.NoUpdate)
            if scroll:
                self.scrollTo(first)
        self.selectionModel().select(selection, flags)

    def restore_columns(self, state: QByteArray) -> None:
        """Bring back widths and sort order; what does not fit this version is ignored."""
        if not state.isEmpty():
            self.horizontalHeader().restoreState(state)
        self._set_resize_modes()
        self._fit_columns()

    def save_columns(self) -> QByteArray:
        """Give widths and sort order for `restore_columns`."""
        return self.horizontalHeader().saveState()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Turn Enter and Space into wishes."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.selected_ids():
            self.open_requested.emit()
        elif event.key() == Qt.Key.Key_Space and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            self.toggle_requested.emit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Hide columns that have no room."""
        self._fit_columns()
        super().resizeEvent(event)

    def _set_up_behaviour(self) -> None:
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.setSortingEnabled(True)

    def _set_up_columns(self) -> None:
        samples = {
            Column.STATE: self.tr("Stopping, 18 s"), Column.PORT: "65535", Column.CPU: "100.0 %", Column.MEMORY: "000 MB",
            Column.UPTIME: "00 h 00 m", Column.VERSION: "v10.12.10",
        }  # fmt: skip
        for column, text in samples.items():
            self.setColumnWidth(column, self.width_for(column, text))
        self.setColumnWidth(Column.MARK, 34)
        self.setColumnWidth(Column.CURVE, 84)
        self._set_resize_modes()
        self.sortByColumn(Column.NAME, Qt.SortOrder.AscendingOrder)

    def _set_resize_modes(self) -> None:
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(Column.MARK, QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(Column.NAME, QHeaderView.ResizeMode.Stretch)

    def _fit_columns(self) -> None:
        """Give up the curve, then the version, before the name gets too narrow to read."""
        needed = NAME_LEAST_WIDTH + sum(
            self.horizontalHeader().sectionSize(column) or _usual_width(column)
            for column in Column
            if column not in {Column.NAME, Column.CURVE, Column.VERSION}
        )
        room = self.viewport().width() - needed
        for column in (Column.VERSION, Column.CURVE):
            room -= self.columnWidth(column) or _usual_width(column)
            self.setColumnHidden(column, room < 0)

    def _status_in(self, row: int) -> InstanceStatus:
        return self._model.status_at(self._filter.mapToSource(self._filter.index(row, 0)).row())

    @Slot(QModelIndex)
    def _on_double_clicked(self, _index: QModelIndex) -> None:
        self.open_requested.emit()

    @Slot(QItemSelection, QItemSelection)
    def _on_selection_changed(self, _selected: QItemSelection, _deselected: QItemSelection) -> None:
        self.selection_changed.emit()


def _usual_width(column: Column) -> int:
    """Give the width of a column that is hidden now."""
    return {Column.CURVE: 84, Column.VERSION: 92}.get(column, 80)
