"""The language of the command line: which one is meant, and its texts in it. Imports no Qt where the system's variables tell.

Nothing is read before the first text is wanted, and nothing but the person's choice when that is English. What programs read, such as
JSON, names of commands and options, and codes, has no language.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cached_property
from typing import TYPE_CHECKING

from gowa_desktop.infra.languages import catalogue_for, chosen_language, environment_languages
from gowa_desktop.infra.paths import DataPaths, default_data_dir
from gowa_desktop.infra.phrasebook import Phrasebook, read_catalogue

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from gowa_desktop.domain.errors import GowaError

_DATA_DIR = "--data-dir"


class Speech:
    """The texts of one language; English ones are given back as they are."""

    def __init__(self, code: str) -> None:
        self.code = code

    @classmethod
    def of_person(cls, data_dir: Path) -> Speech:
        """Give that of the person: the language of the settings when one was chosen, else that of the system."""
        return cls(catalogue_for(chosen_language(DataPaths(data_dir).window_state), _system_languages()))

    @cached_property
    def _texts(self) -> tuple[dict[str, str], dict[str, str]]:
        return read_catalogue(self.code)

    @cached_property
    def _book(self) -> Phrasebook:
        sentences, own = self._texts
        texts = {**{text: translation for text, translation in own.items() if _is_sentence(text)}, **sentences}
        return Phrasebook(texts, lambda text: texts.get(text, text))

    def told(self, text: str) -> str:
        """Give a sentence, or several in a row, with names and numbers in it."""
        return text if not text or self.code == "en" else self._book.told(text)

    def word(self, text: str) -> str:
        """Give a word or a phrase as it stands in the catalogue."""
        if self.code == "en":
            return text
        sentences, own = self._texts
        return own.get(text) or sentences.get(text, text)


class _LazySpeech:
    """A speech that is chosen when the first text is wanted."""

    def __init__(self, arguments: Sequence[str]) -> None:
        self._arguments = arguments

    @cached_property
    def speech(self) -> Speech:
        return Speech.of_person(_data_dir(self._arguments))


class _English:
    speech = Speech("en")


_SPEAKER: ContextVar[_LazySpeech | _English] = ContextVar("speaker", default=_English())  # noqa: B039 - it never changes


@contextmanager
def speaking(arguments: Sequence[str]) -> Iterator[None]:
    """Speak the language of the person while a command line is carried out."""
    token = _SPEAKER.set(_LazySpeech(arguments))
    try:
        yield
    finally:
        _SPEAKER.reset(token)


def told(text: str) -> str:
    """Give a sentence, or several in a row, in the language of the person."""
    return _SPEAKER.get().speech.told(text)


def word(text: str) -> str:
    """Give a word, a heading or a help text in the language of the person."""
    return _SPEAKER.get().speech.word(text)


def words(*texts: str) -> list[str]:
    """Give the headings of a table in the language of the person."""
    return [word(text) for text in texts]


def said(error: GowaError) -> str:
    """Give what a fault says, and its next step, in the language of the person."""
    return f"{told(error.message)} {told(error.next_step)}".strip()


def _is_sentence(text: str) -> bool:
    """Tell what may be found inside of others. Words and parts like “{done} of {total}” are not, lest a name such as Disk be translated."""
    return " " in text and (not text.startswith("{") or text.endswith("."))


def _data_dir(arguments: Sequence[str]) -> Path:
    """Find the data folder in a command line that may make no sense."""
    from pathlib import Path  # noqa: PLC0415 - a type elsewhere

    for number, one in enumerate(arguments):
        if one.startswith(f"{_DATA_DIR}="):
            return Path(one.partition("=")[2]).expanduser()
        if one == _DATA_DIR and number + 1 < len(arguments):
            return Path(arguments[number + 1]).expanduser()
    return default_data_dir()


def _system_languages() -> Sequence[str]:
    if sys.platform in {"win32", "darwin"}:
        # The window asks the system there, and variables are seldom set.
        from PySide6.QtCore import QLocale  # noqa: PLC0415 - not needed elsewhere

        return QLocale.system().uiLanguages()
    return environment_languages(os.environ)
