"""Go's quoted strings, as logrus writes its messages (`strconv.Quote`), read back for people."""

from __future__ import annotations

import re

LINE_BREAK = " ↵ "
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_PLAIN = {"n": LINE_BREAK, "t": "\t", "r": "", "a": "", "b": "", "f": "", "v": ""}


def leading_value(text: str) -> tuple[str, str]:
    """Read the value at the beginning of a text, quoted or not; the answer is the value and the rest."""
    match = _QUOTED.match(text)
    if match is not None:
        return unescape(match.group(1)), text[match.end() :].strip()
    if text.startswith('"'):  # cut off
        return unescape(text[1:]), ""
    word, _, rest = text.partition(" ")
    return word, rest.strip()


def unescape(text: str) -> str:
    """Replace escapes by what they stand for; line breaks by a sign, so that a line stays a line."""
    return _ESCAPE.sub(_character, text) if "\\" in text else text


def _character(match: re.Match[str]) -> str:
    code = match.group(1) or match.group(2) or match.group(3)
    if code is None:
        return _PLAIN.get(match.group(4), match.group(4))
    number = int(code, 16)
    return chr(number) if 0x20 <= number < 0x110000 and not 0xD800 <= number < 0xE000 and not 0x7F <= number < 0xA0 else "\ufffd"
