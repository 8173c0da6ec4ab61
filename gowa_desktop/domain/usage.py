"""Use of CPU, memory and disk over time: what is measured, in which resolutions it is kept, and the shapes in which it is given."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from array import array

THIS_COMPUTER = 0
"""The subject of figures on the whole computer; instances are subjects by their id, which is never 0."""
NO_VALUE = math.nan
"""Stands where nothing was running or nobody was looking."""


class Metric(StrEnum):
    """What is measured."""

    CPU = "cpu"
    """Per cent of one core, interval by interval; of a tree or a computer with several cores it may exceed 100."""
    MEMORY = "memory"
    """Bytes: resident memory of a process tree, or what is in use on the computer."""
    DISK = "disk"
    """Bytes: the folder of an instance, or what is in use on the disk of the data folder."""

    @property
    def step_s(self) -> int:
        """Seconds that one figure stands for when it is fresh."""
        return 60 if self is Metric.DISK else 1


@dataclass(frozen=True, slots=True)
class Resolution:
    """One way in which history is kept: a figure for each `step_s` seconds, for `kept_s` seconds."""

    step_s: int
    kept_s: int


_HOUR, _DAY = 3600, 86400
FRESH = Resolution(1, _HOUR)
"""In memory."""
STORED = (Resolution(10, _DAY), Resolution(60, 7 * _DAY), Resolution(600, 90 * _DAY))
"""On the disk, finest first; each step is a multiple of the one before."""


@dataclass(frozen=True, slots=True)
class UsageSeries:
    """A piece of history, oldest first, from the first to the last slot that has a figure; empty when there is none.

    All arrays are `array('d')` of shape `(n,)`, which numpy takes over without copying (`numpy.frombuffer`); do not change them.
    Slots are `step_s` apart without exception: where it did not run there is a slot with NaN in all three.

    Attributes:
        times: seconds since the epoch, the middle of each slot, ascending.
        mean, least, most: in the unit of the metric; the same array three times in the finest resolution.
        step_s: seconds from slot to slot.
    """

    times: array[float]
    mean: array[float]
    least: array[float]
    most: array[float]
    step_s: int

    def __len__(self) -> int:
        return len(self.times)


class UsageEventKind(StrEnum):
    """What happened to an instance, to be marked on the axis of time."""

    START = "start"
    STOP = "stop"
    CRASH = "crash"
    RESTART = "restart"
    UPDATE = "update"


@dataclass(frozen=True, slots=True)
class UsageEvent:
    """Something that happened `at` seconds since the epoch; `text` is one sentence for people, and may be empty."""

    at: float
    kind: UsageEventKind
    text: str = ""
