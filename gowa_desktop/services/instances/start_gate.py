"""StartGate: before GOWA starts with another version than the databases were used with, they are saved; before it would damage
the chats, it is stopped (GOWA facts 5.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from gowa_desktop.domain.database_places import database_places
from gowa_desktop.domain.errors import ChatStoreError, ConflictError, FolderError, GowaError
from gowa_desktop.domain.instance import LATEST
from gowa_desktop.domain.update_plan import ChatStoreKind, must_move_chat_store
from gowa_desktop.domain.versions import GowaVersion
from gowa_desktop.infra import exit_records
from gowa_desktop.store.chat_store import kind_of_chat_store
from gowa_desktop.store.data_marks import read_data_mark, write_data_mark
from gowa_desktop.store.snapshot_files import databases_in
from gowa_desktop.store.snapshot_restore import unfinished_restore

if TYPE_CHECKING:
    from collections.abc import Callable

    from gowa_desktop.domain.installed_version import InstalledVersion
    from gowa_desktop.domain.instance import Instance
    from gowa_desktop.domain.snapshots import Snapshot
    from gowa_desktop.infra.directories import DirectoryManager
    from gowa_desktop.services.instances.instance_catalog import InstanceCatalog
    from gowa_desktop.services.tasks import TaskRunner
    from gowa_desktop.services.updates.snapshot_maker import SnapshotMaker
    from gowa_desktop.services.versions.version_manager import VersionManager

_SAVING = "its databases are being saved before it starts with another version"


class StartGate(QObject):
    """Every start of an instance passes here. Main thread; a snapshot that is needed is made on a worker."""

    held = Signal(int)
    """Id of an instance that became busy or is no longer."""

    def __init__(
        self,
        catalog: InstanceCatalog,
        directories: DirectoryManager,
        versions: VersionManager,
        maker: SnapshotMaker,
        tasks: TaskRunner,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._catalog = catalog
        self._directories = directories
        self._versions = versions
        self._maker = maker
        self._tasks = tasks
        self._called_off: set[int] = set()

    def data_tag(self, instance_id: int) -> str:
        """Give the version that the databases of an instance are fit for or were used with last; empty when it is not known."""
        mark = read_data_mark(self._directories.folder(instance_id))
        if mark:
            return mark
        facts = exit_records.read_facts(self._directories.good_start_file(instance_id)) or {}
        tag = facts.get("version")
        return tag if isinstance(tag, str) else ""

    def version_of(self, instance: Instance) -> InstalledVersion:
        """Give the version that a start without a person's doing uses: `latest` goes on with what it was used with, if that is there.

        Raises:
            VersionMissingError: it is not installed.
        """
        if instance.gowa_version in {LATEST, ""}:
            tag = self.data_tag(instance.id)
            found = next((version for version in self._versions.installed() if version.tag == tag and not version.is_simulator), None)
            if found is not None:
                return found
        return self._versions.resolve(instance.gowa_version)

    def check(self, instance: Instance) -> None:
        """Check what a person's start would do to the chats.

        Raises:
            ChatStoreError: it would damage them.
            FolderError: a snapshot was restored in part only.
            VersionMissingError: the version is not installed.
        """
        self._refuse_half_restored(instance)
        self._check_data(instance, self._versions.resolve(instance.gowa_version))

    def open(self, instance_id: int, then: Callable[[GowaError | None], None], *, is_asked: bool) -> None:
        """Let an instance start that has no process: call `then` with nothing at once or after a snapshot, or with why it may not.

        Args:
            instance_id: which one.
            then: what follows.
            is_asked: a person wants it: `latest` is the highest installed version now. Otherwise see `version_of`.
        """
        try:
            instance = self._catalog.get(instance_id)
            self._catalog.refuse_when_busy(instance)
            version = self._versions.resolve(instance.gowa_version) if is_asked else self.version_of(instance)
            before = self.data_tag(instance_id)
            self._refuse_half_restored(instance)
            if is_asked or before != version.tag:
                # What restarts by itself with the version of its data has just run on these databases.
                self._check_data(instance, version)
            if before == version.tag or not self._has_databases(instance):
                self._mark(instance_id, version.tag)
            else:
                self._save_first(instance, before, version.tag, then)
                return
        except GowaError as error:
            then(error)
            return
        then(None)

    def call_off(self, instance_id: int) -> None:
        """A person wants the instance stopped: a start that waits for its snapshot does not follow."""
        self._called_off.add(instance_id)

    def _save_first(self, instance: Instance, before: str, tag: str, then: Callable[[GowaError | None], None]) -> None:
        self._called_off.discard(instance.id)
        self._hold(instance.id, _SAVING)

        def on_saved(_: Snapshot) -> None:
            self._hold(instance.id, None)
            if instance.id in self._called_off:
                then(ConflictError("It was stopped before it was ready.", "Start it again when you want it."))
                return
            try:
                self._mark(instance.id, tag)
            except GowaError as error:
                then(error)
            else:
                then(None)

        def on_failed(error: GowaError) -> None:
            self._hold(instance.id, None)
            then(error)

        self._tasks.run(self._maker.taking(instance, before, f"Before the first start with {tag}"), on_saved, on_failed)

    def _hold(self, instance_id: int, reason: str | None) -> None:
        self._catalog.set_busy(instance_id, reason)
        self.held.emit(instance_id)

    def _mark(self, instance_id: int, tag: str) -> None:
        if read_data_mark(self._directories.folder(instance_id)) != tag:
            write_data_mark(self._directories.ensure(instance_id), tag, is_durable=False)  # fifty starts must not wait for the disk fifty times

    def _has_databases(self, instance: Instance) -> bool:
        folder = self._directories.folder(instance.id)
        return bool(databases_in(folder, database_places(instance.config, folder)))

    def _refuse_half_restored(self, instance: Instance) -> None:
        if unfinished_restore(self._directories.folder(instance.id)) is not None:
            raise FolderError(
                f"A snapshot of {instance.name} was restored in part only.", "Restore the snapshot again, or restart GOWA Desktop."
            )

    def _check_data(self, instance: Instance, version: InstalledVersion) -> None:
        store = kind_of_chat_store(self._directories.folder(instance.id))
        # What is broken already takes no more harm: it goes on without its chats until someone asks for the assistant.
        if store is ChatStoreKind.BROKEN or not must_move_chat_store(store, GowaVersion(version.tag)):
            return
        if store is ChatStoreKind.OLD:
            raise ChatStoreError(
                f"{instance.name} has chats of GOWA v7, which {version.tag} would damage.",
                f'Use: gowa-desktop update "{instance.name}", which keeps the pairing, or set it to its v7 version.',  # noqa: S608 - a sentence
            )
        raise ChatStoreError(
            f"{instance.name} has chats of GOWA v8 or later, which {version.tag} cannot write.",
            f'Go back with: gowa-desktop update "{instance.name}" --to {version.tag}. It keeps the pairing.',
        )
