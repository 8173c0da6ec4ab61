"""MenuButton: three dots that open a menu, by mouse, key, or an assistive tool."""

from __future__ import annotations

from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from gowa_desktop.ui.look.icons import icon


class MenuButton(QPushButton):
    """A button of one sign with a menu. Of a QToolButton assistive tools cannot open the menu (Qt 6.11)."""

    def __init__(self, name: str, words: str, menu: QMenu | str, parent: QWidget, sign: str = "ellipsis") -> None:
        """`menu` is one that exists, or the name of one to be made."""
        super().__init__(parent)
        self.setObjectName(name)
        self.setIcon(icon(sign))
        self.setProperty("iconOnly", True)
        self.setAccessibleName(words)
        self.setToolTip(words)
        if isinstance(menu, str):
            self.setMenu(QMenu(self))
            self.menu().setObjectName(menu)
        else:
            self.setMenu(menu)
