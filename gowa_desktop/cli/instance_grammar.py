"""The part of the command line's grammar that speaks of instances. Imports no Qt and does nothing."""

from __future__ import annotations

from gowa_desktop.cli.grammar_parts import AddVerb, Parser, Words, add_name, add_names, add_yes, names_or_all, whole_number
from gowa_desktop.domain.errors import UsageError
from gowa_desktop.services.commands.command_protocol import Request, Verb

_MANY = {
    Verb.START: ("start instances and wait until they are ready", "Start which instance?"),
    Verb.STOP: ("stop instances", "Stop which instance?"),
    Verb.RESTART: ("stop instances and start them again", "Restart which instance?"),
    Verb.KILL: ("end instances at once, without waiting for open requests", "Kill which instance?"),
}
"""The help of each, and what is asked when no instance is named."""
_DESTRUCTIVE = {
    Verb.RESET_DATA: "take away the data of an instance, its WhatsApp session included",
    Verb.DELETE: "delete an instance with its data",
}
VERBS = frozenset({Verb.LIST, Verb.STATUS, Verb.CREATE, Verb.SET, *_MANY, *_DESTRUCTIVE})


def add_verbs(add: AddVerb) -> None:
    """Add the verbs to a grammar."""
    add(Verb.LIST, "list all instances")
    add_name(add(Verb.STATUS, "show one instance"))
    _add_create(add(Verb.CREATE, "create an instance"))
    _add_set(add(Verb.SET, "change the name of an instance, its tags and notes, and how it is supervised"))
    for verb, (text, _) in _MANY.items():
        add_names(add(verb, text))
    for verb, text in _DESTRUCTIVE.items():
        parser = add(verb, text)
        add_name(parser)
        add_yes(parser)


def request(words: Words) -> Request:
    """Make the request of one of these verbs.

    Raises:
        UsageError: the words make no sense together.
    """
    verb = words.verb or ""
    if verb in _MANY:
        return Request(verb, names_or_all(words, _MANY[verb][1]))
    if verb in _DESTRUCTIVE:
        if not words.yes:
            raise _refusal(verb, words.name)
        return Request(verb, {"names": [words.name]})
    if verb == Verb.CREATE:
        return Request(verb, {"name": words.name, "gowa": words.gowa, "port": words.port, "set": [*words.set], "start": words.start})
    if verb == Verb.SET:
        fields = ("new_name", "restart", "memory_limit", "priority", "tags", "notes")
        changes = {field: value for field in fields if (value := getattr(words, field)) is not None}
        return Request(verb, {"name": words.name, **changes})
    return Request(verb, {"name": words.name} if verb == Verb.STATUS else {})


def _refusal(verb: str, name: str) -> UsageError:
    if verb == Verb.DELETE:
        return UsageError(f"This would delete {name} with its data, its WhatsApp session included.", "Add --yes to do it.")
    return UsageError(f"This would move the data of {name}, its WhatsApp session included, to the trash.", "Add --yes to do it.")


def _add_create(parser: Parser) -> None:
    parser.add_argument("name", metavar="NAME", help="name of the new instance")
    parser.add_argument("--gowa", metavar="TAG", help="version of GOWA, such as v9.2.0; without it the latest")
    parser.add_argument("--port", type=whole_number, metavar="N", help="port; without it a free one")
    parser.add_argument("--set", metavar="OPTION=VALUE", action="append", default=[], help="an option, such as debug=true; repeat it for lists")
    parser.add_argument("--start", action="store_true", help="start it and wait until it is ready")


def _add_set(parser: Parser) -> None:
    add_name(parser)
    parser.add_argument("--name", dest="new_name", metavar="NEW", help="another name")
    parser.add_argument(
        "--restart", choices=["never", "on-failure", "always"], help="whether it is started again when it ends by itself"
    )
    parser.add_argument("--memory-limit", type=whole_number, metavar="MB", help="restart it when it takes more megabytes; 0 for no limit")
    parser.add_argument("--priority", choices=["normal", "low"], help="low gives way to other programs")
    parser.add_argument("--tags", metavar="TAGS", help="all its tags, with commas between them; empty for none")
    parser.add_argument("--notes", metavar="TEXT", help="what you want to know about it; empty for nothing")
