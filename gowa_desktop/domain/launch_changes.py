"""What is different from the last start that went well, in words and without secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gowa_desktop.domain.options import BY_KEY

if TYPE_CHECKING:
    from gowa_desktop.domain.json_types import Json, JsonObject


def launch_facts(version: str, port: int | None, config: JsonObject) -> JsonObject:
    """Put together what a start depends on."""
    return {"version": version, "port": port, "config": config}


def settings_of(facts: JsonObject) -> tuple[int | None, JsonObject] | None:
    """Give port and config of a start; None when the facts do not say them. The version is no setting: it may be `latest`."""
    port, config = facts.get("port"), facts.get("config")
    if not isinstance(config, dict) or not (port is None or isinstance(port, int)):
        return None
    return port, config


def changes_between(before: JsonObject, now: JsonObject) -> tuple[str, ...]:
    """Say what changed from one start to another; secrets are named, never shown."""
    changes = [
        f"{word} was {before.get(name)}, is {now.get(name)}"
        for name, word in (("version", "Version"), ("port", "Port"))
        if before.get(name) != now.get(name)
    ]
    old, new = _parts(before), _parts(now)
    changes += [_change(key, old.get(key), new.get(key)) for key in sorted(old.keys() | new.keys()) if old.get(key) != new.get(key)]
    return tuple(changes)


def _parts(facts: JsonObject) -> JsonObject:
    config = facts.get("config")
    if not isinstance(config, dict):
        return {}
    flags = config.get("flags")
    parts: JsonObject = dict(flags) if isinstance(flags, dict) else {}
    parts.update({name: config[name] for name in ("args", "env") if name in config})
    return parts


def _change(key: str, old: Json, new: Json) -> str:
    option = BY_KEY.get(key)
    if option is None or option.is_secret:
        return f"{key} was changed"
    return f"{key} was {_word(old)}, is {_word(new)}"


def _word(value: Json) -> str:
    if value is None:
        return "not set"
    if isinstance(value, bool):
        return "on" if value else "off"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
