"""Pictures of windows that stand for themselves: the first frame, logs, diagnostics, errors, self-test, settings, questions, a crowd."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction  # noqa: TID251 - this drives the user interface
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QListWidget, QMenu, QTabBar, QWidget  # noqa: TID251

from gowa_desktop.domain.errors import UsageError
from gowa_desktop.domain.instance import InstanceState, NewInstance
from gowa_desktop.domain.versions import SIMULATOR
from gowa_desktop.ui.config.text_dialogs import ErrorWindow
from gowa_desktop.ui.config.unsaved_guard import UnsavedDialog
from gowa_desktop.ui.fatal_error import fatal_error_box
from gowa_desktop.ui.instances.instance_table_view import InstanceTableView
from gowa_desktop.ui.logs.log_view import LogView
from gowa_desktop.ui.logs.log_window import LogWindow
from gowa_desktop.ui.logs.saved_searches import SavedSearchMenu, SearchNameDialog
from gowa_desktop.ui.main_window import MainWindow
from gowa_desktop.ui.parts.dialogs import PairingHelp, VersionTagDialog
from gowa_desktop.ui.parts.drop_overlay import DropOverlay
from gowa_desktop.ui.settings.settings_dialog import SettingsDialog
from gowa_desktop.ui.window_state import WindowState
from tests.screenshots.camera import find, open_dialog, wait_until

if TYPE_CHECKING:
    from gowa_desktop.bootstrap import Services
    from tests.screenshots.camera import Camera

CROWD = 100
TRACE = """GOWA Desktop 0.1.0, Python 3.12.3, Qt 6.11.3
KeyError: 'port'
  gowa_desktop/services/instances/lifecycle.py, line 214, in _on_probe_answered
  gowa_desktop/services/supervision/readiness_probe.py, line 88, in _finish"""
SMALL = (900, 600)


class WindowPictures:
    """Takes them around a window with a fleet, which is a crowd afterwards."""

    def __init__(self, window: MainWindow, services: Services, camera: Camera) -> None:
        self._window = window
        self._services = services
        self._camera = camera

    def take(self) -> None:
        """Take them all."""
        self._take_opening()
        self._take_logs()
        self._take_texts()
        self._take_settings()
        self._take_questions()
        self._take_menus()
        self._take_self_test()
        self._take_crowd()

    def _take_opening(self) -> None:
        frame = MainWindow(None, WindowState(self._services.paths.root / "opening.ini"))
        frame.show_at_once()
        self._camera.shoot("opening", frame)
        frame.put_away()

    def _take_logs(self) -> None:
        table = find(self._window, InstanceTableView, "instanceTable")
        running = [status for status in self._services.instances.statuses() if status.status is InstanceState.RUNNING]
        table.select_ids([min(running, key=lambda status: status.name).id])
        self._tab("Logs")
        self._camera.shoot("logs", self._window)
        field = next(edit for edit in self._window.findChildren(QLineEdit, "logSearch") if edit.isVisible())
        for name, text in (("logs-find", "webhook"), ("logs-nothing", "carrier pigeon")):
            field.setText(text)
            QTest.qWait(600)
            self._camera.shoot(name, self._window)
        menu = find(self._window, SavedSearchMenu, "savedSearches")
        field.setText("webhook")
        menu.save("webhooks")
        self._shoot("logs-save-search", SearchNameDialog(menu.save, "webhook", self._window))
        menu.fill()
        menu.popup(self._window.mapToGlobal(self._window.rect().center()))
        self._camera.shoot("logs-saved-searches", menu)
        menu.close()
        field.clear()
        self._tab("Overview")
        self._trigger("allLogs")
        everything = find(self._window, LogWindow, "logWindow")
        QTest.qWait(600)
        self._camera.shoot("logs-all", everything)
        find(everything, QLineEdit, "logSearch").setText("carrier pigeon")
        QTest.qWait(600)
        self._camera.shoot("logs-all-nothing", everything)
        everything.close()
        self._trigger("ownLog")
        own = next(view for view in self._window.findChildren(LogView) if view.isWindow())
        QTest.qWait(400)
        self._camera.shoot("logs-own", own)
        own.close()

    def _take_texts(self) -> None:
        self._trigger("diagnostics")
        wait_until(lambda: bool(self._window.findChildren(QDialog, "diagnosticsDialog")), 30)
        self._shoot("diagnostics", find(self._window, QDialog, "diagnosticsDialog"))
        self._shoot("error", ErrorWindow(TRACE, self._window))
        box = fatal_error_box(UsageError("The data folder cannot be written.", "Choose another one with --data-dir, or make room on the disk."))
        self._shoot("fatal-error", box)

    def _take_settings(self) -> None:
        dialog = SettingsDialog(self._services.settings, self._window, data_dir=Path.home() / ".local" / "share" / "gowa-desktop")
        dialog.open()
        sections = find(dialog, QListWidget, "settingsSections")
        for number in range(sections.count()):
            sections.setCurrentRow(number)
            QTest.qWait(50)
            self._camera.shoot(f"settings-{number + 1}", dialog)
        search = find(dialog, QLineEdit, "settingsSearch")
        for name, text in (("settings-found", "port"), ("settings-nothing", "carrier pigeon")):
            search.setText(text)
            QTest.qWait(50)
            self._camera.shoot(name, dialog)
        dialog.reject()

    def _take_questions(self) -> None:
        self._shoot("unsaved", UnsavedDialog(["toko-jakarta", "support"], self._window))
        self._shoot("pairing", PairingHelp(self._window))
        tag = VersionTagDialog("gowa-linux-amd64", self._window)
        tag.accept()
        self._shoot("version-tag", tag)
        table = find(self._window, InstanceTableView, "instanceTable")
        table.selectAll()
        self._trigger("delete")
        self._shoot("delete-several", find(self._window, QDialog, "confirmDialog"))
        overlay = find(self._window, DropOverlay, "dropOverlay")
        overlay.appear()
        self._camera.shoot("drop", self._window)
        overlay.hide()

    def _take_menus(self) -> None:
        table = find(self._window, InstanceTableView, "instanceTable")
        table.menu_requested.emit(table.viewport().mapToGlobal(QPoint(200, 400)), False)
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        self._shoot("empty-menu", menu)

    def _take_self_test(self) -> None:
        dialog = open_dialog(self._window, "action_selfTest", "selfTestDialog")
        again = find(dialog, QWidget, "selfTestAgain")
        QTest.qWait(1500)
        self._camera.shoot("self-test-running", dialog)
        wait_until(again.isEnabled, 120)
        self._shoot("self-test", dialog)

    def _take_crowd(self) -> None:
        for number in range(CROWD):
            self._services.instances.create(NewInstance(name=f"cabang-{number + 1:03}", gowa_version=SIMULATOR))
        QTest.qWait(300)
        table = find(self._window, InstanceTableView, "instanceTable")
        table.select_ids([self._services.instances.statuses()[0].id])
        self._camera.shoot("crowd", self._window)
        find(self._window, QLineEdit, "searchField").setText("carrier pigeon")
        QTest.qWait(100)
        self._camera.shoot("nothing-found", self._window)
        find(self._window, QLineEdit, "searchField").clear()
        before = self._window.size()
        self._window.resize(*SMALL)
        self._camera.shoot("crowd-narrow", self._window)
        self._window.resize(before)

    def _tab(self, title: str) -> None:
        bar = find(self._window, QTabBar, "panelTabs")
        bar.setCurrentIndex(next(index for index in range(bar.count()) if bar.tabText(index).replace("&", "") == title))
        QTest.qWait(600)

    def _trigger(self, name: str) -> None:
        action = self._window.findChild(QAction, f"action_{name}")
        assert isinstance(action, QAction)
        action.trigger()
        QTest.qWait(150)

    def _shoot(self, name: str, widget: QWidget) -> None:
        """Take a window's picture, and close it without anybody hearing of it."""
        widget.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        widget.show()
        QTest.qWait(100)
        self._camera.shoot(name, widget)
        widget.close()
        QTest.qWait(50)
