"""The part of the command line's grammar that speaks of resource use and old media. Imports no Qt and does nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from gowa_desktop.services.commands.command_protocol import Request, Verb

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

MONITORING_VERBS = frozenset({Verb.STATS, Verb.CLEAN_MEDIA})


class MonitoringWords(Protocol):
    """What argparse found, as far as these verbs need it."""

    verb: str | None
    name: str
    yes: bool
    days: int | None


def add_monitoring_verbs(add: Callable[[str, str], argparse.ArgumentParser]) -> None:
    """Add the verbs to a grammar; `add` makes the parser of a verb from its name and its help."""
    stats = add(Verb.STATS, "show what instances and this computer use: CPU, memory, processes, open files, folders")
    stats.add_argument("name", metavar="NAME", nargs="?", default="", help="name or key of an instance; without it all")
    cleaner = add(Verb.CLEAN_MEDIA, "say which files of an instance nobody misses, and with --yes remove them; databases always stay")
    cleaner.add_argument("name", metavar="NAME", help="name or key of the instance")
    cleaner.add_argument("--days", type=int, metavar="N", help="received media that are older than N days instead")
    cleaner.add_argument("--yes", action="store_true", help="do it")


def monitoring_request(words: MonitoringWords) -> Request:
    """Make the request of one of these verbs."""
    if words.verb == Verb.STATS:
        return Request(Verb.STATS, {"name": words.name} if words.name else {})
    return Request(Verb.CLEAN_MEDIA, {"name": words.name, "days": words.days, "yes": words.yes})
