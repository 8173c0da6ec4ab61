"""Values of options: reading what a person types, checking it against GOWA's parsing, writing it for the environment.

The traps are GOWA's: lists are split at every comma with no quoting and no trimming, a sign-in needs exactly one colon, and a
bare number is a duration in nanoseconds (GOWA facts 1.2 and 1.3).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gowa_desktop.domain.errors import ConfigInvalidError
from gowa_desktop.domain.options import OptionKind

if TYPE_CHECKING:
    from gowa_desktop.domain.json_types import Json
    from gowa_desktop.domain.options import Option

_TRUE = frozenset({"true", "yes", "on", "1"})
_FALSE = frozenset({"false", "no", "off", "0"})


def parse_text(option: Option, text: str) -> Json:
    """Read a value as typed on a command line; lists are given as a list of one.

    Raises:
        ConfigInvalidError: the text is no value of this kind.
    """
    if option.kind is OptionKind.BOOL:
        word = text.strip().lower()
        if word not in _TRUE | _FALSE:
            raise ConfigInvalidError(f"{option.key}: “{text[:40]}” is neither true nor false.", "Write true or false.")
        return word in _TRUE
    if option.kind is OptionKind.INT:
        if not re.fullmatch(r"-?\d{1,18}", text.strip()):
            raise ConfigInvalidError(f"{option.key}: “{text[:40]}” is no whole number.", "Write digits only.")
        return int(text)
    if option.kind is OptionKind.LOGINS:
        user, separator, password = text.partition(":")
        if not separator:
            raise ConfigInvalidError(f"{option.key}: a sign-in needs a user and a password.", "Write user:password.")
        return [{"username": user, "password": password}]
    return [text] if option.kind is OptionKind.LIST else text


def env_text(option: Option | None, value: Json) -> str:
    """Write a value as GOWA reads it from the environment."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ",".join(_login_text(item) for item in value)
    return "" if value is None or (option is None and isinstance(value, dict)) else str(value)


def _login_text(item: Json) -> str:
    return f"{item.get('username', '')}:{item.get('password', '')}" if isinstance(item, dict) else str(item)


