"""The tool tip of a button that does what an action does: that of the action, which names its keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

if TYPE_CHECKING:
    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QAbstractButton


class KeyTip(QObject):
    """Keeps the tool tip of a button in step with an action, whose keys can be changed. Main thread; lives as long as the button."""

    def __init__(self, action: QAction, button: QAbstractButton) -> None:
        super().__init__(button)
        self._action = action
        self._button = button
        action.changed.connect(self._on_action_changed)
        self._on_action_changed()

    @Slot()
    def _on_action_changed(self) -> None:
        self._button.setToolTip(self._action.toolTip())
