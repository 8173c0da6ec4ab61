"""The actions that change what the table shows and how, in a menu of their own; none of them changes an instance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu

from gowa_desktop.ui.instances.grouping import GroupBy
from gowa_desktop.ui.instances.instance_filter import Segment
from gowa_desktop.ui.look.icons import icon

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


class ViewActions(QObject):
    """Main thread; lives as long as the window."""

    def __init__(self, parent: QObject, window: QWidget) -> None:
        super().__init__(parent)
        self.segments = {
            Segment.ALL: self._make("showAll", self.tr("Show all instances"), "list-flat", "Ctrl+1"),
            Segment.RUNNING: self._make("showRunning", self.tr("Show running instances"), "run-all", "Ctrl+2"),
            Segment.ATTENTION: self._make("showAttention", self.tr("Show what needs attention"), "warning", "Ctrl+3"),
        }
        self.groups = {
            GroupBy.NOTHING: self._make("groupNothing", self.tr("No groups"), "list-flat", "Ctrl+Alt+0"),
            GroupBy.TAG: self._make("groupTag", self.tr("Group by tag"), "tag", "Ctrl+Alt+1"),
            GroupBy.VERSION: self._make("groupVersion", self.tr("Group by version"), "versions", "Ctrl+Alt+2"),
        }
        chosen = QActionGroup(self)
        for action in self.groups.values():
            action.setCheckable(True)
            action.setIconVisibleInMenu(False)  # it would stand in the place of the check mark
            chosen.addAction(action)
        self.reset_columns = self._make("resetColumns", self.tr("Usual columns"), "discard", "Ctrl+Alt+R")
        self.notes = self._make("notes", self.tr("Notes"), "note", "Ctrl+Shift+N")
        self.menu = QMenu(window)
        self.menu.setObjectName("viewMenu")
        self.menu.addActions(list(self.groups.values()))
        self.menu.addSeparator()
        self.tags = self._submenu("tagMenu", self.tr("Only with tag"), "tag")
        self.columns = self._submenu("columnMenu", self.tr("Columns"), "table")

    def _submenu(self, name: str, title: str, icon_name: str) -> QMenu:
        menu = self.menu.addMenu(icon(icon_name), title)
        menu.setObjectName(name)
        return menu

    def _make(self, name: str, text: str, icon_name: str, shortcut: str) -> QAction:
        action = QAction(icon(icon_name), text, self)
        action.setObjectName(f"action_{name}")
        action.setProperty("glyph", icon_name)
        action.setShortcut(QKeySequence(shortcut))
        return action
