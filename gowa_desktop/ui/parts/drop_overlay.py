"""Dropping a file on a window: which files are welcome, the sign that says so while one hovers, and letting go."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QLabel, QWidget

from gowa_desktop.ui.look.fonts import scaled_font

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


class DropTarget(QObject):
    """Lets a window take the file of a GOWA version. Main thread; lives as long as the window."""

    file_dropped = Signal(Path)
    """The file that a person let go of over the window."""

    def __init__(self, window: QWidget, *, is_on: bool = True) -> None:
        super().__init__(window)
        self._overlay = DropOverlay(window)
        window.setAcceptDrops(is_on)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Welcome a file that may be a GOWA version, and take it."""
        if event.type() is QEvent.Type.DragEnter and isinstance(event, QDragEnterEvent):
            if dropped_file(event.mimeData()) is not None:
                event.acceptProposedAction()
                self._overlay.appear()
            return True
        if event.type() is QEvent.Type.DragLeave:
            self._overlay.hide()
        if event.type() is QEvent.Type.Drop and isinstance(event, QDropEvent):
            self._overlay.hide()
            path = dropped_file(event.mimeData())
            if path is not None:
                event.acceptProposedAction()
                self.file_dropped.emit(path)
            return True
        return super().eventFilter(watched, event)
