"""LanguageSwitch: lets the window speak the language of the settings, from the moment it is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Slot

from gowa_desktop.domain.app_settings import LANGUAGE
from gowa_desktop.ui.look.language import Language

if TYPE_CHECKING:
    from gowa_desktop.services.settings import AppSettings
    from gowa_desktop.ui.window_face import WindowFace


class LanguageSwitch(QObject):
    """Watches one setting. Main thread; lives as long as the services.

    Texts are set when widgets are made, so another language is another window in the place of the first.
    """

    def __init__(self, settings: AppSettings, face: WindowFace[Any], application: QCoreApplication, parent: QObject) -> None:
        super().__init__(parent)
        self.setObjectName("languageSwitch")
        self._settings = settings
        self._face = face
        self._language = Language.of(application)
        self._language.use(settings.get(LANGUAGE))
        settings.changed.connect(self._on_settings_changed)

    @classmethod
    def of(cls, settings: AppSettings, face: WindowFace[Any], application: QCoreApplication, owner: QObject) -> LanguageSwitch:
        """Give the one of these services; made when there is none yet."""
        return owner.findChild(cls, "languageSwitch") or cls(settings, face, application, owner)

    @Slot(str)
    def _on_settings_changed(self, key: str) -> None:
        if key == LANGUAGE.key and self._language.use(self._settings.get(LANGUAGE)):
            # The dialog that was just confirmed belongs to the window that goes.
            QTimer.singleShot(0, self, self._make_window_anew)

    @Slot()
    def _make_window_anew(self) -> None:
        if not self._face.make_anew():
            self._face.tell(self.tr("The language changes when GOWA Desktop is opened anew: some settings of an instance are not saved yet."))
