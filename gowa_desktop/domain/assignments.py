"""`OPTION=VALUE` as typed on a command line, read into parts of a config."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from gowa_desktop.domain.config_pieces import ARGS, env_piece
from gowa_desktop.domain.errors import ConfigInvalidError
from gowa_desktop.domain.option_values import parse_text
from gowa_desktop.domain.options import OptionKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gowa_desktop.domain.json_types import Json
    from gowa_desktop.domain.options import Option

_ENV_PREFIX = "env."


def read_assignments(assignments: Sequence[str], options: Sequence[Option]) -> dict[str, Json]:
    """Read assignments; those of a list option, or of `args`, add up, and an empty value empties it.

    Args:
        assignments: such as `debug=true`, `args=--new-thing` or `env.TZ=UTC`.
        options: that may be set.

    Raises:
        ConfigInvalidError: no such option, no `=`, or a value of the wrong form.
    """
    found: dict[str, Json] = {}
    for assignment in assignments:
        name, separator, text = assignment.partition("=")
        if not separator:
            raise ConfigInvalidError(f"“{assignment[:60]}” is no setting.", "Write OPTION=VALUE, such as debug=true.")
        piece, value = _read(name.strip(), text, options)
        before = found.get(piece)
        found[piece] = [*before, *value] if isinstance(before, list) and isinstance(value, list) else value
    return found


def read_names(names: Sequence[str], options: Sequence[Option]) -> list[str]:
    """Read names of settings.

    Raises:
        ConfigInvalidError: there is none of this name.
    """
    return [_piece(name.strip(), options)[0] for name in names]


def _read(name: str, text: str, options: Sequence[Option]) -> tuple[str, Json]:
    piece, option = _piece(name, options)
    if option is None:
        return piece, ([text] if text else []) if piece == ARGS else text
    if option.kind in {OptionKind.LIST, OptionKind.LOGINS} and not text:
        return piece, []
    return piece, parse_text(option, text)


def _piece(name: str, options: Sequence[Option]) -> tuple[str, Option | None]:
    if name == ARGS:
        return ARGS, None
    if name.startswith(_ENV_PREFIX):
        return env_piece(name.removeprefix(_ENV_PREFIX)), None
    by_key = {option.key: option for option in options}
    if name in by_key:
        return name, by_key[name]
    close = _closest(name, options)
    hint = f"Did you mean {close}?" if close else "See what there is with: gowa-desktop config show NAME"
    raise ConfigInvalidError(f"There is no option named “{name[:60]}”.", hint)


def _closest(name: str, options: Sequence[Option]) -> str | None:
    """Find the option that is meant: named as a flag or variable of GOWA, in another case, or with a slip."""
    folded = {_folded(option.key): option.key for option in options}
    folded |= {_folded(alias): option.key for option in options for alias in (option.env, option.flag) if alias}
    found = difflib.get_close_matches(_folded(name[:60]), list(folded), 1, 0.7)
    return folded[found[0]] if found else None


def _folded(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()
