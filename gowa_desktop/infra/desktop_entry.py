"""Desktop entries of the freedesktop.org specification: what is written into one, and what is read from one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_GROUP = "[Desktop Entry]"
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=@+,")


def exec_line(command: Sequence[str]) -> str:
    """Give the value of `Exec` for a command: quoted, then escaped as every string is; `%` is doubled.

    A field code such as `%u` is given as an argument of its own and stays as it is.
    """
    return " ".join(argument if argument == "%u" else _quoted(argument) for argument in command)


def _quoted(argument: str) -> str:
    argument = argument.replace("%", "%%")
    if argument and all(character in _PLAIN for character in argument.replace("%", "")):
        return argument
    for special in ("\\", '"', "`", "$"):
        argument = argument.replace(special, f"\\{special}")
    return '"' + argument.replace("\\", "\\\\") + '"'


def entry_text(values: Mapping[str, str]) -> str:
    """Give the text of a desktop entry."""
    return "\n".join([_GROUP, *(f"{key}={value}" for key, value in values.items()), ""])


def read_entry(text: str) -> dict[str, str]:
    """Read the keys of the main group; what is no line of it is passed over."""
    values: dict[str, str] = {}
    is_inside = False
    for line in text.splitlines():
        if line.startswith("["):
            is_inside = line.strip() == _GROUP
        elif is_inside and "=" in line and not line.startswith("#"):
            key, _, value = line.partition("=")
            values[key.strip()] = value.strip()
    return values
