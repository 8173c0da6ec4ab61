"""The dialog that makes room: what the folder of an instance holds, what nobody misses, and how long received media stay."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QHBoxLayout,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)  # fmt: skip
from shiboken6 import isValid

from gowa_desktop.domain.cleaning import LONGEST_DAYS
from gowa_desktop.domain.errors import GowaError
from gowa_desktop.ui.charts.monitor_text import folder_lines
from gowa_desktop.ui.config.form_dialog import NumberBox, section_title
from gowa_desktop.ui.look.format import format_bytes, format_moment
from gowa_desktop.ui.look.labels import toned_label
from gowa_desktop.ui.parts.dialog_frame import dialog_body, headline, in_a_row, named_button, wrapped_words
from gowa_desktop.ui.parts.dialogs import ConfirmDialog
from gowa_desktop.ui.parts.house_dialog import HouseDialog
from gowa_desktop.ui.parts.message_bar import Kind, Message, MessageBar
from gowa_desktop.ui.parts.row_table import ROW_HEIGHT
from gowa_desktop.ui.verbs import Question

if TYPE_CHECKING:
    from gowa_desktop.domain.cleaning import CleaningPreview
    from gowa_desktop.domain.instance import InstanceStatus
    from gowa_desktop.services.instances.operation import Operation
    from gowa_desktop.services.monitoring.resource_monitor import ResourceMonitor
    from gowa_desktop.services.monitoring.retention import MediaRetention

USUAL_DAYS = 90
USUAL_SIZE = (600, 620)
_ASK_MS = 300
"""So long after the last change of the days the preview is asked for."""


class CleanDialog(HouseDialog):
    """Shows what would go, and lets it go. Main thread; deletes itself when closed, and what it began goes on."""

    def __init__(self, retention: MediaRetention, monitor: ResourceMonitor, status: InstanceStatus, parent: QWidget) -> None:
        super().__init__(parent)
        self._retention = retention
        self._monitor = monitor
        self._id, self._name = status.id, status.name
        self._operations: set[Operation] = set()
        self._old: CleaningPreview | None = None
        self._asked = 0
        """Number of the newest question; answers to older ones are out of date."""
        self.setObjectName("cleanDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle(self.tr("Disk of {name}").format(name=status.name))
        self.resize(*USUAL_SIZE)
        self._messages = MessageBar(self)
        self._holds = toned_label("", "", self, "cleanHolds")
        self._safe_words = wrapped_words(self.tr("Looking…"), self, "cleanSafeWords")
        self._clean_safe = named_button(self.tr("&Clean up"), "cleanSafe", self, self._on_clean_safe_clicked)
        self._keeps = QCheckBox(self.tr("&Delete received media by itself once they are older than"), self)
        self._keeps.setObjectName("cleanByItself")
        self._days = NumberBox(self.tr("Days"), "cleanDays", 1, LONGEST_DAYS, self)
        self._days.setSuffix(self.tr(" days"))
        self._table = self._make_table()
        self._old_words = wrapped_words(self.tr("Looking…"), self, "cleanOldWords")
        self._clean_old = named_button(self.tr("Delete them &now…"), "cleanOld", self, self._on_clean_old_clicked, "danger")
        for button in (self._clean_safe, self._clean_old):
            button.setEnabled(False)
        self._save = named_button(self.tr("Save"), "cleanSave", self, self._on_save_clicked, "primary")
        self._close = named_button(self.tr("Close"), "closeButton", self, self.reject)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_ASK_MS)
        self._lay_out()
        self._show_rule()
        self._connect_signals()
        self._look()

    def _make_table(self) -> QTableWidget:
        table = QTableWidget(0, 3, self)
        table.setObjectName("cleanPreview")
        table.setProperty("kind", "framed")
        table.setAccessibleName(self.tr("The largest files that would go"))
        table.setHorizontalHeaderLabels([self.tr("The largest of them"), self.tr("Size"), self.tr("Changed")])
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        table.setWordWrap(False)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(max(ROW_HEIGHT, self.fontMetrics().height() + 10))
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in (1, 2):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        return table

    def _lay_out(self) -> None:
        safe = QHBoxLayout()
        safe.setSpacing(12)
        safe.addWidget(self._safe_words, 1)
        safe.addWidget(self._clean_safe, 0, Qt.AlignmentFlag.AlignTop)
        old = QHBoxLayout()
        old.setSpacing(12)
        old.addWidget(self._old_words, 1)
        old.addWidget(self._clean_old, 0, Qt.AlignmentFlag.AlignTop)
        body = dialog_body(self, above=self._messages)
        body.setSpacing(8)
        body.addWidget(headline(self.windowTitle(), self))
        body.addWidget(self._holds)
        body.addSpacing(8)
        body.addWidget(section_title(self.tr("What nobody misses"), self))
        body.addLayout(safe)
        body.addSpacing(8)
        body.addWidget(section_title(self.tr("Received media"), self))
        body.addLayout(in_a_row((self._keeps, self._days), ()))
        body.addLayout(old)
        body.addWidget(self._table, 1)
        promise = self.tr("WhatsApp sessions and chats are never touched. Links to deleted media in old messages lead nowhere.")
        body.addWidget(wrapped_words(promise, self))
        body.addLayout(in_a_row((), (self._save, self._close)))

    def _connect_signals(self) -> None:
        self._days.valueChanged.connect(self._look_soon)
        self._timer.timeout.connect(self._look_at_old)
        self._monitor.sampled.connect(self._show_holds)

    @Slot()
    def _look_soon(self) -> None:
        # Connected directly, the timer would take the number of days for its interval.
        self._timer.start()

    def _show_rule(self) -> None:
        try:
            days = self._retention.days(self._id)
        except GowaError as error:
            self._tell(error)
            days = None
        self._keeps.setChecked(days is not None)
        self._days.setValue(days or USUAL_DAYS)
        self._show_holds()

    @Slot()
    def _show_holds(self) -> None:
        use = self._monitor.disk_use(self._id)
        self._holds.setText("\n".join(folder_lines(use)) if use is not None else self.tr("The folder has not been measured yet."))

    def _look(self) -> None:
        try:
            self._retention.preview_safe(self._id, self._show_safe, self._tell)
        except GowaError as error:
            self._tell(error)
        self._look_at_old()

    @Slot()
    def _look_at_old(self) -> None:
        self._asked += 1
        self._clean_old.setEnabled(False)
        try:
            self._retention.preview(self._id, self._days.value(), partial(self._show_old, self._asked, self._days.value()), self._tell)
        except GowaError as error:
            self._tell(error)

    def _show_safe(self, preview: CleaningPreview) -> None:
        if not isValid(self):
            return  # closed before the answer came
        count, size = preview.file_count, format_bytes(preview.total_bytes)
        text = self.tr("{files}, {size}: dumps of the history, second copies of images, old QR pictures.")
        files = self.tr("1 file") if count == 1 else self.tr("{count} files").format(count=count)
        self._safe_words.setText(text.format(files=files, size=size) if count else self.tr("There is nothing to clean up."))
        self._clean_safe.setEnabled(count > 0)

    def _show_old(self, asked: int, days: int, preview: CleaningPreview) -> None:
        if asked != self._asked or not isValid(self):
            return
        self._old = preview
        count, size = preview.file_count, format_bytes(preview.total_bytes)
        if count:
            text = self.tr("{count} files, {size}, are older than {days} days. The oldest is of {when}.")
            if count == 1:
                text = self.tr("1 file, {size}, is older than {days} days. It is of {when}.")
            when = _when(preview.oldest_at)
            self._old_words.setText(text.format(count=count, size=size, days=days, when=when))
        else:
            self._old_words.setText(self.tr("No received media are older than {days} days.").format(days=days))
        self._clean_old.setEnabled(count > 0)
        self._table.setRowCount(len(preview.examples))
        for row, file in enumerate(preview.examples):
            texts = (file.place, format_bytes(file.size_bytes), _when(file.changed_at))
            for column, words in enumerate(texts):
                item = QTableWidgetItem(words)
                item.setToolTip(words if column == 0 else "")
                self._table.setItem(row, column, item)

    @Slot()
    def _on_save_clicked(self) -> None:
        try:
            self._retention.set_days(self._id, self._days.value() if self._keeps.isChecked() else None)
        except GowaError as error:
            self._tell(error)
            return
        self.accept()

    @Slot()
    def _on_clean_safe_clicked(self) -> None:
        self._clean_safe.setEnabled(False)
        self._run(partial(self._retention.clean_safe, self._id))

    @Slot()
    def _on_clean_old_clicked(self) -> None:
        if self._old is None:
            return
        days, is_single = self._days.value(), self._old.file_count == 1
        effect = self.tr("{count} files, {size}, are deleted now. They cannot be brought back. Chats and the WhatsApp session stay.")
        if is_single:
            effect = self.tr("1 file, {size}, is deleted now. It cannot be brought back. Chats and the WhatsApp session stay.")
        question = Question(
            self.tr("Delete received media of {name}?").format(name=self._name),
            effect.format(count=self._old.file_count, size=format_bytes(self._old.total_bytes)),
            self.tr("Delete media"),
        )
        dialog = ConfirmDialog(question, [self._name], self)
        dialog.accepted.connect(partial(self._clean_older, days))
        dialog.open()

    def _clean_older(self, days: int) -> None:
        self._clean_old.setEnabled(False)
        self._run(partial(self._retention.clean_old, self._id, days))

    def _run(self, begin: partial[Operation]) -> None:
        try:
            operation = begin()
        except GowaError as error:
            self._tell(error)
            return
        if operation.is_finished:
            self._on_operation_finished(operation)
        else:
            self._operations.add(operation)
            operation.finished.connect(partial(self._on_operation_finished, operation))

    def _on_operation_finished(self, operation: Operation) -> None:
        if not isValid(self):
            return  # closed before the answer came
        self._operations.discard(operation)
        result = self._retention.result(operation)
        if operation.error is not None:
            self._tell(operation.error)
        elif result is not None:
            text = self.tr("{count} files are gone; {size} are free again.")
            if result.file_count == 1:
                text = self.tr("1 file is gone; {size} are free again.")
            words = text.format(count=result.file_count, size=format_bytes(result.freed_bytes))
            if result.refused_count:
                refused = self.tr("{count} files could not be removed.").format(count=result.refused_count)
                words += " " + (self.tr("1 file could not be removed.") if result.refused_count == 1 else refused)
            self._messages.show_message(Message("clean", words, Kind.GOOD))
        self._monitor.measure_disk()
        self._look()

    def _tell(self, error: GowaError) -> None:
        if not isValid(self):
            return  # closed before the answer came
        self._messages.show_message(Message("clean", error.message, detail=error.next_step))


def _when(time_s: float) -> str:
    """Say when a file was changed, to the minute; `time_s` is seconds since the epoch."""
    now = datetime.now().astimezone()
    return format_moment(now.timestamp() - time_s, now)
