"""What a piece of a log means: known lines, what is over, and counts. Blocks; for workers.

Nearly every line tells nothing. RE2 passes those over without Python's global lock, so that a flood keeps nobody else waiting.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gowa_desktop.domain.log_advice import TELLING, KnownLine, LogCounts, LogEventKind, ended_by, meaning_of
from gowa_desktop.domain.log_parser import LogParser
from gowa_desktop.infra.log_expression import bytes_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class LogMeaning:
    """What was read of one log: the counts with it, and in their order known lines with their texts, and kinds that are over."""

    counts: LogCounts
    told: tuple[tuple[KnownLine, str] | LogEventKind, ...] = ()


def read_meaning(data: bytes, counts: LogCounts, secrets: frozenset[str]) -> LogMeaning:
    """Read what whole lines mean; `counts` are those before them."""
    parser = LogParser(secrets)
    told: list[tuple[KnownLine, str] | LogEventKind] = []
    for raw in _telling_lines(data):
        line = parser.parse_bytes(raw)
        counts = counts.and_of(line.text, line.status)
        known = meaning_of(line.text) or (meaning_of(f"[{line.module}] {line.text}") if line.module else None)
        if known is not None:
            told.append((known, line.text))
        else:
            told += ended_by(line.text)
    return LogMeaning(counts, tuple(told))


def _telling_lines(data: bytes) -> Iterator[bytes]:
    """Give the lines that may tell something; all of them where settings are among them, which hide what follows."""
    if data.startswith(b"map[") or b"\nmap[" in data:
        yield from data.split(b"\n")[:-1]
        return
    telling, at = bytes_pattern(TELLING.encode()), 0
    while (match := telling.search(data, at)) is not None:
        place = match.span()[0]
        stop = data.find(b"\n", place)
        if stop < 0:
            return
        yield data[data.rfind(b"\n", 0, place) + 1 : stop]
        at = stop + 1
