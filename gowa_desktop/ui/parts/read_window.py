"""A widget that can be a window of its own, through which Tab goes as people read."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from gowa_desktop.ui.parts.tab_order import follow_layout


class ReadWindow(QWidget):
    """A widget whose parts Tab visits in the order of reading while it is a window. Main thread."""

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002 - Qt's name
        """Go on in the order of reading, also through what came into the window since."""
        if self.isWindow():
            follow_layout(self)
        return super().focusNextPrevChild(next)
