"""SnapshotMaker: gathers what a snapshot or its restoration needs on the main thread, and gives the work for a worker."""

from __future__ import annotations

import contextlib
from functools import partial
from typing import TYPE_CHECKING

from gowa_desktop.domain.database_places import database_places
from gowa_desktop.domain.errors import FolderError
from gowa_desktop.domain.snapshots import superfluous
from gowa_desktop.services.data.database_recovery import local_now
from gowa_desktop.store.snapshot_files import SnapshotFacts, list_snapshots, remove_snapshot, take_snapshot
from gowa_desktop.store.snapshot_restore import put_back

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gowa_desktop.domain.instance import Instance
    from gowa_desktop.domain.snapshots import Snapshot
    from gowa_desktop.infra.directories import DirectoryManager
    from gowa_desktop.services.settings import AppSettings


class SnapshotMaker:
    """Holds nothing but what is needed by every snapshot, and which ones must not be cleaned up. Main thread."""

    def __init__(self, directories: DirectoryManager, settings: AppSettings) -> None:
        self._directories = directories
        self._settings = settings
        self._protected: dict[int, set[str]] = {}

    def taking(
        self, instance: Instance, tag: str, reason: str, *, accepts_damage: bool = False, folder: Path | None = None
    ) -> Callable[[], Snapshot]:
        """Give the work that makes a snapshot and cleans up the oldest ones. For its errors see `take_snapshot`.

        Args:
            instance: whose databases.
            tag: the version that they belong to.
            reason: why it is made, in words.
            accepts_damage: copy damaged databases as they are; only while nothing runs in the folder.
            folder: where they are; None for the folder of the instance.
        """
        folder = folder or self._directories.folder(instance.id)
        facts = SnapshotFacts(instance.id, tag, reason, local_now())
        places = database_places(instance.config, folder)
        keep, protected = self._settings.snapshots_kept, frozenset(self._protected.get(instance.id, ()))

        def work() -> Snapshot:
            snapshot = take_snapshot(folder, places, facts, accepts_damage=accepts_damage)
            for old in superfluous(list_snapshots(folder), keep, {*protected, snapshot.id}):
                with contextlib.suppress(FolderError):  # another one may be cleaning up at the same time
                    remove_snapshot(folder, old.id)
            return snapshot

        return work

    def putting_back(self, instance: Instance, snapshot_id: str, source: Path | None = None) -> Callable[[], None]:
        """Give the work that restores a snapshot; nothing may run in the folder. For its errors see `put_back`."""
        folder = self._directories.folder(instance.id)
        return partial(put_back, folder, source or folder, snapshot_id, database_places(instance.config, folder))

    def protect(self, instance_id: int, snapshot_id: str) -> None:
        """Keep a snapshot from being cleaned up, because it is needed."""
        self._protected.setdefault(instance_id, set()).add(snapshot_id)

    def is_protected(self, instance_id: int, snapshot_id: str) -> bool:
        """Tell whether a snapshot is needed right now."""
        return snapshot_id in self._protected.get(instance_id, ())

    def unprotect(self, instance_id: int, snapshot_id: str) -> None:
        """Take the protection back."""
        self._protected.get(instance_id, set()).discard(snapshot_id)
