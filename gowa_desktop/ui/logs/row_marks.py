"""RowMarks: the current row of a log, the rows that are selected, and the bookmarks, all by position."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gowa_desktop.ui.logs.log_row_painter import plain_text

if TYPE_CHECKING:
    from gowa_desktop.ui.logs.row_folds import RowSource

MOST_COPIED = 20_000


class RowMarks:
    """What a person has marked in one log. Main thread; the set of bookmarks belongs to who gave it, and outlives the view."""

    def __init__(self, bookmarks: set[int] | None = None) -> None:
        self.current: int | None = None
        self._selected_from: int | None = None
        self._bookmarks = bookmarks if bookmarks is not None else set()

    @property
    def bookmarks(self) -> list[int]:
        """The positions with a bookmark, in order."""
        return sorted(self._bookmarks)

    @property
    def selected(self) -> tuple[int, int] | None:
        """The first and the last position that are selected."""
        if self.current is None or self._selected_from is None:
            return None
        return min(self.current, self._selected_from), max(self.current, self._selected_from)

    def has_bookmark(self, position: int) -> bool:
        """Tell whether there is a bookmark at a position."""
        return position in self._bookmarks

    def is_selected(self, position: int) -> bool:
        """Tell whether the row at a position is selected."""
        selected = self.selected
        return selected is not None and selected[0] <= position <= selected[1]

    def set_current(self, position: int, *, extends: bool = False) -> None:
        """Make a row current and select it, or all up to it."""
        self.current = position
        if not extends or self._selected_from is None:
            self._selected_from = position

    def toggle_bookmark(self) -> None:
        """Put a bookmark on the current row, or take it away."""
        if self.current is not None:
            self._bookmarks ^= {self.current}

    def next_bookmark(self) -> int | None:
        """Give the next bookmark below, and behind the last the first; None when there is none."""
        later = [position for position in self._bookmarks if position > (self.current if self.current is not None else -1)]
        return min(later or self._bookmarks, default=None)

    def selected_text(self, source: RowSource, *, is_utc: bool) -> str:
        """Give the selected rows as text, so many as can be copied."""
        if self.selected is None:
            return ""
        first, last = (source.row_of(position) for position in self.selected)
        rows = source.read(first, min(MOST_COPIED, last - first + 1))
        return "\n".join(plain_text(row, is_utc=is_utc) for row in rows)
