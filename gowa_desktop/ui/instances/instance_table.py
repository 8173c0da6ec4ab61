"""The table of instances as data: a model that tells of nothing but what changed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from textwrap import shorten
from typing import TYPE_CHECKING, TypeAlias, cast

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
    Slot,
)  # fmt: skip

from gowa_desktop.domain.instance import InstanceState
from gowa_desktop.ui.instances.status_text import exposure_lines, is_uneasy, shown_state, state_text, version_text
from gowa_desktop.ui.look.format import NOTHING, format_bytes, format_cpu, format_duration
from gowa_desktop.ui.look.sentences import told
from gowa_desktop.ui.parts.sliced_work import SlicedWork
from gowa_desktop.ui.window_watch import is_any_window_shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gowa_desktop.domain.instance import InstanceStatus
    from gowa_desktop.services.instances.instance_service import InstanceService
    from gowa_desktop.ui.instances.status_text import Activity

Index: TypeAlias = QModelIndex | QPersistentModelIndex
Cell: TypeAlias = str | float | tuple[float, ...] | tuple[str, ...] | None
Figures: TypeAlias = tuple[tuple[float, ...], str, str, str]

_NO_PARENT = QModelIndex()
_COUNTED = frozenset({InstanceState.STOPPING, InstanceState.BACKOFF})

COUNTDOWN_MS = 500
"""How often a countdown is read again, while there is one; a second would now and then skip a number."""


class Column(IntEnum):
    """The columns from left to right."""

    MARK = 0
    NAME = 1
    STATE = 2
    PORT = 3
    CURVE = 4
    CPU = 5
    MEMORY = 6
    UPTIME = 7
    VERSION = 8
    TAGS = 9


COLUMNS = tuple(Column)


class Role(IntEnum):
    """What the model gives besides text."""

    STATE = Qt.ItemDataRole.UserRole
    CURVE = Qt.ItemDataRole.UserRole + 1
    IS_UNEASY = Qt.ItemDataRole.UserRole + 2
    IS_EXPOSED = Qt.ItemDataRole.UserRole + 3
    TAGS = Qt.ItemDataRole.UserRole + 4
    IS_ALERTED = Qt.ItemDataRole.UserRole + 5
    LOOK = Qt.ItemDataRole.UserRole + 6


@dataclass(frozen=True, slots=True)
class RowLook:
    """All that a row is painted with, so that it is asked for once and not cell by cell."""

    cells: tuple[Cell, ...]
    name: str
    state: InstanceState
    tags: tuple[str, ...]
    is_uneasy: bool
    is_exposed: bool
    is_alerted: bool

    @property
    def curve(self) -> tuple[float, ...]:
        """The values of the sparkline, oldest first."""
        return cast("tuple[float, ...]", self.cells[Column.CURVE])

    def text(self, column: Column) -> str:
        """Give the text of a cell."""
        cell = self.name if column is Column.NAME else self.cells[column]
        return cell if isinstance(cell, str) else ""


_NUMBERS = frozenset({Column.PORT, Column.CPU, Column.MEMORY, Column.UPTIME, Column.VERSION})
FIGURES = (Column.CURVE, Column.CPU, Column.MEMORY, Column.UPTIME)
"""The columns that a reading of the monitor changes; they lie side by side."""
_MOST_RUNS = 3


class InstanceModel(QAbstractTableModel):
    """All instances, one row each, in the service's order. Main thread; lives as long as the window."""

    refreshed = Signal()
    """Statuses or activities were read again; also when the cells look as before."""

    def __init__(self, instances: InstanceService, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._instances = instances
        self._statuses = instances.statuses()
        self._places = {status.id: row for row, status in enumerate(self._statuses)}
        self._activities: dict[int, Activity] = {}
        self._alerts: Mapping[int, tuple[str, ...]] = {}
        self._cells = [self._make_cells(status) for status in self._statuses]
        self._figures: dict[int, tuple[InstanceStatus, InstanceStatus, Figures]] = {}
        self._reading = SlicedWork(self._read_figures, self)
        self._reading.done.connect(self._show_figures)
        self._countdown = QTimer(self)
        self._countdown.setInterval(COUNTDOWN_MS)
        self._countdown.timeout.connect(self._on_countdown_timeout)
        instances.instance_added.connect(self._on_instances_added)
        instances.instance_removed.connect(self._on_instances_removed)
        instances.state_changed.connect(self._on_instances_state_changed)
        instances.sampled.connect(self._on_instances_sampled)

    @property
    def statuses(self) -> list[InstanceStatus]:
        """What the rows show, in row order."""
        return self._statuses

    def status_at(self, row: int) -> InstanceStatus:
        """Give the status that a row shows."""
        return self._statuses[row]

    def row_of(self, instance_id: int) -> int | None:
        """Find the row of an instance."""
        return self._places.get(instance_id)

    def activity_of(self, instance_id: int) -> Activity | None:
        """Give what is under way and does not show in the state yet."""
        return self._activities.get(instance_id)

    def set_alerts(self, alerts: Mapping[int, tuple[str, ...]]) -> None:
        """Say of which instances something is too much, in sentences."""
        different = {key for key in alerts.keys() | self._alerts.keys() if alerts.get(key) != self._alerts.get(key)}
        self._alerts = alerts
        for row, status in enumerate(self._statuses):
            if status.id in different:
                self._show(row, status)

    def set_activity(self, instance_id: int, activity: Activity | None) -> None:
        """Say what was asked of an instance, so that the answer to a click shows at once; None when it has ended."""
        if activity is None:
            self._activities.pop(instance_id, None)
        else:
            self._activities[instance_id] = activity
        row = self.row_of(instance_id)
        if row is not None:
            self._show(row, self._statuses[row])

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        """Count the instances."""
        return 0 if parent.isValid() else len(self._statuses)

    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        """Count the columns."""
        return 0 if parent.isValid() else len(Column)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Give title, alignment and tool tip of a column."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._titles()[section]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._titles()[section] or {Column.MARK: self.tr("Sign of the state"), Column.CURVE: self.tr("CPU curve")}[Column(section)]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return alignment_of(section)
        if role == Qt.ItemDataRole.ToolTipRole and section == Column.CPU:
            return self.tr("Share of one processor core; more than 100 % means several cores.")
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:  # noqa: PLR0911 - one per role
        """Give what a cell shows, and by `Role` what the delegate and the window need."""
        if not index.isValid():
            return None
        status, column = self._statuses[index.row()], Column(index.column())
        cell = self._cells[index.row()][column]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                if column is Column.NAME:
                    return status.name
                return cell if isinstance(cell, str) and column is not Column.MARK else None
            case Role.LOOK:
                return self._look(index.row())
            case Role.STATE | Role.IS_UNEASY | Role.IS_EXPOSED | Role.IS_ALERTED | Role.TAGS:
                return getattr(self._look(index.row()), Role(role).name.lower())
            case Role.CURVE:
                return cell if column is Column.CURVE else None
            case Qt.ItemDataRole.TextAlignmentRole:
                return alignment_of(column)
            case Qt.ItemDataRole.ToolTipRole:
                return self._tool_tip(status, column)
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._accessible_text(status, column)
        return None

    def _look(self, row: int) -> RowLook:
        status = self._statuses[row]
        state = shown_state(status, self._activities.get(status.id))
        is_alerted = status.id in self._alerts
        return RowLook(self._cells[row], status.name, state, status.tags, is_uneasy(status), bool(status.exposures), is_alerted)

    def _titles(self) -> tuple[str, ...]:
        return (
            "", self.tr("Name"), self.tr("State"), self.tr("Port"), "", self.tr("CPU"), self.tr("Memory"), self.tr("Uptime"),
            self.tr("Version"), self.tr("Tags"),
        )  # fmt: skip

    def _tool_tip(self, status: InstanceStatus, column: Column) -> str | None:
        if column in {Column.MARK, Column.STATE}:
            asked = self.tr("It runs, but did not answer when it was asked last.")
            return asked if is_uneasy(status) else told(status.error_message or "") or None
        if column is Column.NAME:
            lines = (status.name, *self._alerts.get(status.id, ()), *exposure_lines(status), shorten(status.notes, 300, placeholder="…"))
            return "\n".join(line for line in lines if line)
        if column is Column.TAGS:
            return ", ".join(status.tags) or None
        if column is Column.VERSION and status.is_simulated:
            return self.tr("Simulator, not WhatsApp")
        if column is Column.VERSION and status.resolved_version is None:
            return self.tr("This GOWA version is not installed.")
        return None

    def _accessible_text(self, status: InstanceStatus, column: Column) -> str | None:
        if column is Column.MARK:
            return state_text(status, self._activities.get(status.id))
        if column is Column.CURVE:
            return self.tr("CPU curve")
        if column is Column.TAGS:
            return ", ".join(status.tags)
        if column is Column.NAME and (status.exposures or status.id in self._alerts):
            return ". ".join((status.name, *self._alerts.get(status.id, ()), *exposure_lines(status)))
        return None

    def _make_cells(self, status: InstanceStatus) -> tuple[Cell, ...]:
        activity = self._activities.get(status.id)
        return (
            f"{shown_state(status, activity)}{' uneasy' if is_uneasy(status) else ''}",
            (status.name, status.notes, *self._alerts.get(status.id, ()), *exposure_lines(status)),
            state_text(status, activity),
            NOTHING if status.port is None else str(status.port),
            *self._make_figures(status),
            version_text(status),
            status.tags,
        )

    def _make_figures(self, status: InstanceStatus) -> Figures:
        sample = status.sample
        return (
            self._instances.history(status.id).cpu_percents() if sample else (),
            NOTHING if sample is None or sample.cpu_percent is None else format_cpu(sample.cpu_percent),
            NOTHING if sample is None else format_bytes(sample.memory_bytes),
            NOTHING if status.uptime_s is None else format_duration(status.uptime_s),
        )

    def _show(self, row: int, status: InstanceStatus) -> None:
        """Take over a status and tell the views which run of cells looks different now."""
        old, new = self._cells[row], self._make_cells(status)
        self._statuses[row], self._cells[row] = status, new
        first: int | None = None
        for column in range(len(Column) + 1):
            is_different = column < len(Column) and old[column] != new[column]
            if is_different and first is None:
                first = column
            elif not is_different and first is not None:
                self.dataChanged.emit(self.index(row, first), self.index(row, column - 1))
                first = None
        self.refreshed.emit()
        if status.status in _COUNTED and not self._countdown.isActive():
            self._countdown.start()

    @Slot(int)
    def _on_instances_added(self, instance_id: int) -> None:
        if self.row_of(instance_id) is not None:
            return
        status = self._instances.status(instance_id)
        self.beginInsertRows(QModelIndex(), len(self._statuses), len(self._statuses))
        self._places[instance_id] = len(self._statuses)
        self._statuses.append(status)
        self._cells.append(self._make_cells(status))
        self.endInsertRows()

    @Slot(int)
    def _on_instances_removed(self, instance_id: int) -> None:
        row = self.row_of(instance_id)
        if row is None:
            return
        self.beginRemoveRows(QModelIndex(), row, row)
        del self._statuses[row], self._cells[row]
        self._places = {status.id: place for place, status in enumerate(self._statuses)}
        self._activities.pop(instance_id, None)
        self.endRemoveRows()

    @Slot(int)
    def _on_instances_state_changed(self, instance_id: int) -> None:
        row = self.row_of(instance_id)
        if row is not None:
            self._show(row, self._instances.status(instance_id))

    @Slot()
    def _on_instances_sampled(self) -> None:
        # Nobody sees the figures of a hidden window, and the first reading after it is shown again comes within a second.
        if is_any_window_shown():
            self._reading.begin([status.id for status in self._statuses])

    def _read_figures(self, instance_id: int) -> None:
        row = self._places.get(instance_id)
        if row is not None:
            status = self._statuses[row]
            newer = self._instances.with_figures(status)
            self._figures[instance_id] = (status, newer, self._make_figures(newer))

    @Slot()
    def _show_figures(self) -> None:
        """Show the figures that were read in several turns all at once, so that rows are sorted and painted once."""
        rows: list[int] = []
        columns: set[int] = set()
        for instance_id, (before, newer, figures) in self._figures.items():
            row = self._places.get(instance_id)
            if row is None or self._statuses[row] is not before:
                continue  # it has gone, or was read as a whole since
            self._statuses[row], cells = newer, self._cells[row]
            different = [column for column, figure in zip(FIGURES, figures, strict=True) if cells[column] != figure]
            if different:
                self._cells[row] = (*cells[: FIGURES[0]], *figures, *cells[FIGURES[-1] + 1 :])
                rows.append(row)
                columns.update(different)
        self._figures.clear()
        for first, last in runs_of(rows):
            self.dataChanged.emit(self.index(first, min(columns)), self.index(last, max(columns)))
        self.refreshed.emit()

    @Slot()
    def _on_countdown_timeout(self) -> None:
        counted = [status.id for status in self._statuses if status.status in _COUNTED]
        for instance_id in counted:
            self._on_instances_state_changed(instance_id)
        if not counted:
            self._countdown.stop()


def alignment_of(column: int) -> Qt.AlignmentFlag:
    """Say where the text of a column stands."""
    side = Qt.AlignmentFlag.AlignRight if column in _NUMBERS else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def runs_of(rows: list[int]) -> list[tuple[int, int]]:
    """Give the first and last of each run of rows; all in one where there are many runs, as each is work for whoever listens."""
    runs: list[tuple[int, int]] = []
    for row in sorted(rows):
        if runs and row == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], row)
        else:
            runs.append((row, row))
    return runs if len(runs) <= _MOST_RUNS else [(runs[0][0], runs[-1][1])]
