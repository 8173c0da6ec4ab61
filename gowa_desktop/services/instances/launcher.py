"""Launcher: from a stored instance to a process, with every check on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gowa_desktop.domain.instance import DesiredState, Priority
from gowa_desktop.domain.versions import GowaVersion
from gowa_desktop.infra.own_environment import children_environment

if TYPE_CHECKING:
    from gowa_desktop.domain.instance import Instance, LaunchSpec, ProcessIdentity
    from gowa_desktop.services.instances.instance_parts import InstanceParts
    from gowa_desktop.services.instances.instance_settings import InstanceSettings


class Launcher:
    """Starts processes; holds nothing. Main thread."""

    def __init__(self, parts: InstanceParts, instance_settings: InstanceSettings) -> None:
        self._catalog = parts.catalog
        self._parser = parts.parser
        self._directories = parts.directories
        self._versions = parts.versions
        self._processes = parts.processes
        self._gate = parts.gate
        self._instance_settings = instance_settings

    def check(self, instance: Instance) -> None:
        """Check what can be known before a process is there.

        Raises:
            GowaError: it could not be started now.
        """
        self._catalog.refuse_when_busy(instance)
        self._spec(instance)
        self._instance_settings.refuse_stray_env(instance)
        self._gate.check(instance)

    def launch(self, instance: Instance) -> None:
        """Start the process of an instance that passed the gate, and store that it should run.

        Raises:
            GowaError: it cannot be started; then nothing runs.
        """
        instance = self._catalog.ensure_port(instance)
        spec = self._spec(instance)
        self._catalog.system.check_unused(spec.port)
        self._directories.ensure(instance.id)
        self._instance_settings.prepare_folder(instance, GowaVersion(spec.version))
        self._catalog.want(instance.id, DesiredState.RUNNING)
        self._processes.launch(instance, spec, self._catalog.hidden_texts(instance))
        if (ref := self._processes.get(instance.id).ref) is not None:
            self._instance_settings.note_launch(instance, GowaVersion(spec.version), ref)
        if instance.priority is not Priority.NORMAL:
            self._processes.set_priority(instance.id, instance.priority)

    def adopted_spec(self, instance: Instance, identity: ProcessIdentity) -> LaunchSpec:
        """Describe a process that is found running."""
        # Settings may have changed since it was started; what it was started with is in the identity.
        version = GowaVersion(identity.version)
        return self._parser.adopted_spec(identity, version, self._parser.base_path(instance, version))

    def _spec(self, instance: Instance) -> LaunchSpec:
        installed = self._gate.version_of(instance)
        return self._parser.launch_spec(
            instance,
            GowaVersion(installed.tag),
            self._versions.runnable_command(installed),
            (self._directories.folder(instance.id), self._directories.log_file(instance.id)),
            children_environment(),
            self._instance_settings.launch_options(instance, installed.tag),
        )
