"""InstanceQueries: everything that front ends may ask about instances, without changing any."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from gowa_desktop.domain.errors import GowaError
from gowa_desktop.services.instances.instance_settings import InstanceSettings
from gowa_desktop.services.instances.lifecycle import Lifecycle
from gowa_desktop.services.instances.status_reader import StatusReader
from gowa_desktop.services.supervision.exit_journal import ExitJournal

if TYPE_CHECKING:
    from pathlib import Path

    from gowa_desktop.domain.config_changes import LaunchPreview, OptionChange
    from gowa_desktop.domain.config_parser import ConfigParser
    from gowa_desktop.domain.connection import ConnectionDetails
    from gowa_desktop.domain.instance import ExitReport, Instance, InstanceState, InstanceStatus
    from gowa_desktop.domain.json_types import JsonObject
    from gowa_desktop.domain.options import Option
    from gowa_desktop.domain.samples import SampleWindow
    from gowa_desktop.domain.stray_environment import StrayEnvironment
    from gowa_desktop.services.instances.instance_parts import InstanceParts


class InstanceQueries(QObject):
    """The half of `InstanceService` that only answers, and what both halves are built on. Main thread."""

    instance_added = Signal(int)
    """Id of a new instance."""
    instance_removed = Signal(int)
    """Id of an instance that is gone."""
    state_changed = Signal(int)
    """Id of an instance of which anything but the resource figures is different."""
    sampled = Signal()
    """New resource figures are there."""

    def __init__(self, parts: InstanceParts, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._parser = parts.parser
        self._catalog = parts.catalog
        self._directories = parts.directories
        self._processes = parts.processes
        self._monitor = parts.monitor
        self._journal = ExitJournal(parts.directories)
        self._settings = InstanceSettings(parts)
        self._lifecycle = Lifecycle(parts, self._journal, self._settings, self.state_changed.emit, self)
        self._reader = StatusReader(parts, self._lifecycle, self._settings)

    @property
    def parser(self) -> ConfigParser:
        """The rules of configs as this program applies them, for front ends that edit one before it is saved."""
        return self._parser

    # Reading

    def instances(self) -> list[Instance]:
        """Give the stored instances, oldest first."""
        return self._catalog.all()

    def statuses(self) -> list[InstanceStatus]:
        """Give a picture of every instance, oldest first."""
        return self._reader.pictures(self._catalog.all())

    def status(self, instance_id: int) -> InstanceStatus:
        """Give a picture of one instance.

        Raises:
            NotFoundError: there is none with this id.
        """
        return self._reader.pictures([self._catalog.get(instance_id)])[0]

    def state(self, instance_id: int) -> InstanceState:
        """Give the state alone: a fiftieth of the work of a picture, for those who hear of every change.

        Raises:
            NotFoundError: there is none with this id.
        """
        return self._processes.get(self._catalog.get(instance_id).id).state

    def with_figures(self, status: InstanceStatus) -> InstanceStatus:
        """Give a picture of an instance with the newest figures, otherwise as it was; for use after `sampled`."""
        return self._reader.with_figures(status)

    def find(self, name_or_key: str) -> InstanceStatus:
        """Give the instance with a name, whatever its case, or with a key.

        Raises:
            NotFoundError: there is none.
        """
        return self.status(self._catalog.find(name_or_key).id)

    def history(self, instance_id: int) -> SampleWindow:
        """Give the last minutes of resource use."""
        return self._monitor.window(instance_id)

    def connection(self, instance_id: int) -> ConnectionDetails:
        """Give addresses and sign-ins of an instance, in clear."""
        return self._reader.connection(self._catalog.get(instance_id))

    def last_exit(self, instance_id: int) -> ExitReport | None:
        """Tell how the process ended last time; from an earlier run of the program only when it was not asked to end."""
        now = self._processes.get(self._catalog.get(instance_id).id).last_exit
        return now or next(reversed(self._journal.reports(instance_id)), None)

    def exit_reports(self, instance_id: int) -> list[ExitReport]:
        """Give the last unexpected ends, at most 20, oldest first."""
        return self._journal.reports(self._catalog.get(instance_id).id)

    def folder(self, instance_id: int) -> Path:
        """Give the folder of an instance; it need not exist."""
        return self._directories.folder(self._catalog.get(instance_id).id)

    def log_tail(self, instance_id: int, count: int) -> list[str]:
        """Give the last lines of the log, oldest first, colours taken out and secrets hidden."""
        return self._reader.log_tail(self._catalog.get(instance_id), count)

    @property
    def is_looking(self) -> bool:
        """True when this program may change nothing."""
        return self._catalog.is_looking

    def live_count(self) -> int:
        """Count the instances that have a process now."""
        return len(self._processes.live())

    # Choosing

    def suggest_name(self) -> str:
        """Make a friendly name that is free."""
        return self._catalog.suggest_name()

    def suggest_port(self) -> int | None:
        """Give the port a new instance would get; None when the whole range is taken. Nothing is reserved."""
        try:
            return self._catalog.system.next_free_port()
        except GowaError:
            return None

    def check_name(self, name: str, ignore_id: int | None = None) -> str:
        """Check a name and give its cleaned form.

        Raises:
            NameInvalidError: empty, too long or with characters that do not belong in a name.
            NameTakenError: another instance has it.
        """
        return self._catalog.check_name(name, ignore_id)

    def check_port(self, port: int, ignore_id: int | None = None) -> None:
        """Check a port.

        Raises:
            PortInvalidError: out of range or privileged.
            PortTakenError: another instance has it or a program holds it.
        """
        self._catalog.system.check_port(port, ignore_id)

    # Settings

    def config(self, instance_id: int) -> JsonObject:
        """Give the stored overrides of an instance in the present shape; a copy that may be changed. Holds secrets."""
        return self._settings.config(instance_id)

    def options(self, instance_id: int) -> tuple[Option, ...]:
        """Give the options of the version an instance is set to, in the order of the form, with those its help alone told about."""
        return self._settings.options(instance_id)

    def check_config(self, instance_id: int, config: JsonObject) -> dict[str, str]:
        """Check a config; see `ConfigParser.check` for the places that problems are told for."""
        return self._settings.check(instance_id, config)

    def preview(self, instance_id: int, config: JsonObject) -> LaunchPreview:
        """Show how an instance would be started with this config, secrets masked.

        Raises:
            VersionMissingError: its version is not installed.
        """
        return self._settings.preview(instance_id, config)

    def pending_changes(self, instance_id: int) -> tuple[OptionChange, ...]:
        """Say what a restart would change for the running process; nothing when none runs or its start is not known."""
        return self._settings.pending_changes(instance_id)

    def stray_env(self, instance_id: int) -> StrayEnvironment | None:
        """Give what a `.env` in the instance folder would set; None when there is none. A start is refused while it is there."""
        return self._settings.stray_env(instance_id)
