"""The questions at the door: what closing the window means, what becomes of running instances, and the wait until they have stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QDialogButtonBox, QLabel, QProgressBar, QWidget

from gowa_desktop.ui.look.icons import Tint
from gowa_desktop.ui.parts.dialogs import PlainDialog

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gowa_desktop.domain.instance import InstanceStatus
    from gowa_desktop.services.instances.instance_service import InstanceService
    from gowa_desktop.services.instances.operation import Operation

_ACCEPT = QDialogButtonBox.ButtonRole.AcceptRole
_REJECT = QDialogButtonBox.ButtonRole.RejectRole
_OTHER = QDialogButtonBox.ButtonRole.DestructiveRole
MOST_LISTED = 6


class CloseQuestion(PlainDialog):
    """Asked when the window is closed for the first time: does the program stay?"""

    stay_chosen = Signal(bool)
    """The program stays, in the tray or the task bar; true when that is to be remembered."""
    quit_chosen = Signal(bool)
    """The program is to end; true when that is to be remembered."""

    def __init__(self, parent: QWidget, *, has_tray: bool) -> None:
        text = (
            self.tr("GOWA Desktop can stay in the tray: its icon shows how your instances are, and a click on it brings the window back.")
            if has_tray
            else self.tr("This desktop has no tray, so GOWA Desktop can stay in the task bar: a click there brings the window back.")
        )
        note = self.tr("Your instances keep running either way, unless you choose to stop them when you quit.")
        super().__init__(self.tr("Keep GOWA Desktop at hand?"), f"{text}\n\n{note}", ("info", Tint.ACCENT), parent)
        self.setObjectName("closeQuestion")
        self._remember = _add_remember(self)
        stay = self.add_button(self.tr("Keep in tray") if has_tray else self.tr("Keep in task bar"), "closeStay", _ACCEPT, "primary")
        leave = self.add_button(self.tr("Quit"), "closeQuit", _OTHER)
        self.add_button(self.tr("Cancel"), "cancelButton", _REJECT)
        leave.clicked.connect(self._on_leave_clicked)
        self.accepted.connect(self._on_accepted)
        stay.setDefault(True)
        stay.setFocus()

    @Slot()
    def _on_accepted(self) -> None:
        self.stay_chosen.emit(self._remember.isChecked())

    @Slot()
    def _on_leave_clicked(self) -> None:
        self.reject()
        self.quit_chosen.emit(self._remember.isChecked())


class QuitQuestion(PlainDialog):
    """Asked when the program is to end while instances run: leaving them alone is what Enter does."""

    leave_chosen = Signal(bool)
    """They go on running; true when that is to be remembered."""
    stop_chosen = Signal(bool)
    """They are stopped first; true when that is to be remembered."""

    def __init__(self, running: int, parent: QWidget) -> None:
        text = (
            self.tr("The instance that runs now stays up and keeps sending and receiving. Open GOWA Desktop again to see it.")
            if running == 1
            else self.tr("The {count} instances that run now stay up and keep sending and receiving. Open GOWA Desktop again to see them.")
        )
        super().__init__(self.tr("Your instances keep running"), text.format(count=running), ("info", Tint.ACCENT), parent)
        self.setObjectName("quitQuestion")
        self._remember = _add_remember(self)
        leave = self.add_button(self.tr("Quit, leave running"), "quitLeave", _ACCEPT, "primary")
        stop = self.add_button(self.tr("Stop all and quit"), "quitStop", _OTHER)
        self.add_button(self.tr("Cancel"), "cancelButton", _REJECT)
        stop.clicked.connect(self._on_stop_clicked)
        self.accepted.connect(self._on_accepted)
        leave.setDefault(True)
        leave.setFocus()

    @Slot()
    def _on_accepted(self) -> None:
        self.leave_chosen.emit(self._remember.isChecked())

    @Slot()
    def _on_stop_clicked(self) -> None:
        self.reject()
        self.stop_chosen.emit(self._remember.isChecked())


class StopProgress(PlainDialog):
    """Stops instances before the program ends, shows how far that is, and can be called off."""

    ended = Signal()
    """All have stopped."""

    called_off = Signal(list)
    """The program is to stay; ids of the instances that were asked to stop."""

    def __init__(self, instances: InstanceService, statuses: Sequence[InstanceStatus], parent: QWidget) -> None:
        text = self.tr("Each may take up to 20 seconds to finish what it is doing. The program ends when all have stopped.")
        super().__init__(self.tr("Stopping your instances"), text, ("stop-circle", Tint.ACCENT), parent)
        self.setObjectName("stopProgress")
        self._instances = instances
        self._names = {status.id: status.name for status in statuses}
        self._operations: dict[int, Operation] = {}
        self._is_over = False
        self._bar = QProgressBar(self)
        self._bar.setObjectName("stopProgressBar")
        self._bar.setAccessibleName(self.tr("Progress"))
        self._bar.setTextVisible(False)
        self._bar.setRange(0, len(statuses))
        self._words = QLabel(self)
        self._words.setObjectName("stopProgressWords")
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setWordWrap(True)
        self.body.addWidget(self._bar)
        self.body.addWidget(self._words)
        self._quit = self.add_button(self.tr("Quit anyway"), "stopQuitAnyway", _ACCEPT)
        self._quit.setVisible(False)
        stay = self.add_button(self.tr("Don't quit"), "stopCallOff", _REJECT)
        stay.setDefault(True)
        stay.setFocus()
        self.accepted.connect(self._end)
        self.rejected.connect(self._on_rejected)

    def begin(self) -> None:
        """Ask all at once, then wait for each."""
        self._instances.announce_stops(list(self._names))
        for instance_id in self._names:
            operation = self._instances.stop(instance_id)
            self._operations[instance_id] = operation
            if not operation.is_finished:
                operation.finished.connect(self._show_progress)
        self._show_progress()

    @Slot()
    def _show_progress(self) -> None:
        if self._is_over:
            return
        finished = sum(operation.is_finished for operation in self._operations.values())
        self._bar.setValue(finished)
        failed = [
            f"{self._names[key]}: {operation.error.message}"
            for key, operation in self._operations.items()
            if operation.is_finished and operation.error is not None
        ]
        self._words.setText(self.tr("{done} of {count} stopped").format(done=finished - len(failed), count=len(self._names)))
        if finished < len(self._names):
            return
        if not failed:
            self.accept()
            return
        self._words.setText("\n".join(failed[:MOST_LISTED]))
        self._quit.setVisible(True)

    @Slot()
    def _end(self) -> None:
        if not self._is_over:
            self._is_over = True
            self.ended.emit()

    @Slot()
    def _on_rejected(self) -> None:
        if not self._is_over:
            self._is_over = True
            self.called_off.emit(list(self._names))


def _add_remember(dialog: PlainDialog) -> QCheckBox:
    check = QCheckBox(QCoreApplication.translate("LeaveDialogs", "Remember this; it can be changed in the settings"), dialog)
    check.setObjectName("rememberCheck")
    check.setChecked(True)
    dialog.body.addWidget(check)
    return check
