"""Tags and notes: how a person's own words about an instance are cleaned, kept as text, and read again."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from gowa_desktop.domain.errors import NoteInvalidError, TagInvalidError

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST_TAG = 30
MOST_TAGS = 12
LONGEST_NOTES = 20_000
_FORBIDDEN = frozenset(',;"')
"""They part tags from each other where several are typed in one line, and quote them in a search."""


def clean_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Bring the tags of one instance into their form: no spaces around, none twice whatever its case, in alphabetical order.

    Raises:
        TagInvalidError: one is too long or has characters that do not belong in a tag, or there are too many.
    """
    cleaned: dict[str, str] = {}
    for tag in tags:
        text = " ".join(tag.split())
        if not text:
            continue
        if len(text) > LONGEST_TAG:
            raise TagInvalidError(f"The tag “{text[:LONGEST_TAG]}…” is too long.", f"A tag has at most {LONGEST_TAG} characters.")
        if not text.isprintable() or _FORBIDDEN & set(text):
            raise TagInvalidError(f"“{text}” cannot be a tag.", "Leave out commas, semicolons and quotation marks.")
        cleaned.setdefault(tag_identity(text), text)
    if len(cleaned) > MOST_TAGS:
        raise TagInvalidError(f"An instance has at most {MOST_TAGS} tags.", "Take one away first.")
    return tuple(cleaned[identity] for identity in sorted(cleaned))


def tag_identity(tag: str) -> str:
    """Give what makes two tags the same."""
    return tag.casefold()


def split_tags(line: str) -> list[str]:
    """Part tags that were typed in one line."""
    return [part for part in re.split("[,;]", line) if part.strip()]


def clean_notes(notes: str) -> str:
    """Bring notes into their form: no space at the end, line ends as on Unix.

    Raises:
        NoteInvalidError: they are too long.
    """
    text = notes.replace("\r\n", "\n").rstrip()
    if len(text) > LONGEST_NOTES:
        raise NoteInvalidError(f"The notes have {len(text)} characters.", f"Shorten them to {LONGEST_NOTES}.")
    return text


def tags_to_text(tags: Iterable[str]) -> str:
    """Write tags for storing."""
    return json.dumps(list(tags), ensure_ascii=False)


def tags_from_text(text: str | None) -> tuple[str, ...]:
    """Read stored tags; what cannot be read counts as none."""
    try:
        stored = json.loads(text or "[]")
        return clean_tags(tag for tag in stored if isinstance(tag, str)) if isinstance(stored, list) else ()
    except (ValueError, RecursionError, TagInvalidError):
        return ()
