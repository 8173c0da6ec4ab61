"""Sentences of the program in another language, found again by their fixed words.

Services know no languages: they say what happened in English, with names and numbers filled in, and such sentences are also kept, as
in exit reports. A catalogue knows the English sentences with placeholders; here a sentence is found again by its fixed words, and what
fills the placeholders is put into the translation. The window and the command line both use it; each brings its own catalogue.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from gowa_desktop.infra.paths import resources_dir

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_BETWEEN_SENTENCES = re.compile(r"(?<=[.!?…])\s+(?=\S)")
_MOST_PIECES = 12
_DEPTH = 3
_REMEMBERED = 2048


class _Template:
    """One English sentence with placeholders. The expression is made when the fixed words were found, which is seldom."""

    __slots__ = ("_fixed", "_pattern", "source")

    def __init__(self, source: str) -> None:
        self.source = source
        self._fixed = _PLACEHOLDER.split(source)[::2]
        self._pattern: re.Pattern[str] | None = None

    @property
    def weight(self) -> int:
        """How many characters are fixed."""
        return sum(map(len, self._fixed))

    def filling(self, text: str) -> Mapping[str, str] | None:
        """Give what stands in the places of the placeholders; None when this is another sentence."""
        if not text.startswith(self._fixed[0]) or not text.endswith(self._fixed[-1]) or not self._has_all_words(text):
            return None
        if self._pattern is None:
            parts = enumerate(_PLACEHOLDER.split(self.source))
            self._pattern = re.compile(
                "".join(re.escape(part) if number % 2 == 0 else f"(?P<{part}>.+?)" for number, part in parts), re.DOTALL
            )
        found = self._pattern.fullmatch(text)
        return None if found is None else found.groupdict()

    def _has_all_words(self, text: str) -> bool:
        place = 0
        for part in self._fixed:
            place = text.find(part, place)
            if place < 0:
                return False
            place += len(part)
        return True


class Phrasebook:
    """Tells sentences in another language. What it does not know stays as it is.

    Args:
        sources: the English texts; those with placeholders are found by their fixed words.
        translate: gives the translation of a source; the source itself when there is none.
    """

    def __init__(self, sources: Iterable[str], translate: Callable[[str], str]) -> None:
        self._translate = translate
        templates = [_Template(source) for source in sources if _PLACEHOLDER.search(source)]
        templates.sort(key=lambda template: template.weight, reverse=True)
        self._templates: Sequence[_Template] = templates
        self._template_of = lru_cache(maxsize=_REMEMBERED)(self._find_template)

    def told(self, text: str) -> str:
        """Give a sentence, or several in a row, in the other language."""
        return "\n".join(self._line(line, _DEPTH) for line in text.split("\n"))

    def _line(self, line: str, depth: int) -> str:
        """Translate a line as a whole, else sentence by sentence, else as a whole in which something of several sentences is quoted."""
        whole = self._whole(line, depth)
        if whole is not None:
            return whole
        pieces = _BETWEEN_SENTENCES.split(line)
        if 1 < len(pieces) <= _MOST_PIECES:
            said = self._pieces(pieces, depth)
            if said is not None:
                return said
        return self._whole(line, depth, quotes_sentences=True) or line

    def _pieces(self, pieces: list[str], depth: int) -> str | None:
        """Translate sentences that stand in a row, as many at a time as one template takes; None when none is known."""
        said: list[str] = []
        is_known = False
        while pieces:
            for count in range(len(pieces), 0, -1):
                translation = self._whole(" ".join(pieces[:count]), depth)
                if translation is not None or count == 1:
                    said.append(pieces[0] if translation is None else translation)
                    is_known = is_known or translation is not None
                    del pieces[:count]
                    break
        return " ".join(said) if is_known else None

    def _whole(self, text: str, depth: int, *, quotes_sentences: bool = False) -> str | None:
        exact = self._translate(text)
        if exact != text:
            return exact
        found = self._template_of(text, quotes_sentences)
        if found is None:
            return None
        source, filling = found
        translation = self._translate(source)
        if translation == source:
            return None
        values = {name: self._line(value, depth - 1) if depth > 1 else value for name, value in filling}
        return _PLACEHOLDER.sub(lambda place: values.get(place[1], place[0]), translation)

    def _find_template(self, text: str, quotes_sentences: bool) -> tuple[str, tuple[tuple[str, str], ...]] | None:
        for template in self._templates:
            filling = template.filling(text)
            if filling is not None and (quotes_sentences or not any(map(_BETWEEN_SENTENCES.search, filling.values()))):
                return template.source, tuple(filling.items())
        return None


def english_sentences() -> list[str]:
    """Read the English sentences of the services; none when the file cannot be read."""
    found = _read("sentences.json")
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []


def read_catalogue(code: str) -> tuple[dict[str, str], dict[str, str]]:
    """Read the sentences of the services and the texts of the command line in a language, by English text; none when there are none."""
    found = _read(f"sentences_{code}.json")
    parts = found if isinstance(found, dict) else {}
    sentences, own = parts.get("Sentences"), parts.get("CommandLine")
    return (sentences if isinstance(sentences, dict) else {}), (own if isinstance(own, dict) else {})


def _read(name: str) -> object:
    try:
        return json.loads((resources_dir() / "translations" / name).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
