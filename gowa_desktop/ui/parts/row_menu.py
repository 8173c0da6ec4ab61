"""The context menu of a list in a dialog: what the buttons beside it do, offered where the row is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt, Slot
from PySide6.QtWidgets import QAbstractItemView, QMenu

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QPushButton


class RowMenu(QObject):
    """Opens on a right click or the menu key. Main thread; lives as long as its list."""

    def __init__(self, rows: QAbstractItemView, buttons: Sequence[QPushButton]) -> None:
        super().__init__(rows)
        self._rows = rows
        self._buttons = list(buttons)
        rows.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        rows.customContextMenuRequested.connect(self._on_rows_context_menu_requested)

    @Slot(QPoint)
    def _on_rows_context_menu_requested(self, place: QPoint) -> None:
        current = self._rows.currentIndex()
        if not self._rows.indexAt(place).isValid():
            if not current.isValid():
                return
            place = self._rows.visualRect(current).center()  # the menu key gives a place of its own
        menu = QMenu(self._rows)
        menu.setObjectName(f"{self._rows.objectName()}Menu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for button in self._buttons:
            if button.isVisibleTo(button.window()):
                action = menu.addAction(button.text())
                action.setEnabled(button.isEnabled())
                action.triggered.connect(button.click)
        menu.popup(self._rows.viewport().mapToGlobal(place))
