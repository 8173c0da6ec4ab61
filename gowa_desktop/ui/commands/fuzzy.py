"""Fuzzy search: which letters of a text a few typed letters stand for, and how well they fit. Plain functions, no widgets."""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

_PLAIN = 1
_FOLLOWS = 6
_BEGINS_WORD = 8
_BEGINS_TEXT = 4
_GAP = 1
"""What each letter costs that is skipped between two found ones, at most `_MOST_GAP`."""
_MOST_GAP = 4
_NEVER = -1_000_000


class Match(NamedTuple):
    """How a query fits a text."""

    score: int
    """Higher fits better; only comparable for the same query."""
    positions: tuple[int, ...]
    """The letters of the text that were found, ascending."""


def folded(text: str) -> str:
    """Give a text without case and accents, letter for letter: its length stays."""
    return "".join(_folded_letter(letter) for letter in text)


def match(query: str, text: str) -> Match | None:
    """Find every word of a query in a text, its letters in their order but not necessarily side by side; None where one is missing.

    An empty query fits everything with a score of 0.
    """
    letters = folded(text)
    score, positions = 0, set[int]()
    for word in folded(query).split():
        found = _match_word(word, letters)
        if found is None:
            return None
        score += found.score
        positions |= set(found.positions)
    return Match(score, tuple(sorted(positions)))


def _folded_letter(letter: str) -> str:
    if letter.isascii():
        return letter.lower()
    plain = unicodedata.normalize("NFD", letter)[0].lower()
    return plain if len(plain) == 1 else letter


def _match_word(word: str, text: str) -> Match | None:
    if not _contains(word, text):
        return None  # nearly every text fails here, so that the search below is seldom needed
    # best[i]: the best score of a way that puts the present letter of the word on letter i of the text, and that way.
    best: list[tuple[int, tuple[int, ...]]] = []
    for number, letter in enumerate(word):
        row: list[tuple[int, tuple[int, ...]]] = [(_NEVER, ())] * len(text)
        for place, candidate in enumerate(text):
            if candidate != letter or place < number:
                continue
            value = _value(text, place)
            if number == 0:
                row[place] = (value, (place,))
                continue
            before = max(((best[p][0] + _step(place - p), best[p][1]) for p in range(number - 1, place)), default=(_NEVER, ()))
            if before[0] > _NEVER // 2:
                row[place] = (before[0] + value, (*before[1], place))
        best = row
    score, positions = max(best)
    return Match(score - len(text) // 12, positions) if positions else None


def _contains(word: str, text: str) -> bool:
    place = -1
    for letter in word:
        place = text.find(letter, place + 1)
        if place < 0:
            return False
    return True


def _value(text: str, place: int) -> int:
    if place == 0:
        return _PLAIN + _BEGINS_WORD + _BEGINS_TEXT
    begins = not text[place - 1].isalnum() or (text[place].isdigit() and not text[place - 1].isdigit())
    return _PLAIN + (_BEGINS_WORD if begins else 0)


def _step(distance: int) -> int:
    return _FOLLOWS if distance == 1 else -min(_MOST_GAP, (distance - 1) * _GAP)
