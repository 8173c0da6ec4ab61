"""Colour codes of terminals: taken out of a text, and kept as the style of its parts. Never fails, whatever the bytes."""

from __future__ import annotations

import re

from gowa_desktop.domain.log_line import Span

_SEQUENCE = re.compile(r"\x1b\[([0-9;?]*)[ -/]*([@-~])|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[@-Z\\-_]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Also what would turn the direction of a text round, so that a line could show other words than it holds."""


def without_codes(line: str) -> str:
    """Take colours and control characters out of a line; tabs stay."""
    if "\x1b" in line:
        line = _SEQUENCE.sub("", line)
    return _CONTROL.sub("", line)


def styled(line: str) -> tuple[str, tuple[Span, ...]]:
    """Take colours and control characters out of a line and say where it had which style."""
    if "\x1b" not in line:
        return _CONTROL.sub("", line), ()
    parts: list[str] = []
    spans: list[Span] = []
    length = last = 0
    color: int | None = None
    is_bold = False

    def add(text: str) -> None:
        nonlocal length
        clean = _CONTROL.sub("", text)
        if clean and (color is not None or is_bold):
            spans.append(Span(length, length + len(clean), color, is_bold))
        parts.append(clean)
        length += len(clean)

    for match in _SEQUENCE.finditer(line):
        add(line[last : match.start()])
        last = match.end()
        if match.group(2) == "m":
            color, is_bold = _style_after(match.group(1), color, is_bold=is_bold)
    add(line[last:])
    return "".join(parts), tuple(spans)


def shifted(spans: tuple[Span, ...], start: int, end: int) -> tuple[Span, ...]:
    """Give the spans of the part of a text from `start` to before `end`."""
    kept = []
    for span in spans:
        first, last = max(span.start, start), min(span.end, end)
        if first < last:
            kept.append(Span(first - start, last - start, span.color, span.is_bold))
    return tuple(kept)


def _style_after(codes: str, color: int | None, *, is_bold: bool) -> tuple[int | None, bool]:
    numbers = [int(code[:4]) if code.isdecimal() and code.isascii() else 0 for code in codes.split(";")]
    index = 0
    while index < len(numbers):
        number = numbers[index]
        if number == 0:
            color, is_bold = None, False
        elif number in {1, 22}:
            is_bold = number == 1
        elif 30 <= number <= 37:
            color = number - 30
        elif 90 <= number <= 97:
            color = number - 82
        elif number == 39:
            color = None
        elif number in {38, 48}:
            # Colours out of 256 or of 16 million: their numbers must not be taken for codes.
            index += 2 if numbers[index + 1 : index + 2] == [5] else 4
        index += 1
    return color, is_bold
