"""The command line's grammar: words in, one `Invocation` out. Imports no Qt and does nothing."""

from __future__ import annotations

import argparse
from dataclasses import dataclass, replace
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from gowa_desktop.cli.config_grammar import ConfigWords, add_config, config_request
from gowa_desktop.cli.monitoring_grammar import MONITORING_VERBS, add_monitoring_verbs, monitoring_request
from gowa_desktop.cli.trash_grammar import add_trash_verbs, trash_request
from gowa_desktop.cli.update_grammar import UPDATE_VERBS, add_update_verbs, update_request
from gowa_desktop.domain.errors import UsageError
from gowa_desktop.domain.links import is_link, shortened
from gowa_desktop.services.commands.command_protocol import Request, Verb

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gowa_desktop.domain.json_types import JsonObject

PROGRAM = "gowa-desktop"
THEN = ("start-all", "stop-all")

_DESCRIPTION = "Run, watch and keep alive the GOWA WhatsApp API servers on your own computer. Without a command: the window."
_EPILOG = (
    "Exit codes: 0 done, 1 failed, 2 wrong use, 3 GOWA Desktop is not running. "
    "list, status, stats, config show, config templates list, versions list, versions available, updates, snapshots list, trash list and logs "
    "also work while it is not running."
)
_DESTRUCTIVE = {
    Verb.RESET_DATA: "This would move the data of {name}, its WhatsApp session included, to the trash.",
    Verb.DELETE: "This would delete {name} with its data, its WhatsApp session included.",
}


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


class _Parser(argparse.ArgumentParser):
    """Ends wrong use with one sentence instead of a page."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"The command line is wrong: {message.rstrip('.')}.", f"See {self.prog} --help.")


class _Words(ConfigWords):
    """What argparse found, with the types that the grammar below gives."""

    data_dir: str | None = None
    json: bool = False
    verbose: bool = False
    mode: Mode | None = None
    minimized: bool = False
    then: str | None = None
    screenshot: str | None = None
    verb: str | None = None
    versions_verb: str | None = None
    all: bool = False
    gowa: str | None = None
    port: int | None = None
    set: list[str]
    start: bool = False
    tag: str | None = None
    count: int | None = None
    follow: bool = False
    level: str | None = None
    grep: str | None = None
    raw: bool = False
    pre: bool = False
    refresh: bool = False
    keep: int | None = None
    to: str | None = None
    no_canary: bool = False
    plan: bool = False
    snapshots_verb: str | None = None
    trash_verb: str | None = None
    reason: str | None = None
    id: str = ""
    stop_instances: bool = False
    days: int | None = None


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


def _request(words: _Words) -> Request:
    verb = words.verb or ""
    if verb in {"versions", "config", Verb.TRASH, *UPDATE_VERBS}:
        return _subject_request(verb, words)
    if verb in MONITORING_VERBS:
        return monitoring_request(words)
    arguments: JsonObject = {}
    if verb in {Verb.STATUS, Verb.LOGS, Verb.CREATE}:
        arguments["name"] = words.name
    if verb == Verb.LOGS:
        arguments.update(_log_arguments(words))
    elif verb in {Verb.QUIT, Verb.DIAGNOSTICS}:
        arguments.update({"stop_instances": words.stop_instances} if verb == Verb.QUIT else {"file": str(Path(words.file).absolute())})
    elif verb == Verb.CREATE:
        arguments.update({"gowa": words.gowa, "port": words.port, "set": [*words.set], "start": words.start})
    elif verb in {Verb.START, Verb.STOP, Verb.RESTART, Verb.KILL}:
        if words.all == bool(words.names):
            problem = "Names and --all do not go together." if words.all else f"{verb.capitalize()} which instance?"
            raise UsageError(problem, f"Write {PROGRAM} {verb} NAME, or {PROGRAM} {verb} --all.")
        arguments.update({"names": [*words.names], "all": words.all})
    elif verb in _DESTRUCTIVE:
        if not words.yes:
            raise UsageError(_DESTRUCTIVE[verb].format(name=words.name), "Add --yes to do it.")
        arguments["names"] = [words.name]
    return Request(verb, arguments)


def _subject_request(verb: str, words: _Words) -> Request:
    """Make the request of a verb that has verbs of its own, or a module."""
    if verb == "versions":
        return _versions_request(words)
    if verb == "config":
        return config_request(words)
    return trash_request(words) if verb == Verb.TRASH else update_request(words)


def _versions_request(words: _Words) -> Request:
    if words.versions_verb == "list":
        return Request(Verb.VERSIONS, {})
    if words.versions_verb == "available":
        return Request(Verb.REFRESH_VERSIONS if words.refresh else Verb.AVAILABLE_VERSIONS, {"pre": words.pre})
    if words.versions_verb == "clean":
        return Request(Verb.CLEAN_VERSIONS, {"keep": words.keep})
    if words.versions_verb in {"install", "remove"}:
        return Request(Verb.INSTALL_VERSION if words.versions_verb == "install" else Verb.REMOVE_VERSION, {"tag": words.tag})
    # The running program has a working directory of its own.
    return Request(Verb.IMPORT_VERSION, {"file": str(Path(words.file).absolute()), "tag": words.tag})


def _everywhere() -> _Parser:
    parser = _Parser(prog=PROGRAM, add_help=False, allow_abbrev=False, argument_default=argparse.SUPPRESS)
    parser.add_argument("--data-dir", metavar="DIR", help="folder with the instances; every folder has a program of its own")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.add_argument("--verbose", action="store_true", help="show the details of an error inside the program")
    return parser


def _grammar(everywhere: _Parser) -> _Parser:
    parser = _Parser(
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
    verbs = parser.add_subparsers(dest="verb", metavar="COMMAND", title="commands")

    def add(verb: str, text: str) -> argparse.ArgumentParser:
        return verbs.add_parser(verb, help=text, description=text, parents=[everywhere], allow_abbrev=False, argument_default=argparse.SUPPRESS)

    add(Verb.LIST, "list all instances")
    _add_name(add(Verb.STATUS, "show one instance"))
    _add_create(add(Verb.CREATE, "create an instance"))
    for verb, text in (
        (Verb.START, "start instances and wait until they are ready"),
        (Verb.STOP, "stop instances"),
        (Verb.RESTART, "stop instances and start them again"),
        (Verb.KILL, "end instances at once, without waiting for open requests"),
    ):
        _add_names(add(verb, text))
    for verb, text in (
        (Verb.RESET_DATA, "take away the data of an instance, its WhatsApp session included"),
        (Verb.DELETE, "delete an instance with its data"),
    ):
        _add_confirmed(add(verb, text))
    _add_versions(add("versions", "list, install, import and remove versions of GOWA"), everywhere)
    add_update_verbs(add, everywhere)
    add_trash_verbs(add, everywhere)
    add_monitoring_verbs(add)
    add_config(add("config", "show, change, copy, export and import settings"), everywhere)
    logs = add(Verb.LOGS, "show what an instance wrote last")
    logs.add_argument("name", metavar="NAME", nargs="?", help="name or key of the instance")
    logs.add_argument("--all", action="store_true", help="all logs as one, GOWA Desktop's own among them")
    logs.add_argument("-n", dest="count", type=_whole_number, metavar="N", help="number of lines")
    logs.add_argument("--follow", action="store_true", help="go on with what comes, until Ctrl-C")
    logs.add_argument("--level", choices=["debug", "info", "warning", "error", "fatal"], help="only lines of this level or worse")
    logs.add_argument("--grep", metavar="RE", help="only lines that fit a regular expression")
    logs.add_argument("--raw", action="store_true", help="keep colours and GOWA's own words; secrets stay hidden")
    diagnostics = add(Verb.DIAGNOSTICS, "write a zip with versions, settings, states, last logs and system facts, secrets hidden")
    diagnostics.add_argument("file", metavar="FILE", help="the zip to write")
    leaver = add(Verb.QUIT, "end the program; instances keep running")
    leaver.add_argument("--stop-instances", action="store_true", help="end the instances as well; the next start brings them back")
    return parser


def _log_arguments(words: _Words) -> JsonObject:
    if words.all == bool(words.name):
        problem = "A name and --all do not go together." if words.all else "The logs of which instance?"
        raise UsageError(problem, f"Write {PROGRAM} logs NAME, or {PROGRAM} logs --all.")
    arguments: JsonObject = {"count": words.count}
    for key, value in (("level", words.level), ("grep", words.grep)):
        if value is not None:
            arguments[key] = value
    for key, is_set in (("all", words.all), ("follow", words.follow), ("raw", words.raw)):
        if is_set:
            arguments[key] = True
    return arguments


def _add_name(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="name or key of the instance")


def _add_names(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("names", metavar="NAME", nargs="*", default=[], help="name or key of an instance")
    parser.add_argument("--all", action="store_true", help="all instances")


def _add_confirmed(parser: argparse.ArgumentParser) -> None:
    _add_name(parser)
    parser.add_argument("--yes", action="store_true", help="do it")


def _add_create(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="name of the new instance")
    parser.add_argument("--gowa", metavar="TAG", help="version of GOWA, such as v9.2.0; without it the latest")
    parser.add_argument("--port", type=_whole_number, metavar="N", help="port; without it a free one")
    parser.add_argument("--set", metavar="OPTION=VALUE", action="append", default=[], help="an option, such as debug=true; repeat it for lists")
    parser.add_argument("--start", action="store_true", help="start it and wait until it is ready")


def _add_versions(parser: argparse.ArgumentParser, everywhere: _Parser) -> None:
    verbs = parser.add_subparsers(dest="versions_verb", metavar="list|available|install|import|remove|clean", required=True)

    def add(verb: str, text: str) -> argparse.ArgumentParser:
        return verbs.add_parser(verb, help=text, description=text, parents=[everywhere], allow_abbrev=False, argument_default=argparse.SUPPRESS)

    add("list", "list the installed versions")
    available = add("available", "list the versions that can be installed")
    available.add_argument("--pre", action="store_true", help="list pre-releases, too")
    available.add_argument("--refresh", action="store_true", help="ask the release server now")
    add("install", "download a version, check it and install it").add_argument("tag", metavar="TAG", help="such as v9.2.0, or latest")
    add("remove", "remove a version that no instance uses").add_argument("tag", metavar="TAG", help="such as v9.2.0")
    cleaner = add("clean", "remove old versions that no instance uses")
    cleaner.add_argument("--keep", type=_whole_number, metavar="N", help="how many of the newest to keep; without it 3")
    importer = add("import", "install a version from a file")
    importer.add_argument("file", metavar="FILE", help="a release zip of GOWA, or its program")
    importer.add_argument("--tag", metavar="TAG", help="the version, when the file's name does not tell it")


def _whole_number(text: str) -> int:
    try:
        return int(text[:32])
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text[:32]}” is no whole number") from None
