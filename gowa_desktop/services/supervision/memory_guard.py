"""MemoryGuard: restarts an instance gracefully that stays over its memory limit, at most once an hour."""

from __future__ import annotations

import logging
from time import monotonic
from typing import TYPE_CHECKING

from gowa_desktop.domain.instance import InstanceState

if TYPE_CHECKING:
    from collections.abc import Callable

    from gowa_desktop.services.instances.instance_catalog import InstanceCatalog
    from gowa_desktop.services.monitoring.resource_monitor import ResourceMonitor

_log = logging.getLogger(__name__)

SAMPLES_OVER = 3
PAUSE_S = 3600.0


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
        self._over: dict[int, int] = {}
        self._seen_s: dict[int, float] = {}
        self._restarted_s: dict[int, float] = {}

    def look(self) -> None:
        """Count the samples over the limit in a row and restart when there are three."""
        for instance in self._catalog.all():
            is_watched = instance.memory_limit_mb is not None and instance.status is InstanceState.RUNNING
            sample = self._monitor.newest(instance.id) if is_watched else None
            if instance.memory_limit_mb is None or sample is None:
                self._over.pop(instance.id, None)
                continue
            if self._seen_s.get(instance.id) == sample.time_s:
                continue
            self._seen_s[instance.id] = sample.time_s
            is_over = sample.memory_bytes > instance.memory_limit_mb * 1_000_000
            self._over[instance.id] = self._over.get(instance.id, 0) + 1 if is_over else 0
            if self._over[instance.id] >= SAMPLES_OVER and self._may_restart(instance.id):
                self._over[instance.id] = 0
                self._restarted_s[instance.id] = self._clock()
                _log.warning("%s is over its memory limit of %d MB and is restarted", instance.name, instance.memory_limit_mb)
                self._restart(instance.id)

    def _may_restart(self, instance_id: int) -> bool:
        last = self._restarted_s.get(instance_id)
        return last is None or self._clock() - last >= PAUSE_S
