"""The pages of an update: which instances, how far it is, how it ended. What is kept and lost has pages of its own."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from gowa_desktop.domain.instance import InstanceState
from gowa_desktop.ui.config.plan_table import PlanTableView
from gowa_desktop.ui.look.format import format_when
from gowa_desktop.ui.look.labels import ElidedLabel, toned_label
from gowa_desktop.ui.look.marks import StateMark
from gowa_desktop.ui.look.sentences import told
from gowa_desktop.ui.parts.progress_line import ProgressLine
from gowa_desktop.ui.versions.update_text import OUTCOME_MARKS, change_text, step_mark, step_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gowa_desktop.domain.progress import Progress
    from gowa_desktop.domain.update_record import UpdateRecord
    from gowa_desktop.domain.update_report import UpdateReport, UpdateRow


class ChoosePage(QWidget):
    """Which version, which instances."""

    tag_chosen = Signal(str)
    """Another version is to be updated to."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._tag = QComboBox(self)
        self._tag.setObjectName("updateTag")
        self._tag.setAccessibleName(self.tr("Version to update to"))
        self._tag.setMinimumWidth(220)
        label = QLabel(self.tr("Update to &version"), self)
        label.setBuddy(self._tag)
        self.table = PlanTableView(self)
        self._all = QPushButton(self.tr("Choose &all"), self)
        self._none = QPushButton(self.tr("Choose n&one"), self)
        for button, name in ((self._all, "updateAll"), (self._none, "updateNone")):
            button.setObjectName(name)
            button.setProperty("kind", "link")
            button.setAutoDefault(False)
        self._words = toned_label("", "muted", self, "updateWords")
        self._words.setWordWrap(True)
        frame = QFrame(self)
        frame.setProperty("kind", "frame")
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.addWidget(self.table)
        above = QHBoxLayout()
        above.setSpacing(8)
        above.addWidget(label)
        above.addWidget(self._tag)
        above.addStretch(1)
        above.addWidget(self._all)
        above.addWidget(self._none)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addLayout(above)
        layout.addWidget(frame, 1)
        layout.addWidget(self._words)
        self._tag.activated.connect(self._on_tag_activated)
        self._all.clicked.connect(lambda: self.table.plan.choose_all(is_on=True))
        self._none.clicked.connect(lambda: self.table.plan.choose_all(is_on=False))

    def show_tags(self, tags: Sequence[tuple[str, str]], chosen: str) -> None:
        """Show the versions (tag, words) that can be updated to."""
        self._tag.clear()
        for tag, words in tags:
            self._tag.addItem(words, tag)
        self._tag.setCurrentIndex(max(0, self._tag.findData(chosen)))

    def show_words(self, words: str) -> None:
        """Say how the update goes."""
        self._words.setText(words)

    @Slot()
    def _on_tag_activated(self) -> None:
        self.tag_chosen.emit(str(self._tag.currentData()))


class ProgressPage(QWidget):
    """How far the update is, as a whole and for each instance."""

    cancel_requested = Signal()
    """The update is to end after the step it is at."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._line = ProgressLine("updateProgress", self)
        self._words = toned_label("", "muted", self, "updateProgressWords")
        self._words.setWordWrap(True)
        self._area = _make_area("updateSteps", self)
        self._area.setAccessibleName(self.tr("Instances"))
        self._rows: dict[int, _StepRow] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(16)
        layout.addWidget(self._line)
        layout.addWidget(self._area, 1)
        layout.addWidget(self._words)
        self._line.cancel_requested.connect(self.cancel_requested)

    def show_progress(self, progress: Progress | None, before: str, words: str, *, can_cancel: bool) -> None:
        """Show how far it is and what a person may do meanwhile."""
        self._line.show_progress(progress, before)
        self._line.set_cancellable(is_on=can_cancel)
        self._words.setText(words)

    def show_records(self, records: Sequence[UpdateRecord]) -> None:
        """Show what is being done to each instance."""
        if [record.instance_id for record in records] != list(self._rows):
            body, column = _make_body(self._area)
            self._rows = {record.instance_id: _StepRow(record, body) for record in records}
            for row in self._rows.values():
                column.addWidget(row)
            column.addStretch(1)
            self._area.setWidget(body)
        for record in records:
            self._rows[record.instance_id].show_record(record)


class ReportPage(QWidget):
    """How updates ended: the newest, and those before it."""

    report_chosen = Signal(str)
    """Another report (its id) is to be shown."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._choice = QComboBox(self)
        self._choice.setObjectName("updateReports")
        self._choice.setAccessibleName(self.tr("Which update"))
        self._choice.setMinimumWidth(260)
        self._sentence = toned_label("", "", self, "updateSentence")
        self._sentence.setWordWrap(True)
        self._area = _make_area("updateRows", self)
        self._area.setAccessibleName(self.tr("Instances"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self._choice, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self._sentence)
        layout.addWidget(self._area, 1)
        self._choice.activated.connect(self._on_choice_activated)

    def show_report(self, report: UpdateReport | None, others: Sequence[UpdateReport]) -> None:
        """Show one of the reports, which come newest first."""
        now = datetime.now().astimezone()
        self._choice.setVisible(len(others) > 1)
        self._choice.clear()
        for other in others:
            words = self.tr("{when}, to {version}").format(when=format_when(other.ended_at, now), version=other.to_tag)
            self._choice.addItem(words, other.id)
        body, column = _make_body(self._area)
        if report is None:
            self._sentence.setText(self.tr("No update has been made yet."))
        else:
            self._choice.setCurrentIndex(max(0, self._choice.findData(report.id)))
            self._sentence.setText(self._sentence_of(report))
            for number, row in enumerate(report.rows):
                column.addWidget(_ReportRow(row, number, body))
        column.addStretch(1)
        self._area.setWidget(body)

    def _sentence_of(self, report: UpdateReport) -> str:
        if report.was_interrupted:
            return told(report.sentence) + " " + self.tr("The program ended before the update did; this is how it was put in order.")
        return told(report.sentence)

    @Slot()
    def _on_choice_activated(self) -> None:
        self.report_chosen.emit(str(self._choice.currentData()))


class _StepRow(QFrame):
    """What is being done to one instance."""

    def __init__(self, record: UpdateRecord, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(f"updateStep{record.instance_id}")
        self.setProperty("kind", "card")
        self._mark = StateMark(self)
        self._step = toned_label("", "muted", self, f"updateStep{record.instance_id}Words")
        name = ElidedLabel(record.name, self)
        name.setProperty("tone", "strong")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.setSpacing(8)
        layout.addWidget(self._mark)
        layout.addWidget(name, 1)
        layout.addWidget(self._step)

    def show_record(self, record: UpdateRecord) -> None:
        """Show what is being done now."""
        self._mark.show_state(step_mark(record))
        self._step.setText(step_text(record))
        self.setAccessibleName(f"{record.name}: {self._step.text()}")


class _ReportRow(QFrame):
    """What became of one instance."""

    def __init__(self, row: UpdateRow, number: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(f"updateRow{number}")
        self.setProperty("kind", "card")
        mark = StateMark(self)
        mark.show_state(OUTCOME_MARKS.get(row.outcome, InstanceState.STOPPED))
        name = ElidedLabel(row.name, self)
        name.setProperty("tone", "strong")
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(mark)
        head.addWidget(name, 1)
        head.addWidget(toned_label(change_text(row.from_tag, row.to_tag), "muted", self))
        sentence = toned_label(told(row.sentence), "", self, f"updateRow{number}Sentence")
        sentence.setWordWrap(True)
        sentence.setContentsMargins(22, 0, 0, 0)
        sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 10)
        layout.setSpacing(2)
        layout.addLayout(head)
        layout.addWidget(sentence)


def _make_area(name: str, parent: QWidget) -> QScrollArea:
    area = QScrollArea(parent)
    area.setObjectName(name)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setProperty("kind", "page")
    return area


def _make_body(area: QScrollArea) -> tuple[QWidget, QVBoxLayout]:
    """Make what an area scrolls: a column of rows."""
    body = QWidget(area)
    body.setProperty("kind", "page")
    column = QVBoxLayout(body)
    column.setContentsMargins(0, 0, 8, 0)
    column.setSpacing(8)
    return body, column
