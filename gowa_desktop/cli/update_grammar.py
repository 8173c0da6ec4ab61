"""The part of the command line's grammar that speaks of updates and snapshots. Imports no Qt and does nothing."""

from __future__ import annotations

from gowa_desktop.cli.grammar_parts import AddVerb, Parser, Words, add_name, add_names, add_subverbs, add_yes, names_or_all
from gowa_desktop.services.commands.command_protocol import Request, Verb

VERBS = frozenset({Verb.UPDATE, Verb.UPDATES, Verb.SNAPSHOTS})


def add_verbs(add: AddVerb, everywhere: Parser) -> None:
    """Add the verbs to a grammar."""
    update = add(Verb.UPDATE, "move instances to another version, one first, with a way back when it does not do")
    add_names(update)
    update.add_argument("--to", metavar="TAG", help="an installed version, such as v9.2.0; without it the highest")
    update.add_argument("--no-canary", action="store_true", help="do not wait for one instance to do well before the others follow")
    update.add_argument("--plan", action="store_true", help="only say what would be done")
    update.add_argument("--yes", action="store_true", help="do it even where chats are set aside")
    add(Verb.UPDATES, "show what became of the last updates")
    snapshots = add(Verb.SNAPSHOTS, "list, make, restore and delete copies of the databases of an instance")
    add = add_subverbs(snapshots, everywhere, "list|create|restore|delete")
    add_name(add("list", "list the snapshots of an instance"))
    create = add("create", "save the databases of an instance, also while it runs")
    add_name(create)
    create.add_argument("--reason", metavar="TEXT", help="why it is made")
    for parser in (
        add("restore", "bring the databases of an instance back to what they were"),
        add("delete", "delete a snapshot"),
    ):
        add_name(parser)
        parser.add_argument("id", metavar="ID", help="the snapshot, as the list names it; its beginning is enough")
        add_yes(parser)


def request(words: Words) -> Request:
    """Make the request of one of these verbs.

    Raises:
        UsageError: the words make no sense together.
    """
    if words.verb == Verb.UPDATES:
        return Request(Verb.UPDATES, {})
    if words.verb == Verb.SNAPSHOTS:
        return _snapshots_request(words)
    which = names_or_all(words, "Update which instance?")
    return Request(Verb.UPDATE, {**which, "to": words.to, "no_canary": words.no_canary, "plan": words.plan, "yes": words.yes})


def _snapshots_request(words: Words) -> Request:
    if words.subverb == "list":
        return Request(Verb.SNAPSHOTS, {"name": words.name})
    if words.subverb == "create":
        return Request(Verb.CREATE_SNAPSHOT, {"name": words.name, "reason": words.reason})
    verb = Verb.RESTORE_SNAPSHOT if words.subverb == "restore" else Verb.DELETE_SNAPSHOT
    return Request(verb, {"name": words.name, "id": words.id, "yes": words.yes})
