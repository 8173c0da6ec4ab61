"""The parts a config is made of: taking it apart, putting it together, and which parts hold secrets or belong to one instance alone.

A part is named by its option's key, `args`, `env[NAME]`, or `/KEY` for what nobody knows beside them.
"""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING

from gowa_desktop.domain.config_values import DISABLED_WEBHOOKS
from gowa_desktop.domain.options import BY_KEY
from gowa_desktop.domain.redaction import masked_variable, masked_word, secrets_in

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from gowa_desktop.domain.json_types import Json, JsonObject
    from gowa_desktop.domain.options import Option

ARGS = "args"
WEBHOOKS = "webhooks"
OWN_PIECES = frozenset({"dbUri", "dbKeysUri"})
"""Options that say where one instance keeps its WhatsApp session: two with the same would throw each other out."""

_FLAGS = "flags"
_ENV = "env"
_ODD_FLAG = "/flags/"
"""Before the name of an option that nobody knows and that looks like another part."""


def split(config: JsonObject) -> dict[str, Json]:
    """Take a config in the present shape apart; the parts are copies, `None` values are left out."""
    pieces: dict[str, Json] = {}
    for key, value in config.items():
        if key == _FLAGS and isinstance(value, dict):
            pieces |= {_flag_piece(name): setting for name, setting in value.items()}
        elif key == _ENV and isinstance(value, dict):
            pieces |= {env_piece(name): text for name, text in value.items()}
        else:
            pieces[key if key == ARGS else f"/{key}"] = value
    return {piece: deepcopy(value) for piece, value in pieces.items() if value is not None}


def joined(pieces: Mapping[str, Json]) -> JsonObject:
    """Put a config together; an empty list of arguments is none."""
    config: JsonObject = {}
    flags: JsonObject = {}
    env: JsonObject = {}
    for piece, value in pieces.items():
        if piece == ARGS:
            config |= {ARGS: value} if value != [] else {}
        elif piece.startswith(_ODD_FLAG):
            flags[piece.removeprefix(_ODD_FLAG)] = value
        elif piece.startswith("/"):
            config[piece[1:]] = value
        elif (name := variable_in(piece)) is not None:
            env[name] = value
        else:
            flags[piece] = value
    containers = {_FLAGS: flags, _ENV: env}
    return {**{key: content for key, content in containers.items() if content}, **config}


def without_pieces(config: JsonObject, left_out: Collection[str]) -> JsonObject:
    """Give a config that says nothing about these parts."""
    return joined({piece: value for piece, value in split(config).items() if piece not in left_out})


def secret_pieces(config: JsonObject, discovered: Sequence[Option] = ()) -> frozenset[str]:
    """Give the parts that hold secrets, or may: nobody can judge those that are not known."""
    known = {**BY_KEY, **{option.key: option for option in discovered}, DISABLED_WEBHOOKS: BY_KEY[WEBHOOKS]}
    found = {piece for piece, value in split(config).items() if _is_secret(piece, value, known)}
    # Which addresses are on is part of what the addresses are.
    return frozenset(found | {WEBHOOKS, DISABLED_WEBHOOKS} if found & {WEBHOOKS, DISABLED_WEBHOOKS} else found)


def env_piece(name: str) -> str:
    """Name the part that is one extra variable."""
    return f"{_ENV}[{name}]"


def is_extra(piece: str) -> bool:
    """Tell whether a part is no option, so that every version has it."""
    return piece in {ARGS, DISABLED_WEBHOOKS} or piece.startswith("/") or variable_in(piece) is not None


def piece_label(piece: str, discovered: Sequence[Option] = ()) -> str:
    """Name a part as people know it."""
    option = BY_KEY.get(piece) or next((o for o in discovered if o.key == piece), None)
    if option is not None:
        return option.label
    fixed = {ARGS: "Extra arguments", DISABLED_WEBHOOKS: "Webhooks switched off"}
    variable = variable_in(piece)
    return fixed.get(piece, piece.removeprefix("/")) if variable is None else f"Extra environment {variable}"


def _flag_piece(name: str) -> str:
    return f"{_ODD_FLAG}{name}" if name == ARGS or name.startswith("/") or variable_in(name) is not None else name


def variable_in(piece: str) -> str | None:
    """Give the name of the extra variable that a part is; None when it is something else."""
    return piece[len(_ENV) + 1 : -1] if piece.startswith(f"{_ENV}[") and piece.endswith("]") else None


def _is_secret(piece: str, value: Json, known: Mapping[str, Option]) -> bool:
    variable = variable_in(piece)
    if variable is not None:
        return masked_variable(variable, str(value)) != str(value)
    if piece == ARGS:
        return not isinstance(value, list) or any(masked_word(str(word)) != str(word) for word in value)
    option = known.get(piece)
    return option is None or (option.is_secret and bool(secrets_in(option, value)))
