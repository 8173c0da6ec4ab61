"""What those who work inside the main window may ask of it, whatever it shows."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QMainWindow


class FrameWindow(QMainWindow):
    """A window that can be brought to the front, keeps its layout, and ends the program. Main thread."""

    @Slot()
    def raise_and_focus(self) -> None:
        """Bring the window to the front, also from the task bar."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002 - Qt's name
        """Let Tab go on in the order of reading, also through what came into the window since."""
        from gowa_desktop.ui.parts.tab_order import follow_layout  # noqa: PLC0415 - not before the first paint

        follow_layout(self)
        return super().focusNextPrevChild(next)

    def save_layout(self) -> None:
        """Keep place and size, and how the contents are laid out."""
        raise NotImplementedError

    @Slot()
    def end_by_decision(self) -> None:
        """Go, because it was decided that the program ends."""
        raise NotImplementedError
