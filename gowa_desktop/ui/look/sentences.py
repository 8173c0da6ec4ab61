"""Sentences of the services in the language of the window: Qt's translators hold the catalogue, the phrasebook finds sentences in it."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QCoreApplication

from gowa_desktop.infra.phrasebook import Phrasebook, english_sentences

CONTEXT = "Sentences"


def told(text: str) -> str:
    """Give a sentence of the services, or several in a row, in the language of the window; what no catalogue knows stays as it is."""
    return text if not text or not _is_translated() else _book().told(text)


@cache
def _book() -> Phrasebook:
    return Phrasebook(english_sentences(), lambda text: QCoreApplication.translate(CONTEXT, text))


def _is_translated() -> bool:
    """Tell whether a catalogue other than English is at work: it begins with its own name."""
    return QCoreApplication.translate("Language", "English") != "English"
