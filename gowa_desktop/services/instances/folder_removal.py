"""Reset data and delete: the two operations that take an instance's folder away.

From the request on the instance is held busy, so that nothing can start in a folder that is about to go.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from gowa_desktop.domain.errors import ConflictError, GowaError
from gowa_desktop.services.instances.operation import Operation

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtCore import QObject

    from gowa_desktop.domain.instance import Instance
    from gowa_desktop.domain.json_types import JsonObject
    from gowa_desktop.services.instances.instance_parts import InstanceParts
    from gowa_desktop.services.instances.lifecycle import Lifecycle


class FolderRemoval:
    """Stops an instance, then moves its folder to the trash. Main thread."""

    def __init__(
        self,
        parts: InstanceParts,
        lifecycle: Lifecycle,
        tell_changed: Callable[[int], None],
        tell_removed: Callable[[int], None],
        owner: QObject,
    ) -> None:
        self._catalog = parts.catalog
        self._directories = parts.directories
        self._processes = parts.processes
        self._lifecycle = lifecycle
        self._tell_changed = tell_changed
        self._tell_removed = tell_removed
        self._owner = owner

    def reset_data(self, instance_id: int) -> Operation:
        """Give an instance an empty folder."""
        return self._begin(instance_id, "Reset data of", "its data is being reset", self._finish_reset)

    def delete(self, instance_id: int) -> Operation:
        """Remove an instance."""
        return self._begin(instance_id, "Delete", "it is being deleted", self._finish_delete)

    def restore_data(self, instance_id: int, trashed: Path) -> Operation:
        """Give an instance the folder back that a reset took away; what it has now goes to the trash in its place."""
        return self._begin(instance_id, "Restore the data of", "its data is being put back", partial(self._finish_restore, trashed))

    def _begin(self, instance_id: int, title: str, reason: str, finish: Callable[[Instance], None]) -> Operation:
        instance = self._catalog.get(instance_id)
        operation = Operation(f"{title} {instance.name}", self._owner)

        def end() -> None:
            try:
                self._refuse_when_occupied(instance)
                finish(self._catalog.get(instance_id))
            except GowaError as error:
                self._release(instance_id)
                operation.fail(error)
            else:
                self._release(instance_id)
                operation.succeed()

        try:
            self._catalog.refuse_when_busy(instance)
            self._lifecycle.prepare_removal(instance_id)
        except GowaError as error:
            operation.fail(error)
            return operation
        self._catalog.set_busy(instance_id, reason)
        self._tell_changed(instance_id)
        self._lifecycle.when_not_live(instance_id, end)
        return operation

    def _release(self, instance_id: int) -> None:
        if self._catalog.has(instance_id):
            self._catalog.set_busy(instance_id, None)
            self._tell_changed(instance_id)

    def _finish_reset(self, instance: Instance) -> None:
        self._directories.move_to_trash(instance.id, _note(instance))
        self._directories.ensure(instance.id)
        self._catalog.note_new_folder(instance.id)
        self._processes.get(instance.id).clear_failure()

    def _finish_restore(self, trashed: Path, instance: Instance) -> None:
        present = self._directories.move_to_trash(instance.id, _note(instance))
        try:
            self._directories.put_back(trashed, instance.id)
        except GowaError:
            if present is not None:
                self._directories.put_back(present, instance.id)
            raise
        self._catalog.note_new_folder(instance.id)
        self._processes.get(instance.id).clear_failure()

    def _finish_delete(self, instance: Instance) -> None:
        trashed = self._directories.move_to_trash(instance.id, _note(instance))
        try:
            self._catalog.remove(instance.id)
        except GowaError:
            if trashed is not None:
                self._directories.put_back(trashed, instance.id)
            raise
        self._processes.forget(instance.id)
        self._tell_removed(instance.id)

    def _refuse_when_occupied(self, instance: Instance) -> None:
        strangers = self._processes.processes_in_folder(instance.id)
        if strangers:
            names = ", ".join(f"{ref.name} (process {ref.pid})" for ref in strangers)
            raise ConflictError(f"Other processes work in the folder of {instance.name}: {names}.", "Close them and try again.")


def _note(instance: Instance) -> JsonObject:
    return {
        "id": instance.id,
        "key": instance.key,
        "name": instance.name,
        "port": instance.port,
        "gowa_version": instance.gowa_version,
        "config": instance.config,
    }
