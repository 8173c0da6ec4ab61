"""When an instance that ended by itself is started again: first at once, then later and later, then hardly at all."""

from __future__ import annotations

import random
from collections import deque
from dataclasses import dataclass
from enum import StrEnum

LONGEST_DELAY_S = 60.0
JITTER = 0.2
HEALTHY_S = 60.0
"""After so long a run the past is forgotten."""
FAILURE_LIMIT = 5
FAILURE_WINDOW_S = 120.0
SLOW_RETRY_S = 900.0
"""A given-up instance is tried once each 15 minutes."""


class RestartPolicy(StrEnum):
    """What a person wants when an instance ends by itself."""

    NEVER = "never"
    ON_FAILURE = "on-failure"
    ALWAYS = "always"

    def covers(self, code: int | None) -> bool:
        """Tell whether an end with this exit code (None: by a signal, or unknown) is followed by a restart.

        GOWA ends with 0 unasked when WhatsApp gave its session to another client: starting it again would fight that client.
        """
        return self is RestartPolicy.ALWAYS or (self is RestartPolicy.ON_FAILURE and code != 0)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What follows an end. `retry_in_s` is None when nothing does; `has_given_up` once too many failures came too fast."""

    retry_in_s: float | None
    has_given_up: bool = False


class FailureCounter:
    """Counts the failures of one instance. Times are monotonic seconds, given by the caller; chance is an argument too."""

    def __init__(self, chance: random.Random | None = None) -> None:
        self._chance = chance or random.Random()  # noqa: S311 - spreads restarts, guards nothing
        self._times: deque[float] = deque()
        self._in_a_row = 0
        self._has_given_up = False

    @property
    def count(self) -> int:
        """Failures since the last healthy minute."""
        return self._in_a_row

    def forget(self) -> None:
        """Begin anew: a person stepped in."""
        self._times.clear()
        self._in_a_row = 0
        self._has_given_up = False

    def judge(self, now_s: float, ran_s: float, *, retries_slowly: bool = True) -> Verdict:
        """Count one failure and say what follows.

        Args:
            now_s: the time of the failure.
            ran_s: how long the process had been ready before; 0 when it never was.
            retries_slowly: whether a given-up instance is tried again each 15 minutes.
        """
        if ran_s >= HEALTHY_S:
            self.forget()
        self._in_a_row += 1
        self._times.append(now_s)
        while now_s - self._times[0] > FAILURE_WINDOW_S:
            self._times.popleft()
        # The slow retries are too far apart to fill the window again; given up stays given up until something is different.
        self._has_given_up = self._has_given_up or len(self._times) >= FAILURE_LIMIT
        if self._has_given_up:
            return self._given_up(retries_slowly=retries_slowly)
        return Verdict(self._delay_s())

    def _delay_s(self) -> float:
        if self._in_a_row == 1:
            return 0.0
        delay = min(LONGEST_DELAY_S, 2.0 ** min(self._in_a_row - 2, 10))
        return delay * self._chance.uniform(1 - JITTER, 1 + JITTER)

    def _given_up(self, *, retries_slowly: bool) -> Verdict:
        return Verdict(SLOW_RETRY_S if retries_slowly else None, has_given_up=True)
