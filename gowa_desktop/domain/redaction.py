"""Secrets of a config: finding them, and showing values without them. Logs, previews, exports and errors all use this."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlsplit

from gowa_desktop.domain.config_values import flags_of
from gowa_desktop.domain.log_lines import MASK, hide_secrets
from gowa_desktop.domain.option_values import env_text
from gowa_desktop.domain.options import BY_KEY, Option

if TYPE_CHECKING:
    from gowa_desktop.domain.json_types import Json, JsonObject

_SECRET_NAME = re.compile(
    r"pass|pwd|secret|token|auth|credential|signature|(?:^|[^a-z])(?:api|access|private)?[_-]?key(?:$|[^a-z])", re.IGNORECASE
)
_UNENCODED_PASSWORD = re.compile(r"://[^:@/]*:(.+)@", re.DOTALL)


def secrets_of(config: JsonObject) -> frozenset[str]:
    """Give every secret text of a config, for masking."""
    found: set[str] = set()
    for key, value in flags_of(config).items():
        option = BY_KEY.get(key)
        if option is not None and option.is_secret:
            found |= secrets_in(option, value)
    env = config.get("env")
    if isinstance(env, dict):
        for name, value in env.items():
            found |= {str(value)} if looks_secret(str(name)) else address_secrets(str(value))
    return frozenset(text for text in found if text)


def secrets_in(option: Option, value: Json) -> set[str]:
    """Find the secret texts inside a secret option's value: passwords, tokens, credentials of an address."""
    if isinstance(value, list):
        return set().union(*(secrets_in(option, item) for item in value)) if value else set()
    if isinstance(value, dict):
        return {str(value["password"])} if value.get("password") else set()
    text = str(value or "")
    if option.text_format is None:
        return {text} if text else set()
    return address_secrets(text)


def looks_secret(name: str) -> bool:
    """Tell whether a name of a variable, flag or query field suggests a secret."""
    return _SECRET_NAME.search(name) is not None


def address_secrets(text: str) -> set[str]:
    """Find the secrets in an address: its password, and query values whose name suggests one."""
    if "://" not in text and "?" not in text:
        return set()
    found: set[str] = set()
    try:
        parts = urlsplit(text)
        password = parts.password
    except ValueError:
        return {text}
    if password:
        found |= {password, unquote(password)}
    elif unencoded := _UNENCODED_PASSWORD.search(text):
        # A “/”, “?” or “#” that should have been written as %2F: GOWA refuses the address, but prints it first.
        found.add(unencoded[1])
    for name, value in parse_qsl(parts.query):
        if value and looks_secret(name):
            found.add(value)
    return found


def redact(text: str, config: JsonObject) -> str:
    """Give the text with the secrets of a config masked."""
    return hide_secrets(text, secrets_of(config))


def masked_text(option: Option, value: Json) -> str:
    """Write an option's value for people, secrets masked."""
    if value is None or value in ("", []):
        return "not set" if option.default in (None, "") else "empty"
    if isinstance(value, bool):
        return "on" if value else "off"
    masked = masked_value(option, value)
    if isinstance(masked, list):
        return ", ".join(env_text(option, [item]) for item in masked)
    return f"{masked} {option.unit}" if option.unit else str(masked)


def masked_variable(name: str, text: str) -> str:
    """Write the value of an extra environment variable for people."""
    return MASK if text and looks_secret(name) else hide_secrets(text, address_secrets(text))


def masked_word(word: str) -> str:
    """Write an extra argument for people."""
    name, separator, text = word.partition("=")
    return f"{name}={masked_variable(name, text)}" if separator else hide_secrets(word, address_secrets(word))


def masked_environment(option: Option, value: Json) -> str:
    """Write an option as it stands in the environment, secrets masked."""
    return env_text(option, masked_value(option, value))


def masked_value(option: Option, value: Json) -> Json:
    """Give a value of the same shape in which secrets are masked."""
    if not option.is_secret:
        return value
    if isinstance(value, list):
        return [masked_value(option, item) for item in value]
    if isinstance(value, dict):
        return {**value, "password": MASK}
    if not value or isinstance(value, bool):
        return value
    return MASK if option.text_format is None else hide_secrets(str(value), secrets_in(option, value))
