"""What a person looks for in a log: a text or regular expression and the least level, and a quick test on bytes that comes first.

Python's `re` reads some 50 MB a second; looking for a fixed piece of text reads many hundred. So the piece that every match must
contain is taken out of the expression, and only lines that hold it are looked at closely, as people see them.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gowa_desktop.domain.errors import UsageError
from gowa_desktop.domain.log_line import LogLevel

if TYPE_CHECKING:
    from gowa_desktop.domain.log_line import LogLine

LONGEST_PATTERN = 500

_SPECIAL = set("\\.^$*+?{}[]|()")
_REPEATED = set("*?{")
_LEVEL_WORDS = {
    LogLevel.DEBUG: (b"",),
    LogLevel.WARNING: (
        b"level=warn", b"level=error", b"level=fatal", b"level=panic", b" WARN]", b" ERROR]", b"[WARN", b"[ERROR]", b"[FATAL]", b"| 4", b"| 5",
        b"panic: ", b"fatal error: ", b"goroutine ", b"SIG", b"WARN[", b"ERRO[", b"FATA[", b" WARNING ", b" ERROR ", b" CRITICAL ", b"http: ",
    ),
    LogLevel.ERROR: (
        b"level=error", b"level=fatal", b"level=panic", b" ERROR]", b"[ERROR]", b"[FATAL]", b"| 5", b"panic: ", b"fatal error: ",
        b"goroutine ", b"SIG", b"ERRO[", b"FATA[", b" ERROR ", b" CRITICAL ",
    ),
    LogLevel.FATAL: (
        b"level=fatal", b"level=panic", b"[FATAL]", b"panic: ", b"fatal error: ", b"goroutine ", b"SIG", b"FATA[", b"PANI[", b" CRITICAL ",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class LogQuery:
    """What lines are wanted; all of it must be true of a line."""

    pattern: str = ""
    """A regular expression, or plain text when `is_regex` is false; empty admits every line."""
    is_regex: bool = True
    is_case_sensitive: bool = False
    least_level: LogLevel = LogLevel.DEBUG
    """Lines of at least this level; with DEBUG also lines without any."""

    @property
    def admits_all(self) -> bool:
        """True when no line is left out."""
        return not self.pattern and self.least_level is LogLevel.DEBUG

    def compiled(self) -> re.Pattern[str] | None:
        """Give the expression to look for in lines as people see them; None when any text will do.

        Raises:
            UsageError: it is no regular expression.
        """
        if not self.pattern:
            return None
        if len(self.pattern) > LONGEST_PATTERN:
            raise UsageError("The text to look for is too long.", f"Use at most {LONGEST_PATTERN} characters.")
        source = self.pattern if self.is_regex else re.escape(self.pattern)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of constructs that a later Python may read otherwise
                return re.compile(source, 0 if self.is_case_sensitive else re.IGNORECASE)
        except (re.error, OverflowError, RecursionError) as error:
            reason = getattr(error, "msg", str(error))
            raise UsageError(f"“{self.pattern[:60]}” is no regular expression: {reason}.", "Correct it, or look for plain text.") from error

    def admits_level(self, line: LogLine) -> bool:
        """Tell whether a line is grave enough."""
        return self.least_level is LogLevel.DEBUG or (line.level is not None and line.level >= self.least_level)

    def needed_bytes(self) -> tuple[tuple[bytes, ...], bool]:
        """Give pieces of which a raw line must hold one, and whether their case counts; no pieces when nothing is known.

        Letters of pieces whose case does not count are small.
        """
        branches = self.pattern.split("|") if self.is_regex and "(" not in self.pattern and "[" not in self.pattern else [self.pattern]
        pieces = [self._needed_piece(branch) for branch in branches]
        if self.pattern and all(len(piece) >= 2 for piece in pieces):
            return tuple(dict.fromkeys(pieces)), self.is_case_sensitive
        words = tuple(word for word in _LEVEL_WORDS.get(self.least_level, ()) if word)
        return words, True

    def plain_bytes(self) -> re.Pattern[bytes] | None:
        """Give an expression that finds in plain ASCII bytes whatever the query finds in their text; None when that is not certain."""
        if not self.is_regex or not self.pattern.isascii() or re.search(r"[\^$]|\\[AZbB]|\(\?|\s", self.pattern):
            return None
        return re.compile(self.pattern.encode(), 0 if self.is_case_sensitive else re.IGNORECASE) if self.compiled() else None

    def _needed_piece(self, branch: str) -> bytes:
        """Give a piece that every match of one alternative holds; of which the letters are small when their case does not count."""
        literal = longest_literal(branch) if self.is_regex else branch
        # Colour codes stand between words, never inside of them, and are in the bytes only.
        literal = max(literal.split(), key=len, default="")
        if literal and not self.is_case_sensitive:
            literal = max(re.findall(r"[\x00-\x7f]+", literal), key=len, default="").lower()
        return literal.encode("utf-8", "replace")


def longest_literal(pattern: str) -> str:
    """Give the longest piece of text that every match of a regular expression contains; empty when none is certain.

    Careful rather than clever: alternatives, groups, classes and whatever may be repeated or left out count as nothing.
    """
    if "|" in pattern or "(?" in pattern:
        return ""
    best = current = ""
    depth, index = 0, 0
    while index < len(pattern):
        piece, length, is_literal = _piece_at(pattern, index)
        following = pattern[index + length : index + length + 1]
        if piece in {"(", ")"}:
            depth += 1 if piece == "(" else -1
        if is_literal and depth == 0 and following not in _REPEATED:
            current += piece
        else:
            best, current = max(best, current, key=len), ""
        if following == "+":
            best, current = max(best, current, key=len), ""
        index += length
    return max(best, current, key=len)


def _piece_at(pattern: str, index: int) -> tuple[str, int, bool]:
    """Give the next piece of an expression, its length, and whether it stands for itself."""
    character = pattern[index]
    if character == "\\":
        escaped = pattern[index + 1 : index + 2]
        # \d, \x41, \1 and the like stand for something else.
        return escaped, 2, bool(escaped) and not escaped.isalnum() and escaped.isprintable()
    if character == "[":
        end = index + 2 if pattern[index + 1 : index + 2] == "^" else index + 1
        end = pattern.find("]", end + 1)
        return "[", (end - index + 1) if end > 0 else len(pattern) - index, False
    if character == "{":
        end = pattern.find("}", index)
        return "{", (end - index + 1) if end > 0 else 1, False
    return character, 1, character not in _SPECIAL
