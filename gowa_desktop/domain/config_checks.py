"""Checking a whole config: each option by itself, options that need each other, extra arguments and environment."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gowa_desktop.domain.config_values import DISABLED_WEBHOOKS, flags_of
from gowa_desktop.domain.option_checks import check_option
from gowa_desktop.domain.options import BY_ENVIRONMENT, BY_FLAG, BY_KEY
from gowa_desktop.domain.text_formats import unusable_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gowa_desktop.domain.json_types import Json, JsonObject
    from gowa_desktop.domain.options import Option
    from gowa_desktop.domain.versions import GowaVersion

_VARIABLE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.()-]*")


def check_config(config: JsonObject, version: GowaVersion | None, discovered: Sequence[Option]) -> dict[str, str]:
    """Check a config; see `ConfigParser.check`."""
    if "flags" in config and not isinstance(config["flags"], dict):
        return {"flags": "The settings under “flags” are no JSON object."}
    known = {**BY_KEY, **{option.key: option for option in discovered}}
    problems: dict[str, str] = {}
    for key, value in flags_of(config).items():
        option = known.get(key)
        if key == "port":
            problems[key] = "The port is set for the instance itself, not among its options."
        elif option is not None and value is not None:
            problems.update({f"{key}{place}": sentence for place, sentence in check_option(option, value, version).items()})
    problems.update(_check_disabled(flags_of(config)))
    problems.update(_check_together(flags_of(config), version))
    problems.update(_check_arguments(config.get("args"), known))
    problems.update(_check_environment(config.get("env")))
    return problems


def _check_disabled(flags: JsonObject) -> dict[str, str]:
    disabled = flags.get(DISABLED_WEBHOOKS)
    if disabled is None or (isinstance(disabled, list) and all(isinstance(url, str) for url in disabled)):
        return {}
    return {DISABLED_WEBHOOKS: "The switched-off webhooks are no list of addresses."}


def _check_together(flags: JsonObject, version: GowaVersion | None) -> dict[str, str]:
    if flags.get("mcpOauthEnabled") is not True or (version is not None and not BY_KEY["mcpOauthEnabled"].known_by(version)):
        return {}
    problems = {}
    if not flags.get("basicAuth"):
        problems["mcpOauthEnabled"] = "GOWA refuses OAuth without a sign-in. Add one under “Sign-ins” first."
    if not flags.get("mcpOauthIssuerUrl"):
        problems["mcpOauthIssuerUrl"] = "OAuth needs the public https address of this instance."
    return problems


def _check_arguments(stored: Json, known: dict[str, Option]) -> dict[str, str]:
    if stored is None:
        return {}
    if not isinstance(stored, list):
        return {"args": "The extra arguments are no list."}
    problems = {}
    for index, word in enumerate(stored):
        problem = _argument_problem(str(word), known)
        if problem is not None:
            problems[f"args[{index}]"] = problem
    return problems


def _argument_problem(word: str, known: dict[str, Option]) -> str | None:
    if (problem := unusable_text(word)) is not None:
        return problem
    name = word.partition("=")[0]
    option = BY_FLAG.get(name) or next((o for o in known.values() if o.flag == name), None)
    if option is None and re.match(r"-[a-zA-Z]", name):
        option = BY_FLAG.get(name[:2])
    if option is not None:
        return f"{name} has an option of its own: set “{option.label}” instead."
    return None


def _check_environment(stored: Json) -> dict[str, str]:
    if stored is None:
        return {}
    if not isinstance(stored, dict):
        return {"env": "The extra environment is no list of names and values."}
    problems = {}
    for name, value in stored.items():
        problem = _variable_problem(str(name), value)
        if problem is not None:
            problems[f"env[{name}]"] = problem
    return problems


def _variable_problem(name: str, value: Json) -> str | None:
    if not _VARIABLE_NAME.fullmatch(name):
        return f"“{name[:60]}” is no name of an environment variable. Use letters, digits and underscores."
    if isinstance(value, dict | list):
        return "The value is no text."
    option = BY_ENVIRONMENT.get(name.upper())
    if option is not None:
        return f"{name} has an option of its own: set “{option.label}” instead."
    return unusable_text(str(value))
