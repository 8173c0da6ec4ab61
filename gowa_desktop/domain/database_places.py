"""Where the databases of an instance are, as far as its config says (GOWA facts 5.1). Pure; looks at no disk."""

from __future__ import annotations

import os.path
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING
from urllib.parse import unquote

from gowa_desktop.domain.options import BY_KEY

if TYPE_CHECKING:
    from gowa_desktop.domain.json_types import JsonObject

CHAT_STORE = "storages/chatstorage.db"
"""Chats, messages and device slots; its place cannot be configured."""
DATABASE_FOLDER = "storages"
_WORDS = {"dbUri": "WhatsApp session", "dbKeysUri": "key cache", "mcpOauthDbUri": "MCP sign-ins"}


@dataclass(frozen=True, slots=True)
class DatabasePlaces:
    """What a config says beyond the databases in `storages`."""

    inside: tuple[str, ...] = ()
    """Files inside the instance folder, relative, with slashes; they need not exist."""
    left_out: tuple[str, ...] = ()
    """Sentences about what is elsewhere; without addresses, which may hold a password."""


def database_places(config: JsonObject, folder: PurePath) -> DatabasePlaces:
    """Read the database addresses of a config.

    Args:
        config: the stored config of the instance.
        folder: its folder, which is GOWA's working directory.
    """
    flags, env = config.get("flags"), config.get("env")
    inside: list[str] = []
    left_out: list[str] = []
    for key, word in _WORDS.items():
        value = flags.get(key) if isinstance(flags, dict) else None
        if not value and isinstance(env, dict):
            value = env.get(BY_KEY[key].env)
        address = str(value or "").strip().strip("\"'")
        if not address:
            continue
        if not address.lower().startswith("file:"):
            left_out.append(f"The database of the {word} is on a server and has to be saved there.")
        elif (place := _relative(address, folder)) is None:
            left_out.append(f"The database of the {word} lies outside the instance folder.")
        elif place:
            inside.append(place)
    return DatabasePlaces(tuple(dict.fromkeys(inside)), tuple(left_out))


def _relative(address: str, folder: PurePath) -> str | None:
    """Give the place in the folder; None when it is elsewhere, empty when it is in memory only."""
    place, _, query = address[len("file:") :].partition("?")
    if "mode=memory" in query.lower() or place.startswith(":memory:"):
        return ""
    place = unquote(place.partition("#")[0])
    if place.startswith("//"):
        place = "/" + place[2:].partition("/")[2]
    root = os.path.normpath(folder)
    whole = os.path.normpath(os.path.join(root, place))  # noqa: PTH118 - pure text, so that ".." is taken out without a disk
    if not whole.startswith(root + os.sep):
        return None
    return PurePath(whole).relative_to(root).as_posix()
