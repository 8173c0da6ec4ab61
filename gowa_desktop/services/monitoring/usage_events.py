"""UsageEvents: notes in the history when instances start, end, come back and change their version."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from gowa_desktop.domain.instance import LIVE_STATES, InstanceState
from gowa_desktop.domain.usage import UsageEvent, UsageEventKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from gowa_desktop.services.monitoring.usage_history import UsageHistory
    from gowa_desktop.services.supervision.process_manager import ProcessManager

_RESTART_WITHIN_S = 10.0
"""A start so soon after a stop is one restart."""


class UsageEvents(QObject):
    """Looks at every change of state. Main thread. What was adopted has not started now, so it is no event."""

    def __init__(
        self, processes: ProcessManager, history: UsageHistory, parent: QObject | None = None, now: Callable[[], float] = time.time
    ) -> None:
        super().__init__(parent)
        self._processes = processes
        self._history = history
        self._now = now
        self._states: dict[int, InstanceState] = {}
        self._versions: dict[int, str] = {}
        self._stopped_at: dict[int, float] = {}
        processes.state_changed.connect(self._on_processes_state_changed)

    @Slot(int)
    def forget(self, instance_id: int) -> None:
        """Drop what is known of an instance."""
        for known in (self._states, self._versions, self._stopped_at):
            known.pop(instance_id, None)

    @Slot(int)
    def _on_processes_state_changed(self, instance_id: int) -> None:
        process = self._processes.get(instance_id)
        before, state = self._states.get(instance_id), process.state
        self._states[instance_id] = state
        if before is state:
            return
        if state is InstanceState.STARTING and process.is_own:
            self._note_start(instance_id, before)
        elif state is InstanceState.STOPPED and before in LIVE_STATES:
            self._stopped_at[instance_id] = self._now()
            self._note(instance_id, UsageEventKind.STOP)
        elif state in {InstanceState.BACKOFF, InstanceState.FAILED} and before in LIVE_STATES:
            report = process.last_exit
            self._note(instance_id, UsageEventKind.CRASH, report.sentence if report is not None else process.error_message or "")
        if process.spec is not None:
            self._versions[instance_id] = process.spec.version

    def _note_start(self, instance_id: int, before: InstanceState | None) -> None:
        spec = self._processes.get(instance_id).spec
        old = self._versions.get(instance_id)
        if spec is not None and old is not None and old != spec.version:
            self._note(instance_id, UsageEventKind.UPDATE, f"{old} → {spec.version}")
            return
        stopped_at = self._stopped_at.pop(instance_id, None)
        is_restart = before is InstanceState.BACKOFF or (stopped_at is not None and 0 <= self._now() - stopped_at <= _RESTART_WITHIN_S)
        self._note(instance_id, UsageEventKind.RESTART if is_restart else UsageEventKind.START)

    def _note(self, instance_id: int, kind: UsageEventKind, text: str = "") -> None:
        self._history.note(instance_id, UsageEvent(self._now(), kind, text))
