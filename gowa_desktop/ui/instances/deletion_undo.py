"""The way back from a delete or a reset: the message that offers it, and what it does."""

from __future__ import annotations

from collections import deque
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from gowa_desktop.domain.instance import DesiredState
from gowa_desktop.ui.parts.message_bar import Kind, Message
from gowa_desktop.ui.parts.undo_desk import UndoOffer
from gowa_desktop.ui.verbs import Verb, bulk_result

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gowa_desktop.domain.errors import GowaError
    from gowa_desktop.domain.instance import InstanceStatus
    from gowa_desktop.domain.trash import TrashedInstance
    from gowa_desktop.services.instances.instance_service import InstanceService
    from gowa_desktop.services.instances.operation import Operation
    from gowa_desktop.ui.parts.message_bar import MessageBar

MOST_LISTED = 6
_KEY = "undo"


class DeletionUndo(QObject):
    """Offers to put back what was just thrown away, and does it one instance at a time. Main thread; lives as long as the window."""

    start_requested = Signal(list)
    """These instances (ids) ran when they were thrown away and are there again."""

    def __init__(self, instances: InstanceService, messages: MessageBar, parent: QObject) -> None:
        super().__init__(parent)
        self._instances = instances
        self._messages = messages
        self._waiting: deque[TrashedInstance] = deque()
        self._operation: Operation | None = None
        self._failures: list[str] = []
        self._done: list[str] = []
        self._to_start: list[int] = []
        self._ran: set[int] = set()
        self._step = QTimer(self)
        self._step.setSingleShot(True)
        self._step.setInterval(0)
        self._step.timeout.connect(self._on_step_timeout)

    def offer(self, verb: Verb, statuses: Sequence[InstanceStatus], key: str) -> None:
        """Say what was done to these instances, pictured before it, and offer the way back."""
        if len(statuses) > 1:
            text = bulk_result(verb, len(statuses))
        elif verb is Verb.DELETE:
            text = self.tr("{name} was moved to the trash for 7 days.").format(name=statuses[0].name)
        else:
            text = self.tr("The data of {name} was moved to the trash for 7 days.").format(name=statuses[0].name)
        self._messages.show_message(
            Message(key, text, Kind.GOOD, action_text=self.tr("Undo"), action=UndoOffer(partial(self._begin, verb, list(statuses))))
        )

    def _begin(self, verb: Verb, statuses: list[InstanceStatus]) -> None:
        """Find the newest of each in the trash, as there may be older ones, and put them back."""
        keys = {status.key for status in statuses}
        for entry in self._instances.trash.entries():
            if entry.key in keys and entry.is_data_only == (verb is Verb.RESET_DATA):
                keys.discard(entry.key)
                self._waiting.append(entry)
        gone = [status.name for status in statuses if status.key in keys]
        self._failures += [self.tr("{name} is not in the trash any more.").format(name=name) for name in gone]
        self._ran |= {status.id for status in statuses if status.desired is DesiredState.RUNNING}
        self._on_step_timeout()

    @Slot()
    def _on_step_timeout(self) -> None:
        """Put the next one back; in between the window answers."""
        if self._operation is not None:
            return
        if not self._waiting:
            self._tell()
            return
        count = len(self._waiting) + len(self._done) + len(self._failures)
        if count > 1:
            done = count - len(self._waiting)
            text = self.tr("Putting back: {done} of {count}").format(done=done, count=count)
            self._messages.show_message(Message(_KEY, text, Kind.BUSY, done=done, total=count))
        entry = self._waiting.popleft()
        operation = self._instances.trash.restore(entry.folder)
        if operation.is_finished:
            self._count(entry, operation.error)
        else:
            self._operation = operation
            operation.finished.connect(partial(self._on_operation_finished, entry))

    def _on_operation_finished(self, entry: TrashedInstance) -> None:
        operation, self._operation = self._operation, None
        self._count(entry, operation.error if operation is not None else None)

    def _count(self, entry: TrashedInstance, error: GowaError | None) -> None:
        if error is not None:
            self._failures.append(f"{entry.name}: {error}")
        else:
            self._done.append(self._instances.status(entry.id).name)
            if entry.id in self._ran:
                self._to_start.append(entry.id)
        self._step.start()

    def _tell(self) -> None:
        """Say how it ended, and start again what ran."""
        done, failures, to_start = self._done, self._failures, self._to_start
        self._done, self._failures, self._to_start, self._ran = [], [], [], set()
        self._messages.close_message(_KEY)
        if failures:
            more = len(failures) - MOST_LISTED
            lines = [*failures[:MOST_LISTED], *([self.tr("and {count} more").format(count=more)] if more > 0 else [])]
            self._messages.show_message(Message(f"{_KEY}-failed", "\n".join(lines), title=self.tr("Not everything could be put back")))
        if done:
            text = self.tr("{name} is back.").format(name=done[0]) if len(done) == 1 else self.tr("{count} instances are back.")
            self._messages.show_message(Message(_KEY, text.format(count=len(done)) if len(done) > 1 else text, Kind.GOOD))
        if to_start:
            self.start_requested.emit(to_start)
