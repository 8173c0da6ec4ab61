"""The search field of the form, and what stands there when nothing matches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget

from gowa_desktop.ui.look.icons import Tint, icon
from gowa_desktop.ui.look.labels import toned_label
from gowa_desktop.ui.parts.field_buttons import name_field_buttons

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent


class FormSearch(QLineEdit):
    """One line; Esc clears it, Enter or Down goes to the first match."""

    left = Signal()
    """The person wants to go on to what was found."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("formSearch")
        self.setPlaceholderText(self.tr("Search settings"))
        self.setAccessibleName(self.tr("Search settings"))
        self.setClearButtonEnabled(True)
        self.addAction(icon("search", Tint.MUTED), QLineEdit.ActionPosition.LeadingPosition)
        name_field_buttons(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Clear on Esc, which closes a surrounding dialog only when there is nothing to clear."""
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
            return
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down} and self.text():
            self.left.emit()
            return
        super().keyPressEvent(event)


class NothingMatches(QWidget):
    """Says that a search has found nothing, and takes it back."""

    clear_requested = Signal()
    """The search is to be cleared."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("nothingMatches")
        self._words = toned_label("", "muted", self, "nothingMatchesWords")
        self._words.setWordWrap(True)
        self._words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        clear = QPushButton(self.tr("Clear search"), self)
        clear.setObjectName("nothingMatchesClear")
        clear.setAutoDefault(False)
        clear.clicked.connect(self.clear_requested)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 32, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self._words)
        layout.addWidget(clear, 0, Qt.AlignmentFlag.AlignHCenter)
        self.hide()

    def show_search(self, text: str) -> None:
        """Say what was looked for."""
        shown = text.strip()
        shown = shown if len(shown) <= 40 else shown[:40] + "…"
        self._words.setText(self.tr("No setting matches “{text}”.").format(text=shown))
