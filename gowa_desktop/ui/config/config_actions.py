"""The actions that change, copy and carry settings of the selected instances, in a menu of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from gowa_desktop.ui.look.icons import icon

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

    from gowa_desktop.domain.instance import InstanceStatus


class ConfigActions(QObject):
    """Main thread; lives as long as the window."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.edit = self._make("bulkEdit", self.tr("Change one setting…"), "edit", "Ctrl+E")
        self.copy = self._make("copyConfig", self.tr("Copy settings from…"), "copy", "Ctrl+Shift+C")
        self.templates = self._make("templates", self.tr("Templates…"), "notebook-template", "Ctrl+T")
        self.export_file = self._make("exportConfig", self.tr("Export settings…"), "export", "Ctrl+Shift+E")
        self.import_file = self._make("importConfig", self.tr("Import settings…"), "go-to-file", "Ctrl+Shift+I")
        self.menu = QMenu(self.tr("Settings of the instance"), window)
        self.menu.setObjectName("configMenu")
        self.menu.setIcon(icon("settings"))
        self.menu.addActions([self.edit, self.copy, self.templates])
        self.menu.addSeparator()
        self.menu.addActions([self.export_file, self.import_file])

    def show_for(self, selected: Sequence[InstanceStatus]) -> None:
        """Enable what the selected instances allow."""
        free = changeable(selected)
        self.edit.setEnabled(bool(free))
        self.copy.setEnabled(bool(free))
        self.export_file.setEnabled(len(selected) == 1)
        self.import_file.setEnabled(len(selected) == 1 and bool(free))

    def allow_looking_only(self) -> None:
        """Take away for good what would change the templates; instances say for themselves that they are only looked at."""
        self.templates.setEnabled(False)

    def _make(self, name: str, text: str, icon_name: str, shortcut: str = "") -> QAction:
        action = QAction(icon(icon_name), text, self)
        action.setObjectName(f"action_{name}")
        if shortcut:
            action.setShortcut(QKeySequence(shortcut))
        return action


def changeable(statuses: Sequence[InstanceStatus]) -> list[InstanceStatus]:
    """Give those whose settings can be changed now."""
    return [status for status in statuses if not status.is_busy and not status.is_view_only]
