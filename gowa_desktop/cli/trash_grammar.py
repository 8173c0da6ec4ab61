"""The part of the command line's grammar that speaks of the trash. Imports no Qt and does nothing."""

from __future__ import annotations

from gowa_desktop.cli.grammar_parts import AddVerb, Parser, Words, add_subverbs, add_yes
from gowa_desktop.services.commands.command_protocol import Request, Verb

VERBS = frozenset({Verb.TRASH})


def add_verbs(add: AddVerb, everywhere: Parser) -> None:
    """Add the verbs to a grammar."""
    trash = add(Verb.TRASH, "list, put back and delete for good what was deleted in the last 7 days")
    add = add_subverbs(trash, everywhere, "list|restore|delete")
    add("list", "list what is in the trash")
    restore = add("restore", "put a deleted instance back, stopped, or the data of one that was reset")
    delete = add("delete", "delete something of the trash for good")
    for parser in (restore, delete):
        parser.add_argument("name", metavar="NAME", help="name, key or folder, as the list names it; of several the newest")
    add_yes(delete)


def request(words: Words) -> Request:
    """Make the request of one of these verbs."""
    if words.subverb == "list":
        return Request(Verb.TRASH, {})
    if words.subverb == "restore":
        return Request(Verb.RESTORE_TRASHED, {"name": words.name})
    return Request(Verb.DELETE_TRASHED, {"name": words.name, "yes": words.yes})
