"""SnapshotService: makes, lists, restores and deletes copies of the databases of instances."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from gowa_desktop.domain.database_places import CHAT_STORE, database_places
from gowa_desktop.domain.errors import ConflictError, GowaError, NotFoundError
from gowa_desktop.domain.instance import DesiredState, InstanceState
from gowa_desktop.domain.snapshots import Snapshot
from gowa_desktop.domain.update_plan import must_move_chat_store
from gowa_desktop.domain.versions import GowaVersion
from gowa_desktop.services.flow import finished, on_worker, run_flow
from gowa_desktop.services.instances.operation import Operation
from gowa_desktop.store.chat_store import kind_of_chat_store
from gowa_desktop.store.data_marks import read_data_mark, write_data_mark
from gowa_desktop.store.snapshot_files import databases_bytes, databases_in, find_snapshot, list_snapshots, remove_snapshot, sweep_unfinished
from gowa_desktop.store.snapshot_restore import end_restore, sweep_staged, unfinished_restore

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gowa_desktop.domain.instance import Instance
    from gowa_desktop.infra.directories import DirectoryManager
    from gowa_desktop.services.flow import Flow
    from gowa_desktop.services.instances.instance_catalog import InstanceCatalog
    from gowa_desktop.services.instances.maintenance import Maintenance
    from gowa_desktop.services.instances.start_gate import StartGate
    from gowa_desktop.services.tasks import TaskRunner
    from gowa_desktop.services.updates.snapshot_maker import SnapshotMaker
    from gowa_desktop.services.versions.version_manager import VersionManager

_RESTORING = "a snapshot is being restored"
_TRASHED = "trash-"
_log = logging.getLogger(__name__)


class SnapshotService(QObject):
    """Snapshots of instances for front ends. Main thread; all that waits for the disk runs on workers."""

    snapshots_changed = Signal(int)
    """Id of an instance whose snapshots are others now."""

    def __init__(
        self,
        catalog: InstanceCatalog,
        directories: DirectoryManager,
        versions: VersionManager,
        gate: StartGate,
        maintenance: Maintenance,
        maker: SnapshotMaker,
        tasks: TaskRunner,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._catalog = catalog
        self._directories = directories
        self._versions = versions
        self._gate = gate
        self._maintenance = maintenance
        self._maker = maker
        self._tasks = tasks
        self._unfinished: list[tuple[int, Path, str]] = []

    def create(self, instance_id: int, reason: str = "Made by hand") -> Operation:
        """Save the databases of an instance as they are now, also while it runs; the oldest snapshots beyond the setting go.

        Fails with DatabaseDamagedError, DatabaseError, DiskFullError or FolderError.

        Raises:
            NotFoundError: there is no such instance.
        """
        instance = self._catalog.get(instance_id)
        operation = Operation(f"Save {instance.name}", self)

        def on_made(_: Snapshot) -> None:
            self.snapshots_changed.emit(instance_id)
            operation.succeed()

        try:
            self._catalog.refuse_when_busy(instance)
        except ConflictError as error:
            operation.fail(error)
        else:
            self._tasks.run(self._maker.taking(instance, self._tag_of(instance_id), reason.strip()), on_made, operation.fail)
        return operation

    def restore(self, snapshot: Snapshot) -> Operation:
        """Bring the databases of an instance back to what they were; show `STALE_KEYS_WARNING` first.

        A running instance is stopped and started again. What is there now is saved first, as a snapshot of its own. Where the chats
        belong to another generation of GOWA than the instance has now, it gets the version of the snapshot, too.

        Fails with VersionMissingError, ConflictError, StopFailedError, DiskFullError or FolderError, and then the databases are as they
        were; or with StartFailedError when all is restored but GOWA does not start.

        Raises:
            NotFoundError: there is no such instance.
        """
        instance = self._catalog.get(snapshot.instance_id)
        operation = Operation(f"Restore {instance.name}", self)

        def on_restored(_: None) -> None:
            self._maintenance.release(instance.id)
            operation.succeed()

        def on_failed(error: GowaError) -> None:
            self._maintenance.release(instance.id)
            operation.fail(error)

        try:
            source = self._source_of(snapshot)
            self._refuse_without_version(instance, snapshot)
            self._maintenance.hold(instance.id, _RESTORING)
        except GowaError as error:
            operation.fail(error)
        else:
            run_flow(self._restore(instance, snapshot, source), on_restored, on_failed)
        return operation

    def delete(self, snapshot: Snapshot) -> Operation:
        """Delete a snapshot; one that is gone is fine. Fails with ConflictError while it is needed, or with FolderError."""
        operation = Operation("Delete a snapshot", self)

        def on_deleted(_: None) -> None:
            self.snapshots_changed.emit(snapshot.instance_id)
            operation.succeed()

        try:
            if snapshot.id.startswith(_TRASHED):
                raise ConflictError("This is the data that was reset.", "It goes from the trash by itself after seven days.")
            source = self._source_of(snapshot)
            if self._maker.is_protected(snapshot.instance_id, snapshot.id):
                raise ConflictError("This snapshot is needed by what is being done right now.", "Wait until it has ended.")
        except NotFoundError:
            on_deleted(None)
        except GowaError as error:
            operation.fail(error)
        else:
            self._tasks.run(lambda: remove_snapshot(source, snapshot.id), on_deleted, operation.fail)
        return operation

    def find(self, instance_id: int, snapshot_id: str) -> Snapshot:
        """Give one snapshot of an instance by its id, or by the beginning of it where only one begins so.

        Raises:
            NotFoundError: there is none, or more than one.
        """
        found = [one for one in self.list(instance_id) if one.id.startswith(snapshot_id)]
        if len(found) != 1 or not snapshot_id:
            name = self._catalog.get(instance_id).name
            raise NotFoundError(f"{name} has no snapshot {snapshot_id[:40]}.", "See them with: gowa-desktop snapshots list NAME")
        return found[0]

    def recover(self) -> None:
        """Hold the instances whose restoration was interrupted; called before instances start. `go_on` completes them."""
        for instance in self._catalog.all():
            folder = self._directories.folder(instance.id)
            sweep_unfinished(folder)
            interrupted = unfinished_restore(folder)
            if interrupted is None:
                sweep_staged(folder)
            elif not self._catalog.is_busy(instance.id):  # else an update takes care of it
                self._maintenance.hold(instance.id, _RESTORING)
                self._unfinished.append((instance.id, *interrupted))

    def go_on(self) -> None:
        """Complete what `recover` found; called once the instances are taken over."""
        for instance_id, source, snapshot_id in self._unfinished:
            release = partial(self._maintenance.release, instance_id)
            run_flow(self._complete(instance_id, source, snapshot_id), lambda _, done=release: done(), partial(self._tell_stuck, instance_id))  # type: ignore[misc]
        self._unfinished.clear()

    def list(self, instance_id: int) -> Sequence[Snapshot]:
        """Give the snapshots of an instance, newest first, with those that a reset took to the trash."""
        instance = self._catalog.get(instance_id)
        found = list_snapshots(self._directories.folder(instance_id))
        for folder in self._directories.trashed(instance_id, instance.key):
            found += [*list_snapshots(folder, is_in_trash=True), *self._trashed_data(instance, folder)]
        return sorted(found, key=lambda one: (one.created_at, one.id), reverse=True)

    def _restore(self, instance: Instance, snapshot: Snapshot, source: Path) -> Flow[None]:
        was_running = self._maintenance.is_live(instance.id) or self._maintenance.state(instance.id) is InstanceState.BACKOFF
        tag = self._tag_of(instance.id)
        protected = snapshot.id
        self._maker.protect(instance.id, protected)
        try:
            yield from finished(self._maintenance.stop(instance.id))
            reason = f"Before the snapshot of {snapshot.created_at:%Y-%m-%d %H:%M} UTC was restored"
            yield from on_worker(self._tasks, self._maker.taking(instance, tag, reason, accepts_damage=True))
            self.snapshots_changed.emit(instance.id)
            if snapshot.id.startswith(_TRASHED):
                work = self._maker.taking(instance, snapshot.tag, snapshot.reason, accepts_damage=True, folder=source)
                snapshot = yield from on_worker(self._tasks, work)
            yield from self._put_back(instance, snapshot, source)
        finally:
            self._maker.unprotect(instance.id, protected)
        if was_running:
            yield from finished(self._maintenance.start(instance.id))

    def _complete(self, instance_id: int, source: Path, snapshot_id: str) -> Flow[None]:
        instance = self._catalog.get(instance_id)
        yield from finished(self._maintenance.stop(instance_id))
        yield from self._put_back(instance, find_snapshot(source, snapshot_id), source)
        _log.warning("The restoration of a snapshot of %s was completed", instance.name)
        if instance.desired is DesiredState.RUNNING:
            yield from finished(self._maintenance.start(instance_id))

    def _put_back(self, instance: Instance, snapshot: Snapshot, source: Path) -> Flow[None]:
        folder = self._directories.folder(instance.id)
        yield from on_worker(self._tasks, self._maker.putting_back(instance, snapshot.id, source))
        if snapshot.tag:
            yield from on_worker(self._tasks, partial(write_data_mark, folder, snapshot.tag))
            if self._needs_version_of(instance, snapshot):
                self._catalog.set_version(instance.id, snapshot.tag)
        yield from on_worker(self._tasks, partial(end_restore, folder))

    def _needs_version_of(self, instance: Instance, snapshot: Snapshot) -> bool:
        if CHAT_STORE not in snapshot.files:
            return False
        version = GowaVersion(self._versions.resolve(instance.gowa_version).tag)
        kind = kind_of_chat_store(self._directories.folder(instance.id))
        return must_move_chat_store(kind, version) and not must_move_chat_store(kind, GowaVersion(snapshot.tag))

    def _refuse_without_version(self, instance: Instance, snapshot: Snapshot) -> None:
        """Check beforehand that the version that will be needed is there.

        Raises:
            VersionMissingError: it is not installed.
        """
        if snapshot.tag and CHAT_STORE in snapshot.files:
            now = GowaVersion(self._versions.resolve(instance.gowa_version).tag)
            if now.has_devices is not GowaVersion(snapshot.tag).has_devices:
                self._versions.resolve(snapshot.tag)

    def _trashed_data(self, instance: Instance, folder: Path) -> Sequence[Snapshot]:
        """Give the data that a reset took away as a snapshot; it becomes a real one when it is restored."""
        places = database_places(instance.config, folder)
        names = databases_in(folder, places)
        since = datetime.fromtimestamp(self._directories.trashed_at(folder), UTC)
        whole = Snapshot(
            id=f"{_TRASHED}{folder.name}",
            instance_id=instance.id,
            tag=read_data_mark(folder),
            created_at=since,
            reason="Before its data was reset",
            size_bytes=databases_bytes(folder, names),
            files=tuple(names),
            left_out=places.left_out,
            is_in_trash=True,
        )
        return [whole] if names else []

    def _source_of(self, snapshot: Snapshot) -> Path:
        instance = self._catalog.get(snapshot.instance_id)
        for folder in (self._directories.folder(instance.id), *self._directories.trashed(instance.id, instance.key)):
            if snapshot.id == f"{_TRASHED}{folder.name}" or any(one.id == snapshot.id for one in list_snapshots(folder)):
                return folder
        raise NotFoundError(f"The snapshot {snapshot.id} is gone.", "It may have been deleted meanwhile.")

    def _tag_of(self, instance_id: int) -> str:
        spec = self._maintenance.spec(instance_id)
        return spec.version if spec is not None else self._gate.data_tag(instance_id)

    def _tell_stuck(self, instance_id: int, error: GowaError) -> None:
        _log.warning("The restoration of a snapshot of instance %s could not be completed: %s", instance_id, error)
        self._maintenance.release(instance_id)
