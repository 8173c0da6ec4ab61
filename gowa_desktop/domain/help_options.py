"""Reading options from what `gowa rest --help` prints: the way to know options of versions that the table does not cover.

The format is pflag's: short and long flag, a type word (none for a switch), the description, and `(default …)` unless that is the zero
value (GOWA facts 1.5). Options that only the environment knows are not printed.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from gowa_desktop.domain.log_lines import clean_line
from gowa_desktop.domain.options import BY_FLAG, BY_KEY, SUBCOMMAND_OPTIONS, Option, OptionKind, Section
from gowa_desktop.domain.secret_names import looks_secret

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gowa_desktop.domain.options import OptionDefault
    from gowa_desktop.domain.versions import GowaVersion

_FLAG = re.compile(r"\s+(?:-(\w), )?--([a-z0-9][a-z0-9-]*)(?: ([^\s\[]+))?(?:\[=[^\]]*\])?(?:\s{2,}(.*))?")
_DEFAULT = re.compile(r"\s*\(default (.*)\)\s*$", re.DOTALL)
_KINDS = {"": OptionKind.BOOL, "duration": OptionKind.DURATION, "strings": OptionKind.LIST}
_RANGES = {
    "int": (-(2**63), 2**63 - 1), "int64": (-(2**63), 2**63 - 1), "int32": (-(2**31), 2**31 - 1), "int16": (-(2**15), 2**15 - 1),
    "int8": (-128, 127), "uint": (0, 2**64 - 1), "uint64": (0, 2**64 - 1), "uint32": (0, 2**32 - 1), "uint16": (0, 2**16 - 1),
    "uint8": (0, 255),
}  # fmt: skip
_LONGEST_HELP = 300
_MOST = 500
"""More flags than this no program has; it bounds the work on an output that is no help."""


def options_in_help(text: str, version: GowaVersion) -> tuple[Option, ...]:
    """Give the options that a version prints and the table does not have for it, in the order printed."""
    found: dict[str, Option] = {}
    skipped = {"--help", *(option.flag for option in SUBCOMMAND_OPTIONS)}
    for short, name, word, words in _flags(text):
        flag = f"--{name}"
        known = BY_FLAG.get(flag)
        if known is not None and not known.known_by(version):
            # It was taken out once and is back.
            found[flag] = replace(known, since=version.tag, until=None, section=Section.NEW, is_discovered=True)
        elif known is None and flag not in skipped:
            found[flag] = _option(flag, short, word, words, version)
    return tuple(found.values())[:_MOST]


def _flags(text: str) -> Iterator[tuple[str, str, str, str]]:
    """Give short flag, name, type word and description of every flag; a description may go on in the next line."""
    current: tuple[str, str, str] | None = None
    words: list[str] = []
    for raw in text.splitlines():
        line = clean_line(raw)
        match = _FLAG.fullmatch(line)
        if match is None and current is not None and line.startswith("      ") and line.strip():
            words.append(line.strip())
            continue
        if current is not None:
            yield (*current, " ".join(words))
        current = (match[1] or "", match[2], match[3] or "") if match is not None else None
        words = [match[4] or ""] if match is not None else []
    if current is not None:
        yield (*current, " ".join(words))


def _option(flag: str, short: str, word: str, words: str, version: GowaVersion) -> Option:
    kind = OptionKind.INT if word in _RANGES else _KINDS.get(word, OptionKind.TEXT)
    minimum, maximum = _RANGES.get(word, (0, None) if kind is OptionKind.DURATION else (None, None))
    name = flag.removeprefix("--")
    return Option(
        key=_key(name),
        kind=kind,
        env="",
        flag=flag,
        since=version.tag,
        section=Section.NEW,
        label=name.replace("-", " ").capitalize(),
        help=_help(flag, words),
        default=_default(kind, words),
        short=f"-{short}" if short else None,
        minimum=minimum,
        maximum=maximum,
        is_secret=looks_secret(name),
        is_discovered=True,
        is_multiline=kind is OptionKind.TEXT,
    )


def _key(name: str) -> str:
    first, *others = name.split("-")
    key = first + "".join(part.capitalize() for part in others)
    return key if key not in BY_KEY else f"{key}Flag"


def _help(flag: str, words: str) -> str:
    """Give GOWA's own words without the example of how to write the flag, which the form makes needless."""
    text = _DEFAULT.sub("", words).partition(f" {flag} ")[0].partition(" | example")[0].strip()
    text = text[:_LONGEST_HELP].rstrip(".") or "GOWA says nothing about it"
    return f"{text[0].upper()}{text[1:]}."


def _default(kind: OptionKind, words: str) -> OptionDefault:
    match = _DEFAULT.search(words)
    text = match[1] if match is not None else ""
    if kind is OptionKind.BOOL:
        return text == "true"
    if kind is OptionKind.INT:
        return int(text) if re.fullmatch(r"-?[0-9]{1,20}", text) else 0
    if kind is OptionKind.DURATION:
        return re.sub(r"(?<=[hm])0[ms](?=$|0)", "", text) or "0s"
    if kind is OptionKind.LIST or not text:
        return None
    try:
        unquoted = json.loads(text)
    except ValueError:
        return text
    return unquoted if isinstance(unquoted, str) else text
