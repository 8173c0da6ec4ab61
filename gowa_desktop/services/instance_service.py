"""InstanceService: the one facade that every front end uses for the life of instances."""

from __future__ import annotations

import contextlib
import dataclasses
import os
from collections import deque
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from gowa_desktop.domain.errors import ConflictError, GowaError, NotFoundError, StartFailedError, StopFailedError
from gowa_desktop.domain.instance import (
    LIVE_STATES,
    DesiredState,
    InstanceChanges,
    InstanceState,
    InstanceStatus,
    NewInstance,
    new_key,
)
from gowa_desktop.domain.log_lines import readable_lines
from gowa_desktop.domain.names import NameGenerator, check_unique, clean_name, name_identity
from gowa_desktop.domain.versions import GowaVersion
from gowa_desktop.infra.log_files import tail_bytes
from gowa_desktop.services.operation import Operation

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gowa_desktop.domain.config_parser import ConfigParser
    from gowa_desktop.domain.connection import ConnectionDetails
    from gowa_desktop.domain.installed_version import InstalledVersion
    from gowa_desktop.domain.instance import ExitReport, Instance, LaunchSpec, ProcessIdentity
    from gowa_desktop.domain.json_types import JsonObject
    from gowa_desktop.domain.samples import SampleWindow
    from gowa_desktop.infra.directories import DirectoryManager
    from gowa_desktop.services.process_manager import ProcessManager
    from gowa_desktop.services.resource_monitor import ResourceMonitor
    from gowa_desktop.services.settings import AppSettings
    from gowa_desktop.services.supervised_process import SupervisedProcess
    from gowa_desktop.services.system_service import SystemService
    from gowa_desktop.services.version_manager import VersionManager
    from gowa_desktop.store.repositories import InstanceRepository


class InstanceService(QObject):
    """Creates, changes, starts, stops and removes instances. Main thread; every signal comes after the fact is stored."""

    instance_added = Signal(int)
    """Id of a new instance."""
    instance_removed = Signal(int)
    """Id of an instance that is gone."""
    state_changed = Signal(int)
    """Id of an instance of which anything but the resource figures is different."""
    sampled = Signal()
    """New resource figures are there."""

    def __init__(
        self,
        repository: InstanceRepository,
        parser: ConfigParser,
        directories: DirectoryManager,
        versions: VersionManager,
        system: SystemService,
        processes: ProcessManager,
        monitor: ResourceMonitor,
        settings: AppSettings,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._repository = repository
        self._parser = parser
        self._directories = directories
        self._versions = versions
        self._system = system
        self._processes = processes
        self._monitor = monitor
        self._settings = settings
        self._names = NameGenerator()
        self._instances: dict[int, Instance] = {i.id: i for i in repository.all()}
        self._busy: dict[int, str] = {}
        self._to_resume: deque[int] = deque()
        self._resuming: set[int] = set()
        self._connect_signals()

    # Reading

    def instances(self) -> list[Instance]:
        """Give the stored instances, oldest first."""
        return list(self._instances.values())

    def statuses(self) -> list[InstanceStatus]:
        """Give a picture of every instance, oldest first."""
        installed = self._resolver()
        return [self._picture(instance, installed(instance.gowa_version)) for instance in self._instances.values()]

    def status(self, instance_id: int) -> InstanceStatus:
        """Give a picture of one instance.

        Raises:
            NotFoundError: there is none with this id.
        """
        instance = self._instance(instance_id)
        return self._picture(instance, self._resolver()(instance.gowa_version))

    def find(self, name_or_key: str) -> InstanceStatus:
        """Give the instance with a name, whatever its case, or with a key.

        Raises:
            NotFoundError: there is none.
        """
        identity = name_identity(name_or_key)
        for instance in self._instances.values():
            if name_identity(instance.name) == identity or instance.key == name_or_key:
                return self.status(instance.id)
        raise NotFoundError(f"There is no instance named “{name_or_key[:100]}”.", "Look at the list of instances for the names there are.")

    def history(self, instance_id: int) -> SampleWindow:
        """Give the last minutes of resource use."""
        return self._monitor.window(instance_id)

    def connection(self, instance_id: int) -> ConnectionDetails:
        """Give addresses and sign-ins of an instance, in clear."""
        instance = self._instance(instance_id)
        installed = self._resolver()(instance.gowa_version)
        return self._parser.connection(instance, GowaVersion(installed.tag) if installed else None)

    def last_exit(self, instance_id: int) -> ExitReport | None:
        """Tell how the process ended last time, in this run of the program."""
        return self._processes.get(self._instance(instance_id).id).last_exit

    def folder(self, instance_id: int) -> Path:
        """Give the folder of an instance; it need not exist."""
        return self._directories.folder(self._instance(instance_id).id)

    def log_tail(self, instance_id: int, count: int) -> list[str]:
        """Give the last lines of the log, oldest first, colours taken out and secrets hidden."""
        instance = self._instance(instance_id)
        raw = tail_bytes(self._directories.log_file(instance_id))
        return readable_lines(raw, self._parser.secrets(instance.config))[-count:] if count > 0 else []

    # Choosing

    def suggest_name(self) -> str:
        """Make a friendly name that is free."""
        return self._names.generate(instance.name for instance in self._instances.values())

    def suggest_port(self) -> int | None:
        """Give the port a new instance would get; None when the whole range is taken. Nothing is reserved."""
        try:
            return self._system.next_free_port()
        except GowaError:
            return None

    def check_name(self, name: str, ignore_id: int | None = None) -> str:
        """Check a name and give its cleaned form.

        Raises:
            NameInvalidError: empty, too long or with characters that do not belong in a name.
            NameTakenError: another instance has it.
        """
        cleaned = clean_name(name)
        check_unique(cleaned, (i.name for i in self._instances.values() if i.id != ignore_id))
        return cleaned

    def check_port(self, port: int, ignore_id: int | None = None) -> None:
        """Check a port.

        Raises:
            PortInvalidError: out of range or privileged.
            PortTakenError: another instance has it or a program holds it.
        """
        self._system.check_port(port, ignore_id)

    # Changing

    def create(self, new: NewInstance) -> InstanceStatus:
        """Create an instance, stopped, with its own port, folder and webhook secret; all of it or nothing.

        Raises:
            NameInvalidError, NameTakenError, PortInvalidError, PortTakenError, ConfigInvalidError, VersionMissingError: what is
                asked for is not possible.
            FolderError, DatabaseError: it cannot be stored.
        """
        name = self.check_name(new.name) if new.name is not None else self.suggest_name()
        version = self._clean_version(new.gowa_version)
        config = self._parser.merge(self._parser.new_secrets(), new.config)
        self._parser.validate(config)
        if new.port is None:
            port = self._system.next_free_port()
        else:
            port = new.port
            self._system.check_port(port)
        instance = self._repository.add(self._new_key(), name, port, version, config)
        try:
            self._directories.ensure(instance.id)
        except GowaError:
            self._repository.remove(instance.id)
            raise
        self._instances[instance.id] = instance
        self.instance_added.emit(instance.id)
        return self.status(instance.id)

    def update(self, instance_id: int, changes: InstanceChanges) -> InstanceStatus:
        """Change name, port, version or config. A running process goes on with what it was started with.

        Raises:
            NameInvalidError, NameTakenError, PortInvalidError, PortTakenError, ConfigInvalidError, VersionMissingError: what is
                asked for is not possible.
            ConflictError: the instance is being reset or deleted.
            DatabaseError: it cannot be stored.
        """
        instance = self._instance(instance_id)
        self._refuse_when_busy(instance)
        name = instance.name if changes.name is None else self.check_name(changes.name, instance_id)
        version = instance.gowa_version if changes.gowa_version is None else self._clean_version(changes.gowa_version)
        port = instance.port
        if changes.port is not None and changes.port != instance.port:
            self._system.check_port(changes.port, instance_id)
            port = changes.port
        if changes.config is not None:
            self._parser.validate(changes.config)
        self._instances[instance_id] = self._repository.change(instance_id, name, port, version, changes.config)
        self.state_changed.emit(instance_id)
        return self.status(instance_id)

    def start(self, instance_id: int) -> Operation:
        """Start an instance; the operation ends when it is ready or has failed.

        A running instance is ready at once; one that is stopping is started when it has stopped.
        """
        instance = self._instance(instance_id)
        operation = Operation(f"Start {instance.name}", self)
        process = self._processes.get(instance_id)
        if instance_id in self._busy:
            operation.fail(self._busy_error(instance))
        elif process.state is InstanceState.RUNNING:
            operation.succeed()
        elif process.state is InstanceState.STARTING:
            self._when(instance_id, lambda state: state is not InstanceState.STARTING, lambda: self._end_start(operation, instance_id))
        elif process.state is InstanceState.STOPPING:
            self._when(instance_id, lambda state: state not in LIVE_STATES, lambda: self._begin_start(operation, instance_id))
        else:
            self._begin_start(operation, instance_id)
        return operation

    def stop(self, instance_id: int) -> Operation:
        """Stop an instance gracefully; after 20 s it is ended by force. A stopped one is done at once."""
        instance = self._instance(instance_id)
        operation = Operation(f"Stop {instance.name}", self)
        self._want(instance_id, DesiredState.STOPPED)
        with contextlib.suppress(ValueError):
            self._to_resume.remove(instance_id)
        process = self._processes.get(instance_id)
        process.clear_failure()
        process.stop()
        self._end_when_stopped(operation, instance_id)
        return operation

    def kill(self, instance_id: int) -> Operation:
        """End an instance and everything it started, at once. Also forces a stop that is under way."""
        instance = self._instance(instance_id)
        operation = Operation(f"Force kill {instance.name}", self)
        self._want(instance_id, DesiredState.STOPPED)
        process = self._processes.get(instance_id)
        process.clear_failure()
        process.kill()
        self._end_when_stopped(operation, instance_id)
        return operation

    def restart(self, instance_id: int) -> Operation:
        """Stop an instance gracefully and start it again; a stopped one is started."""
        instance = self._instance(instance_id)
        operation = Operation(f"Restart {instance.name}", self)
        process = self._processes.get(instance_id)
        if not process.is_live:
            self._begin_start(operation, instance_id)
            return operation
        try:
            # What can be known beforehand is checked before anything is stopped.
            self._refuse_when_busy(instance)
            self._versions.resolve(instance.gowa_version)
            self._spec(instance)
        except GowaError as error:
            operation.fail(error)
            return operation
        process.stop()
        self._when(instance_id, lambda state: state not in LIVE_STATES, lambda: self._begin_start(operation, instance_id))
        return operation

    def reset_data(self, instance_id: int) -> Operation:
        """Stop an instance and give it an empty folder; name, key, port, version and config stay.

        The old folder stays in the trash for seven days. The instance is stopped afterwards.
        """
        return self._remove_folder(instance_id, "Reset data of", "its data is being reset", self._finish_reset)

    def delete(self, instance_id: int) -> Operation:
        """Stop an instance and remove it; its folder stays in the trash for seven days."""
        return self._remove_folder(instance_id, "Delete", "it is being deleted", self._finish_delete)

    # The program's own life

    def recover(self, *, resume: bool = True) -> None:
        """Adopt what lives, repair what does not, and start what should run; called once when the program starts."""
        programs = frozenset(os.path.realpath(self._versions.command(version)[0]) for version in self._versions.installed())
        for instance in self._instances.values():

            def make_spec(identity: ProcessIdentity, instance: Instance = instance) -> LaunchSpec:
                return self._adopted_spec(instance, identity)

            is_adopted = self._processes.recover(instance, make_spec, self._parser.secrets(instance.config), programs)
            if resume and not is_adopted and instance.desired is DesiredState.RUNNING:
                self._to_resume.append(instance.id)
        self._resume_next()

    def observe(self) -> None:
        """Look at what every instance really does, without touching anything; for a program that only reads."""
        for instance in self._instances.values():

            def make_spec(identity: ProcessIdentity, instance: Instance = instance) -> LaunchSpec:
                return self._adopted_spec(instance, identity)

            self._processes.observe(instance, make_spec)
        self._monitor.sample_blocking()

    def live_count(self) -> int:
        """Count the instances that have a process now."""
        return len(self._processes.live())

    # Inner work

    def _connect_signals(self) -> None:
        self._processes.state_changed.connect(self._on_processes_state_changed)
        self._monitor.sampled.connect(self.sampled)

    @Slot(int)
    def _on_processes_state_changed(self, instance_id: int) -> None:
        instance = self._instances.get(instance_id)
        if instance is not None:
            process = self._processes.get(instance_id)
            self._instances[instance_id] = dataclasses.replace(instance, status=process.state, error_message=process.error_message)
            self.state_changed.emit(instance_id)
        if instance_id in self._resuming and self._processes.get(instance_id).state is not InstanceState.STARTING:
            self._resuming.discard(instance_id)
            self._resume_next()

    def _resume_next(self) -> None:
        while self._to_resume and len(self._resuming) < self._settings.parallel_starts:
            instance_id = self._to_resume.popleft()
            self._resuming.add(instance_id)
            self.start(instance_id)
            if self._processes.get(instance_id).state is not InstanceState.STARTING:
                self._resuming.discard(instance_id)

    def _instance(self, instance_id: int) -> Instance:
        instance = self._instances.get(instance_id)
        if instance is None:
            raise NotFoundError(f"There is no instance with the id {instance_id}.", "It may have been deleted meanwhile.")
        return instance

    def _resolver(self) -> Callable[[str], InstalledVersion | None]:
        known: dict[str, InstalledVersion | None] = {}

        def resolve(tag: str) -> InstalledVersion | None:
            if tag not in known:
                try:
                    known[tag] = self._versions.resolve(tag)
                except GowaError:
                    known[tag] = None
            return known[tag]

        return resolve

    def _picture(self, instance: Instance, installed: InstalledVersion | None) -> InstanceStatus:
        process = self._processes.get(instance.id)
        ref, spec = process.ref, process.spec
        tag = spec.version if spec is not None else installed.tag if installed is not None else None
        version = GowaVersion(tag) if tag is not None else None
        return InstanceStatus(
            id=instance.id,
            key=instance.key,
            name=instance.name,
            port=instance.port,
            status=process.state,
            desired=instance.desired,
            gowa_version=instance.gowa_version,
            resolved_version=version.tag if version else None,
            host=spec.host if spec is not None else self._parser.host(instance, version),
            base_url=self._parser.connection(instance, version).base_url if instance.port is not None else None,
            pid=ref.pid if ref is not None else None,
            uptime_s=process.uptime_s,
            error_message=process.error_message or instance.config_error,
            sample=self._monitor.newest(instance.id),
            disk_bytes=self._monitor.disk_bytes(instance.id),
            created_at=instance.created_at,
            updated_at=instance.updated_at,
            is_simulated=version is not None and version.is_simulator,
            stop_deadline_s=process.stop_deadline_s,
            is_busy=instance.id in self._busy,
        )

    def _clean_version(self, tag: str) -> str:
        text = tag.strip() or "latest"
        found = self._versions.resolve(text) if text != "latest" else None
        return found.tag if found is not None else text

    def _new_key(self) -> str:
        used = {instance.key for instance in self._instances.values()}
        while (key := new_key()) in used:
            pass
        return key

    def _refuse_when_busy(self, instance: Instance) -> None:
        if instance.id in self._busy:
            raise self._busy_error(instance)

    def _busy_error(self, instance: Instance) -> ConflictError:
        return ConflictError(f"{instance.name} cannot do this now: {self._busy[instance.id]}.", "Wait a moment and try again.")

    def _want(self, instance_id: int, desired: DesiredState) -> None:
        instance = self._instance(instance_id)
        if instance.desired is not desired:
            self._repository.set_desired(instance_id, desired)
            self._instances[instance_id] = dataclasses.replace(instance, desired=desired)

    def _begin_start(self, operation: Operation, instance_id: int) -> None:
        try:
            instance = self._instance(instance_id)
            self._refuse_when_busy(instance)
            process = self._processes.get(instance_id)
            if not process.is_live:
                instance = self._with_port(instance)
                self._system.check_unused(instance.port or 0)
                self._directories.ensure(instance_id)
                spec = self._spec(instance)
                self._want(instance_id, DesiredState.RUNNING)
                self._processes.launch(instance, spec, self._parser.secrets(instance.config))
        except GowaError as error:
            self._record_failure(instance_id, error)
            operation.fail(error)
            return
        self._when(instance_id, lambda state: state is not InstanceState.STARTING, lambda: self._end_start(operation, instance_id))

    def _record_failure(self, instance_id: int, error: GowaError) -> None:
        if instance_id in self._instances and not isinstance(error, ConflictError | NotFoundError):
            self._processes.get(instance_id).fail(str(error))

    def _end_start(self, operation: Operation, instance_id: int) -> None:
        process = self._processes.get(instance_id) if instance_id in self._instances else None
        if process is not None and process.state is InstanceState.RUNNING:
            operation.succeed()
        elif process is not None and process.state is InstanceState.FAILED:
            operation.fail(StartFailedError(process.error_message or "GOWA could not be started."))
        else:
            operation.fail(StartFailedError("It was stopped before it was ready.", "Start it again when you want it."))

    def _with_port(self, instance: Instance) -> Instance:
        # Rows of other managers may have none.
        if instance.port is not None:
            return instance
        port = self._system.next_free_port()
        changed = self._repository.change(instance.id, instance.name, port, instance.gowa_version, None)
        self._instances[instance.id] = changed
        return changed

    def _spec(self, instance: Instance) -> LaunchSpec:
        installed = self._versions.resolve(instance.gowa_version)
        return self._parser.launch_spec(
            instance,
            GowaVersion(installed.tag),
            self._versions.command(installed),
            (self._directories.folder(instance.id), self._directories.log_file(instance.id)),
            os.environ,
        )

    def _adopted_spec(self, instance: Instance, identity: ProcessIdentity) -> LaunchSpec:
        # Settings may have changed since it was started, so only what it was started with counts.
        version = GowaVersion(identity.version)
        base_path = self._parser.connection(instance, version).base_url.partition(f":{instance.port}")[2]
        return self._parser.adopted_spec(identity, version, base_path)

    def _remove_folder(
        self, instance_id: int, title: str, reason: str, finish: Callable[[Operation, Instance], None]
    ) -> Operation:
        instance = self._instance(instance_id)
        operation = Operation(f"{title} {instance.name}", self)
        try:
            self._refuse_when_busy(instance)
        except GowaError as error:
            operation.fail(error)
            return operation
        # From here on nothing can start it, so no process can appear in a folder that goes away.
        self._busy[instance_id] = reason
        self.state_changed.emit(instance_id)
        try:
            self._want(instance_id, DesiredState.STOPPED)
        except GowaError as error:
            self._end_busy(operation, instance_id, error)
            return operation
        with contextlib.suppress(ValueError):
            self._to_resume.remove(instance_id)
        process = self._processes.get(instance_id)
        process.stop()
        self._when(instance_id, lambda state: state not in LIVE_STATES, lambda: finish(operation, self._instance(instance_id)))
        return operation

    def _finish_reset(self, operation: Operation, instance: Instance) -> None:
        try:
            self._refuse_when_occupied(instance)
            self._directories.move_to_trash(instance.id, self._note(instance))
            self._directories.ensure(instance.id)
        except GowaError as error:
            self._end_busy(operation, instance.id, error)
            return
        self._monitor.forget(instance.id)
        self._processes.get(instance.id).clear_failure()
        self._end_busy(operation, instance.id, None)

    def _finish_delete(self, operation: Operation, instance: Instance) -> None:
        try:
            self._refuse_when_occupied(instance)
            trashed = self._directories.move_to_trash(instance.id, self._note(instance))
            try:
                self._repository.remove(instance.id)
            except GowaError:
                if trashed is not None:
                    self._directories.put_back(trashed, instance.id)
                raise
        except GowaError as error:
            self._end_busy(operation, instance.id, error)
            return
        del self._instances[instance.id]
        self._busy.pop(instance.id, None)
        self._processes.forget(instance.id)
        self._monitor.forget(instance.id)
        self.instance_removed.emit(instance.id)
        operation.succeed()

    def _end_busy(self, operation: Operation, instance_id: int, error: GowaError | None) -> None:
        self._busy.pop(instance_id, None)
        self.state_changed.emit(instance_id)
        if error is not None:
            operation.fail(error)
        else:
            operation.succeed()

    def _refuse_when_occupied(self, instance: Instance) -> None:
        strangers = self._processes.processes_in_folder(instance.id)
        if strangers:
            names = ", ".join(f"{ref.name} (process {ref.pid})" for ref in strangers)
            raise ConflictError(f"Other processes work in the folder of {instance.name}: {names}.", "Close them and try again.")

    def _note(self, instance: Instance) -> JsonObject:
        return {
            "id": instance.id,
            "key": instance.key,
            "name": instance.name,
            "port": instance.port,
            "gowa_version": instance.gowa_version,
            "config": instance.config,
        }

    def _end_when_stopped(self, operation: Operation, instance_id: int) -> None:
        def end() -> None:
            process: SupervisedProcess | None = self._processes.get(instance_id) if instance_id in self._instances else None
            if process is not None and process.state is InstanceState.FAILED:
                operation.fail(StopFailedError(process.error_message or "It could not be stopped."))
            else:
                operation.succeed()

        self._when(instance_id, lambda state: state not in LIVE_STATES, end)

    def _when(self, instance_id: int, condition: Callable[[InstanceState], bool], action: Callable[[], None]) -> None:
        """Run the action as soon as the state satisfies the condition, at once when it does already."""
        process = self._processes.get(instance_id)
        if condition(process.state):
            action()
            return

        def on_changed() -> None:
            if condition(process.state):
                process.changed.disconnect(on_changed)
                action()

        process.changed.connect(on_changed)
