"""A `.env` found in an instance folder: what it sets, and which of that can become settings.

GOWA reads such a file by itself, so it must never be obeyed without the person knowing (GOWA facts 1.1 and 1.2).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gowa_desktop.domain.config_values import merge, normalize
from gowa_desktop.domain.dotenv import parse_dotenv
from gowa_desktop.domain.errors import ConfigInvalidError
from gowa_desktop.domain.options import BY_ENVIRONMENT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gowa_desktop.domain.json_types import JsonObject


@dataclass(frozen=True, slots=True)
class StrayEnvironment:
    """What a `.env` in an instance folder holds. `values` has secrets in clear and never goes into logs or lists."""

    path: str
    names: tuple[str, ...]
    """Every name it sets, in capitals as GOWA reads them, in the order of the file; empty when it cannot be read."""
    values: Mapping[str, str]
    """Values by name as GOWA would read them."""
    importable: tuple[str, ...]
    """The names that have an option of their own; the others become extra environment."""
    problem: str | None = None
    """Why it cannot be read; None when it can."""


def read_environment(path: str, text: str | None) -> StrayEnvironment:
    """Read what a `.env` holds; `text` is None when the file itself could not be read."""
    if text is None:
        return StrayEnvironment(path, (), {}, (), "The file cannot be read.")
    try:
        found = parse_dotenv(text, {})
    except ConfigInvalidError as error:
        return StrayEnvironment(path, (), {}, (), str(error))
    values = {name.upper(): value for name, value in found.items()}
    return StrayEnvironment(path, tuple(values), values, tuple(name for name in values if name in BY_ENVIRONMENT))


def with_environment(config: JsonObject, found: StrayEnvironment) -> JsonObject:
    """Give a config with the values of a `.env` as overrides. The port belongs to the instance and stays.

    Raises:
        ConfigInvalidError: the file cannot be read.
    """
    if found.problem is not None:
        raise ConfigInvalidError(found.problem, "Correct the file, or set it aside without importing it.")
    read = normalize({"env": {name: value for name, value in found.values.items() if value}})
    return merge(config, read)
