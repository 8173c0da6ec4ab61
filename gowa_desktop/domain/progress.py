"""How far a piece of work is: the value that travels, the words of its steps, and speed from a few counts."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

_WINDOW_S = 5.0
_FIRST_FIGURE_S = 0.5
"""A speed from less than this is a guess that jumps."""


class InstallStep(StrEnum):
    """What the installation of a version is doing."""

    LOOKING = "Looking up the release"
    DOWNLOADING = "Downloading"
    RESUMING = "Waiting to go on"
    CHECKING = "Checking"
    UNPACKING = "Unpacking"
    TRYING = "Trying it out"


@dataclass(frozen=True, slots=True)
class Progress:
    """One moment of a piece of work. `total` is None when it is not known; speed in bytes for each second, `eta_s` in seconds."""

    step: str
    done: int
    total: int | None
    unit: Literal["bytes", "steps"]
    speed_bps: float | None = None
    eta_s: float | None = None


class SpeedMeter:
    """Speed over the last five seconds, from counts at given times (monotonic, seconds)."""

    def __init__(self) -> None:
        self._counts: deque[tuple[float, int]] = deque()

    def add(self, at_s: float, count: int) -> None:
        """Take the count that was reached by now; a lower one than before begins anew."""
        if self._counts and count < self._counts[-1][1]:
            self._counts.clear()
        self._counts.append((at_s, count))
        while len(self._counts) > 2 and self._counts[0][0] < at_s - _WINDOW_S:
            self._counts.popleft()

    @property
    def speed(self) -> float | None:
        """Counts for each second; None before there is enough to tell."""
        if not self._counts:
            return None
        (first_s, first), (last_s, last) = self._counts[0], self._counts[-1]
        passed = last_s - first_s
        return (last - first) / passed if passed >= _FIRST_FIGURE_S else None

    def progress(self, step: str, total: int | None) -> Progress:
        """Put the figures together for a number of bytes."""
        done, speed = (self._counts[-1][1] if self._counts else 0), self.speed
        eta = max(0, total - done) / speed if speed and total is not None else None
        return Progress(step, done, total, "bytes", speed, eta)
