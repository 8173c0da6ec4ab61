"""Upkeep: what keeps the program and its data whole while it runs, whatever happens to disk and database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from gowa_desktop.services.conditions import Conditions
from gowa_desktop.services.deferred_writes import DeferredWrites
from gowa_desktop.services.log_cap import LogCap

if TYPE_CHECKING:
    from gowa_desktop.infra.paths import DataPaths
    from gowa_desktop.services.process_manager import ProcessManager
    from gowa_desktop.services.safekeeping import Safekeeping
    from gowa_desktop.services.tasks import TaskRunner
    from gowa_desktop.store.repositories import InstanceRepository
    from gowa_desktop.store.write_gate import WriteGate


class Upkeep(QObject):
    """Owns the watches over logs, disk and database, and tells what is wrong as `conditions`. Main thread."""

    def __init__(
        self,
        paths: DataPaths,
        gate: WriteGate,
        repository: InstanceRepository,
        processes: ProcessManager,
        safekeeping: Safekeeping,
        tasks: TaskRunner,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.conditions = Conditions(self)
        self._log_cap = LogCap(processes.live_logs, tasks, self)
        self._log_cap.moved.connect(processes.note_log_moved)
        self._deferred = DeferredWrites(paths.database, gate, repository, processes, safekeeping, self.conditions, tasks, self)

    def begin(self) -> None:
        """Start watching."""
        self._log_cap.begin()

    def close(self) -> None:
        """Stop watching and store what is due; workers must have ended, the database must still be open."""
        self._log_cap.close()
        self._deferred.close()
