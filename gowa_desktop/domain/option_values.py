"""Values of options: reading what a person types, checking it against GOWA's parsing, writing it for the environment.

The traps are GOWA's: lists are split at every comma with no quoting and no trimming, a sign-in needs exactly one colon, and a
bare number is a duration in nanoseconds (GOWA facts 1.2 and 1.3).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from gowa_desktop.domain.errors import ConfigInvalidError
from gowa_desktop.domain.options import OptionKind

if TYPE_CHECKING:
    from gowa_desktop.domain.json_types import Json
    from gowa_desktop.domain.options import Option

_TRUE = frozenset({"true", "yes", "on", "1"})
_FALSE = frozenset({"false", "no", "off", "0"})
_DURATION = re.compile(r"(?:[0-9]+(?:\.[0-9]+)?(?:ns|us|µs|ms|s|m|h))+")
_UNENCODED_PASSWORD = re.compile(r"://[^:@/]*:(.+)@", re.DOTALL)


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
        if not re.fullmatch(r"-?\d{1,9}", text.strip()):
            raise ConfigInvalidError(f"{option.key}: “{text[:40]}” is no whole number.", "Write digits only.")
        return int(text)
    if option.kind is OptionKind.LOGINS:
        user, separator, password = text.partition(":")
        if not separator:
            raise ConfigInvalidError(f"{option.key}: a sign-in needs a user and a password.", "Write user:password.")
        return [{"username": user, "password": password}]
    return [text] if option.kind is OptionKind.LIST else text


def check_value(option: Option | None, value: Json) -> str | None:  # noqa: PLR0911 - one answer per kind
    """Check a stored value; the answer is a sentence, or None when it is fine. Unknown options are left alone."""
    if option is None:
        return None
    if option.kind is OptionKind.BOOL:
        return None if isinstance(value, bool) else "The value is neither true nor false."
    if option.kind is OptionKind.INT:
        return _check_int(option, value)
    if option.kind is OptionKind.LIST:
        return _check_list(option, value)
    if option.kind is OptionKind.LOGINS:
        return _check_logins(value)
    if not isinstance(value, str):
        return "The value is no text."
    if (problem := unusable_text(value)) is not None:
        return problem
    if option.kind is OptionKind.DURATION and value and not _DURATION.fullmatch(value):
        return "Write a time with its unit, such as 30s, 5m or 48h; GOWA knows no days."
    return _check_host(value) if option.text_format == "host" else None


def unusable_text(text: str) -> str | None:
    """Say why a text cannot be handed to any program; None when it can."""
    if "\x00" in text:
        return "The value contains a NUL character."
    if any("\ud800" <= character <= "\udfff" for character in text):
        return "The value contains a character that is no text (half of a surrogate pair)."
    return None


def env_text(option: Option | None, value: Json) -> str:
    """Write a value as GOWA reads it from the environment."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ",".join(_login_text(item) for item in value)
    return "" if value is None or (option is None and isinstance(value, dict)) else str(value)


def secrets_in(value: Json) -> set[str]:
    """Find the secret texts inside a secret option's value: passwords, tokens, credentials of an address."""
    if isinstance(value, list):
        return set().union(*(secrets_in(item) for item in value)) if value else set()
    if isinstance(value, dict):
        return {str(value["password"])} if value.get("password") else set()
    text = str(value or "")
    if "://" in text:
        return _address_secrets(text)
    return {text} if text else set()


def _address_secrets(text: str) -> set[str]:
    try:
        password = urlsplit(text).password
    except ValueError:
        return {text}
    if not password and (unencoded := _UNENCODED_PASSWORD.search(text)):
        # A “/”, “?” or “#” that should have been written as %2F: GOWA refuses the address, but prints it first.
        return {unencoded[1]}
    return {password} if password else set()


def _login_text(item: Json) -> str:
    return f"{item.get('username', '')}:{item.get('password', '')}" if isinstance(item, dict) else str(item)


def _check_int(option: Option, value: Json) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int):
        return "The value is no whole number."
    if option.minimum is not None and value < option.minimum:
        return f"The value must be {option.minimum} or more."
    return None


def _check_list(option: Option, value: Json) -> str | None:
    if not isinstance(value, list):
        return "The value is no list."
    return next((problem for item in value if (problem := _check_item(option, item))), None)


def _check_item(option: Option, item: Json) -> str | None:
    if not isinstance(item, str) or not item.strip():
        return "An entry is empty or no text."
    shown = item.strip()[:60]
    if "," in item:
        advice = " Write %2C instead." if option.text_format == "url" else ""
        return f"“{shown}” contains a comma, at which GOWA would cut it in two.{advice}"
    if "\x00" in item or item != item.strip():
        return f"“{shown}” has a space at its ends or a NUL character in it."
    if option.text_format == "url" and not _is_http_url(item):
        return f"“{shown}” is no web address. It must start with http:// or https://."
    if option.text_format == "origin" and item != "*" and not _is_http_url(item):
        return f"“{shown}” is no origin. Write it like https://example.com."
    return unusable_text(item)


def _check_logins(value: Json) -> str | None:
    if not isinstance(value, list):
        return "The sign-ins are no list."
    for entry in value:
        if not isinstance(entry, dict):
            return "A sign-in needs a user name and a password."
        for name in ("username", "password"):
            text = entry.get(name)
            word = "user name" if name == "username" else "password"
            if not isinstance(text, str) or not text:
                return f"A sign-in has no {word}."
            if any(c in text for c in ',:"\x00') or text != text.strip():
                return f"The {word} cannot contain a comma, colon or quotation mark, nor start or end with a space."
            if (problem := unusable_text(text)) is not None:
                return problem
    return None


def _check_host(value: str) -> str | None:
    return None if re.fullmatch(r"[A-Za-z0-9.:\-]{1,253}", value) else "Write an address such as 127.0.0.1."


def _is_http_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)
