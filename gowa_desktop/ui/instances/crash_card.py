"""The crash card: what happened in words and when, the last lines of the log, what changed, and the buttons that get out of it."""

from __future__ import annotations

from datetime import datetime
from math import ceil
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetricsF, QTextLayout, QTextOption
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPlainTextEdit, QSizePolicy, QVBoxLayout, QWidget

from gowa_desktop.domain.instance import InstanceState
from gowa_desktop.ui.instances.crash_report import can_be_undone, changes_text, headline, report_text
from gowa_desktop.ui.look.fonts import fixed_font
from gowa_desktop.ui.look.format import format_instant
from gowa_desktop.ui.look.icons import Tint, icon
from gowa_desktop.ui.look.labels import set_property, toned_label
from gowa_desktop.ui.look.sentences import told
from gowa_desktop.ui.parts.clipboard import CopyButton
from gowa_desktop.ui.parts.dialog_frame import named_button

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gowa_desktop.domain.instance import ExitReport, InstanceStatus

MOST_LINES = 8
"""How many of the last log lines the card shows; the report has them all."""
MOST_ROWS = 12
CODE_PADDING = 8
"""Between the edge of a log excerpt and its text: 4 of the stylesheet and 4 of the document."""


class LogExcerpt(QPlainTextEdit):
    """A few log lines, wrapped, as high as they need up to `MOST_ROWS`; they can be selected and copied."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("kind", "code")
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        policy = self.sizePolicy()
        policy.setVerticalPolicy(QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setFont(fixed_font(parent.font()))
        # The eight columns of a terminal take too much of a narrow pane.
        self.setTabStopDistance(4 * self.fontMetrics().horizontalAdvance(" "))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def sizeHint(self) -> QSize:
        """Give the height for the width that it has now."""
        return QSize(200, self.heightForWidth(self.width()))

    def minimumSizeHint(self) -> QSize:
        """Give the least size: one row."""
        return QSize(80, self.fontMetrics().lineSpacing() + 2 * CODE_PADDING)

    def heightForWidth(self, width: int) -> int:
        """Count the wrapped rows; the layout asks before it gives the width, so nothing has to grow afterwards."""
        rows, block = 0, self.document().firstBlock()
        while block.isValid():
            rows += self._count_rows(block.text(), width - 2 * CODE_PADDING)
            block = block.next()
        # One row too little would bring a scroll bar, which takes width, which takes rows.
        spare = 4
        return min(rows, MOST_ROWS) * ceil(QFontMetricsF(self.font()).lineSpacing()) + 2 * CODE_PADDING + spare

    def show_lines(self, lines: Sequence[str]) -> None:
        """Show other lines."""
        text = "\n".join(lines)
        if text != self.toPlainText():
            self.setPlainText(text)
            self.updateGeometry()

    def _count_rows(self, text: str, width: int) -> int:
        layout = QTextLayout(text, self.font())
        layout.setTextOption(self.document().defaultTextOption())
        layout.beginLayout()
        rows = 0
        while (line := layout.createLine()).isValid():
            line.setLineWidth(width)
            rows += 1
        layout.endLayout()
        return max(1, rows)


class AdviceRows(QWidget):
    """What known lines of the log mean, one row each with a sign."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("crashAdvice")
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)
        self._rows: list[tuple[QLabel, QLabel]] = []

    @property
    def lines(self) -> list[str]:
        """What is shown."""
        return [label.text() for _, label in self._rows if not label.isHidden()]

    def show_lines(self, lines: Sequence[str]) -> None:
        """Show other lines; the rows are kept for the next failure."""
        while len(self._rows) < len(lines):
            self._add_row()
        for number, (sign, label) in enumerate(self._rows):
            is_used = number < len(lines)
            sign.setVisible(is_used)
            label.setVisible(is_used)
            label.setText(lines[number] if is_used else "")
        self.setVisible(bool(lines))

    def changeEvent(self, event: QEvent) -> None:
        """Draw the signs anew in the colours of another theme."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            for sign, _ in self._rows:
                self._draw(sign)

    def _draw(self, sign: QLabel) -> None:
        sign.setPixmap(icon("lightbulb", Tint.NOTICE).pixmap(QSize(16, 16), self.devicePixelRatio()))

    def _add_row(self) -> None:
        number = len(self._rows)
        sign = QLabel(self)
        self._draw(sign)
        label = toned_label("", "", self, f"crashAdvice{number}")
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._grid.addWidget(sign, number, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(label, number, 1)
        self._rows.append((sign, label))


class CrashCard(QFrame):
    """Explains why an instance is not running. Main thread; shows one instance at a time."""

    start_requested = Signal(int)
    """Start this instance again."""
    other_port_requested = Signal(int)
    """Give this instance the port that the button names, and start it."""
    undo_requested = Signal(int)
    """Take back what was changed since this instance last ran well, and start it."""
    log_requested = Signal(int)
    """Show the whole log of this instance."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._instance_id = 0
        self._report_text = ""
        self.setObjectName("crashCard")
        self.setProperty("kind", "crash")
        self._title = toned_label("", "crashTitle", self, "crashTitle")
        self._sentence = toned_label("", "", self, "crashSentence")
        self._when = toned_label("", "muted", self, "crashWhen")
        self._changes = toned_label("", "", self, "crashChanges")
        self._advice = AdviceRows(self)
        for label in (self._title, self._sentence, self._changes):
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        # Made when first needed: a text editor is half the cost of this card, and most windows open without a failure.
        self._log: LogExcerpt | None = None
        self._log_place = QVBoxLayout()
        self._port = named_button(self.tr("Use another port"), "usePortButton", self)
        self._start = named_button(self.tr("Start again"), "startAgainButton", self)
        self._undo = named_button(self.tr("Undo the changes"), "undoChangesButton", self)
        self._undo.setToolTip(self.tr("Use the port and the settings with which it last ran well, and start it."))
        self._show = named_button(self.tr("Show log"), "showLogButton", self)
        self._copy = CopyButton("copyReportButton", self.tr("Copy the report"), lambda: self._report_text, self)
        self._copy.setProperty("kind", "")
        self._copy.set_label(self.tr("Copy report"))
        self._lay_out()
        self._port.clicked.connect(self._on_port_clicked)
        self._start.clicked.connect(self._on_start_clicked)
        self._undo.clicked.connect(lambda: self.undo_requested.emit(self._instance_id))
        self._show.clicked.connect(lambda: self.log_requested.emit(self._instance_id))

    def show_failure(self, status: InstanceStatus, report: ExitReport | None, free_port: int | None) -> None:
        """Explain the failure of an instance; `free_port` is offered when its own port is taken, else None."""
        self._instance_id = status.id
        self._title.setText(headline(status, report, is_port_taken=free_port is not None))
        sentence = told(status.error_message or (report.sentence if report else ""))
        self._sentence.setText(sentence)
        self._sentence.setVisible(bool(sentence))
        lines = report.log_tail if report else ()
        self._show_log([line for line in lines if line.strip()][-MOST_LINES:])
        self._advice.show_lines(tuple(map(told, report.advice)) if report else ())
        self._changes.setText(changes_text(report))
        self._changes.setVisible(bool(self._changes.text()))
        self._undo.setVisible(can_be_undone(report))
        self._report_text = report_text(status, report, sentence)
        self._show_when(report)
        self._port.setVisible(free_port is not None)
        if free_port is not None:
            self._port.setText(self.tr("Use port {port}").format(port=free_port))
        set_property(self._port, "kind", "primary")
        is_retrying = status.status is InstanceState.BACKOFF
        self._start.setText(self.tr("Retry now") if is_retrying else self.tr("Start again"))
        set_property(self._start, "kind", "primary" if free_port is None else "")

    def set_startable(self, is_startable: bool) -> None:
        """Enable the buttons that start, unless a start is under way."""
        self._port.setEnabled(is_startable)
        self._start.setEnabled(is_startable)
        self._undo.setEnabled(is_startable)

    def _show_when(self, report: ExitReport | None) -> None:
        ended_at = report.ended_at if report else None
        self._when.setVisible(ended_at is not None)
        if ended_at is not None:
            self._when.setText(format_instant(ended_at, datetime.now().astimezone()))

    def _show_log(self, lines: Sequence[str]) -> None:
        if self._log is None and lines:
            self._log = LogExcerpt(self)
            self._log.setObjectName("crashLog")
            self._log.setAccessibleName(self.tr("Last lines of the log"))
            self._log_place.addWidget(self._log)
            QWidget.setTabOrder(self._log, self._port)
        if self._log is not None:
            self._log.setVisible(bool(lines))
            self._log.show_lines(lines)

    def _lay_out(self) -> None:
        # What gets out of the trouble above, what explains it below: five in a row are wider than the pane.
        remedies = self._row(self._port, self._undo, self._start)
        explanations = self._row(self._show, self._copy)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(8)
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(self._title, 1)
        top.addWidget(self._when, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(top)
        layout.addWidget(self._sentence)
        layout.addLayout(self._log_place)
        layout.addWidget(self._advice)
        layout.addWidget(self._changes)
        layout.addSpacing(4)
        layout.addLayout(remedies)
        layout.addLayout(explanations)

    def _row(self, *buttons: QWidget) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        for button in buttons:
            row.addWidget(button)
        row.addStretch(1)
        return row

    @Slot()
    def _on_port_clicked(self) -> None:
        self.other_port_requested.emit(self._instance_id)

    @Slot()
    def _on_start_clicked(self) -> None:
        self.start_requested.emit(self._instance_id)
