"""What the parts of the command line's grammar have in common. Imports no Qt and does nothing."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

from gowa_desktop.cli.speech import word
from gowa_desktop.domain.errors import UsageError

if TYPE_CHECKING:
    from gowa_desktop.domain.json_types import JsonObject


PROGRAM = "gowa-desktop"
ARGPARSE_TEXTS = (
    "usage: ", "options", "positional arguments", "show this help message and exit", "the following arguments are required: {names}",
    "unrecognized arguments: {words}", "argument {name}: {problem}", "invalid choice: {value} (choose from {choices})",
    "expected one argument", "expected at least one argument", "expected at most one argument", "not allowed with argument {name}",
    "ignored explicit argument {value}", "one of the arguments {names} is required", "invalid {kind} value: {value}",
)  # fmt: skip
"""What argparse itself says (Python 3.11 to 3.14), for the catalogues."""


class Words(argparse.Namespace):
    """What argparse found, with the types that the grammar gives; what does not stand on the command line has its default here."""

    verb: str | None = None
    subverb: str = ""
    """The verb after a subject such as `versions`."""
    templates_verb: str = ""
    name: str = ""
    names: list[str]
    all: bool = False
    yes: bool = False
    force: bool = False
    file: str = ""
    tag: str | None = None
    # create and set
    gowa: str | None = None
    port: int | None = None
    set: list[str]
    start: bool = False
    new_name: str | None = None
    restart: str | None = None
    memory_limit: int | None = None
    priority: str | None = None
    tags: str | None = None
    notes: str | None = None
    # logs
    count: int | None = None
    follow: bool = False
    level: str | None = None
    grep: str | None = None
    raw: bool = False
    # versions, updates and snapshots
    pre: bool = False
    refresh: bool = False
    keep: int | None = None
    to: str | None = None
    no_canary: bool = False
    plan: bool = False
    reason: str | None = None
    id: str = ""
    # settings
    assignments: list[str]
    options: list[str]
    option: list[str]
    format: str | None = None
    template: str = ""
    reveal: bool = False
    with_secrets: bool = False
    dry_run: bool = False
    # the rest
    days: int | None = None
    unique: bool = False
    stop_instances: bool = False


class HelpPage(argparse.HelpFormatter):
    """Help in the language of the person. Nothing is translated before a page is wanted."""

    def add_usage(self, usage: str | None, actions: Any, groups: Any, prefix: str | None = None) -> None:
        """Add the usage."""
        super().add_usage(usage, actions, groups, word("usage: ") if prefix is None else prefix)

    def start_section(self, heading: str | None) -> None:
        """Begin a section."""
        super().start_section(word(heading) if heading else heading)

    def add_text(self, text: str | None) -> None:
        """Add a paragraph."""
        super().add_text(word(text) if text else text)

    def _get_help_string(self, action: argparse.Action) -> str | None:
        return word(action.help) if action.help else action.help


class Parser(argparse.ArgumentParser):
    """Ends wrong use with one sentence instead of a page."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**{"formatter_class": HelpPage, **settings})

    def error(self, message: str) -> NoReturn:
        """Refuse the command line.

        Raises:
            UsageError: always.
        """
        problem = message.rstrip(".")
        raise UsageError(f"The command line is wrong: {problem}.", f"See {self.prog} --help.")


AddVerb: TypeAlias = Callable[[str, str], Parser]
"""Makes the parser of a verb from its name and its help."""


def verb_adder(verbs: argparse._SubParsersAction[Parser], everywhere: Parser) -> AddVerb:
    """Give what makes the parser of a verb from its name and its help."""

    def add(verb: str, text: str) -> Parser:
        return verbs.add_parser(verb, help=text, description=text, parents=[everywhere], allow_abbrev=False, argument_default=argparse.SUPPRESS)

    return add


def add_subverbs(parser: Parser, everywhere: Parser, names: str, into: str = "subverb") -> AddVerb:
    """Give a verb verbs of its own; `names` lists them for the usage, parted by `|`."""
    return verb_adder(parser.add_subparsers(dest=into, metavar=names, required=True), everywhere)


def add_name(parser: Parser) -> None:
    """Take the name of one instance."""
    parser.add_argument("name", metavar="NAME", help="name or key of the instance")


def add_names(parser: Parser) -> None:
    """Take names of instances, or all."""
    parser.add_argument("names", metavar="NAME", nargs="*", default=[], help="name or key of an instance")
    parser.add_argument("--all", action="store_true", help="all instances")


def add_yes(parser: Parser) -> None:
    """Take the word without which nothing is taken away."""
    parser.add_argument("--yes", action="store_true", help="do it")


def names_or_all(words: Words, question: str) -> JsonObject:
    """Give the instances that are meant.

    Raises:
        UsageError: there are none, or names and `--all` as well.
    """
    if words.all == bool(words.names):
        problem = "Names and --all do not go together." if words.all else question
        raise UsageError(problem, f"Write {PROGRAM} {words.verb} NAME, or {PROGRAM} {words.verb} --all.")
    return {"names": [*words.names], "all": words.all}


def absolute(file: str) -> str:
    """Give a path as the running program must have it, which has a working directory of its own."""
    return str(Path(file).expanduser().absolute())


def whole_number(text: str) -> int:
    """Read a number.

    Raises:
        argparse.ArgumentTypeError: it is none.
    """
    try:
        return int(text[:32])
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text[:32]}” is no whole number") from None
