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
    `time_s` is monotonic. `open_files` are files, sockets and pipes (handles on Windows), counted now and then only; None before
    that and where the system does not tell.
    """

    time_s: float
    cpu_percent: float | None
    memory_bytes: int
    process_count: int
    thread_count: int = 0
    open_files: int | None = None


@dataclass(frozen=True, slots=True)
class ComputerSample:
    """Use of the whole computer at one moment.

    `cpu_percent` is of one core, as for instances, so it goes up to 100 times `cores`; None in the first interval. `memory_bytes` is
    what programs could not get, `memory_total` what is built in.
    """

    time_s: float
    cpu_percent: float | None
    cores: int
    memory_bytes: int
    memory_total: int


@dataclass(frozen=True, slots=True)
class DiskSpace:
    """The disk of the data folder, in bytes; `free_bytes` is what this person may still use."""

    total_bytes: int
    used_bytes: int
    free_bytes: int


def of_machine(cpu_percent: float, cores: int) -> float:
    """Turn per cent of one core into per cent of the whole computer."""
    return cpu_percent / max(1, cores)


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
