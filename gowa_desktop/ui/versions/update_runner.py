"""From the wish to update instances to its report: installs the version first where that is due, then lets the update run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from gowa_desktop.domain.errors import CancelledError, GowaError
from gowa_desktop.ui.parts.message_bar import Kind, Message
from gowa_desktop.ui.versions.update_text import title_of
from gowa_desktop.ui.versions.version_runner import PROGRESS_MS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gowa_desktop.domain.progress import Progress
    from gowa_desktop.domain.update_record import UpdateRecord
    from gowa_desktop.domain.update_report import UpdateReport
    from gowa_desktop.services.instances.operation import Operation
    from gowa_desktop.services.updates.updater import Updater
    from gowa_desktop.services.versions.version_manager import VersionManager
    from gowa_desktop.ui.versions.version_runner import VersionRunner

_KEY = "update"


class UpdateRunner(QObject):
    """Carries out one update at a time. Main thread; lives as long as the main window, so the update outlives its dialog."""

    changed = Signal()
    """It began, came to its second part, or ended."""
    progressed = Signal()
    """It is further than before; at most ten times a second."""
    told = Signal(object)
    """A `Message`: how it ended."""
    report_requested = Signal()
    """The person wants to read the report."""

    def __init__(self, updater: Updater, versions: VersionManager, runner: VersionRunner, parent: QObject) -> None:
        super().__init__(parent)
        self._updater = updater
        self._versions = versions
        self._runner = runner
        self._ids: tuple[int, ...] = ()
        self._tag = ""
        self._installing: Operation | None = None
        self._updating: Operation | None = None
        self._problem: GowaError | None = None
        updater.report_added.connect(self._on_updater_report_added)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PROGRESS_MS)
        self._pause.timeout.connect(self.progressed)

    @property
    def is_under_way(self) -> bool:
        """True from the beginning to the end."""
        return self._installing is not None or self._updating is not None

    @property
    def is_updating(self) -> bool:
        """True while instances are being updated, after the version has been installed."""
        return self._updating is not None

    @property
    def tag(self) -> str:
        """The version of the update that is under way or was the last."""
        return self._tag

    @property
    def ids(self) -> tuple[int, ...]:
        """The instances that it is about."""
        return self._ids

    @property
    def count(self) -> int:
        """How many instances it is about."""
        return len(self._ids)

    @property
    def progress(self) -> Progress | None:
        """How far it is; None while that is not known."""
        operation = self._updating or self._installing
        return operation.progress if operation else None

    @property
    def can_cancel(self) -> bool:
        """True while it can be called off."""
        operation = self._updating or self._installing
        return operation is not None and operation.can_cancel

    @property
    def problem(self) -> GowaError | None:
        """Why the last one could not be begun; None when it has a report."""
        return self._problem

    @property
    def records(self) -> list[UpdateRecord]:
        """Where each instance is; empty while no instance is being updated."""
        return self._updater.records if self._updating is not None else []

    @property
    def reports(self) -> list[UpdateReport]:
        """How updates ended, newest first."""
        return self._updater.reports()

    def begin(self, ids: Sequence[int], tag: str) -> None:
        """Update instances; nothing happens while an update is under way."""
        if self.is_under_way or not ids:
            return
        self._ids, self._tag, self._problem = tuple(ids), tag, None
        if any(version.tag == tag for version in self._versions.installed()):
            self._update()
            return
        self._runner.install(tag)
        self._installing = operation = self._versions.installing().get(tag)
        if operation is None:
            self._problem = GowaError(self.tr("GOWA {version} could not be installed.").format(version=tag))
            self.changed.emit()
            return
        operation.progressed.connect(self._on_operation_progressed)
        operation.finished.connect(self._on_installing_finished)
        self.changed.emit()

    def cancel(self) -> None:
        """Call it off: between two steps, so that no instance is left half updated."""
        operation = self._updating or self._installing
        if operation is not None:
            operation.cancel()
            self.changed.emit()

    @Slot()
    def _on_installing_finished(self) -> None:
        operation, self._installing = self._installing, None
        if operation is not None and operation.error is not None:
            # The failed installation has been told of already.
            self._problem = operation.error
            self.changed.emit()
        else:
            self._update()

    def _update(self) -> None:
        try:
            operation = self._updater.run(self._updater.plan(self._ids, self._tag))
        except GowaError as error:
            self._end(error)
            return
        self._updating = operation
        operation.progressed.connect(self._on_operation_progressed)
        if operation.is_finished:
            self._on_updating_finished()
            return
        operation.finished.connect(self._on_updating_finished)
        self.changed.emit()

    @Slot()
    def _on_updating_finished(self) -> None:
        operation, self._updating = self._updating, None
        report = self._updater.report(operation) if operation is not None else None
        if report is not None:
            self._tell(report)
            self.changed.emit()
        elif operation is not None and operation.error is not None:
            self._end(operation.error)

    def _tell(self, report: UpdateReport) -> None:
        kind = Kind.GOOD if report.is_ok else Kind.ERROR
        self.told.emit(
            Message(
                _KEY, report.sentence, kind, title=title_of(report), action_text=self.tr("Show the report"), action=self.report_requested.emit
            )
        )

    @Slot()
    def _on_updater_report_added(self) -> None:
        """Tell of an update that was interrupted and has been put in order, or that the command line asked for."""
        if self._updating is None and (reports := self.reports):
            self._tell(reports[0])
            self.changed.emit()

    def _end(self, error: GowaError) -> None:
        self._problem = error
        if not isinstance(error, CancelledError):
            title = self.tr("The update to GOWA {version} could not begin").format(version=self._tag)
            self.told.emit(Message(_KEY, error.message, title=title, detail=error.next_step))
        self.changed.emit()

    @Slot()
    def _on_operation_progressed(self) -> None:
        if not self._pause.isActive():
            self._pause.start()
