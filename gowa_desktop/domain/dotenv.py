r"""Reads and writes `.env` text exactly as GOWA's own reader does: gotenv 1.6.0, strict, under viper (GOWA facts 1.2).

Its rules differ from those of other tools: a lone line break ends a line in quotes only, `$NAME` is replaced unless it stands in
single quotes, `\n` and `\r` mean line breaks inside double quotes even after a backslash, and one line that cannot be read makes
GOWA ignore the whole file without a word.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gowa_desktop.domain.errors import ConfigInvalidError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MAX_LINE_BYTES = 64 * 1024 - 1
"""A longer line makes GOWA ignore the whole file."""

_GO_SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
"""What Go trims; Python's own list is longer."""
_LINE = re.compile(
    r"""[\t\n\f\r ]*(?:export[\t\n\f\r ]+)?([0-9A-Za-z_.]+)(?:[\t\n\f\r ]*=[\t\n\f\r ]*|:[\t\n\f\r ]+?)"""
    r"""('[\s\S]*'|"[\s\S]*"|[^#\n]++)?[\t\n\f\r ]*+(?:\#.*)?\Z"""
)
_ESCAPED = re.compile(r"\\([^$])")
_VARIABLE = re.compile(r"\\?\$\{?([A-Z0-9_]+)?\}?")
_PLAIN = re.compile(r"[0-9A-Za-z_./:@%+,=?&;~*-]+")


def parse_dotenv(text: str, environment: Mapping[str, str]) -> dict[str, str]:
    """Read a `.env` file as GOWA would.

    Args:
        text: what the file holds.
        environment: what `$NAME` stands for; names set earlier in the file come second, unknown ones are empty.

    Raises:
        ConfigInvalidError: there is a line that cannot be read; GOWA would ignore the whole file.
    """
    found: dict[str, str] = {}
    for number, line in _statements(text):
        match = _LINE.match(line)
        if match is None:
            raise _unreadable(number)
        found[match[1]] = _value(_trimmed(match[2] or ""), environment, found)
    return found


def quoted(value: str) -> str | None:
    """Write a value so that GOWA reads exactly this value; None when no way of writing it does."""
    double = value.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$").replace("\n", "\\n").replace("\r", "\\r")
    in_quotes = [f"'{value}'", f'"{double}"']
    ways = [value] if _PLAIN.fullmatch(value) else []
    # One line for each variable, if possible.
    ways += [*(reversed(in_quotes) if "\n" in value else in_quotes), value]
    return next((way for way in ways if _reads_back(way, value)), None)


def _reads_back(written: str, value: str) -> bool:
    try:
        return parse_dotenv(f"A={written}\nB=1\n", {}) == {"A": value, "B": "1"}
    except ConfigInvalidError:
        return False


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Give every statement with the number of its first line; one in quotes may be several lines long."""
    lines = re.split(r"\r\n|\r|\n", text.removeprefix("\ufeff"))
    for number, line in enumerate(lines, 1):
        if len(line.encode("utf-8", "surrogatepass")) > MAX_LINE_BYTES:
            raise _unreadable(number, "it is too long")
    remaining = iter(enumerate(lines, 1))
    for number, raw in remaining:
        line = _trimmed(raw)
        if not line or line.startswith("#"):
            continue
        quote = _open_quote(line)
        parts = [line]
        while quote:
            _, following = next(remaining, (0, None))
            if following is None:
                raise _unreadable(number, "its quotation mark is never closed")
            parts.append(following)
            end = following.rfind(quote)
            if end == 0 or (end > 0 and following[end - 1] != "\\"):
                quote = ""
        yield number, "\n".join(parts)


def _open_quote(line: str) -> str:
    """Give the quotation mark that the line opens and does not close; empty when there is none."""
    place = line.find("=")
    place = line.find(":") if place == -1 else place
    if not 0 < place < len(line) - 1:
        return ""
    value = _trimmed(line[place + 1 :])
    quote = value[0]
    if quote not in {'"', "'"}:
        return ""
    # Go counts bytes here, and counts them from the first one that is no space: so does this.
    end = _trimmed(value[1:]).encode("utf-8", "surrogatepass").rfind(quote.encode())
    stored = value.encode("utf-8", "surrogatepass")
    return "" if end >= 0 and stored[end : end + 1] != b"\\" else quote


def _value(text: str, environment: Mapping[str, str], found: Mapping[str, str]) -> str:
    is_quoted = len(text) >= 2 and text[0] == text[-1] and text[0] in {'"', "'"}
    if is_quoted and text[0] == "'":
        return text[1:-1]
    if is_quoted:
        text = text[1:-1].replace("\\n", "\n").replace("\\r", "\r")
        text = _ESCAPED.sub(r"\1", text)

    def replacement(match: re.Match[str]) -> str:
        if match[0].startswith("\\"):
            return match[0][1:]
        name = match[1]
        return match[0] if name is None else environment.get(name, found.get(name, ""))

    return _VARIABLE.sub(replacement, text)


def _trimmed(text: str) -> str:
    return text.strip(_GO_SPACE)


def _unreadable(number: int, reason: str = "it is no NAME=value") -> ConfigInvalidError:
    return ConfigInvalidError(
        f"Line {number} of the .env file cannot be read: {reason}.", "Correct it. Because of that line GOWA would ignore the whole file."
    )
