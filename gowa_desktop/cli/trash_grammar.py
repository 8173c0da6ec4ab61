"""The part of the command line's grammar that speaks of the trash. Imports no Qt and does nothing."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Protocol

from gowa_desktop.services.commands.command_protocol import Request, Verb

if TYPE_CHECKING:
    from collections.abc import Callable


class TrashWords(Protocol):
    """What argparse found, as far as these verbs need it."""

    name: str
    yes: bool
    trash_verb: str | None


def add_trash_verbs(add: Callable[[str, str], argparse.ArgumentParser], everywhere: argparse.ArgumentParser) -> None:
    """Add the verbs to a grammar; `add` makes the parser of a verb from its name and its help."""
    trash = add(Verb.TRASH, "list, put back and delete for good what was deleted in the last 7 days")
    verbs = trash.add_subparsers(dest="trash_verb", metavar="list|restore|delete", required=True)
    for verb, text in (
        ("list", "list what is in the trash"),
        ("restore", "put a deleted instance back, stopped, or the data of one that was reset"),
        ("delete", "delete something of the trash for good"),
    ):
        parser = verbs.add_parser(
            verb, help=text, description=text, parents=[everywhere], allow_abbrev=False, argument_default=argparse.SUPPRESS
        )
        if verb != "list":
            parser.add_argument("name", metavar="NAME", help="name, key or folder, as the list names it; of several the newest")
        if verb == "delete":
            parser.add_argument("--yes", action="store_true", help="do it")


def trash_request(words: TrashWords) -> Request:
    """Make the request of one of these verbs."""
    if words.trash_verb == "list":
        return Request(Verb.TRASH, {})
    if words.trash_verb == "restore":
        return Request(Verb.RESTORE_TRASHED, {"name": words.name})
    return Request(Verb.DELETE_TRASHED, {"name": words.name, "yes": words.yes})
