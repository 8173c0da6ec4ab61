"""Everything about logs that belongs to the main window: the window of all logs, notices, errors of our own, the diagnostics file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut

from gowa_desktop.domain.errors import GowaError
from gowa_desktop.services.logs.log_notices import notice_key
from gowa_desktop.services.logs.log_store import OWN_LOG, LogEvent
from gowa_desktop.ui.error_reporter import ErrorReporter
from gowa_desktop.ui.look.sentences import told
from gowa_desktop.ui.parts.message_bar import Kind, Message
from gowa_desktop.ui.parts.screen_keeper import room_for

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from gowa_desktop.domain.log_advice import LogEventKind
    from gowa_desktop.services.instances.instance_service import InstanceService
    from gowa_desktop.services.logs.diagnostics import DiagnosticFile, Diagnostics
    from gowa_desktop.services.logs.log_store import LogStore
    from gowa_desktop.services.settings import AppSettings
    from gowa_desktop.services.tasks import TaskRunner
    from gowa_desktop.ui.actions import Actions
    from gowa_desktop.ui.config.text_dialogs import ErrorWindow
    from gowa_desktop.ui.logs.log_view import LogView
    from gowa_desktop.ui.logs.log_window import LogWindow
    from gowa_desktop.ui.parts.message_bar import MessageBar


@dataclass(frozen=True, slots=True)
class LogParts:
    """The services that the desk needs."""

    store: LogStore
    diagnostics: Diagnostics
    tasks: TaskRunner


class LogDesk(QObject):
    """Puts the log services and the window together. Main thread; lives as long as the main window."""

    show_requested = Signal(int, object)
    """The log of this instance is wanted, at this position or at its end (None)."""

    def __init__(
        self, parts: LogParts, instances: InstanceService, settings: AppSettings, messages: MessageBar, actions: Actions,
        window: QWidget,
    ) -> None:  # fmt: skip
        super().__init__(window)
        logs = self.logs = parts.store
        self._diagnostics = parts.diagnostics
        self._instances = instances
        self._settings = settings
        self._tasks = parts.tasks
        self._messages = messages
        self._window = window
        self._all: LogWindow | None = None
        self._own: LogView | None = None
        self._error: ErrorWindow | None = None
        self._reporter: ErrorReporter | None = None
        actions.all_logs.triggered.connect(self.open_all)
        actions.own_log.triggered.connect(self.open_own)
        actions.diagnostics.triggered.connect(self.open_diagnostics)
        logs.event_seen.connect(self._on_logs_event_seen)
        logs.event_over.connect(self._on_logs_event_over)

    def make_view(self, parent: QWidget) -> LogView:
        """Make a viewer of single logs; what it has to say is said in the main window."""
        from gowa_desktop.ui.logs.log_view import LogView  # noqa: PLC0415 - not before the first paint

        view = LogView(self.logs, self._settings, parent)
        view.message.connect(self.tell)
        return view

    @Slot()
    def open_all(self) -> None:
        """Show all logs as one."""
        if self._all is None:
            from gowa_desktop.ui.logs.log_window import LogWindow  # noqa: PLC0415 - not before the first paint

            self._all = LogWindow(self.logs, self._settings, self._window)
            self._all.instance_requested.connect(self._on_all_instance_requested)
            self._all.destroyed.connect(self._on_all_destroyed)
        self._all.show()
        self._all.raise_()
        self._all.activateWindow()

    @Slot()
    def open_own(self) -> None:
        """Show the program's own log."""
        if self._own is None:
            self._own = self.make_view(self._window)
            self._own.setWindowFlag(Qt.WindowType.Window)
            self._own.setWindowTitle(self.tr("Log of GOWA Desktop"))
            self._own.resize(QSize(900, 560).boundedTo(room_for(self._own)))
            QShortcut(QKeySequence.StandardKey.Cancel, self._own, self._own.close)
        self._own.show_log(OWN_LOG)
        self._own.show()
        self._own.raise_()
        self._own.activateWindow()

    @Slot()
    def open_diagnostics(self) -> None:
        """Put the diagnostics together and show them before they are saved."""
        self._tasks.run(self._diagnostics.collect().files, self._show_diagnostics, lambda error: self.tell(str(error)), owner=self)

    def watch_errors(self) -> ErrorReporter:
        """Show what nobody catches from now on, until `ignore_errors`."""
        reporter = ErrorReporter(lambda: self.logs.secrets(OWN_LOG), self)
        reporter.reported.connect(self.show_error)
        reporter.install()
        self._reporter = reporter
        return reporter

    def ignore_errors(self) -> None:
        """Leave what nobody catches to others again, because the window goes."""
        if self._reporter is not None:
            self._reporter.remove()
            self._reporter = None

    @Slot(str)
    def show_error(self, details: str) -> None:
        """Tell of a fault inside the program; one window for all of them."""
        if self._error is None:
            from gowa_desktop.ui.config.text_dialogs import ErrorWindow  # noqa: PLC0415

            self._error = ErrorWindow(details, self._window)
            self._error.destroyed.connect(self._on_error_destroyed)
            self._error.show()
        else:
            self._error.add(details)

    @Slot(str)
    def tell(self, sentence: str) -> None:
        """Say something in the main window."""
        self._messages.show_message(Message("logs", sentence, Kind.GOOD))

    def _show_diagnostics(self, files: list[DiagnosticFile]) -> None:
        from gowa_desktop.ui.config.text_dialogs import DiagnosticsDialog  # noqa: PLC0415

        DiagnosticsDialog(files, self._save_diagnostics, self._window).open()

    def _save_diagnostics(self, target: Path, files: list[DiagnosticFile]) -> None:
        done = self.tr("The diagnostics are in {file}.").format(file=target)
        self._tasks.run(lambda: self._diagnostics.write(target, files), lambda _: self.tell(done), self._on_failed, owner=self)

    def _on_failed(self, error: GowaError) -> None:
        self._messages.show_message(Message("logs", error.message, detail=error.next_step))

    @Slot(object)
    def _on_logs_event_seen(self, event: LogEvent) -> None:
        if not event.known.matters:
            return
        try:
            name = self._instances.status(event.instance_id).name
        except GowaError:
            return
        key = event.instance_id
        self._messages.show_message(
            Message(
                notice_key(key, event.known.kind), f"{name}: {told(event.known.advice)}", action_text=self.tr("Show log"),
                action=lambda: self.show_requested.emit(key, None),
            )
        )  # fmt: skip

    @Slot(int, object)
    def _on_logs_event_over(self, instance_id: int, kind: LogEventKind) -> None:
        self._messages.close_message(notice_key(instance_id, kind))

    @Slot(int, object)
    def _on_all_instance_requested(self, instance_id: int, position: object) -> None:
        if instance_id == OWN_LOG:
            self.open_own()
        else:
            self.show_requested.emit(instance_id, position)

    @Slot()
    def _on_all_destroyed(self) -> None:
        self._all = None

    @Slot()
    def _on_error_destroyed(self) -> None:
        self._error = None
