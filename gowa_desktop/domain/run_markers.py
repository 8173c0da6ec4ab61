"""Lines that GOWA Desktop puts into an instance's log between two runs: where one starts, where and how it ended.

They stand in the log itself, so that they move with it into older parts and are there for every reader. Written only while
GOWA has the file not open, or appended in one piece.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

_PREFIX = "--- GOWA Desktop: "
_START = "run starts"
START_BYTES = f"{_PREFIX}{_START}".encode()
"""How the first line of a run begins, in bytes."""
_END = "run ended"
END_BYTES = f"{_PREFIX}{_END}".encode()
"""How the line after a run begins, in bytes."""
_MARKER = re.compile(r"--- (?:GOWA Desktop: )?(.*?)(?:, at (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ))? ---$")
_SHORT = re.compile(r"[\x00-\x1f\x7f]+")


@dataclass(frozen=True, slots=True)
class Marker:
    """What such a line says, and when."""

    text: str
    moment: datetime | None


def start_marker(version: str, moment: datetime) -> bytes:
    """Make the line before a run."""
    return _line(f"{_START}, GOWA {version}", moment)


def end_marker(sentence: str, moment: datetime) -> bytes:
    """Make the line after a run."""
    return _line(f"{_END}, {sentence.rstrip('.')}", moment)


def left_out_text(count: int) -> str:
    """Say that bytes are missing between two parts of a log."""
    return f"{count:,} bytes are left out: the log grew faster than it may be kept"


def read_marker(line: str) -> Marker | None:
    """Read a clean line; None when it is none of ours."""
    match = _MARKER.match(line) if line.startswith("--- ") else None
    if match is None:
        return None
    text = match.group(1)
    try:
        moment = datetime.fromisoformat(match.group(2)) if match.group(2) else None
    except ValueError:
        moment = None
    return Marker(text[:1].upper() + text[1:], moment)


def _line(text: str, moment: datetime) -> bytes:
    stamp = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return f"{_PREFIX}{_SHORT.sub(' ', text)[:400]}, at {stamp} ---\n".encode("utf-8", "replace")
