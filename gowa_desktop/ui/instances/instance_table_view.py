"""The table of instances on the screen: columns, keys, hover, selection that stays with its instances."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QItemSelection, QItemSelectionModel, QModelIndex, QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QWidget

from gowa_desktop.ui.instances.column_choice import ALWAYS, USUAL_WIDTHS, ColumnChoice
from gowa_desktop.ui.instances.grouping import GroupBy
from gowa_desktop.ui.instances.instance_filter import InstanceFilter
from gowa_desktop.ui.instances.instance_table import Column
from gowa_desktop.ui.look.delegates import BAND_HEIGHT, InstanceDelegate
from gowa_desktop.ui.parts.row_table import RowTableView

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from PySide6.QtGui import QKeyEvent, QPaintEvent, QResizeEvent

    from gowa_desktop.domain.instance import InstanceStatus
    from gowa_desktop.ui.instances.instance_table import InstanceModel


class InstanceTableView(RowTableView):
    """Shows the instances. Main thread; keys that act on instances are wishes which the window carries out."""

    open_requested = Signal()
    """Enter or a double click: the detail of the current instance is wanted."""
    toggle_requested = Signal()
    """Space: the selected instances are to start or stop."""
    menu_requested = Signal(QPoint, bool)
    """The context menu is wanted at this place of the screen; true for that of the selected rows, false for that of empty space."""
    selection_changed = Signal()
    """Other instances are selected now."""

    def __init__(self, model: InstanceModel, parent: QWidget | None = None) -> None:
        self._delegate = InstanceDelegate()
        super().__init__("instanceTable", self._delegate, parent)
        self.setAccessibleName(self.tr("Instances"))
        self._model = model
        self._filter = InstanceFilter(model, self)
        self.setModel(self._filter)
        self.columns = ColumnChoice()
        self._bands = QTimer(self)
        self._bands.setSingleShot(True)
        self._bands.setInterval(0)
        self._set_up_behaviour()
        self._set_up_columns()
        self._bands.timeout.connect(self._on_bands_timeout)
        self._set_up_bands()
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

    def restore_columns(self, layout: Sequence[str]) -> None:
        """Bring back order, widths and sort order, and what was hidden; what is not known is left out."""
        self.columns.restore(layout)
        header = self.horizontalHeader()
        for place, column in enumerate(self.columns.order):
            header.moveSection(header.visualIndex(column), place)
        for column, width in self.columns.widths.items():
            self.setColumnWidth(column, width)
        self.sortByColumn(self.columns.sorted_by, self.columns.sort_order)
        self.fit_columns()

    def reset_columns(self) -> None:
        """Show every column in its usual place and width."""
        self._set_up_columns()
        self.restore_columns(())

    def show_column(self, column: Column, *, is_shown: bool) -> None:
        """Show or hide a column, as far as there is room for it."""
        self.columns.want(column, is_wanted=is_shown)
        self.fit_columns()

    def group_by(self, by: GroupBy) -> None:
        """Let rows stand together under a heading."""
        self._filter.set_group_by(by)
        self._bands.start()

    def save_columns(self) -> list[str]:
        """Give what `restore_columns` brings back."""
        header = self.horizontalHeader()
        self.columns.order = [Column(header.logicalIndex(place)) for place in range(header.count())]
        self.columns.widths = {column: self._width_of(column) for column in Column if column not in ALWAYS}
        self.columns.sorted_by = Column(header.sortIndicatorSection())
        self.columns.sort_order = header.sortIndicatorOrder()
        return self.columns.saved()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Turn Enter and Space into wishes."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.selected_ids():
            self.open_requested.emit()
        elif event.key() == Qt.Key.Key_Space and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            self.toggle_requested.emit()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu of the row that is meant: under the mouse, or the current one when a key was pressed."""
        index = self.indexAt(event.pos())
        place = event.globalPos()
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            index = self.currentIndex()
            place = self.viewport().mapToGlobal(self.visualRect(index).center()) if index.isValid() else place
        self.menu_requested.emit(place, index.isValid())
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows that are in view."""
        with self._delegate.painting():
            super().paintEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Hide columns that have no room."""
        self.fit_columns()
        super().resizeEvent(event)

    def _set_up_behaviour(self) -> None:
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setSortingEnabled(True)
        header = self.horizontalHeader()
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.setSectionsMovable(True)
        header.setFirstSectionMovable(False)

    def _set_up_bands(self) -> None:
        """Look again where groups begin whenever rows come, go or move."""
        for signal in (
            self._filter.rowsInserted, self._filter.rowsRemoved, self._filter.layoutChanged, self._filter.modelReset, self._filter.dataChanged,
        ):  # fmt: skip
            signal.connect(self._bands.start)
        self.horizontalHeader().sectionMoved.connect(self.viewport().update)

    def _set_up_columns(self) -> None:
        uneasy = QCoreApplication.translate("status", "Running, not answering")  # what must be read at a glance is not cut off
        states = (self.tr("Stopping, 18 s"), uneasy)
        samples = {
            Column.STATE: max(states, key=self.fontMetrics().horizontalAdvance), Column.PORT: "65535", Column.CPU: "100.0 %",
            Column.MEMORY: "000 MB", Column.UPTIME: "00 h 00 m", Column.VERSION: "v10.12.10", Column.TAGS: "",
        }  # fmt: skip
        for column, text in samples.items():
            self.setColumnWidth(column, self.width_for(column, text))
        self.setColumnWidth(Column.MARK, 34)
        for column, width in USUAL_WIDTHS.items():
            self.setColumnWidth(column, max(width, self.columnWidth(column) if column is Column.VERSION else 0))
        self._set_resize_modes()
        self.sortByColumn(Column.NAME, Qt.SortOrder.AscendingOrder)

    def _set_resize_modes(self) -> None:
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(Column.MARK, QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(Column.NAME, QHeaderView.ResizeMode.Stretch)

    @Slot()
    def fit_columns(self) -> None:
        """Show the columns that are wanted and have room."""
        self.columns.has_tags = any(status.tags for status in self._model.statuses)
        shown = self.columns.fitting(self.viewport().width(), self._width_of)
        for column in Column:
            if self.isColumnHidden(column) is (column in shown):
                self.setColumnHidden(column, column not in shown)

    def _width_of(self, column: Column) -> int:
        """Give the width of a column, also while it is hidden and has none."""
        return self.columnWidth(column) or USUAL_WIDTHS.get(column, 80)

    @Slot()
    def _on_bands_timeout(self) -> None:
        """Give the first row of each group room for a heading above it."""
        self.fit_columns()
        self._show_current_row()  # the current row may have another number now
        bands: dict[int, str] = {}
        if self._filter.group_by is not GroupBy.NOTHING:
            before = None
            for row in range(self._filter.rowCount()):
                group = self._filter.group_at(row)
                if group.key != before:
                    bands[row] = group.title
                before = group.key
        if not bands and not self._delegate.bands:
            return
        # Qt takes the height of a row along when rows move, so every one is looked at.
        usual = self.verticalHeader().defaultSectionSize()
        for row in range(self._filter.rowCount()):
            height = usual + BAND_HEIGHT if row in bands else usual
            if self.rowHeight(row) != height:
                self.setRowHeight(row, height)
        if bands != self._delegate.bands:  # new figures each second must not paint the whole table
            self._delegate.bands = bands
            self.viewport().update()

    def _status_in(self, row: int) -> InstanceStatus:
        return self._model.status_at(self._filter.mapToSource(self._filter.index(row, 0)).row())

    @Slot(QModelIndex)
    def _on_double_clicked(self, _index: QModelIndex) -> None:
        self.open_requested.emit()

    @Slot(QItemSelection, QItemSelection)
    def _on_selection_changed(self, _selected: QItemSelection, _deselected: QItemSelection) -> None:
        self.selection_changed.emit()
