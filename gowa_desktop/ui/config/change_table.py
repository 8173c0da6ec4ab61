"""The table of what a change of settings would do: each setting of each instance as it is now and as it would be."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QWidget

from gowa_desktop.ui.look.format import NOTHING
from gowa_desktop.ui.look.sentences import told
from gowa_desktop.ui.parts.row_model import Index, RowModel
from gowa_desktop.ui.parts.row_table import RowDelegate, RowTableView, paint_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QPainter, QResizeEvent

    from gowa_desktop.domain.config_plan import ConfigPlan, PlannedInstance
    from gowa_desktop.ui.look.color_tables import Colors

Now: TypeAlias = "Mapping[int, tuple[str, str]]"

_NOTHING_KNOWN: Now = {}
LEAST_ROWS = 4
MOST_ROWS = 10
"""As many rows are shown without scrolling."""
MOST_MEASURED = 200
"""So many rows decide how wide the columns are."""


class ChangeColumn(IntEnum):
    """The columns from left to right."""

    INSTANCE = 0
    SETTING = 1
    OLD = 2
    NEW = 3


class RowKind(StrEnum):
    """What a row tells."""

    CHANGE = "change"
    SKIPPED = "skipped"
    SAME = "same"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One row; `new` is the reason where nothing can be changed."""

    kind: RowKind
    instance: str
    setting: str
    old: str
    new: str


class ChangeModel(RowModel[ChangeRow]):
    """The rows of a plan. Main thread. Texts come with secrets masked and line breaks spelled out."""

    columns = ChangeColumn
    KIND_ROLE = Qt.ItemDataRole.UserRole + 1

    def show_plan(self, plan: ConfigPlan | None, now: Now = _NOTHING_KNOWN) -> None:
        """Show another plan, or nothing.

        Args:
            plan: what would change.
            now: label and present value, by instance id, of the setting that a plan is about; shown where it stays as it is.
        """
        rows = [row for planned in plan.instances for row in self._rows_of(planned, now)] if plan is not None else []
        if rows != self._rows:
            self.set_rows(rows)

    def titles(self) -> tuple[str, ...]:
        """Name the columns."""
        return (self.tr("Instance"), self.tr("Setting"), self.tr("Now"), self.tr("New"))

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Give what a cell shows."""
        row = self._rows[index.row()]
        text = (row.instance, row.setting, row.old, row.new)[index.column()]
        if role == self.KIND_ROLE:
            return row.kind
        if role == Qt.ItemDataRole.DisplayRole:
            return text
        if role == Qt.ItemDataRole.ToolTipRole:
            return text or None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(row) if index.column() == ChangeColumn.INSTANCE else text
        return None

    def _rows_of(self, planned: PlannedInstance, now: Now) -> list[ChangeRow]:
        name = planned.name
        if planned.problem is not None:
            return [ChangeRow(RowKind.PROBLEM, name, self.tr("Not possible"), NOTHING, _on_one_line(planned.problem))]
        rows = [ChangeRow(RowKind.CHANGE, name, told(c.label), _on_one_line(c.old_text), _on_one_line(c.new_text)) for c in planned.changes]
        if not rows and planned.is_changed:
            rows.append(ChangeRow(RowKind.CHANGE, name, self.tr("Other settings"), NOTHING, self.tr("changed")))
        skipped = self.tr("Skipped. {reason}")
        rows += [ChangeRow(RowKind.SKIPPED, name, told(s.label), NOTHING, skipped.format(reason=told(s.reason))) for s in planned.skipped]
        if not rows:
            label, text = now.get(planned.instance_id, (NOTHING, NOTHING))
            rows.append(ChangeRow(RowKind.SAME, name, label, _on_one_line(text), self.tr("Stays as it is")))
        return rows

    def _spoken(self, row: ChangeRow) -> str:
        if row.kind is RowKind.CHANGE:
            return self.tr("{name}: {setting}, now {old}, new {new}").format(name=row.instance, setting=row.setting, old=row.old, new=row.new)
        return self.tr("{name}: {setting}, {reason}").format(name=row.instance, setting=row.setting, reason=row.new)


class ChangeDelegate(RowDelegate):
    """Paints what is new strong, what was there muted, what is not possible in the colour of a failure."""

    def paint_cell(self, painter: QPainter, rect: QRect, index: Index, colors: Colors, *, is_selected: bool) -> None:
        """Paint one cell."""
        kind, column = RowKind(index.data(ChangeModel.KIND_ROLE)), ChangeColumn(index.column())
        if kind is RowKind.PROBLEM and column is ChangeColumn.NEW:
            color = colors.failed
        elif is_selected or (kind is RowKind.CHANGE and column is not ChangeColumn.OLD):
            color = colors.text
        else:
            color = colors.text if column is ChangeColumn.INSTANCE else colors.muted
        is_bold = kind is RowKind.CHANGE and column is ChangeColumn.NEW
        paint_text(painter, rect, index, color, is_bold=is_bold)


class ChangeTable(RowTableView):
    """Shows a plan. Main thread; the column of names is hidden when the plan is about one instance."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("changeTable", ChangeDelegate(), parent)
        self.setAccessibleName(self.tr("What changes"))
        self.changes = ChangeModel(self)
        self.setModel(self.changes)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setProperty("kind", "framed")
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def show_plan(self, plan: ConfigPlan | None, now: Now = _NOTHING_KNOWN) -> None:
        """Show another plan; see `ChangeModel.show_plan`."""
        self.changes.show_plan(plan, now)
        self.setColumnHidden(ChangeColumn.INSTANCE, plan is None or len(plan.instances) == 1)
        self._fit()

    def set_rows_shown(self, count: int) -> None:
        """Be as high as this many rows need, within limits."""
        rows = max(LEAST_ROWS, min(count, MOST_ROWS))
        self.setFixedHeight(self.horizontalHeader().minimumHeight() + rows * self.verticalHeader().defaultSectionSize() + 2 * self.frameWidth())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width anew."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Share the width: each column as long as it needs up to its part, the new value what is left."""
        room, metrics = self.viewport().width(), self.fontMetrics()
        for column, most in ((ChangeColumn.INSTANCE, room // 5), (ChangeColumn.SETTING, room // 3), (ChangeColumn.OLD, room // 4)):
            texts = {str(self.changes.index(row, column).data()) for row in range(min(self.changes.rowCount(), MOST_MEASURED))}
            widest = max((metrics.horizontalAdvance(text) for text in texts), default=0) + 24
            self.setColumnWidth(column, max(80, min(widest, most)))


def _on_one_line(text: str) -> str:
    return " ⏎ ".join(text.split("\n"))
