"""What a process was started with, remembered without secrets, and what has changed since.

Every value is kept as the text people may see and as a salted fingerprint that tells whether it is still the same.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import TYPE_CHECKING, NamedTuple

from gowa_desktop.domain.config_changes import OptionChange
from gowa_desktop.domain.config_values import active_webhooks, flags_of, is_unset
from gowa_desktop.domain.options import BY_KEY, OPTIONS
from gowa_desktop.domain.redaction import masked_text, masked_variable, masked_word

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

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
    remembered: JsonObject,
    config: JsonObject,
    port: int,
    version: GowaVersion,
    default: Callable[[Option], Json],
    discovered: Sequence[Option] = (),
) -> tuple[OptionChange, ...]:
    """Say what a restart would change; nothing when what was remembered cannot be read. Changed defaults are not told."""
    salt, before = remembered.get("salt"), remembered.get("parts")
    if not isinstance(salt, str) or not isinstance(before, dict):
        return ()
    now = _parts(config, port, version, discovered)
    options = BY_KEY | {option.key: option for option in discovered}
    changes = []
    for key in [*now, *(key for key in before if key not in now)]:
        option = options.get(key)
        rest = _Part("", "not set", None) if option is None else _part(option, default(option))
        old, new = _stored_part(before.get(key), salt, rest), now.get(key, rest)
        if old.value != _fingerprint(salt, new.value):
            shown = new.shown if new.shown != old.shown else f"{new.shown} (changed)"
            changes.append(OptionChange(key, new.label or old.label, old.shown, shown))
    return tuple(changes)


def _stored_part(stored: Json, salt: str, rest: _Part) -> _Part:
    """Give a remembered part, its value being a fingerprint; or the default when nothing was set."""
    if not isinstance(stored, dict):
        return rest._replace(value=_fingerprint(salt, rest.value))
    return _Part(str(stored.get("label")), str(stored.get("shown")), stored.get("print"))


def _parts(config: JsonObject, port: int, version: GowaVersion, discovered: Sequence[Option]) -> dict[str, _Part]:
    flags = flags_of(config)
    parts = {"gowaVersion": _Part("GOWA version", version.tag, version.tag), "port": _Part("Port", str(port), port)}
    for option in (*OPTIONS, *discovered):
        value = flags.get(option.key)
        if option.key == "webhooks" and isinstance(value, list):
            value = [*active_webhooks(flags)]
        if option.known_by(version) and not is_unset(option, value):
            parts[option.key] = _part(option, value)
    args, env = config.get("args"), config.get("env")
    if isinstance(args, list) and args:
        parts["args"] = _Part("Extra arguments", " ".join(masked_word(str(word)) for word in args), args)
    if isinstance(env, dict):
        for name, value in env.items():
            parts[f"env[{name}]"] = _Part(f"Extra environment {name}", masked_variable(name, str(value)) or "empty", value)
    return parts


def _part(option: Option, value: Json) -> _Part:
    return _Part(option.label, masked_text(option, value), value)


def _fingerprint(salt: str, value: Json) -> str:
    text = json.dumps(value, sort_keys=True, ensure_ascii=True)
    return hmac.new(salt.encode(), text.encode(), hashlib.sha256).hexdigest()
