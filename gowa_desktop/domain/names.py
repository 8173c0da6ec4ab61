"""Names of instances: what is allowed, when two are the same, and a generator of friendly ones."""

from __future__ import annotations

import random
import re
import unicodedata
from typing import TYPE_CHECKING

from gowa_desktop.domain.errors import NameInvalidError, NameTakenError

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_NAME_LENGTH = 100
"""Longest name in characters, as in gowa-manager's database."""

_PUNCTUATION = " -_.()+&@#"
_EMOJI_STYLE = "\ufe0e\ufe0f"
_INVISIBLE = "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0"
"""Letters and marks by category that show nothing: two names could look the same."""
_ALLOWED = "Use letters, digits, spaces and - _ . ( ) + & @ # only."

_ADJECTIVES = ("amber", "brave", "calm", "clear", "coral", "early", "fair", "gentle", "golden", "green", "happy", "keen", "kind",
               "light", "lively", "lucky", "neat", "noble", "quick", "quiet", "silver", "smart", "sunny", "swift", "warm", "wise")
_NOUNS = ("bay", "bridge", "brook", "cedar", "cloud", "comet", "delta", "falcon", "field", "garden", "harbor", "island", "lake",
          "lotus", "market", "meadow", "orchid", "palm", "pine", "reef", "river", "shore", "sparrow", "star", "tiger", "valley")


def name_identity(name: str) -> str:
    """Give the form under which two names count as the same: normalised, without case, inner space collapsed."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    # Folding can take a character apart again, such as ΐ, so the form is made a second time.
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", folded)).strip()


def clean_name(name: str) -> str:
    """Trim and check a name.

    Raises:
        NameInvalidError: empty, over 100 characters, or with characters that do not belong in a name.
    """
    cleaned = unicodedata.normalize("NFC", name).strip()
    if not cleaned:
        raise NameInvalidError("The name is empty.", "Type a name such as shop-1.")
    if len(cleaned) > MAX_NAME_LENGTH:
        raise NameInvalidError(
            f"The name has {len(cleaned)} characters; {MAX_NAME_LENGTH} is the most.", "Choose a shorter one."
        )
    bad = next((c for c in cleaned if not _is_allowed(c)), None)
    if bad is not None:
        raise NameInvalidError(f"A name cannot contain {_describe(bad)}.", _ALLOWED)
    if cleaned[0] in "-.":
        raise NameInvalidError(f"A name cannot start with {_describe(cleaned[0])}.", "Start it with a letter or a digit.")
    return cleaned


def check_unique(name: str, others: Iterable[str]) -> None:
    """Check that no other instance has this name, whatever its case.

    Raises:
        NameTakenError: another instance has it.
    """
    identity = name_identity(name)
    for other in others:
        if name_identity(other) == identity:
            raise NameTakenError(f"There is already an instance named {other}.", "Choose another name.")


class NameGenerator:
    """Makes friendly names such as `quiet-harbor`; the source of chance is an argument so that tests repeat."""

    def __init__(self, chance: random.Random | None = None) -> None:
        self._chance = chance or random.Random()  # noqa: S311 - names are no secrets

    def generate(self, taken: Iterable[str]) -> str:
        """Make a name that is not among `taken`."""
        used = {name_identity(name) for name in taken}
        for _ in range(50):
            name = f"{self._chance.choice(_ADJECTIVES)}-{self._chance.choice(_NOUNS)}"
            if name not in used:
                return name
        number = 2
        while f"{name}-{number}" in used:
            number += 1
        return f"{name}-{number}"


def _is_allowed(character: str) -> bool:
    category = unicodedata.category(character)
    return character in _PUNCTUATION or (category[0] in "LMN" and category != "Me" and character not in _EMOJI_STYLE + _INVISIBLE)


def _describe(character: str) -> str:
    if character in "\"'`":
        return f"a quotation mark ({character})"
    if character in "/\\":
        return f"a path separator ({character})"
    if unicodedata.category(character) in {"So", "Sk", "Me", "Cs", "Co", "Cn"} or character in _EMOJI_STYLE:
        return "an emoji or symbol"
    if unicodedata.category(character).startswith("C") or character in _INVISIBLE or not character.isprintable():
        return "an invisible control character"
    return f"“{character}”"
