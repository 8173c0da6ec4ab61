"""Sentences of the services in another language, and the choice of a language."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QCoreApplication, QTranslator
from PySide6.QtWidgets import QApplication, QWidget

from gowa_desktop.ui.look.language import Language, language_for
from gowa_desktop.ui.look.sentences import told

if TYPE_CHECKING:
    from collections.abc import Iterator

WORDS = {
    "English": "Kalimat",
    "Port {port} is used by {who}.": "{who} memakai port {port}.",
    "Port {next_free_port} is free.": "Port {next_free_port} bebas.",
    "another program": "program lain",
    "Choose another port.": "Pilih port lain.",
    "There is no instance named “{name_or_key}”.": "Tidak ada instans bernama “{name_or_key}”.",
}


class Catalogue(QTranslator):
    """A catalogue of a few words."""

    def translate(self, _context: str, text: str, _note: str | None = None, _count: int = -1) -> str | None:
        return WORDS.get(text)

    def isEmpty(self) -> bool:  # noqa: N802 - Qt's name
        return False


@pytest.fixture
def catalogue(qapp: QApplication) -> Iterator[None]:
    translator = Catalogue(qapp)
    QCoreApplication.installTranslator(translator)
    yield
    QCoreApplication.removeTranslator(translator)


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("Choose another port.", "Pilih port lain."),
        ("Port 8001 is used by nginx (process 81).", "nginx (process 81) memakai port 8001."),
        ("Port 8001 is used by another program.", "program lain memakai port 8001."),
        ("Port 8001 is used by another program. Port 8002 is free.", "program lain memakai port 8001. Port 8002 bebas."),
        ("Port 8001 is used by v1.2 Beta. Choose another port.", "v1.2 Beta memakai port 8001. Pilih port lain."),
        ("Nobody knows this. Choose another port.", "Nobody knows this. Pilih port lain."),
        ("There is no instance named “a. B”.", "Tidak ada instans bernama “a. B”."),
        ("Choose another port.\nPort 1 is free.", "Pilih port lain.\nPort 1 bebas."),
        ("There is no instance named “{port}”.", "Tidak ada instans bernama “{port}”."),
    ],
)
def test_sentences_are_found_by_their_fixed_words(text: str, expected: str) -> None:
    assert told(text) == expected


def test_without_a_catalogue_sentences_stay_as_they_are(qapp: QApplication) -> None:
    assert told("Port 8001 is used by nginx. Choose another port.") == "Port 8001 is used by nginx. Choose another port."


@pytest.mark.parametrize(
    ("choice", "wanted", "expected"),
    [
        ("", ["pt-BR", "en-US"], "pt_BR"),
        ("", ["pt-PT"], "pt_BR"),
        ("", ["es-MX"], "es"),
        ("", ["id-ID"], "id"),
        ("", ["nl-NL", "es-ES"], "es"),
        ("", ["en-GB", "es-ES"], "en"),
        ("", ["nl-NL"], "en"),
        ("es", ["id-ID"], "es"),
        ("xx", ["id-ID"], "id"),
    ],
)
def test_language_is_the_chosen_one_or_the_best_of_the_system(choice: str, wanted: list[str], expected: str) -> None:
    assert language_for(choice, wanted) == expected


def test_one_language_belongs_to_the_application(qapp: QApplication) -> None:
    assert Language.of(qapp) is Language.of(qapp)


class Base(QWidget):
    def word(self) -> str:
        return self.tr("Choose another port.")


class Derived(Base):
    """Its texts are in the catalogue under the class that holds the code."""


@pytest.mark.usefixtures("qtbot")
def test_text_of_a_base_class_is_found_from_a_derived_one(qapp: QApplication) -> None:
    class OneContext(Catalogue):
        def translate(self, context: str, text: str, _note: str | None = None, _count: int = -1) -> str | None:
            return WORDS.get(text) if context == "Base" else None

    translator = OneContext(qapp)
    QCoreApplication.installTranslator(translator)
    assert Derived().word() == "Pilih port lain."
    QCoreApplication.removeTranslator(translator)
