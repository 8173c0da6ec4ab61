"""The bar of menus at the top of a Mac's screen, without which a program there looks unfinished. Logic tested, never seen on a Mac.

About, Settings and Quit carry the roles by which Qt moves them into the menu with the program's name (QAction::MenuRole); cutting and
pasting need no entries, since fields know their keys.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenuBar

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMainWindow

    from gowa_desktop.ui.actions import Actions


class MacMenu(QObject):
    """Fills the menu bar of a window. Main thread; lives as long as the window."""

    def __init__(self, actions: Actions, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        actions.about.setMenuRole(QAction.MenuRole.AboutRole)
        actions.settings.setMenuRole(QAction.MenuRole.PreferencesRole)
        actions.quit.setMenuRole(QAction.MenuRole.QuitRole)
        bar = QMenuBar(window)
        bar.setObjectName("macMenuBar")
        file = bar.addMenu(self.tr("File"))
        file.addActions([actions.create, actions.import_version, actions.versions, actions.trash])
        file.addSeparator()
        close = file.addAction(self.tr("Close window"))
        close.setObjectName("macClose")
        close.setShortcut(QKeySequence(QKeySequence.StandardKey.Close))
        close.triggered.connect(window.close)
        file.addActions([actions.settings, actions.quit])
        edit = bar.addMenu(self.tr("Edit"))
        edit.addActions([actions.undo, actions.copy_url, actions.find])
        instance = bar.addMenu(self.tr("Instance"))
        instance.addActions([actions.start, actions.stop, actions.restart])
        instance.addSeparator()
        actions.fill_instance_menu(instance)
        view = bar.addMenu(self.tr("View"))
        view.addActions([actions.palette, actions.fleet, actions.alerts, actions.all_logs, actions.own_log])
        frame = bar.addMenu(self.tr("Window"))
        minimise = frame.addAction(self.tr("Minimise"))
        minimise.setShortcut(QKeySequence("Ctrl+M"))
        minimise.triggered.connect(window.showMinimized)
        zoom = frame.addAction(self.tr("Zoom"))
        zoom.triggered.connect(self._zoom)
        helps = bar.addMenu(self.tr("Help"))
        helps.addActions([actions.shortcuts, actions.self_test, actions.diagnostics, actions.about])
        window.setMenuBar(bar)

    @Slot()
    def _zoom(self) -> None:
        if self._window.isMaximized():
            self._window.showNormal()
        else:
            self._window.showMaximized()


def add_mac_menu(actions: Actions, window: QMainWindow) -> None:
    """Give a window its menu bar where the system expects one."""
    if sys.platform == "darwin":
        MacMenu(actions, window)
