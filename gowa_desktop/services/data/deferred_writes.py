"""DeferredWrites: what another program's lock or a full disk kept from being stored is stored as soon as that is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from gowa_desktop.domain.errors import DatabaseBusyError, GowaError
from gowa_desktop.services.data.conditions import Condition
from gowa_desktop.store.write_gate import wait_until_free

if TYPE_CHECKING:
    from pathlib import Path

    from gowa_desktop.services.data.conditions import Conditions
    from gowa_desktop.services.data.safekeeping import Safekeeping
    from gowa_desktop.services.supervision.process_manager import ProcessManager
    from gowa_desktop.services.tasks import TaskRunner
    from gowa_desktop.store.repositories import InstanceRepository
    from gowa_desktop.store.write_gate import WriteGate

KEY = "database-busy"
_ASK_S = 1.0
"""A lock that is shorter is not worth a word."""
_RETRY_MS = 5_000


class DeferredWrites(QObject):
    """Waits on a worker until a locked database is free, then stores wishes and states. Main thread.

    Nothing is lost meanwhile when this program is killed: wishes are in the record of each instance as well, and states are
    checked against the world at every start.
    """

    def __init__(
        self,
        path: Path,
        gate: WriteGate,
        repository: InstanceRepository,
        processes: ProcessManager,
        safekeeping: Safekeeping,
        conditions: Conditions,
        tasks: TaskRunner,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._path = path
        self._gate = gate
        self._repository = repository
        self._processes = processes
        self._safekeeping = safekeeping
        self._conditions = conditions
        self._tasks = tasks
        self._is_waiting = False
        self._retry = QTimer(self)
        self._retry.setSingleShot(True)
        self._retry.setInterval(_RETRY_MS)
        self._retry.timeout.connect(self.flush)
        gate.when_closed(self._wait)
        processes.states_refused.connect(self._on_processes_states_refused)

    def close(self) -> None:
        """Try once more and stop trying."""
        self._gate.open()
        self.flush()
        self._retry.stop()

    @Slot()
    def flush(self) -> None:
        """Store what is not stored yet; what is still refused is tried again by itself."""
        self._retry.stop()
        try:
            self._safekeeping.check_in_place()
            for instance_id in self._repository.store_owed():
                self._safekeeping.keep_soon(instance_id)
        except DatabaseBusyError:
            return  # the gate has closed, so it is waited for
        except GowaError:
            self._retry.start()
            return
        self._processes.store_states()

    @Slot()
    def _on_processes_states_refused(self) -> None:
        if self._gate.is_open and not self._retry.isActive():
            self._retry.start()

    def _wait(self) -> None:
        if not self._is_waiting:
            self._is_waiting = True
            self._tasks.run(lambda: wait_until_free(self._path, _ASK_S), self._on_waited, self._on_waiting_failed)

    def _on_waited(self, is_free: bool) -> None:
        self._is_waiting = False
        if not is_free:
            self._tell()
            self._wait()
            return
        self._conditions.clear(KEY)
        self._gate.open()
        self.flush()

    def _on_waiting_failed(self, _: GowaError) -> None:
        # The file cannot be opened at all: its disk has gone, and others tell of that.
        self._is_waiting = False
        self._conditions.clear(KEY)
        self._gate.open()
        self._retry.start()

    def _tell(self) -> None:
        sentence = f"The database {self._path} is in use by {self._gate.holder}."
        next_step = "Starting and stopping goes on and is saved when it is free; other changes have to wait."
        self._conditions.set(Condition(KEY, sentence, next_step))
