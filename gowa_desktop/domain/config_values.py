"""Stored configs: defaults, effective values, merging, and reading the older shapes that are found in existing data folders.

Only what differs from the defaults is stored; keys that nobody knows are kept.
"""

from __future__ import annotations

import csv
import re
from copy import deepcopy
from typing import TYPE_CHECKING

from gowa_desktop.domain.errors import ConfigInvalidError
from gowa_desktop.domain.option_values import env_text, parse_text
from gowa_desktop.domain.options import BY_ENVIRONMENT, BY_FLAG, BY_KEY, LOOPBACK, Option, OptionKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gowa_desktop.domain.json_types import Json, JsonObject

DISABLED_WEBHOOKS = "disabledWebhooks"
"""Key under `flags` of the webhooks that are kept but switched off; a subset of `webhooks`."""

_LAUNCHER_WORD = re.compile(r"-p=?(\d+|PORT)|--port=.*")


def flags_of(config: JsonObject) -> JsonObject:
    """Give the stored options; empty when there are none or they are no object."""
    flags = config.get("flags")
    return flags if isinstance(flags, dict) else {}


def merge(base: JsonObject, overrides: JsonObject) -> JsonObject:
    """Lay overrides over a base, object by object; lists and values replace, unknown keys stay."""
    merged = deepcopy(base)
    for key, value in overrides.items():
        below = merged.get(key)
        merged[key] = merge(below, value) if isinstance(below, dict) and isinstance(value, dict) else deepcopy(value)
    return merged


def default_of(option: Option, port: int | None = None) -> Json:
    """Give what an option is when nothing is stored: our own before GOWA's, and an empty value of its kind without either."""
    if option.key == "corsAllowedOrigins":
        # Without this any web page in the person's browser may drive the API (GOWA facts 3.1).
        return [] if port is None else [f"http://{LOOPBACK}:{port}", f"http://localhost:{port}"]
    for value in (option.our_default, option.default):
        if value is not None:
            return value
    return empty_of(option)


def empty_of(option: Option) -> Json:
    """Give the empty value of an option's kind."""
    if option.kind in {OptionKind.LIST, OptionKind.LOGINS}:
        return []
    return {OptionKind.BOOL: False, OptionKind.INT: 0}.get(option.kind, "")


def is_unset(option: Option, value: Json) -> bool:
    """Tell whether a stored value stands for the default: GOWA takes an empty text for no text."""
    return value is None or (value == "" and not option.can_be_empty)


def active_webhooks(flags: JsonObject) -> list[str]:
    """Give the webhook addresses that are switched on."""
    return [url for url, is_on in webhook_rows(flags) if is_on]


def webhook_rows(flags: JsonObject) -> tuple[tuple[str, bool], ...]:
    """Give every webhook address and whether it is switched on."""
    disabled, webhooks = flags.get(DISABLED_WEBHOOKS), flags.get("webhooks")
    off = {str(url) for url in disabled} if isinstance(disabled, list) else set()
    return tuple((str(url), str(url) not in off) for url in webhooks) if isinstance(webhooks, list) else ()


def normalize(config: JsonObject) -> JsonObject:
    """Read the older shapes of a config; a config in the present shape comes back equal.

    `args` may be text, and may hold `rest`, the port and flags that have an option of their own; `env` may be text or be called
    `envVars`; both give way to typed options, as they did when GOWA was started with them (gowa-manager facts 1 and 3).
    """
    result = deepcopy(config)
    if "flags" in result and result["flags"] is None:
        result["flags"] = {}
    flags = result.get("flags", {})
    if isinstance(flags, dict):
        for key, value in flags.items():
            flags[key] = _present_shape(BY_KEY.get(key), value)
        found = _typed_arguments(result) | _typed_environment(result)
        if found:
            result["flags"] = {**{key: value for key, value in found.items() if key not in flags}, **flags}
    return result


def _present_shape(option: Option | None, value: Json) -> Json:
    if option is None:
        return value
    if isinstance(value, str):
        return _from_text(option, value)
    return [_login(item) for item in value] if option.kind is OptionKind.LOGINS and isinstance(value, list) else value


def _from_text(option: Option, text: str) -> Json:
    if option.key == "basePath":
        return text.strip().rstrip("/")  # GOWA would put two slashes into links to QR codes
    if option.key == "host" and text.count(":") > 1 and not text.startswith("["):
        return f"[{text}]"
    if option.kind is OptionKind.LIST:
        return [part for part in text.split(",") if part]
    if option.kind in {OptionKind.BOOL, OptionKind.INT}:
        try:
            return parse_text(option, text)
        except ConfigInvalidError:
            return text
    return text


def _login(item: Json) -> Json:
    if isinstance(item, str) and ":" in item:
        user, _, password = item.partition(":")
        return {"username": user, "password": password}
    return item


def _typed_arguments(config: JsonObject) -> JsonObject:
    stored = config.get("args")
    if stored is None:
        config.pop("args", None)
        return {}
    words = stored.split() if isinstance(stored, str) else [str(word) for word in stored] if isinstance(stored, list) else None
    if words is None:
        return {}
    kept: list[Json] = []
    found: JsonObject = {}
    remaining = iter(words)
    for word in remaining:
        if word in {"--port", "-p"}:
            next(remaining, None)  # its value is the next word
        elif word != "rest" and not _LAUNCHER_WORD.fullmatch(word) and not _take_argument(word, found):
            kept.append(word)
    if kept:
        config["args"] = kept
    else:
        del config["args"]
    return found


def _take_argument(word: str, found: JsonObject) -> bool:
    name, separator, text = word.partition("=")
    option = BY_FLAG.get(name)
    if option is None or option.is_managed or not separator:
        return False
    try:
        value = _from_flag(option, text)
    except (ConfigInvalidError, csv.Error):
        return False
    before = found.get(option.key)
    found[option.key] = [*before, *value] if isinstance(before, list) and isinstance(value, list) else value
    return True


def _from_flag(option: Option, text: str) -> Json:
    if option.kind not in {OptionKind.LIST, OptionKind.LOGINS}:
        return parse_text(option, text)
    items = next(csv.reader([text]), [])  # as pflag does
    return [_login(item) for item in items] if option.kind is OptionKind.LOGINS else [*items]


def _typed_environment(config: JsonObject) -> JsonObject:
    older = config.pop("envVars", None)
    stored = config.get("env", older)
    if stored is None:
        config.pop("env", None)
        return {}
    if isinstance(stored, str):
        pairs: Iterable[tuple[str, Json]] = [(n, v) for n, s, v in (word.partition("=") for word in stored.split()) if s and n]
    elif isinstance(stored, dict):
        pairs = stored.items()
    else:
        return {}
    kept: JsonObject = {}
    found: JsonObject = {}
    for name, value in pairs:
        text = env_text(None, value)
        if not _take_variable(str(name), text, found):
            kept[str(name)] = text
    if kept:
        config["env"] = kept
    else:
        config.pop("env", None)
    return found


def _take_variable(name: str, text: str, found: JsonObject) -> bool:
    option = BY_ENVIRONMENT.get(name)
    if option is None:
        return False
    if option.key == "port" or not text:
        return True  # the port belongs to the instance; an empty value counts as unset
    value = _from_environment(option, text)
    if value is None:
        return False
    found[option.key] = value
    return True


def _from_environment(option: Option, text: str) -> Json:
    if option.kind is OptionKind.LIST:
        return [part for part in text.split(",") if part]
    if option.kind is OptionKind.LOGINS:
        return [_login(part) for part in text.split(",")]
    try:
        return parse_text(option, text)
    except ConfigInvalidError:
        return None
