"""Checking the value of one option against what GOWA would refuse, misread or silently ignore.

The traps are GOWA's: lists are split at every comma with no quoting and no trimming, a sign-in needs exactly one colon, and a
bare number is a duration in nanoseconds (GOWA facts 1.2, 1.3 and 1.6).
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from gowa_desktop.domain.durations import check_duration
from gowa_desktop.domain.options import NEWEST_KNOWN, OptionKind
from gowa_desktop.domain.text_formats import check_format, has_control, unusable_text

if TYPE_CHECKING:
    from gowa_desktop.domain.json_types import Json
    from gowa_desktop.domain.options import Option
    from gowa_desktop.domain.versions import GowaVersion

MAX_CHARACTERS = 30_000
"""Longest text of one option: Windows takes 32 767 characters for a variable, Linux 131 072 bytes."""

MAX_SIGN_IN_CHARACTERS = 1000
"""GOWA takes at most 8 KB of a sign-in header."""


def check_value(option: Option | None, value: Json, version: GowaVersion | None = None) -> str | None:
    """Check a stored value; the answer is the first problem, or None when it is fine. Unknown options are left alone."""
    if option is None or value is None:
        return None
    return next(iter(check_option(option, value, version).values()), None)


def check_option(option: Option, value: Json, version: GowaVersion | None = None) -> dict[str, str]:
    """Check a value; problems by place: empty for the whole, `[1]` for a row of a list."""
    if option.kind is OptionKind.LIST:
        return _check_rows(option, value, version)
    if option.kind is OptionKind.LOGINS:
        return _check_logins(value, version)
    problem = _check_single(option, value) or _check_old_database(option, value, version)
    return {} if problem is None else {"": problem}


def _check_single(option: Option, value: Json) -> str | None:
    if option.kind is OptionKind.BOOL:
        return None if isinstance(value, bool) else "The value is neither true nor false."
    if option.kind is OptionKind.INT:
        return _check_int(option, value)
    if not isinstance(value, str):
        return "The value is no text."
    if not value:
        return None
    problem = _check_text(option, value)
    if problem is None and option.kind is OptionKind.DURATION:
        problem = check_duration(value, 1 if option.minimum is None else option.minimum)
    if problem is None and option.choices and not option.allows_other and value not in option.choices:
        problem = f"Choose one of {', '.join(option.choices)}."
    return problem


def _check_text(option: Option, value: str) -> str | None:
    if (problem := unusable_text(value)) is not None:
        return problem
    if len(value) > MAX_CHARACTERS:
        return f"The text is longer than {MAX_CHARACTERS} characters, which not every system can pass on."
    if not option.is_multiline and has_control(value):
        return "The value contains a line break or another control character."
    return check_format(option.text_format, value)


def _check_old_database(option: Option, value: Json, version: GowaVersion | None) -> str | None:
    # From v5.6.0 WhatsApp's library wants foreign keys, and before v8.6.0 GOWA does not ask SQLite for them by itself: exit 2.
    if option.text_format != "db_uri" or version is None or not version.at_least("v5.6.0") or version.at_least("v8.6.0"):
        return None
    text = str(value)
    if not text.startswith("file:") or re.search(r"[?&]_(?:foreign_keys|fk)=(?:on|true|yes|1)(?:&|$)", text):
        return None
    return f"GOWA {version.tag} needs ?_foreign_keys=on at the end of a file: address and would stop without it."


def _check_int(option: Option, value: Json) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int):
        return "The value is no whole number."
    if option.minimum is not None and value < option.minimum:
        return f"The value must be {option.minimum} or more."
    if option.maximum is not None and value > option.maximum:
        return f"The value must be {option.maximum} or less."
    return None


def _check_rows(option: Option, value: Json, version: GowaVersion | None) -> dict[str, str]:
    if not isinstance(value, list):
        return {"": "The value is no list."}
    if sum(len(str(item)) + 1 for item in value) > MAX_CHARACTERS:
        return {"": f"The list is longer than {MAX_CHARACTERS} characters, which not every system can pass on."}
    found = ((index, _check_row(option, item, version)) for index, item in enumerate(value))
    return {f"[{index}]": problem for index, problem in found if problem is not None}


def _check_row(option: Option, item: Json, version: GowaVersion | None) -> str | None:
    if not isinstance(item, str) or not item.strip():
        return "The entry is empty. Write something or remove the row."
    if "," in item and not option.is_discovered:
        advice = " Write %2C instead." if option.text_format == "url" else " Make it two entries."
        return f"The entry contains a comma, at which GOWA would cut it in two.{advice}"
    if item != item.strip():
        return "The entry has a space at its ends, which GOWA would keep."
    problem = _check_text(option, item)
    if problem is None and option.text_format == "event":
        problem = _check_event(option, item, version)
    return problem


def _check_event(option: Option, item: str, version: GowaVersion | None) -> str | None:
    is_newer = version is not None and not version.is_simulator and version.tag != NEWEST_KNOWN and version.at_least(NEWEST_KNOWN)
    if item.lower() in option.choices or is_newer:
        return None
    return f"GOWA sends no event of this name. It knows {', '.join(option.choices[:3])} and others."


def _check_logins(value: Json, version: GowaVersion | None) -> dict[str, str]:
    if not isinstance(value, list):
        return {"": "The sign-ins are no list."}
    problems: dict[str, str] = {}
    seen: set[str] = set()
    for index, entry in enumerate(value):
        problem = _check_login(entry, version)
        if problem is None and isinstance(entry, dict):
            user = str(entry["username"])
            problem = "Another sign-in has this user name; GOWA would take the last one only." if user in seen else None
            seen.add(user)
        if problem is not None:
            problems[f"[{index}]"] = problem
    return problems


def _check_login(entry: Json, version: GowaVersion | None) -> str | None:
    if not isinstance(entry, dict):
        return "A sign-in needs a user name and a password."
    for name, word in (("username", "user name"), ("password", "password")):
        text = entry.get(name)
        if not isinstance(text, str) or not text:
            return f"The sign-in has no {word}."
        if (problem := _check_login_text(text, word, version)) is not None:
            return problem
    return None


def _check_login_text(text: str, word: str, version: GowaVersion | None) -> str | None:
    if any(character in text for character in ',:"') or text != text.strip():
        return f"The {word} cannot contain a comma, colon or quotation mark, nor start or end with a space."
    if (problem := unusable_text(text)) is not None:
        return problem
    if has_control(text):
        return f"The {word} contains a line break or another control character."
    if len(text) > MAX_SIGN_IN_CHARACTERS:
        return f"The {word} is longer than {MAX_SIGN_IN_CHARACTERS} characters."
    if (version is None or version.at_least("v9.0.0")) and not unicodedata.is_normalized("NFC", text):
        # Fiber 3 composes what a browser sends before it compares, but not what it compares with.
        return f"The {word} has a letter that is put together from two, such as e and an accent. Type it again as one letter."
    return None
