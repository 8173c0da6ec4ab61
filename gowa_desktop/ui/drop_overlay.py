"""Dropping a file on the window: which files are welcome, and the sign that says so while one hovers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from gowa_desktop.ui.fonts import scaled_font

if TYPE_CHECKING:
    from PySide6.QtCore import QMimeData

MARGIN = 24


def dropped_file(data: QMimeData) -> Path | None:
    """Give the one zip or program file that is dragged; None when it is anything else."""
    urls = data.urls()
    if len(urls) != 1 or not urls[0].isLocalFile():
        return None
    path = Path(urls[0].toLocalFile())
    return path if path.suffix.lower() in {".zip", ".exe", ""} else None


class DropOverlay(QLabel):
    """Covers the window while a file hovers over it."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.setObjectName("dropOverlay")
        self.setText(self.tr("Drop the file to import this GOWA version"))
        self.setFont(scaled_font(self.font(), 1.4, bold=True))
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def appear(self) -> None:
        """Cover the window as it is now."""
        self.setGeometry(self._window.rect().adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN))
        self.raise_()
        self.show()
