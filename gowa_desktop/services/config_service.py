"""ConfigService: changes of settings of one or many instances, previewed, stored, and taken back once; and settings as files."""

from __future__ import annotations

import dataclasses
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from gowa_desktop.domain.config_files import ExportedSettings, FileFormat, export_settings, import_settings
from gowa_desktop.domain.errors import ConflictError, GowaError, NotFoundError
from gowa_desktop.domain.instance import LIVE_STATES
from gowa_desktop.infra.settings_files import read_settings_file, write_settings_file
from gowa_desktop.services.operation import Operation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from gowa_desktop.domain.config_plan import ConfigPlan, PlannedInstance
    from gowa_desktop.domain.json_types import JsonObject
    from gowa_desktop.services.config_planner import ConfigPlanner
    from gowa_desktop.services.instance_service import InstanceService
    from gowa_desktop.services.tasks import TaskRunner
    from gowa_desktop.services.template_shelf import TemplateShelf

KEPT_UNDOS = 20
"""How many changes can still be taken back; the oldest is forgotten first."""


@dataclass(frozen=True, slots=True)
class ConfigOutcome:
    """What became of a plan."""

    changed: tuple[int, ...]
    """Ids of the instances whose settings are stored."""
    failures: tuple[tuple[str, GowaError], ...]
    """Names of instances that stayed as they were, and why."""
    restart_due: tuple[int, ...]
    """Ids of the instances that run with other settings than those stored now."""
    undo_id: int | None
    """For `ConfigService.undo`; None when there is nothing to take back."""


class ConfigService(QObject):
    """Plans, stores and takes back changes of settings. Main thread; front ends use nothing else for more than one option."""

    def __init__(
        self, instances: InstanceService, planner: ConfigPlanner, templates: TemplateShelf, tasks: TaskRunner, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.plan = planner
        self.templates = templates
        self._instances = instances
        self._tasks = tasks
        self._undos: dict[int, tuple[PlannedInstance, ...]] = {}
        self._undo_count = 0

    def apply(self, plan: ConfigPlan) -> ConfigOutcome:
        """Store what a plan says. An instance that cannot be changed, or was changed since, stays as it is and does not stop the others."""
        done, failures = self._store((planned, planned.old, planned.new) for planned in plan.changed)
        live = [planned.instance_id for planned in done if self._instances.status(planned.instance_id).status in LIVE_STATES]
        return ConfigOutcome(tuple(p.instance_id for p in done), failures, tuple(live), self._remember(done))

    def undo(self, undo_id: int) -> ConfigOutcome:
        """Bring back the settings from before a change; possible once.

        Raises:
            NotFoundError: it was taken back already, or is too long ago.
        """
        changed = self._undos.pop(undo_id, None)
        if changed is None:
            raise NotFoundError("This change cannot be taken back any more.", "Change the settings by hand.")
        done, failures = self._store((planned, planned.new, planned.old) for planned in changed)
        ids = tuple(planned.instance_id for planned in done)
        return ConfigOutcome(ids, failures, tuple(i for i in ids if self._instances.pending_changes(i)), None)

    def can_undo(self, undo_id: int) -> bool:
        """Tell whether a change can still be taken back."""
        return undo_id in self._undos

    def export_text(self, instance_id: int, file_format: FileFormat, *, with_secrets: bool) -> ExportedSettings:
        """Write the settings of an instance as text.

        Raises:
            NotFoundError: there is none with this id.
        """
        status = self._instances.status(instance_id)
        discovered = [option for option in self._instances.options(instance_id) if option.is_discovered]
        config = self._instances.config(instance_id)
        return export_settings(config, file_format, status.name, with_secrets=with_secrets, discovered=discovered)

    def write_file(self, path: Path, exported: ExportedSettings, *, replaces: bool) -> Operation:
        """Write exported settings to a file that only the person can read. It fails with FolderError when that is not possible."""
        operation = Operation(f"Writing {path.name}", self)
        self._tasks.run(
            lambda: write_settings_file(path, exported.text, replaces=replaces), lambda _: operation.succeed(), operation.fail
        )
        return operation

    def plan_import(
        self, instance_id: int, path: Path, on_plan: Callable[[ConfigPlan], None], on_error: Callable[[GowaError], None]
    ) -> None:
        """Read a file and say what it would change. Exactly one callback follows.

        Faults are NotFoundError, FolderError when the file cannot be read, and ConfigInvalidError when it holds no settings.
        """

        def on_text(text: str) -> None:
            try:
                plan = self.plan.imported(instance_id, import_settings(text, os.environ))
            except GowaError as error:
                on_error(error)
            else:
                on_plan(plan)

        self._tasks.run(lambda: read_settings_file(path), on_text, on_error)

    def _store(
        self, wishes: Iterable[tuple[PlannedInstance, JsonObject, JsonObject]]
    ) -> tuple[list[PlannedInstance], tuple[tuple[str, GowaError], ...]]:
        """Store a config for each instance that still has the expected one."""
        done, failures = [], []
        for planned, expected, wished in wishes:
            try:
                if self._instances.config(planned.instance_id) != expected:
                    raise ConflictError("Its settings were changed meanwhile.", "Look at them and try again.")
                self._instances.save_config(planned.instance_id, wished)
            except GowaError as error:
                failures.append((planned.name, error))
            else:
                done.append(planned)
        return done, tuple(failures)

    def _remember(self, done: list[PlannedInstance]) -> int | None:
        """Keep what was stored, which may be less than was planned: what equals a default is not stored."""
        if not done:
            return None
        self._undo_count += 1
        self._undos[self._undo_count] = tuple(self._as_stored(planned) for planned in done)
        while len(self._undos) > KEPT_UNDOS:
            del self._undos[min(self._undos)]
        return self._undo_count

    def _as_stored(self, planned: PlannedInstance) -> PlannedInstance:
        return dataclasses.replace(planned, new=self._instances.config(planned.instance_id))
