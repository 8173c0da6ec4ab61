"""A small button that shows a sign alone; its words are in the tool tip and in its accessible name."""

from __future__ import annotations

from PySide6.QtWidgets import QToolButton, QWidget

from gowa_desktop.ui.look.icons import Tint, icon


class IconButton(QToolButton):
    """A flat button of one sign, reached by Tab like any other."""

    def __init__(self, name: str, sign: str, words: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setProperty("kind", "quiet")
        self.setIcon(icon(sign, Tint.MUTED))
        self.set_words(words)

    def set_words(self, words: str) -> None:
        """Say what it does."""
        self.setAccessibleName(words)
        self.setToolTip(words)
