"""Whether somebody may be looking: then the program measures more often."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication


def is_any_window_shown() -> bool:
    """Tell whether a window of this program is open and not minimised. Asked each second, so it must stay cheap."""
    return any(window.isVisible() and not window.isMinimized() for window in QApplication.topLevelWidgets())
