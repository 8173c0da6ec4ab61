"""What front ends show about a config: the launch as it would be, and what differs between two configs, free of secrets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gowa_desktop.domain.config_values import DISABLED_WEBHOOKS, default_of, flags_of, is_unset, webhook_rows
from gowa_desktop.domain.options import BY_KEY, OPTIONS
from gowa_desktop.domain.redaction import masked_text, masked_variable, masked_word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gowa_desktop.domain.json_types import Json, JsonObject
    from gowa_desktop.domain.options import Option


@dataclass(frozen=True, slots=True)
class LaunchPreview:
    """How an instance would be started; secrets are masked. `environment` has only the names that we set."""

    program: str
    arguments: tuple[str, ...]
    environment: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class OptionChange:
    """One difference between two configs, in words; secrets are masked."""

    key: str
    label: str
    old_text: str
    new_text: str


def differences(old: JsonObject, new: JsonObject, port: int | None, discovered: Sequence[Option] = ()) -> tuple[OptionChange, ...]:
    """Say what differs between two configs, in the order of the form; unknown options and extras come last."""
    before, now = flags_of(old), flags_of(new)
    known = {option.key: option for option in (*OPTIONS, *discovered)}
    changes = []
    for option in known.values():
        one, other = _effective(option, before, port), _effective(option, now, port)
        if one != other:
            changes.append(_change(option.key, option.label, masked_text(option, one), masked_text(option, other)))
    if _off(before) != _off(now) and not any(change.key == "webhooks" for change in changes):
        changes.append(_change(DISABLED_WEBHOOKS, "Webhooks switched off", _off_text(before), _off_text(now)))
    strangers = sorted((before.keys() | now.keys()) - known.keys() - {DISABLED_WEBHOOKS})
    changes += [
        _change(key, key, _presence(before.get(key)), _presence(now.get(key))) for key in strangers if before.get(key) != now.get(key)
    ]
    return (*changes, *_extra_changes(old, new))


def _effective(option: Option, flags: JsonObject, port: int | None) -> Json:
    value = flags.get(option.key)
    return default_of(option, port) if is_unset(option, value) else value


def _change(key: str, label: str, old_text: str, new_text: str) -> OptionChange:
    return OptionChange(key, label, old_text, new_text if new_text != old_text else f"{new_text} (changed)")


def _off(flags: JsonObject) -> list[str]:
    return [url for url, is_on in webhook_rows(flags) if not is_on]


def _off_text(flags: JsonObject) -> str:
    return masked_text(BY_KEY["webhooks"], [*_off(flags)])


def _presence(value: Json) -> str:
    return "not set" if value is None else "set"  # what it is nobody knows, so it may be a secret


def _extra_changes(old: JsonObject, new: JsonObject) -> list[OptionChange]:
    changes = []
    before, now = (_words(config.get("args")) for config in (old, new))
    if before != now:
        changes.append(_change("args", "Extra arguments", _joined(before), _joined(now)))
    variables, others = (_variables(config.get("env")) for config in (old, new))
    for name in sorted(variables.keys() | others.keys()):
        if variables.get(name) != others.get(name):
            texts = [masked_variable(name, side[name]) or "empty" if name in side else "not set" for side in (variables, others)]
            changes.append(_change(f"env[{name}]", f"Extra environment {name}", *texts))
    return changes


def _words(stored: Json) -> list[str]:
    return stored.split() if isinstance(stored, str) else [str(word) for word in stored] if isinstance(stored, list) else []


def _joined(words: list[str]) -> str:
    return " ".join(map(masked_word, words)) or "none"


def _variables(stored: Json) -> dict[str, str]:
    return {str(name): str(value) for name, value in stored.items()} if isinstance(stored, dict) else {}
