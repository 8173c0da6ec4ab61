"""Safekeeping: what must survive the loss of the database is on disk twice more, as records and as copies."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from gowa_desktop.domain.errors import DatabaseDamagedError, GowaError
from gowa_desktop.infra.definition_records import read_definition, write_definition
from gowa_desktop.services.data.database_recovery import local_now

if TYPE_CHECKING:
    from gowa_desktop.domain.definition import InstanceDefinition
    from gowa_desktop.infra.directories import DirectoryManager
    from gowa_desktop.services.tasks import TaskRunner
    from gowa_desktop.store.backups import DatabaseCopies
    from gowa_desktop.store.definition_rows import DefinitionRows

_COPY_DELAY_MS = 2_000
_RECORD_DELAY_MS = 3_000
_OWED_DELAY_MS = 200
"""While the database cannot be written, the record is all that survives a kill."""
_log = logging.getLogger(__name__)


class Safekeeping(QObject):
    """Writes records of what a person decided at once, wishes and copies a little later on a worker. Main thread.

    What it cannot write it logs: a full disk must not stop what has been stored already.
    """

    damage_suspected = Signal()
    """A copy of the database was no good."""

    def __init__(
        self, rows: DefinitionRows, copies: DatabaseCopies, directories: DirectoryManager, tasks: TaskRunner, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._rows = rows
        self._copies = copies
        self._directories = directories
        self._tasks = tasks
        self._has_begun = False
        self._is_copying = False
        self._is_paused = False
        self._refusal: GowaError | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_COPY_DELAY_MS)
        self._timer.timeout.connect(self._on_timer_timeout)
        self._wished: set[int] = set()
        self._writing: set[int] = set()
        self._record_timer = QTimer(self)
        self._record_timer.setSingleShot(True)
        self._record_timer.timeout.connect(self._on_record_timer_timeout)

    def begin(self) -> None:
        """Write the records that are missing or out of date and make the copy of this start."""
        self._has_begun = True
        try:
            definitions = self._rows.all()
        except GowaError as error:
            _log.warning("The records of the instances could not be checked: %s", error)
            return
        for definition in definitions:
            record = read_definition(self._directories.folder(definition.id))
            # A newer record could not be taken over yet, such as on a full disk; it must not be lost.
            is_newer = record is not None and record.key == definition.key and record.revision > definition.revision
            if record != definition and not is_newer:
                self._write(definition)
        self._on_timer_timeout()

    def check_in_place(self) -> None:
        """Check that what is about to be stored will be found again.

        Raises:
            DatabaseError: the database has gone, or another lies in its place.
            GowaError: what `refuse` was told.
        """
        self.check_allowed()
        self._copies.check_in_place()

    @property
    def is_refusing(self) -> bool:
        """True when nothing may be stored."""
        return self._refusal is not None

    def check_allowed(self) -> None:
        """Check that anything may be stored.

        Raises:
            GowaError: what `refuse` was told.
        """
        if self._refusal is not None:
            raise self._refusal

    def refuse(self, reason: GowaError) -> None:
        """Let nothing be stored from now on, because this program only looks."""
        self._refusal = reason

    def pause_copies(self, *, is_paused: bool) -> None:
        """Let copies wait while the disk is nearly full; what is due then follows."""
        self._is_paused = is_paused
        if not is_paused:
            self.copy_soon()

    def take_over(self, definition: InstanceDefinition) -> None:
        """Store an instance that was deleted as its definition says.

        Raises:
            DatabaseError: it cannot be stored.
        """
        self._rows.put_back(definition)

    def keep(self, instance_id: int) -> None:
        """Keep what has just been stored about an instance."""
        if instance_id in self._writing:
            self.keep_soon(instance_id)  # two writers of one file would spoil it
        else:
            self._wished.discard(instance_id)
            definition = self._definition(instance_id)
            if definition is not None:
                self._write(definition)
        self.copy_soon()

    def keep_soon(self, instance_id: int) -> None:
        """Keep shortly that an instance shall run or not: fifty starts must not wait for fifty flushes of the disk."""
        self._wished.add(instance_id)
        if self._rows.are_owing:
            self._record_timer.start(_OWED_DELAY_MS)
        elif not self._record_timer.isActive():
            self._record_timer.start(_RECORD_DELAY_MS)

    def copy_soon(self) -> None:
        """Copy the database shortly; changes until then are in the same copy."""
        if self._has_begun and not self._timer.isActive():
            self._timer.start()

    def write_due_records(self) -> None:
        """Write the records of wishes now; those that a worker is writing follow by themselves."""
        self._record_timer.stop()
        for definition in self._take_wished():
            self._write(definition)
        if self._wished:
            self._record_timer.start(_OWED_DELAY_MS)

    def close(self) -> None:
        """Write what is due; the workers must have ended, the database must still be open."""
        self._writing.clear()
        self.write_due_records()
        if self._timer.isActive() or self._is_copying:
            self._timer.stop()
            try:
                self._copies.take(local_now())
            except GowaError as error:
                self._on_copy_failed(error)

    def _definition(self, instance_id: int) -> InstanceDefinition | None:
        try:
            return self._rows.get(instance_id)
        except GowaError as error:
            _log.warning("The record of instance %s was not written: %s", instance_id, error)
            return None

    def _take_wished(self) -> list[InstanceDefinition]:
        wished = self._wished - self._writing
        self._wished -= wished
        return [definition for key in sorted(wished) if (definition := self._definition(key)) is not None]

    @Slot()
    def _on_record_timer_timeout(self) -> None:
        for definition in self._take_wished():
            self._writing.add(definition.id)
            self._tasks.run(partial(self._write, definition), partial(self._on_written, definition.id))
        if self._wished:
            self._record_timer.start(_RECORD_DELAY_MS)

    def _on_written(self, instance_id: int, _: None) -> None:
        self._writing.discard(instance_id)

    def _write(self, definition: InstanceDefinition) -> None:
        folder = self._directories.folder(definition.id)
        if not folder.is_dir():
            return  # it gets one, and its record, when it starts
        try:
            write_definition(folder, definition)
        except GowaError as error:
            _log.warning("%s", error)

    @Slot()
    def _on_timer_timeout(self) -> None:
        if self._is_paused:
            return
        if self._is_copying:
            self._timer.start()
            return
        self._is_copying = True
        self._tasks.run(lambda: self._copies.take(local_now()), lambda _: self._on_copied(), self._on_copy_failed)

    def _on_copied(self) -> None:
        self._is_copying = False

    def _on_copy_failed(self, error: GowaError) -> None:
        self._is_copying = False
        _log.warning("The database was not copied: %s", error)
        if isinstance(error, DatabaseDamagedError):
            self.damage_suspected.emit()
