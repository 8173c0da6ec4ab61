"""The kinds of values that a setting of the program can have: how each is checked, stored and read back.

A kind refuses with a sentence that fits under a field. Knows no single setting; those are in `app_settings`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from typing import TYPE_CHECKING, Generic, TypeVar
from urllib.parse import urlsplit

from gowa_desktop.domain.errors import SettingInvalidError

if TYPE_CHECKING:
    from collections.abc import Callable

    from gowa_desktop.domain.json_types import Json, JsonObject

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)
_SHOWN = 100
"""So many characters of a wrong value are repeated in a sentence."""


class Kind(Generic[T]):
    """What values a setting has. `encode` and `decode` are each other's inverse for every value that `clean` gives."""

    def clean(self, value: T) -> T:
        """Give the value as it is stored, such as without blanks around it.

        Raises:
            SettingInvalidError: it makes no sense.
        """
        return value

    def encode(self, value: T) -> Json:
        """Give what is stored for a value."""
        raise NotImplementedError

    def decode(self, stored: Json) -> T:
        """Give the value behind what is stored; what is partly readable is read in part.

        Raises:
            SettingInvalidError: it cannot be read.
        """
        raise NotImplementedError


def _unreadable() -> SettingInvalidError:
    return SettingInvalidError("A stored setting cannot be read.", "Its default holds.")


class Flag(Kind[bool]):
    """On or off."""

    def encode(self, value: bool) -> Json:
        """Give itself."""
        return value

    def decode(self, stored: Json) -> bool:
        """Read on or off."""
        if not isinstance(stored, bool):
            raise _unreadable()
        return stored


@dataclass(frozen=True, slots=True)
class Whole(Kind[int]):
    """A whole number, ends included."""

    least: int
    most: int

    def clean(self, value: int) -> int:
        """Refuse what is out of range."""
        if not self.least <= value <= self.most:
            raise SettingInvalidError(f"{value} is out of range.", f"Choose a number between {self.least} and {self.most}.")
        return value

    def cut(self, value: int) -> int:
        """Give the nearest number that is allowed."""
        return min(self.most, max(self.least, value))

    def encode(self, value: int) -> Json:
        """Give itself."""
        return value

    def decode(self, stored: Json) -> int:
        """Read a whole number; a flag is none."""
        if not isinstance(stored, int) or isinstance(stored, bool):
            raise _unreadable()
        return stored


@dataclass(frozen=True, slots=True)
class Pair(Kind[tuple[int, int]]):
    """Two whole numbers of their own kinds; `is_rising` asks for the lower one first."""

    first: Whole
    second: Whole
    is_rising: bool = False

    def clean(self, value: tuple[int, int]) -> tuple[int, int]:
        """Refuse what is out of range or in the wrong order."""
        first, second = self.first.clean(value[0]), self.second.clean(value[1])
        if self.is_rising and first > second:
            raise SettingInvalidError(f"{first} to {second} is no range.", "Choose the lower one first.")
        return first, second

    def encode(self, value: tuple[int, int]) -> Json:
        """Give a list of two numbers."""
        return list(value)

    def decode(self, stored: Json) -> tuple[int, int]:
        """Read a list of two numbers."""
        if not isinstance(stored, list) or len(stored) != 2:
            raise _unreadable()
        return self.first.decode(stored[0]), self.second.decode(stored[1])


@dataclass(frozen=True, slots=True)
class Choice(Kind[E]):
    """One of a closed set."""

    members: type[E]

    def encode(self, value: E) -> Json:
        """Give the word behind it."""
        return value.value

    def decode(self, stored: Json) -> E:
        """Read the word."""
        try:
            return self.members(str(stored))
        except ValueError:
            raise _unreadable() from None


@dataclass(frozen=True, slots=True)
class Words(Kind[str]):
    """One of some words; any word that `fits` without one."""

    allowed: tuple[str, ...] = ()
    fits: Callable[[str], bool] = str.isprintable

    def clean(self, value: str) -> str:
        """Refuse other words."""
        if (self.allowed and value not in self.allowed) or not self.fits(value):
            advice = f"Choose one of {', '.join(self.allowed)}." if self.allowed else ""
            raise SettingInvalidError(f"“{value[:_SHOWN]}” is not possible here.", advice)
        return value

    def encode(self, value: str) -> Json:
        """Give itself."""
        return value

    def decode(self, stored: Json) -> str:
        """Read a text."""
        if not isinstance(stored, str):
            raise _unreadable()
        return stored


@dataclass(frozen=True, slots=True)
class OptionalText(Kind[str | None]):
    """A text, or nothing; `fits` tells which are possible, and `wrong` and `advice` what is said of others, which are not repeated."""

    fits: Callable[[str], bool]
    wrong: str
    advice: str

    def clean(self, value: str | None) -> str | None:
        """Take blanks away and refuse what does not fit."""
        cleaned = (value or "").strip()
        if cleaned and not self.fits(cleaned):
            raise SettingInvalidError(self.wrong, self.advice)
        return cleaned or None

    def encode(self, value: str | None) -> Json:
        """Give itself."""
        return value

    def decode(self, stored: Json) -> str | None:
        """Read a text."""
        if not isinstance(stored, str):
            raise _unreadable()
        return stored


@dataclass(frozen=True, slots=True)
class WebAddress(Kind[str]):
    """An http or https address without a user and without a slash at the end; nothing means the default."""

    default: str

    def clean(self, value: str) -> str:
        """Take blanks and the last slash away and refuse what is no address."""
        cleaned = value.strip().rstrip("/") or self.default
        if not is_web_address(cleaned) or "@" in cleaned:
            raise SettingInvalidError(f"“{value.strip()[:_SHOWN]}” is no web address.", f"Write it like {self.default}.")
        return cleaned

    def encode(self, value: str) -> Json:
        """Give itself."""
        return value

    def decode(self, stored: Json) -> str:
        """Read a text."""
        if not isinstance(stored, str):
            raise _unreadable()
        return stored


class WordSet(Kind[frozenset[str]]):
    """Some words, in no order. What a newer program knows is kept."""

    def encode(self, value: frozenset[str]) -> Json:
        """Give a sorted list."""
        return [*sorted(value)]

    def decode(self, stored: Json) -> frozenset[str]:
        """Read those of a list that are words."""
        if not isinstance(stored, list):
            raise _unreadable()
        return frozenset(word for word in stored if isinstance(word, str))


class WordsByName(Kind[dict[str, str]]):
    """Texts by name."""

    def encode(self, value: dict[str, str]) -> Json:
        """Give itself."""
        return {**value}

    def decode(self, stored: Json) -> dict[str, str]:
        """Read those that are texts."""
        if not isinstance(stored, dict):
            raise _unreadable()
        return {name: text for name, text in stored.items() if isinstance(text, str)}


class ObjectsByName(Kind[dict[str, "JsonObject"]]):
    """JSON objects by name."""

    def encode(self, value: dict[str, JsonObject]) -> Json:
        """Give itself."""
        return {**value}

    def decode(self, stored: Json) -> dict[str, JsonObject]:
        """Read those that are objects."""
        if not isinstance(stored, dict):
            raise _unreadable()
        return {name: fields for name, fields in stored.items() if isinstance(fields, dict)}


class Hours(Kind[tuple[time, time] | None]):
    """From a time of the day to another one, over midnight when the second is the earlier; None for none. To the minute."""

    def clean(self, value: tuple[time, time] | None) -> tuple[time, time] | None:
        """Refuse two times that are the same: nobody can tell whether that is never or always."""
        if value is None:
            return None
        begin, end = (one.replace(second=0, microsecond=0, tzinfo=None) for one in value)
        if begin == end:
            raise SettingInvalidError(f"From {begin:%H:%M} to {end:%H:%M} is no time at all.", "Choose two different times.")
        return begin, end

    def encode(self, value: tuple[time, time] | None) -> Json:
        """Give a list like `["22:00", "07:00"]`."""
        return None if value is None else [f"{one:%H:%M}" for one in value]

    def decode(self, stored: Json) -> tuple[time, time] | None:
        """Read such a list."""
        if not isinstance(stored, list) or len(stored) != 2:
            raise _unreadable()
        try:
            begin, end = (datetime.strptime(str(one), "%H:%M").time() for one in stored)  # noqa: DTZ007 - a time of the day has no zone
        except ValueError:
            raise _unreadable() from None
        return begin, end


def is_web_address(text: str) -> bool:
    """Tell whether a text is an http or https address with a host."""
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0 and not any(c.isspace() for c in text)
    except ValueError:
        return False


def is_token(text: str) -> bool:
    """Tell whether a text has only characters that a token may have."""
    return text.isascii() and text.isprintable() and " " not in text
