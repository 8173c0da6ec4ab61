"""LogLine: one line of a log, taken apart. What its parts mean is said here; how they are found is in `log_parser`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum, IntEnum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, time


class LogLevel(IntEnum):
    """How grave a line is; larger is worse."""

    DEBUG = 10
    INFO = 20
    WARNING = 30
    ERROR = 40
    FATAL = 50


class LogFormat(Enum):
    """Who wrote a line (GOWA facts 2.3), found by its shape."""

    SETTINGS = auto()
    """GOWA's first line, `map[...]`, with every value of a `.env`."""
    LOGRUS = auto()
    WHATSMEOW = auto()
    LIBSIGNAL = auto()
    REQUEST = auto()
    """One line per request, in debug mode."""
    BANNER = auto()
    """Fiber's greeting, of either generation."""
    DUMP = auto()
    """A Go panic or another stack dump."""
    USAGE = auto()
    """What GOWA prints instead of starting when it does not understand its command line (cobra)."""
    GO_LOG = auto()
    """Go's own `log` package, which its HTTP server uses."""
    MARKER = auto()
    """Ours: where a run starts or ends, or what was left out."""
    DESKTOP = auto()
    """A line of GOWA Desktop's own log."""
    EMPTY = auto()
    UNKNOWN = auto()


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a text with a style of its own: characters from `start` to before `end`."""

    start: int
    end: int
    color: int | None = None
    """ANSI colour 0-15, or None for the usual one."""
    is_bold: bool = False


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line, taken apart. Without colour codes and control characters; secrets are hidden."""

    format: LogFormat
    text: str
    """What it says, without time, level and module."""
    level: LogLevel | None = None
    module: str = ""
    day: date | None = None
    time_of_day: time | None = None
    """In UTC, as GOWA writes it; whatsmeow and request lines have no day."""
    spans: tuple[Span, ...] = ()
    belongs_to_previous: bool = False
    """True for all but the first line of a panic, a stack dump or a settings line with line breaks."""
    status: int | None = None
    """The HTTP status that the line tells of."""

    def moment(self, day: date) -> datetime | None:
        """Give its time; `day` is taken when the line does not say its own. None when it has no time at all."""
        if self.time_of_day is None:
            return None
        return datetime.combine(self.day or day, self.time_of_day, UTC)


def moments_of(lines: Sequence[LogLine], newest: datetime) -> list[datetime]:
    """Give each line a time, in UTC: its own, with the day that fits; that of the line before it when it has none.

    Args:
        lines: in the order in which they were written.
        newest: a moment at or after which nothing was written, such as the time of the file's last change.
    """
    found: list[datetime | None] = [None] * len(lines)
    after = newest + timedelta(seconds=1)
    for index in range(len(lines) - 1, -1, -1):
        line = lines[index]
        if line.time_of_day is None:
            continue
        moment = datetime.combine(line.day or after.date(), line.time_of_day, UTC)
        # Threads write side by side, so that a line may be a moment younger than the next one.
        if line.day is None and moment > after + timedelta(minutes=5):
            moment -= timedelta(days=1)
        found[index] = after = moment
    first = next((moment for moment in found if moment is not None), newest)
    result = []
    for known in found:
        first = known or first
        result.append(first)
    return result
