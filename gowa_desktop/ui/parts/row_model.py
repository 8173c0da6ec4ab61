"""What the models of tables have in common: how many rows and columns, titles of columns, numbers at the right."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Generic, TypeAlias, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

if TYPE_CHECKING:
    from collections.abc import Iterable
    from enum import IntEnum

    from PySide6.QtCore import QObject

Index: TypeAlias = QModelIndex | QPersistentModelIndex
R = TypeVar("R")
_NO_PARENT = QModelIndex()


class RowModel(QAbstractTableModel, Generic[R]):
    """Holds one object for each row. Main thread; a subclass gives the columns, `data`, and the titles in the language of now."""

    columns: ClassVar[type[IntEnum]]
    numbers: ClassVar[frozenset[int]] = frozenset()
    """Columns that stand at the right."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[R] = []

    @property
    def rows(self) -> list[R]:
        """What is shown, top to bottom."""
        return list(self._rows)

    def row_at(self, row: int) -> R:
        """Give what a row shows."""
        return self._rows[row]

    def set_rows(self, rows: Iterable[R]) -> None:
        """Show others."""
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()

    def titles(self) -> tuple[str, ...]:
        """Give the titles of the columns, left to right."""
        raise NotImplementedError

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        """Count the rows."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        """Count the columns."""
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Name the columns."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.alignment(section)
        return self.titles()[section] if role == Qt.ItemDataRole.DisplayRole else None

    def alignment(self, column: int) -> Qt.AlignmentFlag:
        """Tell at which side the texts of a column stand."""
        side = Qt.AlignmentFlag.AlignRight if column in self.numbers else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter

    def repaint_rows(self, first: int, last: int, first_column: int = 0, last_column: int | None = None) -> None:
        """Tell the views that these cells look different now; all columns without a word."""
        last_column = len(self.columns) - 1 if last_column is None else last_column
        self.dataChanged.emit(self.index(first, first_column), self.index(last, last_column))
