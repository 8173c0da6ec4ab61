"""The part of the command line's grammar that speaks of updates and snapshots. Imports no Qt and does nothing."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Protocol

from gowa_desktop.domain.errors import UsageError
from gowa_desktop.services.commands.command_protocol import Request, Verb

if TYPE_CHECKING:
    from collections.abc import Callable

UPDATE_VERBS = frozenset({Verb.UPDATE, Verb.UPDATES, Verb.SNAPSHOTS})


class UpdateWords(Protocol):
    """What argparse found, as far as these verbs need it."""

    verb: str | None
    name: str
    names: list[str]
    all: bool
    yes: bool
    to: str | None
    no_canary: bool
    plan: bool
    snapshots_verb: str | None
    reason: str | None
    id: str


def add_update_verbs(add: Callable[[str, str], argparse.ArgumentParser], everywhere: argparse.ArgumentParser) -> None:
    """Add the verbs to a grammar; `add` makes the parser of a verb from its name and its help."""
    update = add(Verb.UPDATE, "move instances to another version, one first, with a way back when it does not do")
    update.add_argument("names", metavar="NAME", nargs="*", default=[], help="name or key of an instance")
    update.add_argument("--all", action="store_true", help="all instances")
    update.add_argument("--to", metavar="TAG", help="an installed version, such as v9.2.0; without it the highest")
    update.add_argument("--no-canary", action="store_true", help="do not wait for one instance to do well before the others follow")
    update.add_argument("--plan", action="store_true", help="only say what would be done")
    update.add_argument("--yes", action="store_true", help="do it even where chats are set aside")
    add(Verb.UPDATES, "show what became of the last updates")
    snapshots = add(Verb.SNAPSHOTS, "list, make, restore and delete copies of the databases of an instance")
    verbs = snapshots.add_subparsers(dest="snapshots_verb", metavar="list|create|restore|delete", required=True)
    for verb, text in (
        ("list", "list the snapshots of an instance"),
        ("create", "save the databases of an instance, also while it runs"),
        ("restore", "bring the databases of an instance back to what they were"),
        ("delete", "delete a snapshot"),
    ):
        parser = verbs.add_parser(
            verb, help=text, description=text, parents=[everywhere], allow_abbrev=False, argument_default=argparse.SUPPRESS
        )
        parser.add_argument("name", metavar="NAME", help="name or key of the instance")
        if verb == "create":
            parser.add_argument("--reason", metavar="TEXT", help="why it is made")
        elif verb != "list":
            parser.add_argument("id", metavar="ID", help="the snapshot, as the list names it; its beginning is enough")
            parser.add_argument("--yes", action="store_true", help="do it")


def update_request(words: UpdateWords) -> Request:
    """Make the request of one of these verbs.

    Raises:
        UsageError: the words make no sense together.
    """
    if words.verb == Verb.UPDATES:
        return Request(Verb.UPDATES, {})
    if words.verb == Verb.SNAPSHOTS:
        return _snapshots_request(words)
    if words.all == bool(words.names):
        problem = "Names and --all do not go together." if words.all else "Update which instance?"
        raise UsageError(problem, "Write gowa-desktop update NAME, or gowa-desktop update --all.")
    return Request(
        Verb.UPDATE,
        {"names": [*words.names], "all": words.all, "to": words.to, "no_canary": words.no_canary, "plan": words.plan, "yes": words.yes},
    )


def _snapshots_request(words: UpdateWords) -> Request:
    if words.snapshots_verb == "list":
        return Request(Verb.SNAPSHOTS, {"name": words.name})
    if words.snapshots_verb == "create":
        return Request(Verb.CREATE_SNAPSHOT, {"name": words.name, "reason": words.reason})
    verb = Verb.RESTORE_SNAPSHOT if words.snapshots_verb == "restore" else Verb.DELETE_SNAPSHOT
    return Request(verb, {"name": words.name, "id": words.id, "yes": words.yes})
