"""LogExpression: the regular expression or text of a query, looked for by RE2.

RE2 takes a time that only grows with the text, whatever the expression, so that no expression can keep the window or a worker
waiting; it reads some 800 MB a second, and leaves Python's global lock alone meanwhile. For that it has no look-around and no
back-references. `\\d`, `\\w` and `\\b` mean ASCII characters (https://github.com/google/re2/wiki/Syntax).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol, cast

import re2

from gowa_desktop.domain.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gowa_desktop.domain.log_query import LogQuery

LONGEST_PATTERN = 500
_TOKEN = re.compile(r"\\.|\(\?:|\{\d+,?\d*\}|\[\^?\]?(?:\\.|[^\]\\])*\]|[\^$]|.", re.DOTALL)
"""An escaped character, a class, a number of times, or another character; enough to tell which ones are anchors."""
_OF_WORDS = re.compile(r"\\[dw]|\[[\w-]+\]|\(\?:|\{\d+,?\d*\}|[\w?*+()|]")
_SHOWN_WORDS = "A request was answered with in"
"""Words that are shown and not written; see `log_parser`."""
_ANCHORS = frozenset({"^", "$", r"\A", r"\z", r"\Z", r"\b", r"\B"})


class _Match(Protocol):
    def span(self) -> tuple[int, int]: ...


class _Compiled(Protocol):
    def search(self, text: str | bytes, pos: int = 0) -> _Match | None: ...

    def finditer(self, text: str) -> Iterator[_Match]: ...


class LogExpression:
    """What is looked for. Any thread."""

    def __init__(self, compiled: _Compiled, in_bytes: _Compiled, *, is_anchored: bool = False, is_of_words: bool = False) -> None:
        self._compiled = compiled
        self._in_bytes = in_bytes
        self.is_anchored = is_anchored
        """True when it depends on where a line or word begins or ends; `find` then finds more than `is_in`."""
        self.is_of_words = is_of_words and not self.spans(_SHOWN_WORDS)
        """True when it fits letters and digits alone, and none of the words that are shown and not written."""

    def is_in(self, text: str) -> bool:
        """Tell whether a text has it."""
        return self._compiled.search(text) is not None

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Give where a text has it, as beginnings and ends; nothing for what it finds everywhere without a character."""
        return [span for span in (match.span() for match in self._compiled.finditer(text)) if span[0] < span[1]]

    def find(self, data: bytes, begin: int) -> tuple[int, int]:
        """Find the next place in UTF-8 that may have it, at or behind `begin`; -1 when there is none.

        Anchors are left out, because what people see of a line may begin and end elsewhere.
        """
        match = self._in_bytes.search(data, begin)
        return match.span() if match is not None else (-1, -1)


def compile_query(query: LogQuery) -> LogExpression | None:
    """Give the expression to look for in lines as people see them; None when any text will do.

    Raises:
        UsageError: it is no regular expression, or too long.
    """
    if not query.pattern:
        return None
    if len(query.pattern) > LONGEST_PATTERN:
        raise UsageError("The text to look for is too long.", f"Use at most {LONGEST_PATTERN} characters.")
    tokens = [piece.replace(r"\Z", r"\z") if len(piece) == 2 else piece for piece in _TOKEN.findall(query.pattern)]
    loose = [piece for piece in tokens if piece not in _ANCHORS]
    try:
        if not query.is_regex:
            plain = re2.escape(query.pattern)
            compiled = _compile(plain, query)
            return LogExpression(compiled, compiled, is_of_words=query.pattern.isalnum())
        compiled = _compile("".join(tokens), query)
        is_of_words = all(_OF_WORDS.fullmatch(piece) for piece in loose)
        return LogExpression(compiled, _loosened(loose, query), is_anchored=len(loose) < len(tokens), is_of_words=is_of_words)
    except (re2.error, UnicodeError) as error:
        reason = error.args[0].decode(errors="replace") if error.args and isinstance(error.args[0], bytes) else str(error)
        raise UsageError(
            f"“{query.pattern[:60]}” is no regular expression: {reason}.",
            "Correct it, or look for plain text. Look-around and back-references are not understood.",
        ) from error


def any_of(words: tuple[bytes, ...]) -> LogExpression:
    """Give an expression that finds any of these words in bytes, as they are written."""
    compiled = cast("_Compiled", re2.compile(b"|".join(re2.escape(word) for word in words), _options(is_case_sensitive=True)))
    return LogExpression(compiled, compiled)


def bytes_pattern(pattern: bytes) -> _Compiled:
    """Compile an expression of our own for any bytes, whatever their case."""
    options = _options(is_case_sensitive=False)
    options.encoding = re2.Options.Encoding.LATIN1
    return cast("_Compiled", re2.compile(pattern, options))


def _loosened(tokens: list[str], query: LogQuery) -> _Compiled:
    """Compile an expression without its anchors; where nothing else is left of it, one that is everywhere."""
    try:
        return _compile("".join(tokens), query)
    except re2.error:  # such as "^*", of which the star stays
        return _compile("", query)


def _compile(pattern: str, query: LogQuery) -> _Compiled:
    return cast("_Compiled", re2.compile(pattern, _options(is_case_sensitive=query.is_case_sensitive)))


def _options(*, is_case_sensitive: bool) -> re2.Options:
    options = re2.Options()
    options.case_sensitive = is_case_sensitive
    options.log_errors = False
    return options
