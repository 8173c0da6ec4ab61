"""The dialog of an instance's snapshots: list, make one now, restore, delete."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Signal, Slot

from gowa_desktop.domain.errors import GowaError, NotFoundError
from gowa_desktop.domain.snapshots import STALE_KEYS_WARNING
from gowa_desktop.ui.look.format import format_bytes, format_date
from gowa_desktop.ui.look.labels import toned_label
from gowa_desktop.ui.parts.dialog_frame import dialog_body, framed_list, head, headline, in_a_row, named_button, words_instead, wrapped_words
from gowa_desktop.ui.parts.dialogs import ConfirmDialog
from gowa_desktop.ui.parts.house_dialog import HouseDialog
from gowa_desktop.ui.parts.message_bar import Kind, Message, MessageBar
from gowa_desktop.ui.parts.row_menu import RowMenu
from gowa_desktop.ui.verbs import Question
from gowa_desktop.ui.versions.snapshot_table import SnapshotTableView
from gowa_desktop.ui.versions.version_runner import failure

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from gowa_desktop.domain.instance import InstanceStatus
    from gowa_desktop.domain.snapshots import Snapshot
    from gowa_desktop.services.instances.instance_service import InstanceService
    from gowa_desktop.services.instances.operation import Operation
    from gowa_desktop.services.settings import AppSettings
    from gowa_desktop.services.updates.snapshots import SnapshotService

USUAL_SIZE = (700, 460)
_KEY = "snapshot"


class SnapshotsDialog(HouseDialog):
    """Manages the snapshots of one instance. Main thread; what is under way goes on when it is closed, and then it goes, too."""

    told = Signal(Message)
    """How something ended after the dialog was closed."""

    def __init__(
        self, snapshots: SnapshotService, instances: InstanceService, settings: AppSettings, status: InstanceStatus, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._snapshots = snapshots
        self._instances = instances
        self._settings = settings
        self._id = status.id
        self._name = status.name
        self._operation: Operation | None = None
        self.setObjectName("snapshotsDialog")
        self.setWindowTitle(self.tr("Snapshots of {name}").format(name=status.name))
        self.resize(*USUAL_SIZE)
        self._messages = MessageBar(self)
        self._table = SnapshotTableView(self)
        self._nothing = words_instead(
            self.tr("There is no snapshot yet. One is made before every change of version, or when you ask for it."), self, "snapshotsNothing"
        )
        self._words = toned_label("", "muted", self, "snapshotsWords")
        self._make_buttons()
        self._lay_out()
        self._table.selected_changed.connect(self._show_buttons)
        self._table.remove_requested.connect(self._on_delete_clicked)
        RowMenu(self._table, [self._restore, self._delete])
        self.finished.connect(self._leave)
        snapshots.snapshots_changed.connect(self._on_snapshots_changed)
        instances.state_changed.connect(self._on_snapshots_changed)
        self._show_snapshots()
        self._table.setFocus()

    def _make_buttons(self) -> None:
        self._create = named_button(self.tr("&Make one now"), "snapshotCreate", self, self._on_create_clicked)
        self._restore = named_button(self.tr("&Restore…"), "snapshotRestore", self, self._on_restore_clicked)
        self._delete = named_button(self.tr("&Delete…"), "snapshotDelete", self, self._on_delete_clicked)
        self._close = named_button(self.tr("Close"), "closeButton", self, self.close)

    def _lay_out(self) -> None:
        intro = self.tr("Copies of its databases: pairing, keys, chats and messages. Media files are not in them.")
        body = dialog_body(self, above=self._messages)
        body.addLayout(head(headline(self.windowTitle(), self), wrapped_words(intro, self)))
        body.addWidget(framed_list(self._table, self._nothing, self), 1)
        body.addWidget(self._words)
        body.addLayout(in_a_row((self._create, self._restore, self._delete), (self._close,)))

    def _show_snapshots(self) -> None:
        snapshots = self._snapshots.list(self._id)
        self._table.show_snapshots(snapshots)
        self._table.setVisible(bool(snapshots))
        self._nothing.setVisible(not snapshots)
        size = format_bytes(sum(one.size_bytes for one in snapshots))
        kept = self.tr("The newest {count} are kept. Change that in Settings.").format(count=self._settings.snapshots_kept)
        self._words.setText(self.tr("{size} together.").format(size=size) + " " + kept if snapshots else kept)
        self._show_buttons()

    @Slot()
    def _show_buttons(self) -> None:
        one, is_idle = self._table.selected, self._operation is None
        self._create.setEnabled(is_idle)
        self._restore.setEnabled(is_idle and one is not None)
        self._delete.setEnabled(is_idle and one is not None)

    def _run(self, begin: Callable[[], Operation], busy: str, done: str, failed: str) -> None:
        self._messages.show_message(Message(_KEY, busy, Kind.BUSY))
        try:
            operation = begin()
        except GowaError as error:
            self._tell(error, done, failed)
            return
        self._operation = operation
        self._show_buttons()
        if operation.is_finished:
            self._on_operation_finished(operation, done, failed)
        else:
            operation.finished.connect(partial(self._on_operation_finished, operation, done, failed))

    def _on_operation_finished(self, operation: Operation, done: str, failed: str) -> None:
        self._operation = None
        self._tell(operation.error, done, failed)
        if self.isVisible():
            self._show_snapshots()
        else:
            self._leave()

    def _tell(self, error: GowaError | None, done: str, failed: str) -> None:
        message = Message(_KEY, done, Kind.GOOD) if error is None else failure(_KEY, failed, error)
        if self.isVisible():
            self._messages.show_message(message)
        else:
            self.told.emit(replace(message, text=f"{self._name}: {message.text}") if error is None else message)

    @Slot()
    def _leave(self) -> None:
        """Go once the dialog is closed and nothing is under way any more."""
        if self._operation is None:
            self.deleteLater()

    @Slot()
    def _on_create_clicked(self) -> None:
        self._run(
            partial(self._snapshots.create, self._id, self.tr("Made by hand")), self.tr("Making a snapshot"), self.tr("The snapshot is made."),
            self.tr("The snapshot could not be made"),
        )  # fmt: skip

    @Slot()
    def _on_restore_clicked(self) -> None:
        one = self._table.selected
        if one is None:
            return
        dialog = ConfirmDialog(restore_question(self._name, one), [self._name], self)
        dialog.accepted.connect(
            lambda: self._run(
                partial(self._snapshots.restore, one), self.tr("Restoring"), self.tr("The snapshot is restored."),
                self.tr("The snapshot could not be restored"),
            )
        )  # fmt: skip
        dialog.open()

    @Slot()
    def _on_delete_clicked(self) -> None:
        one = self._table.selected
        if one is None or not self._delete.isEnabled():
            return
        question = Question(
            self.tr("Delete the snapshot of {date}?").format(date=format_date(one.created_at)),
            self.tr("Its {size} are freed. It cannot be brought back.").format(size=format_bytes(one.size_bytes)),
            self.tr("Delete"),
        )
        dialog = ConfirmDialog(question, [self._name], self)
        dialog.accepted.connect(lambda: self._delete_now(one))
        dialog.open()

    def _delete_now(self, one: Snapshot) -> None:
        self._run(
            partial(self._snapshots.delete, one), self.tr("Deleting"), self.tr("The snapshot is deleted."),
            self.tr("The snapshot could not be deleted"),
        )  # fmt: skip

    @Slot(int)
    def _on_snapshots_changed(self, instance_id: int) -> None:
        if instance_id != self._id:
            return
        try:
            self._name = self._instances.status(instance_id).name
        except NotFoundError:
            self.close()
            return
        self._show_snapshots()


def restore_question(name: str, snapshot: Snapshot) -> Question:
    """Give what to ask before a snapshot is restored."""

    def tr(text: str) -> str:
        return QCoreApplication.translate("SnapshotsDialog", text)

    effect = tr(
        "{name} gets the pairing, chats and messages of that moment. If it runs, it is stopped and started again. What is there now is "
        "saved first, as a snapshot of its own."
    ).format(name=name)
    title = tr("Restore {name} as it was on {date}?").format(name=name, date=format_date(snapshot.created_at))
    return Question(title, f"{effect}\n\n{STALE_KEYS_WARNING}", tr("Restore"))
