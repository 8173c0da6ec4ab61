"""Every action of the window in one place: text, icon, shortcut, and when it is enabled."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence

from gowa_desktop.domain.instance import InstanceState
from gowa_desktop.ui.config.config_actions import ConfigActions
from gowa_desktop.ui.instances.view_actions import ViewActions
from gowa_desktop.ui.look.icons import icon
from gowa_desktop.ui.verbs import Verb, is_allowed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QMenu, QWidget

    from gowa_desktop.domain.instance import InstanceStatus


class Actions(QObject):
    """The window's actions. Main thread; lives as long as the window. Those on instances work on the selected ones."""

    requested = Signal(str)
    """A `Verb` is wanted for the selected instances."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._selected: list[InstanceStatus] = []
        make = self._make
        self.create = make("newInstance", self.tr("New instance"), "add", QKeySequence.StandardKey.New)
        self.import_version = make("importVersion", self.tr("Import GOWA version…"), "package", "Ctrl+I")
        self.versions = make("versions", self.tr("GOWA versions…"), "versions", "Ctrl+G")
        self.undo = make("undo", self.tr("Undo"), "discard", QKeySequence.StandardKey.Undo)
        self.find = make("find", self.tr("Search"), "search", QKeySequence.StandardKey.Find)
        self.settings = make("settings", self.tr("Settings…"), "settings-gear", "Ctrl+,")
        self.all_logs = make("allLogs", self.tr("Logs of all instances"), "output", "Ctrl+L")
        self.fleet = make("fleet", self.tr("All instances side by side"), "graph-line", "Ctrl+Shift+V")
        self.alerts = make("alerts", self.tr("Alerts…"), "bell", "Ctrl+Shift+A")
        self.own_log = make("ownLog", self.tr("Log of GOWA Desktop"), "note", "Ctrl+Shift+L")
        self.diagnostics = make("diagnostics", self.tr("Diagnostics file…"), "archive", "Ctrl+Shift+D")
        self.trash = make("trash", self.tr("Trash…"), "trash", "Ctrl+Shift+T")
        self.self_test = make("selfTest", self.tr("Self-test…"), "beaker", "Ctrl+Shift+F1")
        self.about = make("about", self.tr("About GOWA Desktop…"), "info", "Shift+F1")
        self.palette = make("palette", self.tr("Command palette…"), "list-selection", "Ctrl+K")
        self.shortcuts = make("shortcuts", self.tr("Keyboard shortcuts…"), "keyboard", "F1")
        self.quit = make("quit", self.tr("Quit"), "close", "Ctrl+Q")
        self.start = make("start", self.tr("Start"), "play", "F5")
        self.stop = make("stop", self.tr("Stop"), "debug-stop", "Shift+F5")
        self.restart = make("restart", self.tr("Restart"), "debug-restart", "Ctrl+Shift+F5")
        self.kill = make("kill", self.tr("Force kill…"), "zap", "Ctrl+Shift+K")
        self.reset_data = make("resetData", self.tr("Reset data…"), "clear-all", "Ctrl+Shift+Backspace")
        self.delete = make("delete", self.tr("Delete…"), "trash", QKeySequence.StandardKey.Delete)
        self.open_browser = make("openBrowser", self.tr("Open in browser"), "link-external", "Ctrl+O")
        self.copy_url = make("copyUrl", self.tr("Copy URL"), "copy", QKeySequence.StandardKey.Copy)
        self.open_folder = make("openFolder", self.tr("Open folder"), "folder-opened", "Ctrl+Shift+O")
        self.supervision = make("supervision", self.tr("Supervision…"), "pulse", "Ctrl+Shift+S")
        self.config = ConfigActions(window)
        self.tags = make("tags", self.tr("Tags…"), "tag", "Ctrl+Shift+G")
        self.view = ViewActions(self, window)
        self.update = make("update", self.tr("Update GOWA…"), "arrow-circle-up", "Ctrl+U")
        self.snapshots = make("snapshots", self.tr("Snapshots…"), "history", "Ctrl+Shift+H")
        self.clean_disk = make("cleanDisk", self.tr("Disk and media…"), "database", "Ctrl+Shift+M")
        self._verbs = {
            self.start: Verb.START, self.stop: Verb.STOP, self.restart: Verb.RESTART, self.kill: Verb.KILL,
            self.reset_data: Verb.RESET_DATA, self.delete: Verb.DELETE,
        }  # fmt: skip
        for action, verb in self._verbs.items():
            action.triggered.connect(partial(self._request, verb))
        # Those of the table mean other things elsewhere, such as in a text field.
        self._table_keys = (self.delete, self.copy_url)
        window.addActions([action for action in self.all() if action not in self._table_keys])
        self.show_for([])

    def _make(
        self, name: str, text: str, icon_name: str, shortcut: QKeySequence.StandardKey | str | None = None
    ) -> QAction:
        action = QAction(icon(icon_name), text, self)
        action.setObjectName(f"action_{name}")
        action.setProperty("glyph", icon_name)
        if shortcut is not None:
            action.setShortcut(QKeySequence(shortcut))
        return action

    def all(self) -> list[QAction]:
        """Give every action that has a name, in the order in which they were made."""
        owned = [*self.findChildren(QAction), *self.config.findChildren(QAction)]
        return [action for action in owned if action.objectName().startswith("action_")]

    @property
    def selected(self) -> list[InstanceStatus]:
        """The instances that actions work on."""
        return self._selected

    def verb_of(self, action: QAction) -> Verb | None:
        """Give what an action does with instances; None when it does something else."""
        return self._verbs.get(action)

    def attach_to_table(self, table: QWidget) -> None:
        """Give the table its keys and its context menu."""
        for action in self._table_keys:
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        separators = [QAction(self) for _ in range(3)]
        for separator in separators:
            separator.setSeparator(True)
        table.addActions(
            [
                self.open_browser, self.copy_url, self.open_folder, separators[0], self.start, self.stop, self.restart,
                separators[1], self.config.menu.menuAction(), self.tags, self.supervision, self.clean_disk, self.update, self.snapshots,
                separators[2], self.kill, self.reset_data, self.delete,
            ]
        )  # fmt: skip

    def fill_instance_menu(self, menu: QMenu) -> None:
        """Fill the menu behind the dots: what is rare or destructive."""
        menu.addActions([self.open_browser, self.copy_url, self.open_folder])
        menu.addSeparator()
        menu.addActions([self.config.menu.menuAction(), self.tags, self.supervision, self.clean_disk, self.update, self.snapshots])
        menu.addSeparator()
        menu.addActions([self.kill, self.reset_data, self.delete])

    def fill_window_menu(self, menu: QMenu) -> None:
        """Fill the tool bar's menu: the instance menu, and what concerns the whole program."""
        self.fill_instance_menu(menu)
        menu.addSeparator()
        menu.addActions([self.undo, self.palette, self.versions, self.import_version, self.trash, self.settings])
        menu.addSeparator()
        menu.addActions([self.fleet, self.alerts, self.all_logs, self.own_log])
        help_menu = menu.addMenu(icon("question"), self.tr("Help"))
        help_menu.setObjectName("helpMenu")
        help_menu.addActions([self.shortcuts, self.self_test, self.diagnostics, self.about])
        menu.addSeparator()
        menu.addAction(self.quit)

    def show_for(self, selected: Sequence[InstanceStatus]) -> None:
        """Enable what the selected instances allow; an action on several is enabled when one of them allows it."""
        self._selected = list(selected)
        for action, verb in self._verbs.items():
            action.setEnabled(any(is_allowed(verb, status) for status in selected))
        single = selected[0] if len(selected) == 1 else None
        self.open_browser.setEnabled(single is not None and single.status is InstanceState.RUNNING and bool(single.base_url))
        self.copy_url.setEnabled(any(status.base_url for status in selected))
        self.open_folder.setEnabled(single is not None)
        self.config.show_for(selected)
        is_changeable = any(not status.is_busy and not status.is_view_only for status in selected)
        self.supervision.setEnabled(is_changeable)
        self.tags.setEnabled(is_changeable)
        self.clean_disk.setEnabled(single is not None and is_changeable)
        self.update.setEnabled(is_changeable and any(not status.is_simulated for status in selected))
        self.snapshots.setEnabled(single is not None and not single.is_simulated and not single.is_view_only)

    def allow_looking_only(self) -> None:
        """Take away for good what would change anything beyond the instances, which say so themselves."""
        for action in (self.create, self.versions, self.import_version, self.settings, self.alerts):
            action.setEnabled(False)
        self.config.allow_looking_only()

    def toggle(self) -> None:
        """Stop when any of the selected instances runs, else start."""
        runs = any(is_allowed(Verb.STOP, status) and status.status is not InstanceState.BACKOFF for status in self._selected)
        (self.stop if runs else self.start).trigger()

    def _request(self, verb: Verb) -> None:
        self.requested.emit(verb.value)
