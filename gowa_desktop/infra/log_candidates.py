"""Candidates: the lines of a piece of a log that may be what is looked for, found on bytes, without taking lines apart."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gowa_desktop.domain import api_answers
from gowa_desktop.domain.log_line import LogLevel
from gowa_desktop.domain.log_lines import MASK
from gowa_desktop.domain.log_parser import LogParser
from gowa_desktop.infra.log_expression import any_of, bytes_pattern, compile_query

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gowa_desktop.domain.log_query import LogQuery
    from gowa_desktop.infra.log_expression import LogExpression

LONGEST_LINE = 64 * 1024
"""What is looked at of a line at most."""
_COLOR = re.compile(rb"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07\x1b\n]*(?:\x07|\x1b\\)|\x1b[@-Z\\-_]")
_REQUEST = re.compile(rb"^(\d\d:\d\d:\d\d) \| +(\d{3}) \| +(\S+) \| +(?:\S*) \| ([A-Z]+) +\| (\S*) *(?:\| ?(.*))?$", re.MULTILINE)
_ANSWER = api_answers.PREFIX.encode()
_COMMON_COLORS = (b"\x1b[0m", b"\x1b[31m", b"\x1b[33m", b"\x1b[36m")
"""Those of whatsmeow."""
_NOT_PLAIN = bytes_pattern(rb"[\x00-\x08\x0b-\x1f\x7f-\xff\\]|://|passw|secret|token|api|auth|map\[")
"""What people see of a line with any of this may be something else than its bytes."""


class Candidates:
    """Gives the lines of a piece that may be wanted: never fewer than those that are."""

    def __init__(self, query: LogQuery, secrets: tuple[str, ...]) -> None:
        self._expression = compile_query(query)
        words = query.level_words()
        if self._expression is None and words:
            self._expression = any_of(words)
        # What stands for a secret is in no file.
        self._looks_at_all = self._expression is None or MASK[0] in query.pattern
        self._is_for_text = bool(query.pattern)
        is_anchored = self._expression is not None and self._expression.is_anchored
        self._can_be_certain = self._is_for_text and not is_anchored and query.least_level is LogLevel.DEBUG
        self._secrets = tuple(secret.encode() for secret in secrets)

    def lines(self, data: bytes) -> Iterator[tuple[int, int, bool]]:
        """Give beginning and end of each such line, the end without its line feed, and whether it is wanted for sure."""
        expression = self._expression
        if expression is None or self._looks_at_all:
            yield from ((start, stop, False) for start, stop in _all_lines(data))
            return
        hays = _as_shown(data, is_of_words=expression.is_of_words) if self._is_for_text else [data]
        if hays == [data]:
            yield from self._in_plain(data, expression)
        else:
            numbers = sorted({number for hay in hays for number in _line_numbers(hay, expression)})
            yield from ((start, stop, False) for start, stop in _numbered_lines(data, numbers))

    def _in_plain(self, data: bytes, expression: LogExpression) -> Iterator[tuple[int, int, bool]]:
        """Look in a piece that is shown as it is written."""
        is_plain: bool | None = None if self._can_be_certain else False
        at = 0
        while True:
            found, end = expression.find(data, at)
            if found < 0 or found >= len(data):
                return
            if is_plain is None:
                is_plain = self._is_plain(data)
            start, stop = data.rfind(b"\n", at, found) + 1 or at, data.find(b"\n", found)
            stop = len(data) if stop < 0 else stop
            is_certain = is_plain or (self._can_be_certain and self._is_plain(data[start:stop]))
            yield start, stop, is_certain and end <= stop <= start + LONGEST_LINE
            at = stop + 1

    def _is_plain(self, data: bytes) -> bool:
        return _NOT_PLAIN.search(data) is None and not any(secret in data for secret in self._secrets)


def _as_shown(data: bytes, *, is_of_words: bool) -> list[bytes]:
    """Give a piece with the same lines nearer to how they are shown; together they hold all that the lines show.

    What an expression that fits letters and digits alone would never meet is left as it is.
    """
    if b"\x1b" in data:
        for code in _COMMON_COLORS:
            data = data.replace(code, b"")
        data = _COLOR.sub(b"", data) if b"\x1b" in data else data
    changed = data
    if not is_of_words and b"\\" in data:
        changed = data.replace(b'\\"', b'"').replace(b"\\n", b" ").replace(b"\\t", b"\t").replace(b"\\\\", b"\\")
    if not is_of_words and b" | " in data:
        changed = _REQUEST.sub(rb"\4 \5 answered with \2 in \3: \6", changed)
    if _ANSWER in data:
        changed = b"\n".join(_answer_as_shown(line) if _ANSWER in line else line for line in changed.split(b"\n"))
    return [data] if changed is data else [data, changed]


def _answer_as_shown(line: bytes) -> bytes:
    return LogParser().parse_bytes(line).text.replace("\n", " ").encode()


def _line_numbers(hay: bytes, expression: LogExpression) -> Iterator[int]:
    number = at = 0
    while True:
        found, _ = expression.find(hay, at)
        if found < 0 or found >= len(hay):
            return
        number += hay.count(b"\n", at, found)
        yield number
        stop = hay.find(b"\n", found)
        if stop < 0:
            return
        number += 1
        at = stop + 1


def _numbered_lines(data: bytes, numbers: list[int]) -> Iterator[tuple[int, int]]:
    wanted = iter(numbers)
    number = next(wanted, -1)
    for index, line in enumerate(_all_lines(data)):
        if index == number:
            yield line
            number = next(wanted, -1)
            if number < 0:
                return


def _all_lines(data: bytes) -> Iterator[tuple[int, int]]:
    start = 0
    while (stop := data.find(b"\n", start)) >= 0:
        yield start, stop
        start = stop + 1
    if start < len(data):
        yield start, len(data)
