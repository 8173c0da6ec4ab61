"""From a click to its outcome: asks first where that is due, shows progress of bulk work, and says what failed."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from gowa_desktop.domain.errors import ChatStoreError, GowaError, PortTakenError
from gowa_desktop.domain.instance import InstanceChanges
from gowa_desktop.ui.instances.deletion_undo import DeletionUndo
from gowa_desktop.ui.look.sentences import told
from gowa_desktop.ui.parts.dialogs import ConfirmDialog
from gowa_desktop.ui.parts.message_bar import Kind, Message
from gowa_desktop.ui.verbs import (
    Verb,
    activity_of,
    bulk_failure,
    bulk_progress,
    bulk_result,
    failure_title,
    is_allowed,
    question,
    waiting_activity,
)  # fmt: skip

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QWidget

    from gowa_desktop.domain.instance import InstanceStatus
    from gowa_desktop.services.instances.instance_service import InstanceService
    from gowa_desktop.services.instances.operation import Operation
    from gowa_desktop.ui.instances.instance_table import InstanceModel
    from gowa_desktop.ui.parts.message_bar import MessageBar

MOST_AT_ONCE = 8
"""How many instances of a bulk action are under way at a time; the rest can still be cancelled. Stops run all at once."""
MOST_LISTED = 6
_UNDOABLE = frozenset({Verb.DELETE, Verb.RESET_DATA})


@dataclass(slots=True)
class _Bulk:
    """One request to several instances."""

    key: str
    verb: Verb
    count: int
    waiting: deque[InstanceStatus]
    under_way: int = 0
    done: int = 0
    failures: list[tuple[str, GowaError]] = field(default_factory=list)
    succeeded: list[InstanceStatus] = field(default_factory=list)


class OperationRunner(QObject):
    """Carries out requests on instances. Main thread; lives as long as the window."""

    finished = Signal()
    """Some request has its outcome, good or bad."""
    assistant_requested = Signal(int)
    """An instance has chats of another generation of GOWA; the update dialog can move it."""

    def __init__(
        self, instances: InstanceService, model: InstanceModel, messages: MessageBar, window: QWidget, unsaved: Callable[[], Sequence[int]]
    ) -> None:
        super().__init__(window)
        self._instances = instances
        self._model = model
        self._messages = messages
        self._window = window
        self._unsaved = unsaved
        self._undo = DeletionUndo(instances, messages, self)
        self._undo.start_requested.connect(self._on_undo_start_requested)
        self._bulk_count = 0
        self._operations: set[Operation] = set()

    def request(self, verb: Verb, ids: Sequence[int]) -> None:
        """Do this with these instances, as far as each allows it; ask first where that is due."""
        statuses = [self._instances.status(instance_id) for instance_id in ids]
        allowed = [status for status in statuses if is_allowed(verb, status)]
        if not allowed:
            return
        unsaved = set(self._unsaved())
        asked = question(verb, allowed, unsaved=sum(status.id in unsaved for status in allowed))
        if asked is None:
            self._run(verb, allowed)
            return
        dialog = ConfirmDialog(asked, [status.name for status in allowed], self._window)
        dialog.accepted.connect(partial(self._run_still_allowed, verb, [status.id for status in allowed]))
        dialog.open()

    def asks_first(self, verb: Verb, statuses: Sequence[InstanceStatus]) -> bool:
        """Tell whether a request would be asked about before it is carried out."""
        allowed = [status for status in statuses if is_allowed(verb, status)]
        return bool(allowed) and question(verb, allowed) is not None

    @Slot(list)
    def start_again(self, ids: Sequence[int]) -> None:
        """Start what was stopped a moment ago; what is still stopping is started when it has stopped."""
        there = {status.id: status for status in self._instances.statuses()}
        self._run(Verb.START, [there[instance_id] for instance_id in ids if instance_id in there and not there[instance_id].is_busy])

    def start_on_other_port(self, instance_id: int) -> None:
        """Give an instance the next free port and start it."""
        status = self._instances.status(instance_id)
        try:
            port = self._instances.suggest_port()
            if port is None:
                raise PortTakenError(self.tr("No port is free in the range for instances."), self.tr("Delete an instance first."))
            status = self._instances.update(instance_id, InstanceChanges(port=port))
        except GowaError as error:
            self._show_failure(Verb.START, status, error)
            return
        self._run(Verb.START, [status])

    def undo_changes(self, instance_id: int) -> None:
        """Take back what was changed since an instance last ran well, and start it."""
        try:
            status = self._instances.undo_changes(instance_id)
        except GowaError as error:
            self._show_failure(Verb.START, self._instances.status(instance_id), error)
            return
        self._run(Verb.START, [status])

    @Slot(list)
    def _on_undo_start_requested(self, ids: list[int]) -> None:
        self._run_still_allowed(Verb.START, ids)

    def _run_still_allowed(self, verb: Verb, ids: Sequence[int]) -> None:
        """Run after a question was answered: the world may have moved on meanwhile."""
        there = {status.id: status for status in self._instances.statuses()}
        self._run(verb, [there[i] for i in ids if i in there and is_allowed(verb, there[i])])

    def _run(self, verb: Verb, statuses: Sequence[InstanceStatus]) -> None:
        if len(statuses) == 1:
            status = statuses[0]
            self._messages.close_message(_message_key(status.id))
            self._begin(verb, status, partial(self._show_outcome, verb, status))
        elif statuses:
            self._bulk_count += 1
            bulk = _Bulk(f"bulk-{self._bulk_count}", verb, len(statuses), deque(statuses))
            for status in statuses:
                self._messages.close_message(_message_key(status.id))
                self._model.set_activity(status.id, waiting_activity(status))
            if verb is Verb.STOP:
                self._instances.announce_stops([status.id for status in statuses])
            self._continue(bulk)

    def _show_outcome(self, verb: Verb, status: InstanceStatus, error: GowaError | None) -> None:
        if error is not None:
            self._show_failure(verb, status, error)
        elif verb in _UNDOABLE:
            self._undo.offer(verb, [status], _message_key(status.id))

    def _begin(self, verb: Verb, status: InstanceStatus, on_end: Callable[[GowaError | None], None]) -> None:
        self._model.set_activity(status.id, activity_of(verb))
        try:
            operation: Operation = getattr(self._instances, verb.value)(status.id)
        except GowaError as error:
            self._end(status.id, error, on_end)
            return
        if operation.is_finished:
            self._end(status.id, operation.error, on_end)
            return
        self._operations.add(operation)
        operation.finished.connect(partial(self._on_operation_finished, operation, status.id, on_end))

    def _on_operation_finished(self, operation: Operation, instance_id: int, on_end: Callable[[GowaError | None], None]) -> None:
        self._operations.discard(operation)
        self._end(instance_id, operation.error, on_end)

    def _end(self, instance_id: int, error: GowaError | None, on_end: Callable[[GowaError | None], None]) -> None:
        self._model.set_activity(instance_id, None)
        on_end(error)
        self.finished.emit()

    def _continue(self, bulk: _Bulk) -> None:
        """Begin as many as may be under way, and show how far the whole is."""
        most = bulk.count if bulk.verb is Verb.STOP else MOST_AT_ONCE
        while bulk.waiting and bulk.under_way < most:
            status = bulk.waiting.popleft()
            bulk.under_way += 1
            self._begin(bulk.verb, status, partial(self._count, bulk, status))
        if bulk.done < bulk.count:
            self._show_progress(bulk)

    def _count(self, bulk: _Bulk, status: InstanceStatus, error: GowaError | None) -> None:
        bulk.under_way -= 1
        bulk.done += 1
        if error is not None:
            bulk.failures.append((status.name, error))
        else:
            bulk.succeeded.append(status)
        if bulk.done == bulk.count:
            self._show_result(bulk)
        else:
            self._continue(bulk)

    def _cancel(self, bulk: _Bulk) -> None:
        """Leave alone what has not begun; what is under way goes on to its end."""
        for status in bulk.waiting:
            self._model.set_activity(status.id, None)
        bulk.count -= len(bulk.waiting)
        bulk.waiting.clear()
        if bulk.done == bulk.count:
            self._show_result(bulk)
        else:
            self._show_progress(bulk)

    def _show_progress(self, bulk: _Bulk) -> None:
        text = self.tr("{what}: {done} of {count}").format(what=bulk_progress(bulk.verb, bulk.count), done=bulk.done, count=bulk.count)
        message = Message(
            bulk.key, text, Kind.BUSY, action_text=self.tr("Cancel"), action=partial(self._cancel, bulk), done=bulk.done,
            total=bulk.count,
        )  # fmt: skip
        self._messages.show_message(message)

    def _show_result(self, bulk: _Bulk) -> None:
        if bulk.verb in _UNDOABLE and bulk.succeeded:
            self._undo.offer(bulk.verb, bulk.succeeded, f"{bulk.key}-done" if bulk.failures else bulk.key)
        elif not bulk.failures:
            self._messages.show_message(Message(bulk.key, bulk_result(bulk.verb, bulk.count), Kind.GOOD))
        if not bulk.failures:
            return
        lines = [f"{name}: {told(str(error))}" for name, error in bulk.failures[:MOST_LISTED]]
        more = len(bulk.failures) - MOST_LISTED
        if more > 0:
            lines.append(self.tr("and {count} more").format(count=more))
        title = bulk_failure(bulk.verb, len(bulk.failures), bulk.count)
        self._messages.show_message(Message(bulk.key, "\n".join(lines), title=title))

    def _show_failure(self, verb: Verb, status: InstanceStatus, error: GowaError) -> None:
        action_text, action = "", None
        port = self._instances.suggest_port() if isinstance(error, PortTakenError) else None
        if port is not None:
            action_text = self.tr("Use port {port}").format(port=port)
            action = partial(self.start_on_other_port, status.id)
        elif isinstance(error, ChatStoreError):
            action_text = self.tr("Open the assistant…")
            action = partial(self.assistant_requested.emit, status.id)
        self._messages.show_message(
            Message(
                _message_key(status.id), error.message, title=failure_title(verb, status.name), detail=error.next_step,
                action_text=action_text, action=action,
            )
        )  # fmt: skip


def _message_key(instance_id: int) -> str:
    return f"instance-{instance_id}"
