"""What a person looks for in a log: a text or regular expression and the least level. It is looked for by `infra/log_expression`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gowa_desktop.domain.log_line import LogLevel

if TYPE_CHECKING:
    from gowa_desktop.domain.log_line import LogLine

_LEVEL_WORDS = {
    LogLevel.WARNING: (
        b"level=warn", b"level=error", b"level=fatal", b"level=panic", b" WARN]", b" ERROR]", b"[WARN", b"[ERROR]", b"[FATAL]", b"| 4",
        b"| 5", b"panic: ", b"fatal error: ", b"goroutine ", b"SIG", b"WARN[", b"ERRO[", b"FATA[", b"PANI[", b" WARNING ", b" ERROR ",
        b" CRITICAL ", b"http: ", b"Error: ",
    ),
    LogLevel.ERROR: (
        b"level=error", b"level=fatal", b"level=panic", b" ERROR]", b"[ERROR]", b"[FATAL]", b"| 5", b"panic: ", b"fatal error: ",
        b"goroutine ", b"SIG", b"ERRO[", b"FATA[", b"PANI[", b" ERROR ", b" CRITICAL ", b"Error: ",
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

    def admits_level(self, line: LogLine) -> bool:
        """Tell whether a line is grave enough."""
        return self.least_level is LogLevel.DEBUG or (line.level is not None and line.level >= self.least_level)

    def level_words(self) -> tuple[bytes, ...]:
        """Give pieces of which a raw line of the least level must hold one; none when nothing is known."""
        return _LEVEL_WORDS.get(self.least_level, ())
