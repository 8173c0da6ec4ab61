"""GiveUpWatch: tells once when an instance fails so often that it is given up: once per giving up, not once per retry."""

from __future__ import annotations

from math import inf
from time import monotonic
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from gowa_desktop.domain.errors import NotFoundError
from gowa_desktop.domain.instance import InstanceState, has_given_up
from gowa_desktop.domain.restart_policy import HEALTHY_S

if TYPE_CHECKING:
    from collections.abc import Callable

    from gowa_desktop.domain.instance import InstanceStatus
    from gowa_desktop.services.instances.instance_service import InstanceService

_EARLY_S = 1.0
"""A start this long before the announced one was asked for by a person."""


class GiveUpWatch(QObject):
    """Watches states. Main thread; lives as long as the services.

    An instance is told of again only after a person stepped in or after it ran well for a minute.
    """

    gave_up = Signal(int, bool)
    """Id of an instance that is given up; true when it is still tried now and then."""
    over = Signal(int)
    """Id of an instance that runs again, or that a person took care of."""

    def __init__(self, instances: InstanceService, parent: QObject | None = None, clock: Callable[[], float] = monotonic) -> None:
        super().__init__(parent)
        self._instances = instances
        self._clock = clock
        self._told: set[int] = set()
        self._retried: set[int] = set()
        self._due_s: dict[int, float] = {}
        self._running_s: dict[int, float] = {}
        for status in filter(has_given_up, instances.statuses()):
            self._told.add(status.id)
            self._note_due(status, clock())
        instances.state_changed.connect(self._on_instances_state_changed)
        instances.instance_removed.connect(self._forget)

    @Slot(int)
    def _on_instances_state_changed(self, instance_id: int) -> None:
        try:
            state = self._instances.state(instance_id)
        except NotFoundError:
            return
        now_s = self._clock()
        if state is InstanceState.RUNNING:
            self._running_s.setdefault(instance_id, now_s)
            self.over.emit(instance_id)
        elif now_s - self._running_s.pop(instance_id, now_s) >= HEALTHY_S:
            self._forget(instance_id)
        match state:
            case InstanceState.STOPPED | InstanceState.STOPPING:
                self._forget(instance_id)
            case InstanceState.STARTING:
                if now_s < self._due_s.get(instance_id, now_s) - _EARLY_S:
                    self._forget(instance_id)
            case InstanceState.BACKOFF:
                self._retried.add(instance_id)
                self._note_due(self._instances.status(instance_id), now_s)
            case InstanceState.FAILED:
                status = self._instances.status(instance_id)
                self._tell(status)
                self._note_due(status, now_s)

    def _note_due(self, status: InstanceStatus, now_s: float) -> None:
        self._due_s[status.id] = inf if status.retry_in_s is None else now_s + status.retry_in_s

    def _tell(self, status: InstanceStatus) -> None:
        is_tried = has_given_up(status)
        if status.id not in self._told and (is_tried or self._was_given_up_for_good(status)):
            self._told.add(status.id)
            self.gave_up.emit(status.id, is_tried)

    def _was_given_up_for_good(self, status: InstanceStatus) -> bool:
        """Tell a giving up without slow retries from an end that the restart policy does not cover."""
        report = self._instances.last_exit(status.id)
        code = None if report is None or report.sentence != status.error_message else report.judged_code
        return status.id in self._retried and status.restart_policy.covers(code)

    @Slot(int)
    def _forget(self, instance_id: int) -> None:
        self._told.discard(instance_id)
        self._retried.discard(instance_id)
        self._due_s.pop(instance_id, None)
        self.over.emit(instance_id)
