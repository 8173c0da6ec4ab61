"""Which columns of the table are shown: what a person chose, and what there is room for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from gowa_desktop.ui.instances.instance_table import Column

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

NAME_LEAST_WIDTH = 130
ALWAYS = frozenset({Column.MARK, Column.NAME})
"""Without these no row could be told from another."""
GIVEN_UP_FIRST = (Column.CURVE, Column.VERSION, Column.TAGS)
"""What goes, in this order, before the name gets too narrow to read."""
LEAST_WIDTH, MOST_WIDTH = 32, 2000
_STORED = re.compile(r"(?P<hidden>-?)(?P<name>[a-z]+)=(?P<width>[0-9]{1,5})(?P<sort>[<>]?)")
USUAL_WIDTHS = {Column.CURVE: 50, Column.VERSION: 84, Column.TAGS: 120}


class ColumnChoice:
    """Knows what a person made of the columns. Main thread; lives as long as its table.

    Stored as words, one for each column from left to right: `memory=96`, `-port=60` for a hidden one, `cpu=70>` and `cpu=70<` for the one
    that is sorted by, upwards or downwards. Qt's own form crashes when it is cut off or of another number of columns (Qt 6.11).
    """

    def __init__(self) -> None:
        self._hidden: frozenset[Column] = frozenset()
        self.order: list[Column] = list(Column)
        """From left to right."""
        self.widths: dict[Column, int] = {}
        """In pixels; of what is missing, the usual one."""
        self.sorted_by = Column.NAME
        self.sort_order = Qt.SortOrder.AscendingOrder
        self.has_tags = False
        """Whether any instance has a tag; without one the column of tags says nothing and is not shown."""

    def saved(self) -> list[str]:
        """Give everything for storing."""
        arrow = ">" if self.sort_order is Qt.SortOrder.AscendingOrder else "<"
        return [
            f"{'-' if column in self._hidden else ''}{column.name.lower()}={self.widths.get(column, 0)}"
            f"{arrow if column is self.sorted_by else ''}"
            for column in self.order
        ]

    def restore(self, words: Iterable[str]) -> None:
        """Take over what was stored; what is not known is left out, and what is missing stands where it usually does."""
        found = [match for word in words if (match := _STORED.fullmatch(word)) is not None and match["name"].upper() in Column.__members__]
        columns = {Column[match["name"].upper()]: match for match in found}
        self._hidden = frozenset(column for column, match in columns.items() if match["hidden"]) - ALWAYS
        self.widths = {column: int(match["width"]) for column, match in columns.items() if LEAST_WIDTH <= int(match["width"]) <= MOST_WIDTH}
        self.sorted_by, self.sort_order = Column.NAME, Qt.SortOrder.AscendingOrder
        for column, match in columns.items():
            if match["sort"]:
                self.sorted_by = column
                self.sort_order = Qt.SortOrder.AscendingOrder if match["sort"] == ">" else Qt.SortOrder.DescendingOrder
        self.order = [Column.MARK, *(column for column in columns if column is not Column.MARK)]
        for column in Column:
            if column not in self.order:
                self.order.insert(min(column, len(self.order)), column)

    def is_wanted(self, column: Column) -> bool:
        """Tell whether a person wants to see a column."""
        return column not in self._hidden

    def want(self, column: Column, *, is_wanted: bool) -> None:
        """Show or hide a column."""
        self._hidden = self._hidden - {column} if is_wanted else self._hidden | ({column} - ALWAYS)

    def fitting(self, room: int, width_of: Callable[[Column], int]) -> set[Column]:
        """Give the columns that are shown in so much room, in pixels."""
        shown = {column for column in Column if self.is_wanted(column) and (column is not Column.TAGS or self.has_tags)}

        def needed() -> int:
            return NAME_LEAST_WIDTH + sum(width_of(column) for column in shown if column is not Column.NAME)

        for column in GIVEN_UP_FIRST:
            if needed() > room:
                shown.discard(column)
        return shown
