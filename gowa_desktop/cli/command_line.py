"""The command line's grammar: words in, one `Invocation` out. Imports no Qt and does nothing."""

from __future__ import annotations

import argparse
from dataclasses import dataclass, replace
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from gowa_desktop.cli import (
    config_grammar,
    instance_grammar,
    log_grammar,
    monitoring_grammar,
    trash_grammar,
    update_grammar,
    version_grammar,
)
from gowa_desktop.cli.grammar_parts import PROGRAM, Parser, Words, verb_adder
from gowa_desktop.domain.errors import UsageError
from gowa_desktop.domain.links import is_link, shortened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gowa_desktop.services.commands.command_protocol import Request

THEN = ("start-all", "stop-all")

_DESCRIPTION = "Run, watch and keep alive the GOWA WhatsApp API servers on your own computer. Without a command: the window."
_EPILOG = (
    "Exit codes: 0 done, 1 failed for one instance or more, 2 wrong use, 3 GOWA Desktop is not running; with --json each error has a code. "
    "list, status, stats, config show, config templates list, versions list, versions available, updates, snapshots list, trash list and logs "
    "also work while it is not running."
)
class _Part(Protocol):
    """A module of the grammar."""

    VERBS: frozenset[str]

    def request(self, words: Words) -> Request: ...


_PARTS: tuple[_Part, ...] = (instance_grammar, version_grammar, update_grammar, trash_grammar, config_grammar, monitoring_grammar, log_grammar)


class Mode(Enum):
    """What the program is to be."""

    WINDOW = auto()
    NO_WINDOW = auto()
    DEMO = auto()
    SELF_TEST = auto()
    VERSION = auto()
    COMMAND = auto()


@dataclass(frozen=True, slots=True)
class Invocation:
    """A command line that makes sense. `request` is set for `Mode.COMMAND` only; `data_dir` is None when none is named."""

    mode: Mode
    data_dir: Path | None = None
    minimized: bool = False
    then: str | None = None
    as_json: bool = False
    is_verbose: bool = False
    screenshot: Path | None = None
    link: str = ""
    """A link that a browser or the desktop handed over, well-formed or not; the window shows what it names, or says what is wrong."""
    request: Request | None = None


class _Words(Words):
    """What argparse found, the ways to start the program included."""

    data_dir: str | None = None
    json: bool = False
    verbose: bool = False
    mode: Mode | None = None
    minimized: bool = False
    then: str | None = None
    screenshot: str | None = None


def parse(arguments: Sequence[str]) -> Invocation:
    """Read a command line.

    Raises:
        UsageError: it makes no sense.
        SystemExit: help was asked for and printed.
    """
    # --data-dir and --json count anywhere before a lone "--". Taking them out first lets them stand between names, too.
    words, link = _without_link(arguments)
    cut = words.index("--") if "--" in words else len(words)
    everywhere = _everywhere()
    found = _Words()
    _, rest = everywhere.parse_known_args(words[:cut], namespace=found)
    _grammar(everywhere).parse_args([*rest, *words[cut:]], namespace=found)
    return replace(_invocation(found), link=link)


def _without_link(arguments: Sequence[str]) -> tuple[list[str], str]:
    """Take out the link that a browser or the desktop hands over: it opens the window, and never does anything else.

    It must be the last word, and only the data folder may stand before it, so that no link can bring a command along.
    """
    words = list(arguments)
    if not words or not is_link(words[-1]):
        return words, ""
    *before, link = words
    is_alone = not before or (len(before) == 2 and before[0] == "--data-dir") or (len(before) == 1 and before[0].startswith("--data-dir="))
    return (before, shortened(link)) if is_alone else (words, "")


def _invocation(words: _Words) -> Invocation:
    if words.data_dir is not None and not words.data_dir.strip():
        raise UsageError("The data folder is empty.", "Name one after --data-dir, or leave it out.")
    if words.verb is not None and (words.mode is not None or words.minimized):
        raise UsageError("A command cannot be combined with a way to start the program.", f"See {PROGRAM} --help.")
    mode = Mode.COMMAND if words.verb is not None else words.mode or Mode.WINDOW
    if words.then is not None and mode is not Mode.WINDOW:
        raise UsageError("--then goes with the window.", f"See {PROGRAM} --help.")
    if words.json and mode not in {Mode.COMMAND, Mode.SELF_TEST}:
        raise UsageError("--json goes with a command or with --self-test.", f"See {PROGRAM} --help.")
    if words.screenshot is not None and mode is not Mode.SELF_TEST:
        raise UsageError("--screenshot goes with --self-test.", f"See {PROGRAM} --help.")
    return Invocation(
        mode=mode,
        data_dir=Path(words.data_dir).expanduser().absolute() if words.data_dir is not None else None,
        minimized=words.minimized,
        then=words.then,
        as_json=words.json,
        is_verbose=words.verbose,
        screenshot=Path(words.screenshot).absolute() if words.screenshot is not None else None,
        request=_request(words) if mode is Mode.COMMAND else None,
    )


def _request(words: Words) -> Request:
    return next(part for part in _PARTS if words.verb in part.VERBS).request(words)


def _everywhere() -> Parser:
    parser = Parser(prog=PROGRAM, add_help=False, allow_abbrev=False, argument_default=argparse.SUPPRESS)
    parser.add_argument("--data-dir", metavar="DIR", help="folder with the instances; every folder has a program of its own")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.add_argument("--verbose", action="store_true", help="show the details of an error inside the program")
    return parser


def _grammar(everywhere: Parser) -> Parser:
    parser = Parser(
        prog=PROGRAM,
        description=_DESCRIPTION,
        epilog=_EPILOG,
        allow_abbrev=False,
        argument_default=argparse.SUPPRESS,
        parents=[everywhere],
    )
    modes = parser.add_mutually_exclusive_group()
    modes.add_argument("--version", dest="mode", action="store_const", const=Mode.VERSION, help="print the version")
    modes.add_argument("--no-window", dest="mode", action="store_const", const=Mode.NO_WINDOW, help="run without a window until told to end")
    modes.add_argument("--minimized", action="store_true", help="start in the tray or the task bar")
    parser.add_argument("--then", choices=THEN, help="open the window, then start or stop every instance")
    modes.add_argument("--demo", dest="mode", action="store_const", const=Mode.DEMO, help="show the window with simulated instances")
    modes.add_argument(
        "--self-test",
        dest="mode",
        action="store_const",
        const=Mode.SELF_TEST,
        help="do the main job with a simulated GOWA, print each step with its time and end",
    )
    parser.add_argument("--screenshot", metavar="FILE", help="with --self-test: save a picture of the window")
    add = verb_adder(parser.add_subparsers(dest="verb", metavar="COMMAND", title="commands"), everywhere)
    instance_grammar.add_verbs(add)
    for part in (version_grammar, update_grammar, trash_grammar, config_grammar):
        part.add_verbs(add, everywhere)
    monitoring_grammar.add_verbs(add)
    log_grammar.add_verbs(add)
    return parser
