"""InstanceService: the one facade that every front end uses for the life of instances."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from gowa_desktop.domain.errors import ConflictError
from gowa_desktop.domain.instance import InstanceChanges
from gowa_desktop.services.instances.folder_removal import FolderRemoval
from gowa_desktop.services.instances.instance_queries import InstanceQueries
from gowa_desktop.services.instances.maintenance import Maintenance
from gowa_desktop.services.instances.trash_bin import TrashBin
from gowa_desktop.services.supervision.memory_guard import MemoryGuard

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gowa_desktop.domain.instance import InstanceStatus, NewInstance
    from gowa_desktop.domain.json_types import JsonObject
    from gowa_desktop.services.instances.instance_parts import InstanceParts
    from gowa_desktop.services.instances.operation import Operation


class InstanceService(InstanceQueries):
    """Creates, changes, starts, stops and removes instances. Main thread; every signal comes after the fact is stored."""

    def __init__(self, parts: InstanceParts, parent: QObject | None = None) -> None:
        super().__init__(parts, parent)
        self._memory_guard = MemoryGuard(parts.catalog, parts.monitor, self._lifecycle.restart)
        self._removal = FolderRemoval(parts, self._lifecycle, self.state_changed.emit, self._on_removal_removed, self)
        self.trash = TrashBin(parts, self._removal, self)
        """What was deleted or reset in the last seven days."""
        self._maintenance = Maintenance(parts.catalog, self._lifecycle, parts.processes, self.state_changed.emit, self)
        parts.gate.held.connect(self.state_changed)
        self._connect_signals()

    @property
    def maintenance(self) -> Maintenance:
        """For other services that work on the data of instances; not for front ends."""
        return self._maintenance

    # Changing

    def create(self, new: NewInstance) -> InstanceStatus:
        """Create an instance, stopped, with its own port, folder and webhook secret; all of it or nothing.

        Raises:
            NameInvalidError, NameTakenError, PortInvalidError, PortTakenError, ConfigInvalidError, VersionMissingError: what is
                asked for is not possible.
            FolderError, DatabaseError: it cannot be stored.
        """
        instance = self._catalog.create(new)
        self.instance_added.emit(instance.id)
        return self.status(instance.id)

    def update(self, instance_id: int, changes: InstanceChanges) -> InstanceStatus:
        """Change name, port, version, config, supervision, tags or notes. A running process goes on with what it was started with.

        Raises:
            NameInvalidError, NameTakenError, PortInvalidError, PortTakenError, ConfigInvalidError, VersionMissingError, TagInvalidError,
                NoteInvalidError, SettingInvalidError: what is asked for is not possible.
            ConflictError: the instance is being reset or deleted.
            DatabaseError: it cannot be stored.
        """
        changed = self._catalog.update(instance_id, changes)
        if changes.priority is not None:
            self._processes.set_priority(instance_id, changed.priority)
        self.state_changed.emit(instance_id)
        return self.status(instance_id)

    def undo_changes(self, instance_id: int) -> InstanceStatus:
        """Give an instance the port and the settings with which it last ran well. Its version stays.

        Raises:
            ConflictError: it never ran well, or nothing was changed since.
            PortInvalidError, PortTakenError, DatabaseError: the earlier settings cannot be had any more.
        """
        instance = self._catalog.get(instance_id)
        good = self._journal.good_settings(instance_id)
        if good is None or good == (instance.port, instance.config):
            raise ConflictError(f"The settings of {instance.name} are those with which it last ran well.", "Change them, then start it again.")
        return self.update(instance_id, InstanceChanges(port=good[0], config=good[1]))

    # Settings

    def save_config(self, instance_id: int, config: JsonObject) -> InstanceStatus:
        """Store a config, only what differs from the defaults. A running process goes on with what it was started with.

        Raises:
            ConfigInvalidError: a value is wrong; the first problem is named.
            ConflictError: the instance is being reset or deleted.
            DatabaseError: it cannot be stored.
        """
        self._settings.save(instance_id, config)
        self.state_changed.emit(instance_id)
        return self.status(instance_id)

    def import_stray_env(self, instance_id: int) -> InstanceStatus:
        """Take the settings of a `.env` into the config and move the file aside.

        Raises:
            NotFoundError: there is none.
            ConfigInvalidError: it cannot be read, or a value is wrong; then nothing is changed.
            FolderError, DatabaseError: it cannot be moved or stored; then nothing is changed.
        """
        self._settings.import_stray_env(instance_id)
        self.state_changed.emit(instance_id)
        return self.status(instance_id)

    def set_aside_stray_env(self, instance_id: int) -> None:
        """Move every `.env` of the folder aside without importing it.

        Raises:
            NotFoundError: there is none.
            FolderError: one cannot be moved.
        """
        self._settings.set_aside_stray_env(instance_id)

    # Running

    def start(self, instance_id: int) -> Operation:
        """Start an instance; the operation ends when it is ready or has failed.

        A running instance is ready at once; one that is stopping is started when it has stopped.
        """
        return self._lifecycle.start(instance_id)

    def stop(self, instance_id: int) -> Operation:
        """Stop an instance gracefully; after 20 s it is ended by force. A stopped one is done at once."""
        return self._lifecycle.stop(instance_id)

    def announce_stops(self, instance_ids: Sequence[int]) -> None:
        """Ask many to stop at once; `stop` must follow for each, and tells how that ended."""
        self._lifecycle.announce_stops(instance_ids)

    def kill(self, instance_id: int) -> Operation:
        """End an instance and everything it started, at once. Also forces a stop that is under way."""
        return self._lifecycle.kill(instance_id)

    def restart(self, instance_id: int) -> Operation:
        """Stop an instance gracefully and start it again; a stopped one is started."""
        return self._lifecycle.restart(instance_id)

    def reset_data(self, instance_id: int) -> Operation:
        """Stop an instance and give it an empty folder; name, key, port, version and config stay.

        The old folder stays in the trash for seven days. The instance is stopped afterwards.
        """
        operation = self._removal.reset_data(instance_id)

        def forget_figures() -> None:
            if operation.error is None:
                self._monitor.forget(instance_id)

        operation.finished.connect(forget_figures)
        if operation.is_finished:
            forget_figures()
        operation.finished.connect(self.trash.changed)
        return operation

    def delete(self, instance_id: int) -> Operation:
        """Stop an instance and remove it; its folder stays in the trash for seven days."""
        return self._removal.delete(instance_id)

    # The program's own life

    def recover(self) -> None:
        """Adopt what lives, repair what does not, and start what should run; called once when the program starts."""
        self._lifecycle.recover()

    def pause_for_session_end(self) -> None:
        """Ask all to stop at once; what should run is remembered, and starts with the program again."""
        self._lifecycle.pause_all()

    def resume_after_pause(self) -> None:
        """Start again what `pause_for_session_end` stopped, because the session goes on after all."""
        self._lifecycle.resume_all()

    def close(self) -> None:
        """Write what is not written yet, because the program ends; instances go on running."""
        self._settings.flush()

    def observe(self) -> None:
        """Look at what every instance really does, without touching anything; for a program that only reads."""
        self._lifecycle.observe()
        self._monitor.sample_blocking()

    @Slot()
    def look_again(self) -> None:
        """Look anew at what every instance really does, and tell what changed."""
        for instance_id in self._lifecycle.observe():
            self.state_changed.emit(instance_id)

    def _connect_signals(self) -> None:
        self._processes.state_changed.connect(self._on_processes_state_changed)
        self._processes.retry_due.connect(self._lifecycle.restart_by_itself)
        self.trash.put_back.connect(self.instance_added)
        self._monitor.sampled.connect(self._memory_guard.look)
        self._monitor.sampled.connect(self.sampled)

    @Slot(int)
    def _on_processes_state_changed(self, instance_id: int) -> None:
        if self._catalog.has(instance_id):
            process = self._processes.get(instance_id)
            self._catalog.note_state(instance_id, process.state, process.error_message)
            self.state_changed.emit(instance_id)
            self._monitor.sample_soon()
        self._lifecycle.note_state(instance_id)

    def _on_removal_removed(self, instance_id: int) -> None:
        self._monitor.forget(instance_id)
        self._lifecycle.forget(instance_id)
        self._reader.forget(instance_id)
        self._settings.forget(instance_id)
        self.instance_removed.emit(instance_id)
        self.trash.note_change()
