"""The part of the command line's grammar that speaks of logs, diagnostics and the end of the program. Imports no Qt and does nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gowa_desktop.cli.grammar_parts import PROGRAM, AddVerb, Words, absolute, whole_number
from gowa_desktop.domain.errors import UsageError
from gowa_desktop.services.commands.command_protocol import Request, Verb

if TYPE_CHECKING:
    from gowa_desktop.domain.json_types import JsonObject

VERBS = frozenset({Verb.LOGS, Verb.DIAGNOSTICS, Verb.QUIT})


def add_verbs(add: AddVerb) -> None:
    """Add the verbs to a grammar."""
    logs = add(Verb.LOGS, "show what an instance wrote last")
    logs.add_argument("name", metavar="NAME", nargs="?", help="name or key of the instance")
    logs.add_argument("--all", action="store_true", help="all logs as one, GOWA Desktop's own among them")
    logs.add_argument("-n", dest="count", type=whole_number, metavar="N", help="number of lines")
    logs.add_argument("--follow", action="store_true", help="go on with what comes, until Ctrl-C")
    logs.add_argument("--level", choices=["debug", "info", "warning", "error", "fatal"], help="only lines of this level or worse")
    logs.add_argument("--grep", metavar="RE", help="only lines that fit a regular expression")
    logs.add_argument("--raw", action="store_true", help="keep colours and GOWA's own words; secrets stay hidden")
    diagnostics = add(Verb.DIAGNOSTICS, "write a zip with versions, settings, states, last logs and system facts, secrets hidden")
    diagnostics.add_argument("file", metavar="FILE", help="the zip to write")
    leaver = add(Verb.QUIT, "end the program; instances keep running")
    leaver.add_argument("--stop-instances", action="store_true", help="end the instances as well; the next start brings them back")


def request(words: Words) -> Request:
    """Make the request of one of these verbs.

    Raises:
        UsageError: the words make no sense together.
    """
    if words.verb == Verb.QUIT:
        return Request(Verb.QUIT, {"stop_instances": words.stop_instances})
    if words.verb == Verb.DIAGNOSTICS:
        return Request(Verb.DIAGNOSTICS, {"file": absolute(words.file)})
    if words.all == bool(words.name):
        problem = "A name and --all do not go together." if words.all else "The logs of which instance?"
        raise UsageError(problem, f"Write {PROGRAM} logs NAME, or {PROGRAM} logs --all.")
    arguments: JsonObject = {"name": words.name, "count": words.count}
    for key, value in (("level", words.level), ("grep", words.grep)):
        if value is not None:
            arguments[key] = value
    for key, is_set in (("all", words.all), ("follow", words.follow), ("raw", words.raw)):
        if is_set:
            arguments[key] = True
    return Request(Verb.LOGS, arguments)
