"""Pictures of what finds and arranges: the command palette, keys, tags, groups, menus, the trash, and the windows that help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction, QKeySequence  # noqa: TID251 - this drives the user interface
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QKeySequenceEdit, QLineEdit, QMenu, QPushButton, QWidget  # noqa: TID251

from gowa_desktop.domain.instance import InstanceChanges, NewInstance
from gowa_desktop.domain.versions import SIMULATOR
from gowa_desktop.ui.commands.command_palette import CommandPalette
from gowa_desktop.ui.commands.shortcuts_dialog import ShortcutsDialog
from gowa_desktop.ui.instances.instance_table_view import InstanceTableView
from tests.screenshots.camera import find, open_dialog, wait_until

if TYPE_CHECKING:
    from collections.abc import Callable

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.ui.main_window import MainWindow

TAGS = (("jakarta", "shop"), ("bandung", "shop"), ("support",), ("very important customer",), ())
NOTES = "Pak Budi's phone, in the drawer of the till.\nCall him before a restart."


class CommandPictures:
    """Works on a fleet of which some run. `shoot` takes a picture of a widget, or of the window."""

    def __init__(self, window: MainWindow, services: Services, shoot: Callable[[str, QWidget | None], None]) -> None:
        self._window = window
        self._services = services
        self._shoot = shoot

    def take(self) -> None:
        """Take every picture; the instances have tags and notes afterwards."""
        self._take_trash()
        self._take_labels()
        self._take_palette()
        self._take_shortcuts()
        self._take_help()

    def _take_labels(self) -> None:
        instances = self._services.instances
        statuses = sorted(instances.statuses(), key=lambda status: status.name)
        for number, status in enumerate(statuses):
            instances.update(status.id, InstanceChanges(tags=TAGS[number % len(TAGS)], notes=NOTES if number == 0 else ""))
        table = find(self._window, InstanceTableView, "instanceTable")
        table.select_ids([statuses[0].id])
        QTest.qWait(100)
        self._shoot("tags", None)
        self._trigger("groupTag")
        self._shoot("groups", None)
        self._trigger("groupNothing")
        table.select_ids([status.id for status in statuses[:3]])
        self._shoot_dialog("tags-dialog", "tags", "tagsDialog")
        table.select_ids([statuses[0].id])
        table.horizontalHeader().customContextMenuRequested.emit(QPoint(200, 10))
        self._shoot_menu("header-menu")
        table.menu_requested.emit(table.viewport().mapToGlobal(QPoint(200, 40)), True)
        self._shoot_menu("row-menu")
        find(self._window, QMenu, "viewMenu").popup(self._window.mapToGlobal(QPoint(400, 60)))
        self._shoot_menu("view-menu")

    def _take_palette(self) -> None:
        for name, query in (("palette", ""), ("palette-search", "st"), ("palette-nothing", "qqq")):
            self._trigger("palette")
            palette = find(self._window, CommandPalette, "commandPalette")
            find(palette, QLineEdit, "paletteField").setText(query)
            QTest.qWait(50)
            self._shoot(name, palette)
            palette.reject()
            QTest.qWait(50)

    def _take_shortcuts(self) -> None:
        dialog = open_dialog(self._window, "action_shortcuts", "shortcutsDialog")
        assert isinstance(dialog, ShortcutsDialog)
        action = self._window.findChild(QAction, "action_allLogs")
        assert isinstance(action, QAction)
        dialog.choose(action)
        find(dialog, QKeySequenceEdit, "shortcutEdit").setKeySequence(QKeySequence("Ctrl+N"))
        self._shoot("shortcuts", dialog)
        dialog.reject()
        QTest.qWait(50)

    def _take_trash(self) -> None:
        self._shoot_dialog("trash-empty", "trash", "trashDialog")
        instances = self._services.instances
        for name in ("toko-lama", "percobaan"):
            made = instances.create(NewInstance(name=name, gowa_version=SIMULATOR))
            (instances.folder(made.id) / "media.bin").write_bytes(b"x" * 2_400_000)
            instances.delete(made.id)
        made = instances.create(NewInstance(name="kasir-3", gowa_version=SIMULATOR))
        instances.reset_data(made.id)
        self._shoot_dialog("trash", "trash", "trashDialog")
        table = find(self._window, InstanceTableView, "instanceTable")
        table.select_ids([made.id])
        self._trigger("delete")
        confirm = self._window.findChildren(QPushButton, "confirmButton")[-1]
        confirm.click()
        wait_until(lambda: all(status.id != made.id for status in instances.statuses()), 20)
        QTest.qWait(100)
        self._shoot("undo-delete", None)

    def _take_help(self) -> None:
        action = self._window.findChild(QAction, "action_about")
        assert isinstance(action, QAction)
        action.trigger()
        wait_until(lambda: bool(self._window.findChildren(QDialog, "aboutDialog")), 20)
        self._shoot_and_close("about", find(self._window, QDialog, "aboutDialog"))

    def _shoot_dialog(self, name: str, action: str, dialog: str) -> None:
        opened = open_dialog(self._window, f"action_{action}", dialog)
        QTest.qWait(150)
        self._shoot_and_close(name, opened)

    def _shoot_and_close(self, name: str, dialog: QDialog) -> None:
        self._shoot(name, dialog)
        dialog.reject()
        QTest.qWait(50)

    def _shoot_menu(self, name: str) -> None:
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        self._shoot(name, menu)
        menu.close()
        QTest.qWait(50)

    def _trigger(self, name: str) -> None:
        action = self._window.findChild(QAction, f"action_{name}")
        assert isinstance(action, QAction)
        action.trigger()
        QTest.qWait(100)
