"""The language of the window: which there are, which one is meant, and Qt's translators for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QObject, QTranslator

from gowa_desktop.infra.languages import LANGUAGES, SYSTEM, catalogue_for
from gowa_desktop.infra.paths import resources_dir

if TYPE_CHECKING:
    from collections.abc import Sequence

def language_for(choice: str, wanted: Sequence[str] | None = None) -> str:
    """Give the code of the catalogue for a choice of the settings, or for the system's languages, best first; English otherwise.

    Args:
        choice: a code of `LANGUAGES`, or `SYSTEM`.
        wanted: the languages of the system, such as `pt-BR`; by default they are asked for.
    """
    return catalogue_for(choice, QLocale.system().uiLanguages() if wanted is None else wanted)


def missing_catalogues() -> list[str]:
    """Name the catalogues that cannot be loaded, ours and Qt's for every language; none in a sound program."""
    wanted = [(name, code) for name in _places() for code in LANGUAGES if code != "en"]
    return [f"{name}_{code}" for name, code in wanted if not _load(QTranslator(), name, code)]


def _places() -> dict[str, tuple[str, ...]]:
    """Give where catalogues lie. Qt has no Indonesian for its buttons, menus and file dialog; what stands in for it lies beside ours."""
    own = str(resources_dir() / "translations")
    return {"qtbase": (QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath), own), "gowa-desktop": (own,)}


def _load(translator: QTranslator, name: str, code: str) -> bool:
    return any(translator.load(f"{name}_{code}", folder) for folder in _places()[name])


class Language(QObject):
    """Keeps the translators of the application. Main thread; windows that are made afterwards speak the new language."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.setObjectName("language")
        self._translators: list[QTranslator] = []
        self.code = "en"
        """The catalogue at work."""

    @classmethod
    def of(cls, application: QCoreApplication) -> Language:
        """Give the one that belongs to an application; made when there is none."""
        return application.findChild(cls, "language") or cls(application)

    def use(self, choice: str) -> bool:
        """Speak a language from now on; the answer is whether it is another one than before."""
        code = language_for(choice)
        if code == self.code:
            return False
        for translator in self._translators:
            QCoreApplication.removeTranslator(translator)
            translator.deleteLater()
        self._translators.clear()
        self.code = code
        for name in _places():
            translator = QTranslator(self)
            if code != "en" and _load(translator, name, code):
                QCoreApplication.installTranslator(translator)
                self._translators.append(translator)
            else:
                translator.deleteLater()
        QLocale.setDefault(QLocale.system() if code == language_for(SYSTEM) else QLocale(code))
        return True
