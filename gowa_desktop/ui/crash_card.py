"""The crash card: what happened in words, the last lines of the log, and the buttons that get out of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from gowa_desktop.domain.instance import InstanceState
from gowa_desktop.ui.clipboard import CopyButton
from gowa_desktop.ui.fonts import fixed_font
from gowa_desktop.ui.labels import set_property, toned_label
from gowa_desktop.ui.status_text import summary_line

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from gowa_desktop.domain.instance import ExitReport, InstanceStatus

MOST_LINES = 8
"""How many of the last log lines the card shows; the report has them all."""
MOST_ROWS = 12
CODE_PADDING = 6


class LogExcerpt(QPlainTextEdit):
    """A few log lines, wrapped, as high as they need up to `MOST_ROWS`; they can be selected and copied."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("kind", "code")
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setFont(fixed_font(parent.font()))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Wrap anew, and be as high as that needs."""
        super().resizeEvent(event)
        self.fit_height()

    def fit_height(self) -> None:
        """Be as high as the wrapped lines; a plain-text document measures its height in rows."""
        rows = min(max(1, round(self.document().size().height())), MOST_ROWS)
        margins = 2 * (round(self.document().documentMargin()) + CODE_PADDING)
        self.setFixedHeight(rows * self.fontMetrics().lineSpacing() + margins)


class CrashCard(QFrame):
    """Explains why an instance is not running. Main thread; shows one instance at a time."""

    start_requested = Signal(int)
    """Start this instance again."""
    other_port_requested = Signal(int)
    """Give this instance the port that the button names, and start it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._instance_id = 0
        self._report_text = ""
        self.setObjectName("crashCard")
        self.setProperty("kind", "crash")
        self._title = toned_label("", "crashTitle", self, "crashTitle")
        self._sentence = toned_label("", "", self, "crashSentence")
        for label in (self._title, self._sentence):
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._log = LogExcerpt(self)
        self._log.setObjectName("crashLog")
        self._log.setAccessibleName(self.tr("Last lines of the log"))
        self._port = self._make_button("usePortButton", self.tr("Use another port"))
        self._start = self._make_button("startAgainButton", self.tr("Start again"))
        self._copy = CopyButton("copyReportButton", self.tr("Copy the report"), lambda: self._report_text, self)
        self._copy.setProperty("kind", "")
        self._copy.set_label(self.tr("Copy report"))
        self._lay_out()
        self._port.clicked.connect(self._on_port_clicked)
        self._start.clicked.connect(self._on_start_clicked)

    def show_failure(self, status: InstanceStatus, report: ExitReport | None, free_port: int | None) -> None:
        """Explain the failure of an instance; `free_port` is offered when its own port is taken, else None."""
        self._instance_id = status.id
        self._title.setText(self._headline(status, report, free_port))
        sentence = status.error_message or (report.sentence if report else "")
        self._sentence.setText(sentence)
        self._sentence.setVisible(bool(sentence))
        lines = report.log_tail if report else ()
        self._show_log(lines[-MOST_LINES:])
        self._report_text = "\n".join([f"{status.name}: {summary_line(status)}", sentence, "", *lines]).strip() + "\n"
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

    def _headline(self, status: InstanceStatus, report: ExitReport | None, free_port: int | None) -> str:
        if free_port is not None:
            return self.tr("Port {port} is used by another program").format(port=status.port)
        if report is None:
            return self.tr("{name} could not be started").format(name=status.name)
        return self.tr("{name} ended unexpectedly").format(name=status.name)

    def _show_log(self, lines: tuple[str, ...]) -> None:
        self._log.setVisible(bool(lines))
        text = "\n".join(lines)
        if text != self._log.toPlainText():
            self._log.setPlainText(text)
            self._log.fit_height()

    def _make_button(self, name: str, text: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        return button

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self._port, self._start, self._copy):
            buttons.addWidget(button)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(8)
        layout.addWidget(self._title)
        layout.addWidget(self._sentence)
        layout.addWidget(self._log)
        layout.addSpacing(4)
        layout.addLayout(buttons)

    @Slot()
    def _on_port_clicked(self) -> None:
        self.other_port_requested.emit(self._instance_id)

    @Slot()
    def _on_start_clicked(self) -> None:
        self.start_requested.emit(self._instance_id)
