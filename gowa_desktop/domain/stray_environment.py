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

_PREFIXES = ("APP_", "WHATSAPP_", "CHATWOOT_", "MCP_", "DB_", "CHAT_")
"""How the names begin that GOWA reads."""


@dataclass(frozen=True, slots=True)
class StrayEnvironment:
    """What a `.env` in an instance folder holds. `values` has secrets in clear and never goes into logs or lists."""

    path: str
    names: tuple[str, ...]
    """Every name it sets, in capitals as GOWA reads them, in the order of the file; empty when it cannot be read."""
    values: Mapping[str, str]
    """Values by name as GOWA would read them."""
    importable: tuple[str, ...]
    """The names that GOWA reads, or that look as if a newer one did. The others never had an effect and stay in the file."""
    problem: str | None = None
    """Why it cannot be read; None when it can."""


def read_environment(path: str, text: str | None, environment: Mapping[str, str]) -> StrayEnvironment:
    """Read what a `.env` holds.

    Args:
        path: where it is.
        text: what it holds; None when the file itself could not be read.
        environment: what `$NAME` stands for inside it.
    """
    if text is None:
        return StrayEnvironment(path, (), {}, (), "The file cannot be read.")
    try:
        found = parse_dotenv(text, environment)
    except ConfigInvalidError as error:
        return StrayEnvironment(path, (), {}, (), str(error))
    values = {name.upper(): value for name, value in found.items()}  # GOWA makes no difference here
    importable = tuple(name for name in values if name in BY_ENVIRONMENT or name.startswith(_PREFIXES))
    return StrayEnvironment(path, tuple(values), values, importable)


def with_environment(config: JsonObject, found: StrayEnvironment) -> JsonObject:
    """Give a config with the values of a `.env` as overrides. The port belongs to the instance and stays.

    Raises:
        ConfigInvalidError: the file cannot be read.
    """
    if found.problem is not None:
        raise ConfigInvalidError(found.problem, "Correct the file, or set it aside without importing it.")
    return merge(config, normalize({"env": {name: found.values[name] for name in found.importable if found.values[name]}}))
