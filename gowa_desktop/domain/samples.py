"""Resource samples and the short window of them that sparklines show."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class ResourceSample:
    """Use of one process tree at one moment.

    `cpu_percent` is of one core over the last interval and may exceed 100; None in the first interval.
    `time_s` is monotonic.
    """

    time_s: float
    cpu_percent: float | None
    memory_bytes: int
    process_count: int


class SampleWindow:
    """The newest samples of one instance, oldest first, at most `capacity`."""

    def __init__(self, capacity: int = 60) -> None:
        self._samples: deque[ResourceSample] = deque(maxlen=capacity)

    def __len__(self) -> int:
        return len(self._samples)

    def __iter__(self) -> Iterator[ResourceSample]:
        return iter(self._samples)

    @property
    def newest(self) -> ResourceSample | None:
        """The latest sample, or None before the first."""
        return self._samples[-1] if self._samples else None

    def append(self, sample: ResourceSample) -> None:
        """Add a sample; the oldest makes room."""
        self._samples.append(sample)

    def cpu_percents(self) -> tuple[float, ...]:
        """Give CPU per cent of one core, `(n,)`, oldest first; intervals without a reading are left out."""
        return tuple(s.cpu_percent for s in self._samples if s.cpu_percent is not None)

    def memory_bytes(self) -> tuple[int, ...]:
        """Give resident memory in bytes, `(n,)`, oldest first."""
        return tuple(s.memory_bytes for s in self._samples)
