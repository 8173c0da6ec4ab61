"""The splitter between table and detail pane: side by side where there is room, else one below the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QWidget

if TYPE_CHECKING:
    from gowa_desktop.ui.window_state import WindowState

SIDE_BY_SIDE_FROM = 1100
"""Narrower than this, the detail pane goes below the table."""


class DetailSplitter(QSplitter):
    """Holds both; each arrangement has sizes of its own, which the window's memory keeps. Main thread."""

    def __init__(self, table: QWidget, detail: QWidget, state: WindowState, parent: QWidget) -> None:
        super().__init__(parent)
        self._state = state
        self.setObjectName("splitter")
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)
        self.addWidget(table)
        self.addWidget(detail)
        self.setStretchFactor(0, 1)

    def arrange(self, window_width: int) -> None:
        """Put the detail pane beside or below the table."""
        wanted = Qt.Orientation.Horizontal if window_width >= SIDE_BY_SIDE_FROM else Qt.Orientation.Vertical
        if self.orientation() is not wanted:
            self.save()
            self.setOrientation(wanted)
            self.restore()

    def save(self) -> None:
        """Keep the sizes as they are; those of a splitter that is not shown mean nothing."""
        if self.isVisible():
            self._state.save_splitter_sizes(self.sizes(), is_wide=self._is_wide)

    def restore(self) -> None:
        """Take the sizes that were kept for this arrangement, or the usual ones."""
        window = self.window()
        usual = [window.height() * 2 // 5, window.height() * 3 // 5]
        if self._is_wide:
            usual = [window.width() * 64 // 100, window.width() * 36 // 100]
        self.setSizes(self._state.splitter_sizes(is_wide=self._is_wide) or usual)

    @property
    def _is_wide(self) -> bool:
        return self.orientation() is Qt.Orientation.Horizontal
