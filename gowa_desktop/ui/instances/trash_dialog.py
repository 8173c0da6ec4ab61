"""The dialog of the trash: what was deleted or reset in the last seven days, put back or deleted for good."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot

from gowa_desktop.ui.instances.trash_table import TrashTableView
from gowa_desktop.ui.look.format import format_bytes
from gowa_desktop.ui.look.labels import toned_label
from gowa_desktop.ui.parts.dialog_frame import dialog_body, framed_list, head, headline, in_a_row, named_button, words_instead, wrapped_words
from gowa_desktop.ui.parts.dialogs import ConfirmDialog
from gowa_desktop.ui.parts.house_dialog import HouseDialog
from gowa_desktop.ui.parts.message_bar import Kind, Message, MessageBar
from gowa_desktop.ui.parts.row_menu import RowMenu
from gowa_desktop.ui.verbs import Question

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

    from gowa_desktop.domain.errors import GowaError
    from gowa_desktop.domain.trash import TrashedInstance
    from gowa_desktop.services.instances.operation import Operation
    from gowa_desktop.services.instances.trash_bin import TrashBin

USUAL_SIZE = (760, 460)


class TrashDialog(HouseDialog):
    """Shows the trash. Main thread; deletes itself when closed, and what it began goes on."""

    def __init__(self, trash: TrashBin, parent: QWidget, *, is_looking: bool = False) -> None:
        super().__init__(parent)
        self._trash = trash
        self._is_looking = is_looking
        self._sizes: dict[str, int] = {}
        self._operations: set[Operation] = set()
        self.setObjectName("trashDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Trash"))
        self.resize(*USUAL_SIZE)
        self._messages = MessageBar(self)
        self._table = TrashTableView(self)
        self._nothing = words_instead(self.tr("The trash is empty."), self, "trashNothing")
        self._words = toned_label("", "muted", self, "trashWords")
        self._make_buttons()
        self._lay_out()
        self._table.selected_changed.connect(self._show_buttons)
        self._table.restore_requested.connect(self._on_restore_clicked)
        self._table.remove_requested.connect(self._on_delete_clicked)
        RowMenu(self._table, [self._restore, self._delete])
        trash.changed.connect(self._show_entries)
        self._show_entries()
        self._table.setFocus()

    def _make_buttons(self) -> None:
        self._restore = named_button(self.tr("&Restore"), "trashRestore", self, self._on_restore_clicked)
        self._delete = named_button(self.tr("&Delete for good…"), "trashDelete", self, self._on_delete_clicked)
        self._empty = named_button(self.tr("&Empty the trash…"), "trashEmpty", self, self._on_empty_clicked)
        self._close = named_button(self.tr("Close"), "closeButton", self, self.close)

    def _lay_out(self) -> None:
        intro = self.tr("What was deleted or reset stays here for 7 days: settings, WhatsApp session, messages and media.")
        body = dialog_body(self, above=self._messages)
        body.addLayout(head(headline(self.windowTitle(), self), wrapped_words(intro, self)))
        body.addWidget(framed_list(self._table, self._nothing, self), 1)
        body.addWidget(self._words)
        body.addLayout(in_a_row((self._restore, self._delete, self._empty), (self._close,)))

    @Slot()
    def _show_entries(self) -> None:
        entries = self._trash.entries()
        self._table.show_entries(entries)
        self._table.setVisible(bool(entries))
        self._nothing.setVisible(not entries)
        self._show_words()
        if any(one.folder not in self._sizes for one in entries):
            self._trash.measure(self._show_sizes)

    def _show_sizes(self, sizes: dict[str, int]) -> None:
        self._sizes = sizes
        self._table.show_sizes(sizes)
        self._show_words()

    def _show_words(self) -> None:
        sizes = [self._sizes.get(one.folder) for one in self._table.entries]
        known = [size for size in sizes if size is not None]
        self._words.setText(self.tr("{size} together.").format(size=format_bytes(sum(known))) if sizes and len(known) == len(sizes) else "")

    @Slot()
    def _show_buttons(self) -> None:
        is_free = not self._is_looking
        for button in (self._restore, self._delete):
            button.setEnabled(is_free and bool(self._table.selected))
        self._empty.setEnabled(is_free and bool(self._table.entries))

    @Slot()
    def _on_restore_clicked(self) -> None:
        if self._restore.isEnabled():
            for one in self._table.selected:
                self._run(self._trash.restore(one.folder), one, self.tr("{name} is back.").format(name=one.name))

    @Slot()
    def _on_delete_clicked(self) -> None:
        if self._delete.isEnabled():
            self._ask(self._table.selected)

    @Slot()
    def _on_empty_clicked(self) -> None:
        self._ask(self._table.entries)

    def _ask(self, entries: Sequence[TrashedInstance]) -> None:
        effect = self.tr("WhatsApp session, messages, media and settings are deleted now. They cannot be brought back.")
        who = entries[0].name if len(entries) == 1 else self.tr("{count} entries").format(count=len(entries))
        question = Question(self.tr("Delete {who} for good?").format(who=who), effect, self.tr("Delete for good"))
        dialog = ConfirmDialog(question, [one.name for one in entries], self)
        dialog.accepted.connect(partial(self._delete_all, list(entries)))
        dialog.open()

    def _delete_all(self, entries: Sequence[TrashedInstance]) -> None:
        for one in entries:
            self._run(self._trash.delete_for_good(one.folder), one, "")

    def _run(self, operation: Operation, one: TrashedInstance, done: str) -> None:
        if operation.is_finished:
            self._tell(one, operation.error, done)
        else:
            self._operations.add(operation)
            operation.finished.connect(partial(self._on_operation_finished, operation, one, done))

    def _on_operation_finished(self, operation: Operation, one: TrashedInstance, done: str) -> None:
        self._operations.discard(operation)
        self._tell(one, operation.error, done)

    def _tell(self, one: TrashedInstance, error: GowaError | None, done: str) -> None:
        if error is not None:
            self._messages.show_message(Message(one.folder, error.message, title=one.name, detail=error.next_step))
        elif done:
            self._messages.show_message(Message("trash", done, Kind.GOOD))
