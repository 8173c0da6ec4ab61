"""Copy buttons that say that they have copied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton, QWidget

if TYPE_CHECKING:
    from collections.abc import Callable

SAID_MS = 1500


class CopyButton(QPushButton):
    """Copies a text when clicked and says so for a moment. The text is asked for at the click, so secrets are not kept here."""

    def __init__(self, name: str, accessible_name: str, text: Callable[[], str], parent: QWidget) -> None:
        super().__init__(parent)
        self._text = text
        self._label = self.tr("Copy")
        self.setObjectName(name)
        self.setAccessibleName(accessible_name)
        self.setToolTip(accessible_name)
        self.setProperty("kind", "link")
        self.setText(self._label)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SAID_MS)
        self._timer.timeout.connect(self._on_timer_timeout)
        self.clicked.connect(self._on_clicked)

    def set_label(self, label: str) -> None:
        """Show another text than “Copy”."""
        self._label = label
        self.setText(label)

    @Slot()
    def _on_clicked(self) -> None:
        QGuiApplication.clipboard().setText(self._text())
        self.setText(self.tr("Copied"))
        self._timer.start()

    @Slot()
    def _on_timer_timeout(self) -> None:
        self.setText(self._label)
