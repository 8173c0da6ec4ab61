"""What a process was started with, remembered without secrets, and what has changed since.

Every value is kept as the text people may see and as a salted fingerprint that tells whether it is still the same.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import TYPE_CHECKING, NamedTuple

from gowa_desktop.domain.config_changes import OptionChange
from gowa_desktop.domain.config_values import active_webhooks, default_of, flags_of, is_unset
from gowa_desktop.domain.options import BY_KEY, OPTIONS
from gowa_desktop.domain.redaction import masked_text, masked_variable, masked_word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gowa_desktop.domain.json_types import Json, JsonObject
    from gowa_desktop.domain.options import Option
    from gowa_desktop.domain.versions import GowaVersion


class _Part(NamedTuple):
    """One thing a process is told: its label, the text people may see, and the exact value."""

    label: str
    shown: str
    value: Json


def remember(config: JsonObject, port: int, version: GowaVersion, salt: str, discovered: Sequence[Option] = ()) -> JsonObject:
    """Put together what a process is started with; the result has no secret in it and can be written to disk.

    `config` must be in the present shape.
    """
    parts = _parts(config, port, version, discovered)
    return {
        "salt": salt,
        "parts": {key: {"label": p.label, "shown": p.shown, "print": _fingerprint(salt, p.value)} for key, p in parts.items()},
    }


def changed_since(
    remembered: JsonObject, config: JsonObject, port: int, version: GowaVersion, discovered: Sequence[Option] = ()
) -> tuple[OptionChange, ...]:
    """Say what a restart would change; nothing when what was remembered cannot be read."""
    salt, before = remembered.get("salt"), remembered.get("parts")
    if not isinstance(salt, str) or not isinstance(before, dict):
        return ()
    now = _parts(config, port, version, discovered)
    changes = []
    for key in [*now, *(key for key in before if key not in now)]:
        old, part = before.get(key), now.get(key)
        if not isinstance(old, dict) and part is not None:
            changes.append(OptionChange(key, part.label, _default_text(key, port), part.shown))
        elif isinstance(old, dict) and part is None:
            changes.append(OptionChange(key, str(old.get("label")), str(old.get("shown")), _default_text(key, port)))
        elif isinstance(old, dict) and part is not None and old.get("print") != _fingerprint(salt, part.value):
            shown = str(old.get("shown"))
            changes.append(OptionChange(key, part.label, shown, part.shown if part.shown != shown else f"{part.shown} (changed)"))
    return tuple(changes)


def _parts(config: JsonObject, port: int, version: GowaVersion, discovered: Sequence[Option]) -> dict[str, _Part]:
    flags = flags_of(config)
    parts = {"gowaVersion": _Part("GOWA version", version.tag, version.tag), "port": _Part("Port", str(port), port)}
    for option in (*OPTIONS, *discovered):
        value = flags.get(option.key)
        if option.key == "webhooks" and isinstance(value, list):
            value = [*active_webhooks(flags)]
        if option.known_by(version) and not is_unset(option, value) and value != default_of(option, port):
            parts[option.key] = _Part(option.label, masked_text(option, value), value)
    args, env = config.get("args"), config.get("env")
    if isinstance(args, list) and args:
        parts["args"] = _Part("Extra arguments", " ".join(masked_word(str(word)) for word in args), args)
    if isinstance(env, dict):
        for name, value in env.items():
            parts[f"env[{name}]"] = _Part(f"Extra environment {name}", masked_variable(name, str(value)), value)
    return parts


def _default_text(key: str, port: int) -> str:
    option = BY_KEY.get(key)
    return "not set" if option is None else masked_text(option, default_of(option, port))


def _fingerprint(salt: str, value: Json) -> str:
    text = json.dumps(value, sort_keys=True, ensure_ascii=True)
    return hmac.new(salt.encode(), text.encode(), hashlib.sha256).hexdigest()
