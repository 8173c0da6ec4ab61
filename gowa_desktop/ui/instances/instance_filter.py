"""Which instances the table shows and in what order: segments, search, sorting by value."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import QObject, QSortFilterProxyModel

from gowa_desktop.domain.instance import InstanceState
from gowa_desktop.ui.instances.instance_table import Column, Index
from gowa_desktop.ui.instances.status_text import needs_attention, version_text

if TYPE_CHECKING:
    from gowa_desktop.domain.instance import InstanceStatus
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
    """Sorts by value and shows what belongs to a segment and matches a search over name, port and version."""

    def __init__(self, model: InstanceModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._segment = Segment.ALL
        self._words: tuple[str, ...] = ()
        self.setDynamicSortFilter(True)
        self.setSourceModel(model)

    def show_only(self, segment: Segment, search: str) -> None:
        """Show a segment and, of it, what contains every word of the search."""
        words = tuple(search.casefold().split())
        if (segment, words) != (self._segment, self._words):
            self._segment, self._words = segment, words
            # `invalidateFilter` is deprecated since Qt 6.11, what replaces it comes with Qt 6.9 and we allow 6.8.
            self.invalidate()

    def filterAcceptsRow(self, source_row: int, _source_parent: Index) -> bool:
        """Tell whether segment and search admit a row."""
        status = self._model.status_at(source_row)
        text = f"{status.name} {status.port or ''} {version_text(status)} {status.gowa_version}".casefold()
        return self._segment.admits(status) and all(word in text for word in self._words)

    def lessThan(self, source_left: Index, source_right: Index) -> bool:
        """Compare two instances by the value of a column."""
        column = Column(source_left.column())
        left, right = (sort_key(self._model.status_at(index.row()), column) for index in (source_left, source_right))
        return left < right


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
        case Column.NAME:
            pass
    return figure, natural_key(text), natural_key(status.name)


def natural_key(text: str) -> NaturalKey:
    """Give a key under which `shop-2` sorts before `shop-10`."""
    parts = re.split(r"(\d+)", text.casefold())
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts]
