"""ProgramLab: the whole program but its event loop, put together as a launch does, and begun again on the same folder as often as wanted."""

from __future__ import annotations

import gc
import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QLocale, QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QPushButton

from gowa_desktop.domain.theme_choice import ThemeChoice
from gowa_desktop.infra.paths import DataPaths
from gowa_desktop.launch import main_window
from gowa_desktop.program_run import ProgramRun
from gowa_desktop.ui.look.language import Language
from gowa_desktop.ui.settings.setting_row import SettingRow
from gowa_desktop.ui.settings.settings_dialog import SettingsDialog
from gowa_desktop.ui.tray.tray import Tray
from gowa_desktop.ui.window_face import WindowFace
from gowa_desktop.ui.window_state import WindowState
from tests.conftest import processes_below
from tests.ui.conftest import find

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.domain.app_settings import Setting
    from gowa_desktop.ui.look.theme import Theme
    from gowa_desktop.ui.main_window import MainWindow


class ProgramLab:
    """Runs the program on a data folder, with a tray. What a process has once is as in a new process after each beginning."""

    def __init__(self, qtbot: QtBot, application: QApplication, theme: Theme, data_dir: Path) -> None:
        self.qtbot = qtbot
        self.data_dir = data_dir
        self._application = application
        self._theme = theme
        self._locale = QLocale()
        self._gone: list[tuple[ProgramRun, WindowFace[Services], QObject]] = []
        self.ends = 0
        """How often the program wanted to end."""

    @property
    def window(self) -> MainWindow:
        """The window as it is now."""
        window = self._face.window
        assert window is not None
        return window

    def action(self, name: str) -> QAction:
        """Give an action of the window."""
        action = self.window.findChild(QAction, f"action_{name}")
        assert isinstance(action, QAction), f"there is no action {name}"
        return action

    def begin(self) -> None:
        """Launch the program."""
        self._owner = QObject(self._application)
        tray = self._tray = Tray(self._owner, lambda: True)
        state = WindowState(DataPaths(self.data_dir).window_state)
        state.knows_close = True

        def make_window(services: Services, is_looking: bool) -> MainWindow:
            self.services = services
            return main_window(services, self._face, self._application, tray, state, None, is_looking=is_looking)

        def note_end() -> None:
            self.ends += 1

        self._face = WindowFace(make_window, note_end, minimized=False, tray=tray)
        self.run = ProgramRun(self.data_dir, self._face, self._owner)
        assert self.run.begin()

    def end(self) -> None:
        """End the program; instances go on, and so does what holds them."""
        self._tray.close()
        self._tray.deleteLater()
        self.run.close()
        self._gone.append((self.run, self._face, self._owner))
        self._application.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        self._forget()

    def begin_anew(self) -> None:
        """End the program and launch it again."""
        self.end()
        self.begin()

    def clean(self) -> None:
        """Leave nothing behind."""
        self.end()
        for process in processes_below(self.data_dir):
            process.kill()
            process.wait(10)
        for _run, _face, owner in self._gone:
            owner.deleteLater()
        self._gone.clear()
        self._application.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

    def change(self, setting: Setting[Any], value: object) -> None:
        """Change a setting as a person does, in the dialog where it has a row."""
        self.window.raise_and_focus()
        self.action("settings").trigger()
        dialog = find(self.window, SettingsDialog, "settingsDialog")
        row = next((row for row in dialog.findChildren(SettingRow) if row.setting is setting), None)
        assert row is not None, f"{setting.key} has no row in the dialog"
        row.editor.show_value(value)
        find(dialog, QPushButton, "settingsSave").click()
        assert not dialog.isVisible()
        self.turn()

    def turn(self) -> None:
        """Let the program do what it left for the next turn of the event loop."""
        for _ in range(3):
            self._application.processEvents()

    def _forget(self) -> None:
        self._theme.prefer(ThemeChoice.SYSTEM)
        self._theme.choose(ThemeChoice.LIGHT)
        self._theme.set_still(is_on=False)
        QApplication.setCursorFlashTime(-1)
        Language.of(self._application).use("en")
        QLocale.setDefault(self._locale)
        logging.getLogger("gowa_desktop").setLevel(logging.NOTSET)
        gc.collect()
