"""Sentences of the services in the language of the window.

Services know no widgets and no languages: they say what happened in English, with names and numbers filled in, and such
sentences are also kept, as in exit reports. The catalogue knows the English sentences with placeholders; here a sentence is found
again by its fixed words, and what fills the placeholders is put into the translation.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from gowa_desktop.infra.paths import resources_dir

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CONTEXT = "Sentences"
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_BETWEEN_SENTENCES = re.compile(r"(?<=[.!?…])\s+(?=\S)")
_MOST_PIECES = 12
_DEPTH = 3


@dataclass(frozen=True, slots=True)
class _Template:
    source: str
    pattern: re.Pattern[str]
    begins: str
    ends: str

    def filling(self, text: str) -> Mapping[str, str] | None:
        if not text.startswith(self.begins) or not text.endswith(self.ends):
            return None
        found = self.pattern.fullmatch(text)
        return None if found is None else found.groupdict()


def told(text: str) -> str:
    """Give a sentence of the services, or several in a row, in the language of the window; what no catalogue knows stays as it is."""
    if not text or not _is_translated():
        return text
    return "\n".join(_told_line(line, _DEPTH) for line in text.split("\n"))


def _told_line(line: str, depth: int) -> str:
    """Translate a line as a whole, else sentence by sentence, else as a whole in which something of several sentences is quoted."""
    whole = _told_whole(line, depth)
    if whole is not None:
        return whole
    pieces = _BETWEEN_SENTENCES.split(line)
    if 1 < len(pieces) <= _MOST_PIECES:
        said = _told_pieces(pieces, depth)
        if said is not None:
            return said
    return _told_whole(line, depth, quotes_sentences=True) or line


def _told_pieces(pieces: list[str], depth: int) -> str | None:
    """Translate sentences that stand in a row, as many at a time as one template takes; None when none is known."""
    said: list[str] = []
    is_known = False
    while pieces:
        for count in range(len(pieces), 0, -1):
            translation = _told_whole(" ".join(pieces[:count]), depth)
            if translation is not None or count == 1:
                said.append(pieces[0] if translation is None else translation)
                is_known = is_known or translation is not None
                del pieces[:count]
                break
    return " ".join(said) if is_known else None


def _told_whole(text: str, depth: int, *, quotes_sentences: bool = False) -> str | None:
    exact = QCoreApplication.translate(CONTEXT, text)
    if exact != text:
        return exact
    found = _template_of(text, quotes_sentences)
    if found is None:
        return None
    source, filling = found
    translation = QCoreApplication.translate(CONTEXT, source)
    if translation == source:
        return None
    values = {name: _told_line(value, depth - 1) if depth > 1 else value for name, value in filling}
    return _PLACEHOLDER.sub(lambda place: values.get(place[1], place[0]), translation)


@lru_cache(maxsize=2048)
def _template_of(text: str, quotes_sentences: bool) -> tuple[str, tuple[tuple[str, str], ...]] | None:
    for template in _templates():
        filling = template.filling(text)
        if filling is not None and (quotes_sentences or not any(map(_BETWEEN_SENTENCES.search, filling.values()))):
            return template.source, tuple(filling.items())
    return None


@cache
def _templates() -> Sequence[_Template]:
    """Read the English sentences with placeholders, those with the most fixed words first."""
    try:
        sources = json.loads((resources_dir() / "translations" / "sentences.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ()
    found = [source for source in sources if isinstance(source, str) and _PLACEHOLDER.search(source)]
    found.sort(key=lambda source: len(_PLACEHOLDER.sub("", source)), reverse=True)
    return tuple(_compiled(source) for source in found)


def _compiled(source: str) -> _Template:
    fixed = _PLACEHOLDER.split(source)[::2]
    pattern = re.compile(
        "".join(re.escape(part) if number % 2 == 0 else f"(?P<{part}>.+?)" for number, part in enumerate(_PLACEHOLDER.split(source))), re.DOTALL
    )
    return _Template(source, pattern, fixed[0], fixed[-1])


def _is_translated() -> bool:
    """Tell whether a catalogue other than English is at work: it begins with its own name."""
    return QCoreApplication.translate("Language", "English") != "English"
