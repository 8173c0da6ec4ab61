"""Which instances the table shows and in what order: segments, search, sorting by value."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import QModelIndex, QObject, QSortFilterProxyModel, Qt, Slot

from gowa_desktop.domain.instance import InstanceState
from gowa_desktop.ui.instances.grouping import GroupBy, Query, group_of, read_query
from gowa_desktop.ui.instances.instance_table import Column, Index
from gowa_desktop.ui.instances.status_text import needs_attention, version_text

if TYPE_CHECKING:
    from gowa_desktop.domain.instance import InstanceStatus
    from gowa_desktop.ui.instances.grouping import Group
    from gowa_desktop.ui.instances.instance_table import InstanceModel

NaturalKey: TypeAlias = list[tuple[int, int, str]]

_STATE_ORDER = [
    InstanceState.FAILED, InstanceState.BACKOFF, InstanceState.STARTING, InstanceState.STOPPING, InstanceState.RUNNING,
    InstanceState.STOPPED,
]  # fmt: skip


class Segment(StrEnum):
    """Which instances the table shows."""

    ALL = "all"
    RUNNING = "running"
    ATTENTION = "attention"

    def admits(self, status: InstanceStatus) -> bool:
        """Tell whether an instance belongs to this segment."""
        if self is Segment.RUNNING:
            return status.status is InstanceState.RUNNING
        return self is Segment.ALL or needs_attention(status)


class InstanceFilter(QSortFilterProxyModel):
    """Sorts by value, in groups where they are wanted, and shows what belongs to a segment and fits a search.

    The search goes over name, port, version, tags and notes; `tag:shop` is one tag alone.
    """

    def __init__(self, model: InstanceModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._segment = Segment.ALL
        self._query = Query((), ())
        self._group_by = GroupBy.NOTHING
        self.setDynamicSortFilter(True)
        self.setSourceModel(model)
        model.dataChanged.connect(self._on_model_data_changed)

    def show_only(self, segment: Segment, search: str) -> None:
        """Show a segment and, of it, what fits the search."""
        query = read_query(search)
        if (segment, query) != (self._segment, self._query):
            self._segment, self._query = segment, query
            # `invalidateFilter` is deprecated since Qt 6.11, what replaces it comes with Qt 6.9 and we allow 6.8.
            self.invalidate()

    @property
    def group_by(self) -> GroupBy:
        """By what rows stand together."""
        return self._group_by

    def set_group_by(self, by: GroupBy) -> None:
        """Let rows stand together."""
        if by is not self._group_by:
            self._group_by = by
            self.invalidate()

    def group_at(self, row: int) -> Group:
        """Give the group of a row as it is shown."""
        return group_of(self._model.status_at(self.mapToSource(self.index(row, 0)).row()), self._group_by)

    def filterAcceptsRow(self, source_row: int, _source_parent: Index) -> bool:
        """Tell whether segment and search admit a row."""
        status = self._model.status_at(source_row)
        return self._segment.admits(status) and self._query.admits(status)

    def lessThan(self, source_left: Index, source_right: Index) -> bool:
        """Compare two instances by their group, which has an order of its own, and within it by the value of a column."""
        column = Column(source_left.column())
        statuses = [self._model.status_at(index.row()) for index in (source_left, source_right)]
        if self._group_by is not GroupBy.NOTHING:
            first, second = (group_of(status, self._group_by).key for status in statuses)
            if first != second:
                return (first < second) is (self.sortOrder() is Qt.SortOrder.AscendingOrder)
        left, right = (sort_key(status, column) for status in statuses)
        return left < right

    @Slot(QModelIndex, QModelIndex)
    def _on_model_data_changed(self, first: QModelIndex, last: QModelIndex) -> None:
        """Bring the groups in order: Qt sorts anew only when the column changes that is sorted by."""
        column = {GroupBy.TAG: Column.TAGS, GroupBy.VERSION: Column.VERSION}.get(self._group_by)
        if column is not None and first.column() <= column <= last.column():
            self.invalidate()


def sort_key(status: InstanceStatus, column: Column) -> tuple[float, NaturalKey, NaturalKey]:
    """Give what a column sorts by: its figure, its text, and the name where both are equal. No figure sorts below all."""
    sample = status.sample
    figure, text = 0.0, ""
    match column:
        case Column.MARK | Column.STATE:
            figure = _STATE_ORDER.index(status.status)
        case Column.PORT:
            figure = status.port or 0
        case Column.CURVE | Column.CPU:
            figure = -1.0 if sample is None or sample.cpu_percent is None else sample.cpu_percent
        case Column.MEMORY:
            figure = -1.0 if sample is None else sample.memory_bytes
        case Column.UPTIME:
            figure = -1.0 if status.uptime_s is None else status.uptime_s
        case Column.VERSION:
            text = version_text(status)
        case Column.TAGS:
            text = " ".join(status.tags) or "\uffff"
        case Column.NAME:
            pass
    return figure, natural_key(text), natural_key(status.name)


@lru_cache(maxsize=1024)
def natural_key(text: str) -> NaturalKey:
    """Give a key under which `shop-2` sorts before `shop-10`."""
    parts = re.split(r"(\d+)", text.casefold())
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts]
