"""Everything about updates and snapshots that belongs to the main window: actions, status line, dialogs, what is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from gowa_desktop.domain.errors import GowaError, NotFoundError
from gowa_desktop.domain.update_record import UpdateStep
from gowa_desktop.domain.versions import GowaVersion
from gowa_desktop.ui.status_line import Work
from gowa_desktop.ui.versions.update_runner import UpdateRunner
from gowa_desktop.ui.versions.update_text import activity_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QWidget

    from gowa_desktop.domain.instance import InstanceStatus
    from gowa_desktop.services.instances.instance_service import InstanceService
    from gowa_desktop.services.settings import AppSettings
    from gowa_desktop.services.updates.snapshots import SnapshotService
    from gowa_desktop.services.updates.updater import Updater
    from gowa_desktop.services.versions.version_manager import VersionManager
    from gowa_desktop.ui.actions import Actions
    from gowa_desktop.ui.instances.instance_table import InstanceModel
    from gowa_desktop.ui.status_line import StatusLine
    from gowa_desktop.ui.versions.update_dialog import UpdateDialog
    from gowa_desktop.ui.versions.version_desk import VersionDesk


class UpdateDesk(QObject):
    """Puts the updater, the snapshots and the window together. Main thread; lives as long as the main window."""

    def __init__(
        self, updater: Updater, snapshots: SnapshotService, instances: InstanceService, versions: VersionManager, settings: AppSettings,
        desk: VersionDesk, line: StatusLine, model: InstanceModel, window: QWidget,
    ) -> None:  # fmt: skip
        super().__init__(window)
        self._updater = updater
        self._snapshots = snapshots
        self._instances = instances
        self._versions = versions
        self._settings = settings
        self._desk = desk
        self._line = line
        self._model = model
        self._shown_ids: set[int] = set()
        self._window = window
        self._dialog: UpdateDialog | None = None
        self.runner = UpdateRunner(updater, versions, desk.runner, self)
        self.runner.changed.connect(self._show_work)
        self.runner.progressed.connect(self._show_work)
        self.runner.told.connect(desk.tell)
        self.runner.report_requested.connect(self.open_report)
        desk.update_requested.connect(self.open)
        line.work_requested.connect(self._on_line_work_requested)

    def connect_actions(self, actions: Actions, selected: Callable[[], list[InstanceStatus]]) -> None:
        """Carry out the window's actions on the selected instances."""
        actions.update.triggered.connect(lambda: self.open_newest([status.id for status in selected()]))
        actions.snapshots.triggered.connect(lambda: self._open_snapshots(selected()))

    @Slot(str, list)
    def open(self, tag: str, ids: Sequence[int]) -> None:
        """Open the update dialog with these instances chosen."""
        self._get_dialog().open_for(tag, ids)

    @Slot(list)
    def open_newest(self, ids: Sequence[int]) -> None:
        """Open the update dialog for the newest version that there is."""
        tags = [version.tag for version in self._versions.installed() if not version.is_simulator]
        newest = self._versions.newest_available()
        if newest is not None:
            tags.append(newest.tag)
        if tags:
            self.open(max(tags, key=GowaVersion.parse), ids)

    @Slot(int)
    def open_assistant(self, instance_id: int) -> None:
        """Open the update dialog for an instance that its own version cannot start, because its chats are of another generation."""
        try:
            tag = self._versions.resolve(self._instances.status(instance_id).gowa_version).tag
        except GowaError:  # gone meanwhile, one or the other
            return
        self.open(tag, [instance_id])

    @Slot()
    def open_report(self) -> None:
        """Show how the last update ended."""
        self._get_dialog().open_report()

    def _open_snapshots(self, selected: Sequence[InstanceStatus]) -> None:
        from gowa_desktop.ui.versions.snapshots_dialog import SnapshotsDialog  # noqa: PLC0415 - not before the first paint

        for status in selected[:1]:
            dialog = SnapshotsDialog(self._snapshots, self._instances, self._settings, status, self._window)
            dialog.told.connect(self._desk.tell)
            dialog.show()

    def _get_dialog(self) -> UpdateDialog:
        from gowa_desktop.ui.versions.update_dialog import UpdateDialog  # noqa: PLC0415

        if self._dialog is None:
            self._dialog = UpdateDialog(self._updater, self._instances, self._versions, self.runner, self._window)
        return self._dialog

    @Slot()
    def _show_work(self) -> None:
        self._show_activities()
        if not self.runner.is_updating:
            self._line.show_work(Work.UPDATE, "")
            return
        self._line.show_work(Work.UPDATE, self._words(), self.runner.progress)

    def _show_activities(self) -> None:
        """Say in the table what is being done to each instance."""
        under_way = {one.instance_id: one for one in self.runner.records if one.outcome is None and one.step is not UpdateStep.WAITING}
        for instance_id in self._shown_ids - under_way.keys():
            self._model.set_activity(instance_id, None)
        for instance_id, record in under_way.items():
            self._model.set_activity(instance_id, activity_of(record))
        self._shown_ids = set(under_way)

    def _words(self) -> str:
        if self.runner.count > 1:
            return self.tr("Updating {count} instances").format(count=self.runner.count)
        try:
            name = self._instances.status(self.runner.ids[0]).name
        except NotFoundError:
            return self.tr("Updating")
        return self.tr("Updating {name}").format(name=name)

    @Slot(str)
    def _on_line_work_requested(self, work: str) -> None:
        if work == Work.UPDATE:
            self.open(self.runner.tag, self.runner.ids)
