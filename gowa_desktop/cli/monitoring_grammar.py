"""The part of the command line's grammar that speaks of resource use and old media. Imports no Qt and does nothing."""

from __future__ import annotations

from gowa_desktop.cli.grammar_parts import AddVerb, Words, add_name, add_yes, whole_number
from gowa_desktop.services.commands.command_protocol import Request, Verb

VERBS = frozenset({Verb.STATS, Verb.CLEAN_MEDIA})


def add_verbs(add: AddVerb) -> None:
    """Add the verbs to a grammar."""
    stats = add(Verb.STATS, "show what instances and this computer use: CPU, memory, processes, open files, folders")
    stats.add_argument("name", metavar="NAME", nargs="?", default="", help="name or key of an instance; without it all")
    stats.add_argument("--unique", action="store_true", help="measure the memory that each has to itself, too; takes a moment")
    cleaner = add(Verb.CLEAN_MEDIA, "say which files of an instance nobody misses, and with --yes remove them; databases always stay")
    add_name(cleaner)
    cleaner.add_argument("--days", type=whole_number, metavar="N", help="received media that are older than N days instead")
    add_yes(cleaner)


def request(words: Words) -> Request:
    """Make the request of one of these verbs."""
    if words.verb == Verb.STATS:
        return Request(Verb.STATS, {**({"name": words.name} if words.name else {}), **({"unique": True} if words.unique else {})})
    return Request(Verb.CLEAN_MEDIA, {"name": words.name, "days": words.days, "yes": words.yes})
