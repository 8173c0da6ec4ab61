"""Checking extra arguments and extra environment: what would clash with an option, end GOWA, be ignored or be seen by others."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gowa_desktop.domain.option_checks import MAX_CHARACTERS
from gowa_desktop.domain.options import BY_ENVIRONMENT, BY_FLAG
from gowa_desktop.domain.secret_names import looks_secret
from gowa_desktop.domain.text_formats import unusable_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gowa_desktop.domain.json_types import Json
    from gowa_desktop.domain.options import Option

_VARIABLE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.()-]*")
_MANAGED = {"port": "The port is set for the instance itself."}


def check_arguments(stored: Json, discovered: Iterable[Option] = ()) -> dict[str, str]:
    """Check extra arguments; problems by place, such as `args[2]`. Each entry is one argument."""
    if stored is None:
        return {}
    if not isinstance(stored, list):
        return {"args": "The extra arguments are no list."}
    flags = BY_FLAG | {option.flag: option for option in discovered if option.flag}
    problems = {}
    is_value = False
    for index, word in enumerate(stored):
        text = str(word)
        problem = None if isinstance(word, str) else "The argument is no text."
        problem = problem or unusable_text(text) or _argument_problem(text, flags, is_value=is_value)
        is_value = text.startswith("--") and "=" not in text
        if problem is not None:
            problems[f"args[{index}]"] = problem
    return problems


def check_environment(stored: Json, discovered: Iterable[Option] = ()) -> dict[str, str]:
    """Check extra environment; problems by place, such as `env[NAME]`."""
    if stored is None:
        return {}
    if not isinstance(stored, dict):
        return {"env": "The extra environment is no list of names and values."}
    options = BY_ENVIRONMENT | {option.env: option for option in discovered if option.env}
    found = ((name, _variable_problem(str(name), value, options)) for name, value in stored.items())
    return {f"env[{name}]": problem for name, problem in found if problem is not None}


def _argument_problem(text: str, flags: dict[str, Option], *, is_value: bool) -> str | None:
    name, _, value = text.partition("=")
    option = flags.get(name) or (flags.get(name[:2]) if re.match(r"-[A-Za-z]", name) else None)
    if len(text) > MAX_CHARACTERS:
        return f"The argument is longer than {MAX_CHARACTERS} characters, which not every system can pass on."
    if option is not None:
        return _MANAGED.get(option.key, f"{name} has an option of its own: set “{option.label}” instead.")
    if name in {"--help", "-h"}:
        return "With this GOWA prints its help and ends."
    if not text.strip() or text == "--" or (not text.startswith("-") and not is_value):
        return "GOWA ignores words that are no flags. Write a flag with its value, such as --name=value."
    if text.startswith("-") and looks_secret(name) and value:
        return "Arguments can be seen by everybody on this computer. Put a secret into the extra environment."
    return None


def _variable_problem(name: str, value: Json, options: dict[str, Option]) -> str | None:
    if not _VARIABLE_NAME.fullmatch(name):
        return f"“{name[:60]}” is no name of an environment variable. Use letters, digits and underscores."
    if isinstance(value, dict | list):
        return "The value is no text."
    # GOWA reads capitals only, but Windows makes no difference.
    option = options.get(name.upper())
    if option is not None:
        return _MANAGED.get(option.key, f"{name} has an option of its own: set “{option.label}” instead.")
    if len(str(value)) > MAX_CHARACTERS:
        return f"The value is longer than {MAX_CHARACTERS} characters, which not every system can pass on."
    return unusable_text(str(value))
