"""Upkeep: what keeps the program and its data whole while it runs, whatever happens to disk and database."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from gowa_desktop.domain.errors import GowaError
from gowa_desktop.services.data.conditions import Condition, Conditions, Remedy
from gowa_desktop.services.data.damage_watch import DamageWatch
from gowa_desktop.services.data.deferred_writes import DeferredWrites
from gowa_desktop.services.data.disk_watch import FOLDER_KEY, DiskWatch
from gowa_desktop.services.logs.log_cap import LogCap

if TYPE_CHECKING:
    from collections.abc import Callable

    from gowa_desktop.infra.log_files import LogLimits
    from gowa_desktop.infra.paths import DataPaths
    from gowa_desktop.services.data.safekeeping import Safekeeping
    from gowa_desktop.services.supervision.process_manager import ProcessManager
    from gowa_desktop.services.tasks import TaskRunner
    from gowa_desktop.store.repositories import InstanceRepository
    from gowa_desktop.store.write_gate import WriteGate


LOOKING_KEY = "only-looking"
_log = logging.getLogger(__name__)


class Upkeep(QObject):
    """Owns the watches over logs, disk and database, and tells what is wrong as `conditions`. Main thread."""

    def __init__(
        self,
        paths: DataPaths,
        gate: WriteGate,
        repository: InstanceRepository,
        processes: ProcessManager,
        safekeeping: Safekeeping,
        share_database: Callable[[], None],
        tasks: TaskRunner,
        log_limits: Callable[[], LogLimits],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._gate = gate
        self._share_database = share_database
        self.conditions = Conditions(self)
        self._log_cap = LogCap(processes.live_logs, tasks, self, log_limits)
        self._deferred = DeferredWrites(paths.database, gate, repository, processes, safekeeping, self.conditions, tasks, self)
        self.disk = DiskWatch(paths, self.conditions, tasks, self)
        self.damage = DamageWatch(paths.database, self.conditions, tasks, self)
        gate.when_damaged(self.damage.suspect)
        safekeeping.damage_suspected.connect(self.damage.suspect)
        self._safekeeping = safekeeping
        processes.state_changed.connect(self._log_cap.look_soon)
        self._connect_signals()

    def refuse_changes(self, reason: GowaError) -> None:
        """Let nothing be stored, and say for as long as this program only looks why that is so."""
        self._gate.refuse(reason)
        self._safekeeping.refuse(reason)
        meanwhile = "It is tried again every few seconds; until then instances are only shown, and what runs goes on running."
        self.conditions.set(Condition(LOOKING_KEY, reason.message, f"{reason.next_step} {meanwhile}".strip(), Remedy.TRY_AGAIN))

    def flush(self) -> None:
        """Store wishes, states and records that are due."""
        self._deferred.flush()
        self._safekeeping.write_due_records()

    def begin(self) -> None:
        """Start watching."""
        self._log_cap.begin()
        self.disk.begin()
        self.damage.begin()

    def close(self) -> None:
        """Stop watching and store what is due; workers must have ended, the database must still be open."""
        self._log_cap.close()
        self.disk.close()
        self.damage.close()
        self._deferred.close()

    def _connect_signals(self) -> None:
        self.conditions.began.connect(lambda condition: _log.warning("%s", condition))
        self.conditions.ended.connect(lambda condition: _log.info("Over: %s", condition.sentence))
        self.conditions.remedy_requested.connect(self._on_conditions_remedy_requested)
        self.disk.scarcity_changed.connect(self._on_disk_scarcity_changed)
        self.disk.folder_returned.connect(self._deferred.flush)

    @Slot(str)
    def _on_conditions_remedy_requested(self, key: str) -> None:
        if key == FOLDER_KEY:
            self.disk.look()

    @Slot(bool)
    def _on_disk_scarcity_changed(self, is_scarce: bool) -> None:
        self._safekeeping.pause_copies(is_paused=is_scarce)
        if not is_scarce:
            try:
                self._share_database()
            except GowaError as error:
                _log.warning("The database is still held alone: %s", error)
            self._deferred.flush()
