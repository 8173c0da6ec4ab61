"""The QApplication: its names, style, theme, icon and translations. Nothing here knows instances."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, Qt, Signal, Slot
from PySide6.QtGui import QFileOpenEvent, QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication

import gowa_desktop
from gowa_desktop.domain.links import is_link, shortened
from gowa_desktop.domain.theme_choice import ThemeChoice
from gowa_desktop.infra.languages import SYSTEM
from gowa_desktop.infra.paths import resources_dir
from gowa_desktop.infra.windows_identity import claim_app_id
from gowa_desktop.infra.windows_restart import register_restart
from gowa_desktop.ui.look.language import Language
from gowa_desktop.ui.look.theme import Theme

if TYPE_CHECKING:
    from collections.abc import Callable


DESKTOP_FILE = "gowa-desktop"


class Application(QApplication):
    """Lets somebody else answer when the system asks the program to quit, as with Cmd+Q and in the Dock's menu on macOS.

    Qt's own answer is to close all windows, and a window that goes to the tray instead would refuse the end.
    """

    link_opened = Signal(str)
    """The system hands over one of our links, as macOS does instead of starting a second program."""

    reopened = Signal()
    """A person clicks on the program in the Dock of macOS, or starts it there once more."""

    def __init__(self, argv: list[str]) -> None:
        super().__init__(argv)
        self._answer: Callable[[], bool] | None = None
        self._was_active = False
        self.applicationStateChanged.connect(self._on_application_state_changed)

    def answer_quit_with(self, answer: Callable[[], bool]) -> None:
        """Ask this first; when it gives true, it has taken care of the request."""
        self._answer = answer

    def serve(self, answer_quit: Callable[[], bool], open_link: Callable[[str], None], reopen: Callable[[], None]) -> None:
        """Hand on what the system asks of the program: to quit, to open a link, to show itself."""
        self.answer_quit_with(answer_quit)
        self.link_opened.connect(open_link)
        self.reopened.connect(reopen)

    def event(self, event: QEvent) -> bool:
        """Hand requests to quit, and links, on."""
        if event.type() is QEvent.Type.Quit and self._answer is not None and self._answer():
            event.ignore()
            return True
        if isinstance(event, QFileOpenEvent) and is_link(link := event.url().toString()):
            self.link_opened.emit(shortened(link))
            return True
        return super().event(event)

    @Slot(Qt.ApplicationState)
    def _on_application_state_changed(self, state: Qt.ApplicationState) -> None:
        # Qt's part for macOS tells of a click in the Dock by saying “active” to a program that is active already; nothing else does.
        is_active = state is Qt.ApplicationState.ApplicationActive
        if is_active and self._was_active:
            self.reopened.emit()
        self._was_active = is_active


def create_application(argv: list[str], theme: ThemeChoice = ThemeChoice.SYSTEM, language: str = SYSTEM) -> Application:
    """Make the application, dressed as the settings said last and ready for a window. It never ends by itself."""
    QCoreApplication.setOrganizationName("GOWA Desktop")
    QCoreApplication.setApplicationName("gowa-desktop")
    QCoreApplication.setApplicationVersion(gowa_desktop.__version__)
    QGuiApplication.setApplicationDisplayName("GOWA Desktop")
    # Wayland and GNOME find window icon and name through the desktop file.
    QGuiApplication.setDesktopFileName(DESKTOP_FILE)
    claim_app_id()
    register_restart(argv[1:])
    application = Application(argv)
    dress_application(application, theme, language)
    return application


def dress_application(application: QApplication, theme: ThemeChoice = ThemeChoice.SYSTEM, language: str = SYSTEM) -> Theme:
    """Give an application its style, theme, icon and translations; the theme belongs to the application."""
    application.setQuitOnLastWindowClosed(False)
    application.setStyle("Fusion")
    application.setWindowIcon(QIcon(str(resources_dir() / "icons" / "gowa-desktop.svg")))
    Language.of(application).use(language)
    return Theme(application, theme)
