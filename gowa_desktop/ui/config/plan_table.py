"""The table in which a person chooses what is updated: a check box, the instance, from which version to which, and what that means."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QWidget

from gowa_desktop.domain.update_plan import UpdateKind
from gowa_desktop.ui.look.icons import Tint, icon
from gowa_desktop.ui.parts.row_model import Index, RowModel
from gowa_desktop.ui.parts.row_table import RowDelegate, RowTableView, paint_text
from gowa_desktop.ui.versions.update_text import change_text, kind_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QKeyEvent, QMouseEvent

    from gowa_desktop.domain.update_plan import PlannedUpdate
    from gowa_desktop.ui.look.color_tables import Colors

BOX_SIZE = 16


class PlanColumn(IntEnum):
    """Columns from left to right."""

    CHECK = 0
    NAME = 1
    CHANGE = 2
    MEANING = 3


class PlanModel(RowModel["PlannedUpdate"]):
    """Holds the plan of every instance and which of them are chosen. Main thread."""

    columns = PlanColumn
    chosen_changed = Signal()
    """Other instances are chosen now."""
    ITEM_ROLE = Qt.ItemDataRole.UserRole + 1
    """The `PlannedUpdate` behind a cell."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._chosen: set[int] = set()

    @property
    def chosen_ids(self) -> list[int]:
        """The instances that are chosen and to which something would happen, top to bottom."""
        return [item.instance_id for item in self._rows if item.instance_id in self._chosen and self.is_choosable(item)]

    def show_items(self, items: Sequence[PlannedUpdate], chosen: Sequence[int] | None = None) -> None:
        """Show another plan; what is chosen stays so unless `chosen` (ids) says otherwise."""
        if chosen is not None:
            self._chosen = set(chosen)
        self.set_rows(items)
        self.chosen_changed.emit()

    def choose_all(self, *, is_on: bool) -> None:
        """Choose every instance, or none."""
        self._chosen = {item.instance_id for item in self._rows} if is_on else set()
        if self._rows:
            self.repaint_rows(0, len(self._rows) - 1)
        self.chosen_changed.emit()

    def toggle(self, row: int) -> None:
        """Choose an instance, or not any more."""
        item = self._rows[row]
        if self.is_choosable(item):
            self._chosen ^= {item.instance_id}
            self.repaint_rows(row, row)
            self.chosen_changed.emit()

    @staticmethod
    def is_choosable(item: PlannedUpdate) -> bool:
        """Tell whether anything would happen to an instance."""
        return item.kind is not UpdateKind.UP_TO_DATE

    def titles(self) -> tuple[str, ...]:
        """Name the columns."""
        return ("", self.tr("Instance"), self.tr("Version"), self.tr("What happens"))

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Give what a cell shows."""
        item, column = self._rows[index.row()], PlanColumn(index.column())
        if role == self.ITEM_ROLE:
            return item
        if role == Qt.ItemDataRole.DisplayRole:
            change = change_text(item.from_tag, item.to_tag) if self.is_choosable(item) else item.to_tag
            return ("", item.name, change, kind_text(item))[column]
        if role == Qt.ItemDataRole.CheckStateRole and column is PlanColumn.CHECK:
            is_chosen = item.instance_id in self._chosen and self.is_choosable(item)
            return Qt.CheckState.Checked if is_chosen else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join([*item.kept, *item.lost, *item.notes]) or None
        return None


class PlanDelegate(RowDelegate):
    """Paints the cells of the table."""

    def paint_cell(self, painter: QPainter, rect: QRect, index: Index, colors: Colors, *, is_selected: bool) -> None:
        """Paint one cell."""
        item, column = index.data(PlanModel.ITEM_ROLE), PlanColumn(index.column())
        if column is PlanColumn.CHECK:
            if PlanModel.is_choosable(item):
                paint_check(painter, rect, colors, is_on=index.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked)
            return
        if not PlanModel.is_choosable(item):
            color = colors.text if is_selected else colors.muted
        else:
            color = colors.notice_text if column is PlanColumn.MEANING and item.lost else colors.text
        paint_text(painter, rect, index, color, is_bold=column is PlanColumn.NAME)


class PlanTableView(RowTableView):
    """Shows the plan; a click or Space chooses. Main thread."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("planTable", PlanDelegate(), parent)
        self.setAccessibleName(self.tr("Instances to update"))
        self.plan = PlanModel(self)
        self.setModel(self.plan)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        header = self.horizontalHeader()
        self.setColumnWidth(PlanColumn.CHECK, 40)
        self.setColumnWidth(PlanColumn.NAME, self.width_for(PlanColumn.NAME, "notifikasi-jakarta"))
        self.setColumnWidth(PlanColumn.CHANGE, self.width_for(PlanColumn.CHANGE, "v10.12.10 → v10.12.11"))
        header.setSectionResizeMode(PlanColumn.CHECK, QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(PlanColumn.MEANING, QHeaderView.ResizeMode.Stretch)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose with Space."""
        if event.key() == Qt.Key.Key_Space and self.currentIndex().isValid():
            self.plan.toggle(self.currentIndex().row())
            return
        super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose with a click anywhere in the row."""
        super().mouseReleaseEvent(event)
        row = self.rowAt(int(event.position().y()))
        if event.button() == Qt.MouseButton.LeftButton and row >= 0:
            self.plan.toggle(row)


def paint_check(painter: QPainter, rect: QRect, colors: Colors, *, is_on: bool) -> None:
    """Paint a check box in the middle of a cell, as the stylesheet paints those that are widgets."""
    box = QRect(0, 0, BOX_SIZE, BOX_SIZE)
    box.moveCenter(rect.center())
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(colors.accent_fill if is_on else colors.muted), 1))
    painter.setBrush(QColor(colors.accent_fill if is_on else colors.panel))
    painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
    if is_on:
        icon("check", Tint.ON_ACCENT).paint(painter, box.adjusted(1, 1, -1, -1))
