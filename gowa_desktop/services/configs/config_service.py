"""ConfigService: changes of settings of one or many instances, previewed, stored, and taken back once; and settings as files."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Signal, Slot

from gowa_desktop.domain.config_files import ExportedSettings, FileFormat, export_settings, import_settings
from gowa_desktop.domain.errors import ConflictError, GowaError, NotFoundError
from gowa_desktop.domain.instance import LIVE_STATES
from gowa_desktop.infra.settings_files import read_settings_file, write_settings_file
from gowa_desktop.services.instances.operation import Operation
from gowa_desktop.services.slices import SlicedWork

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from gowa_desktop.domain.config_plan import ConfigPlan, PlannedInstance
    from gowa_desktop.domain.json_types import JsonObject
    from gowa_desktop.services.configs.config_planner import ConfigPlanner
    from gowa_desktop.services.configs.template_shelf import TemplateShelf
    from gowa_desktop.services.instances.instance_service import InstanceService
    from gowa_desktop.services.tasks import TaskRunner

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
    """For `ConfigService.begin_undo`; None when there is nothing to take back."""


class _Wish(NamedTuple):
    """A config for an instance that still has the expected one."""

    planned: PlannedInstance
    expected: JsonObject
    wished: JsonObject


class ConfigChange(QObject):
    """One change of settings, instance by instance. Main thread; run it at once or in slices."""

    advanced = Signal(int)
    """So many instances are done."""
    ended = Signal()
    """`outcome` is complete."""

    def __init__(
        self,
        instances: InstanceService,
        wishes: Sequence[_Wish],
        remember: Callable[[Sequence[PlannedInstance]], int | None] | None,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._instances = instances
        self._wishes = wishes
        self._remember = remember
        self._done: list[PlannedInstance] = []
        self._failures: list[tuple[str, GowaError]] = []
        self._undo_id: int | None = None
        self._work = SlicedWork(self._parts(), self)
        self._work.advanced.connect(self.advanced)
        self._work.ended.connect(self._on_work_ended)

    @property
    def count(self) -> int:
        """How many instances it is about."""
        return len(self._wishes)

    @property
    def is_ended(self) -> bool:
        """True once `outcome` is complete."""
        return self._work.is_ended

    @property
    def outcome(self) -> ConfigOutcome:
        """What has become of it so far."""
        ids = tuple(planned.instance_id for planned in self._done)
        return ConfigOutcome(ids, tuple(self._failures), tuple(i for i in ids if self._is_restart_due(i)), self._undo_id)

    def run(self) -> None:
        """Do all of it now."""
        for _ in self._parts():
            pass
        self._work.cancel()

    def run_in_slices(self) -> None:
        """Do a few now and the rest while the event loop runs; see `ended`."""
        self._work.begin()

    def cancel(self) -> None:
        """Leave alone the instances that have not been changed; the others can be taken back."""
        self._work.cancel()

    def _parts(self) -> Iterator[None]:
        for wish in self._wishes:
            self._store(wish)
            yield

    def _store(self, wish: _Wish) -> None:
        planned = wish.planned
        try:
            if self._instances.config(planned.instance_id) != wish.expected:
                raise ConflictError("Its settings were changed meanwhile.", "Look at them and try again.")
            self._instances.save_config(planned.instance_id, wish.wished)
        except GowaError as error:
            self._failures.append((planned.name, error))
        else:
            self._done.append(planned)

    def _is_restart_due(self, instance_id: int) -> bool:
        try:
            is_live = self._instances.status(instance_id).status in LIVE_STATES
        except GowaError:  # deleted meanwhile
            return False
        # What a process was started with may be unknown; then a change counts, and a return to what was before does not.
        return is_live and (self._remember is not None or bool(self._instances.pending_changes(instance_id)))

    @Slot()
    def _on_work_ended(self) -> None:
        if self._remember is not None:
            self._undo_id = self._remember(self._done)
        self.ended.emit()
        self.deleteLater()  # later, because this is called by a part of it


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
        """Store what a plan says, at once. An instance that cannot be changed, or was changed since, stays as it is and stops no other."""
        change = self.begin(plan)
        change.run()
        return change.outcome

    def begin(self, plan: ConfigPlan) -> ConfigChange:
        """Give the change that a plan says, to be run; each instance takes some milliseconds, mostly of the disk."""
        return ConfigChange(self._instances, [_Wish(planned, planned.old, planned.new) for planned in plan.changed], self._remember, self)

    def begin_undo(self, undo_id: int) -> ConfigChange:
        """Give the change that brings back the settings from before another, to be run; possible once.

        Raises:
            NotFoundError: it was taken back already, or is too long ago.
        """
        changed = self._undos.pop(undo_id, None)
        if changed is None:
            raise NotFoundError("This change cannot be taken back any more.", "Change the settings by hand.")
        return ConfigChange(self._instances, [_Wish(planned, planned.new, planned.old) for planned in changed], None, self)

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

    def _remember(self, done: Sequence[PlannedInstance]) -> int | None:
        """Keep what was stored, which may be less than was planned: what equals a default is not stored."""
        if not done:
            return None
        self._undo_count += 1
        self._undos[self._undo_count] = tuple(replace(planned, new=self._instances.config(planned.instance_id)) for planned in done)
        while len(self._undos) > KEPT_UNDOS:
            del self._undos[min(self._undos)]
        return self._undo_count
