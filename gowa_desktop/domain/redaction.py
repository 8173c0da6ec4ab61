"""Secrets of a config: finding them, and showing values without them. Logs, previews, exports and errors all use this."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus, unquote, urlsplit

from gowa_desktop.domain.address_formats import CARRIES_SECRETS
from gowa_desktop.domain.config_values import flags_of
from gowa_desktop.domain.log_lines import MASK, hide_secrets
from gowa_desktop.domain.option_values import env_text
from gowa_desktop.domain.options import BY_FLAG, BY_KEY, Option, OptionKind
from gowa_desktop.domain.secret_names import looks_secret

if TYPE_CHECKING:
    from gowa_desktop.domain.json_types import Json, JsonObject

_UNENCODED_PASSWORD = re.compile(r"://[^:@/]*:(.+)@", re.DOTALL)


def secrets_of(config: JsonObject) -> frozenset[str]:
    """Give every secret text of a config, in every form GOWA or a library may print it, for masking."""
    found: set[str] = set()
    for key, value in flags_of(config).items():
        option = BY_KEY.get(key)
        if option is not None and option.is_secret:
            found |= secrets_in(option, value)
        elif option is None and looks_secret(key):
            found |= _texts_in(value)  # a discovered option, or one of a version to come
    found |= _extra_secrets(config)
    return frozenset(form for text in found for form in _printed_forms(text))


def secrets_in(option: Option, value: Json) -> set[str]:
    """Find the secret texts inside a secret option's value: passwords, tokens, credentials of an address."""
    if isinstance(value, list):
        return set().union(*(secrets_in(option, item) for item in value)) if value else set()
    if isinstance(value, dict):
        return {str(value["password"])} if value.get("password") else set()
    text = str(value or "")
    if option.text_format not in CARRIES_SECRETS:
        return {text} if text else set()
    return address_secrets(text)


def _extra_secrets(config: JsonObject) -> set[str]:
    env, args = config.get("env"), config.get("args")
    pairs = [(str(name), str(value)) for name, value in env.items()] if isinstance(env, dict) else []
    if isinstance(args, list):
        pairs += [(name, value) for name, _, value in (str(word).partition("=") for word in args)]
    return set().union(*(_secrets_of_pair(name, text) for name, text in pairs if text))


def _secrets_of_pair(name: str, text: str) -> set[str]:
    option = BY_FLAG.get(name)
    if option is not None and option.kind is OptionKind.LOGINS:
        return {part.partition(":")[2] for part in text.split(",")} | {text}
    if looks_secret(name) or (option is not None and option.is_secret and option.text_format not in CARRIES_SECRETS):
        return {text}
    return address_secrets(text)


def _texts_in(value: Json) -> set[str]:
    if isinstance(value, dict):
        value = [*value.values()]
    if isinstance(value, list):
        return set().union(*(_texts_in(item) for item in value)) if value else set()
    return {str(value)} if value and not isinstance(value, bool) else set()


def _printed_forms(text: str) -> set[str]:
    """Give the forms in which a secret can appear: as it is, quoted by Go or JSON, encoded for an address, or line by line."""
    forms = {text, *(part for part in text.splitlines() if len(part) > 2)}
    quoted = json.dumps(text, ensure_ascii=False)[1:-1]
    forms |= {quoted, re.sub("[<>&]", lambda sign: f"\\u{ord(sign[0]):04x}", quoted)}
    forms |= {quote(text, safe="", errors="replace"), quote(text, safe="$&+,;=", errors="replace"), quote_plus(text, errors="replace")}
    return {form for form in forms if form.strip()}


def address_secrets(text: str) -> set[str]:
    """Find the secrets in an address: password or token before the @, query values and parts of the path that are made to be secret."""
    if "://" not in text and "?" not in text:
        return set()
    try:
        parts = urlsplit(text)
        user, password = parts.username, parts.password
    except ValueError:
        return {text}
    found = {part for part in parts.path.split("/") if _is_random(part)}
    if password:
        found |= {password, unquote(password)}
    elif unencoded := _UNENCODED_PASSWORD.search(text):
        # A “/”, “?” or “#” that should have been written as %2F: GOWA refuses the address, but prints it first.
        found.add(unencoded[1])
    elif user and parts.netloc.startswith(f"{user}@"):
        found |= {user, unquote(user)}
    for field in parts.query.split("&"):
        name, _, value = field.partition("=")
        if value and (looks_secret(name) or _is_random(value)):
            found |= {value, unquote(value)}
    return found


def _is_random(text: str) -> bool:
    """Tell whether a part of an address is long and mixed enough to be a token, as hook services put into their paths."""
    return re.fullmatch(r"(?=.*[0-9])(?=.*[A-Za-z])[A-Za-z0-9_-]{16,}", text) is not None


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
    return MASK if option.text_format not in CARRIES_SECRETS else hide_secrets(str(value), secrets_in(option, value))
