"""TrashBin: what was deleted or reset in the last seven days, put back or deleted for good."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from gowa_desktop.domain.definition import InstanceDefinition
from gowa_desktop.domain.errors import GowaError, NotFoundError
from gowa_desktop.domain.instance import DesiredState
from gowa_desktop.domain.names import name_identity
from gowa_desktop.domain.trash import TrashedInstance
from gowa_desktop.infra.definition_records import write_definition
from gowa_desktop.infra.directories import TRASH_DAYS, disk_bytes
from gowa_desktop.infra.trash_files import read_trash, read_trashed, remove_for_good
from gowa_desktop.services.instances.operation import Operation

if TYPE_CHECKING:
    from collections.abc import Callable

    from gowa_desktop.infra.trash_files import TrashedFolder
    from gowa_desktop.services.instances.folder_removal import FolderRemoval
    from gowa_desktop.services.instances.instance_parts import InstanceParts


class TrashBin(QObject):
    """Shows and empties the trash. Main thread; what is put back is stopped and has its id, key, settings and data again."""

    changed = Signal()
    """Something went into the trash or out of it."""
    put_back = Signal(int)
    """The deleted instance with this id is there again."""

    def __init__(self, parts: InstanceParts, removal: FolderRemoval, owner: QObject) -> None:
        super().__init__(owner)
        self._catalog = parts.catalog
        self._directories = parts.directories
        self._tasks = parts.tasks
        self._removal = removal

    def entries(self) -> list[TrashedInstance]:
        """Give what is in the trash, the newest first."""
        return [self._entry(one) for one in read_trash(self._directories.trash)]

    def find(self, name: str) -> TrashedInstance:
        """Give the newest with this name or key of an instance, or with this folder name; a deleted one before mere data.

        Raises:
            NotFoundError: there is none.
        """
        identity = name_identity(name)
        fitting = [one for one in self.entries() if name in {one.key, one.folder} or name_identity(one.name) == identity]
        if not fitting:
            raise NotFoundError(f"Nothing of “{name[:100]}” is in the trash.", "It keeps what was deleted for 7 days.")
        return min(fitting, key=lambda one: one.is_data_only)

    def measure(self, then: Callable[[dict[str, int]], None]) -> None:
        """Add up what each folder takes, in bytes by folder name, and call `then` with it later."""
        folders = [one.path for one in read_trash(self._directories.trash)]
        self._tasks.run(lambda: {path.name: disk_bytes(path) for path in folders}, then)

    def restore(self, folder: str) -> Operation:
        """Put a deleted instance back, stopped, or the data of one that was reset, in place of what it has now.

        A name or port that another instance has meanwhile is replaced by a free one. The operation fails with NotFoundError when it is
        no longer there, with ConflictError while the instance is busy, and with FolderError or DatabaseError when it cannot be put back;
        then it stays in the trash.
        """
        try:
            trashed = self._trashed(folder)
            self._catalog.refuse_when_looking()
        except GowaError as error:
            return self._finished(f"Restore {folder}", error)
        if self._has_instance(trashed.definition):
            operation = self._removal.restore_data(trashed.definition.id, trashed.path)
            operation.finished.connect(self.changed)
            return operation
        try:
            self._put_back(trashed)
        except GowaError as error:
            return self._finished(f"Restore {trashed.definition.name}", error)
        self.put_back.emit(trashed.definition.id)
        self.changed.emit()
        return self._finished(f"Restore {trashed.definition.name}", None)

    def delete_for_good(self, folder: str) -> Operation:
        """Delete something of the trash at once; it cannot be had back afterwards."""
        try:
            trashed = self._trashed(folder)
            self._catalog.refuse_when_looking()
        except GowaError as error:
            return self._finished(f"Delete {folder}", error)
        operation = Operation(f"Delete {trashed.definition.name} for good", self)
        self._tasks.run(partial(remove_for_good, trashed.path), lambda _: self._end(operation, None), lambda error: self._end(operation, error))
        return operation

    def note_change(self) -> None:
        """Take note that something went into the trash."""
        self.changed.emit()

    @Slot()
    def _end(self, operation: Operation, error: GowaError | None) -> None:
        if error is None:
            operation.succeed()
        else:
            operation.fail(error)
        self.changed.emit()

    def _finished(self, title: str, error: GowaError | None) -> Operation:
        operation = Operation(title, self)
        if error is None:
            operation.succeed()
        else:
            operation.fail(error)
        return operation

    def _put_back(self, trashed: TrashedFolder) -> None:
        wanted = self._free_definition(trashed.definition)
        # Should the program end on the way, its next start finds folder and record in place and makes the row from them.
        write_definition(trashed.path, wanted)
        self._directories.put_back(trashed.path, wanted.id)
        try:
            self._catalog.put_back(wanted)
        except GowaError:
            self._directories.move_to_trash(wanted.id, {"id": wanted.id, "key": wanted.key, "name": wanted.name})
            raise

    def _free_definition(self, definition: InstanceDefinition) -> InstanceDefinition:
        """Give the definition under which an instance can come back beside those that are there now."""
        present = self._catalog.all()
        names = {name_identity(one.name) for one in present}
        name, number = definition.name, 1
        while name_identity(name) in names:
            number += 1
            name = f"{definition.name} {number}"
        port = definition.columns.get("port")
        if port in {one.port for one in present}:
            port = self._catalog.system.next_free_port()
        columns = {**definition.columns, "name": name, "port": port, "desired": DesiredState.STOPPED.value}
        return InstanceDefinition(definition.id, definition.revision + 1, columns)

    def _trashed(self, folder: str) -> TrashedFolder:
        found = read_trashed(self._directories.trash / folder) if Path(folder).name == folder else None
        if found is not None:
            return found
        raise NotFoundError("It is not in the trash any more.", "It was put back or deleted meanwhile.")

    def _has_instance(self, definition: InstanceDefinition) -> bool:
        return self._catalog.has(definition.id) and self._catalog.get(definition.id).key == definition.key

    def _entry(self, trashed: TrashedFolder) -> TrashedInstance:
        columns = trashed.definition.columns
        port, version = columns.get("port"), columns.get("gowa_version")
        since = datetime.fromtimestamp(trashed.since, UTC)
        return TrashedInstance(
            folder=trashed.path.name,
            id=trashed.definition.id,
            key=trashed.definition.key,
            name=trashed.definition.name,
            port=port if isinstance(port, int) else None,
            gowa_version=str(version or "latest"),
            trashed_at=since,
            goes_at=since + timedelta(days=TRASH_DAYS),
            is_data_only=self._has_instance(trashed.definition),
        )
