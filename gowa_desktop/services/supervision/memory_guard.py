"""MemoryGuard: restarts an instance gracefully that stays over its memory limit, at most once an hour.

Time counts, not the number of samples: they come five times as often while a window is shown as in the tray, and a limit must mean
the same in both.
"""

from __future__ import annotations

import logging
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

from gowa_desktop.domain.instance import InstanceState

if TYPE_CHECKING:
    from collections.abc import Callable

    from gowa_desktop.services.instances.instance_catalog import InstanceCatalog
    from gowa_desktop.services.monitoring.resource_monitor import ResourceMonitor

_log = logging.getLogger(__name__)

OVER_S = 10.0
"""So long every sample must be over the limit, which is three samples in the tray."""
LEAST_SAMPLES = 3
"""So many there must be: a single late one tells of no stay."""
PAUSE_S = 3600.0


class _Over(NamedTuple):
    """Since when an instance is over its limit, by the clock of samples, and in how many of them."""

    since_s: float
    samples: int

    def has_stayed(self, now_s: float) -> bool:
        return self.samples >= LEAST_SAMPLES and now_s - self.since_s >= OVER_S


class MemoryGuard:
    """Looks at every new sample. Main thread."""

    def __init__(
        self,
        catalog: InstanceCatalog,
        monitor: ResourceMonitor,
        restart: Callable[[int], object],
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._catalog = catalog
        self._monitor = monitor
        self._restart = restart
        self._clock = clock
        self._over: dict[int, _Over] = {}
        self._seen_s: dict[int, float] = {}
        self._restarted_s: dict[int, float] = {}

    def look(self) -> None:
        """Follow for how long each is over its limit, and restart what stayed there."""
        for instance in self._catalog.all():
            is_watched = instance.memory_limit_mb is not None and instance.status is InstanceState.RUNNING
            sample = self._monitor.newest(instance.id) if is_watched else None
            if instance.memory_limit_mb is None or sample is None:
                self._over.pop(instance.id, None)
                continue
            if self._seen_s.get(instance.id) == sample.time_s:
                continue
            self._seen_s[instance.id] = sample.time_s
            if sample.memory_bytes <= instance.memory_limit_mb * 1_000_000:
                self._over.pop(instance.id, None)
                continue
            before = self._over.get(instance.id, _Over(sample.time_s, 0))
            over = self._over[instance.id] = _Over(before.since_s, before.samples + 1)
            if over.has_stayed(sample.time_s) and self._may_restart(instance.id):
                del self._over[instance.id]
                self._restarted_s[instance.id] = self._clock()
                _log.warning("%s is over its memory limit of %d MB and is restarted", instance.name, instance.memory_limit_mb)
                self._restart(instance.id)

    def _may_restart(self, instance_id: int) -> bool:
        last = self._restarted_s.get(instance_id)
        return last is None or self._clock() - last >= PAUSE_S
