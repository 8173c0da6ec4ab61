"""A scroll bar that keeps its room but is seen only while there is something to scroll."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QScrollBar

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent


class ShyScrollBar(QScrollBar):
    """For an area whose contents come and go: its width stays the same."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint nothing while everything is in view."""
        if self.maximum() > self.minimum():
            super().paintEvent(event)
