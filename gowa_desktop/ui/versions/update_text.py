"""The words of an update: what it means for an instance, what to do afterwards, how it ended. Plain functions, no widgets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from gowa_desktop.domain.instance import InstanceState
from gowa_desktop.domain.update_plan import UpdateKind
from gowa_desktop.domain.update_record import UpdateStep
from gowa_desktop.domain.update_report import UpdateOutcome
from gowa_desktop.ui.instances.status_text import Activity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gowa_desktop.domain.update_plan import PlannedUpdate
    from gowa_desktop.domain.update_record import UpdateRecord
    from gowa_desktop.domain.update_report import UpdateReport

OUTCOME_MARKS = {
    UpdateOutcome.UPDATED: InstanceState.RUNNING, UpdateOutcome.RETURNED: InstanceState.BACKOFF,
    UpdateOutcome.UNTOUCHED: InstanceState.STOPPED, UpdateOutcome.FAILED: InstanceState.FAILED,
}  # fmt: skip


def _tr(text: str) -> str:
    return QCoreApplication.translate("update", text)


def change_text(from_tag: str, to_tag: str) -> str:
    """Write from which version to which."""
    return f"{from_tag or '?'} → {to_tag}"


def kind_text(item: PlannedUpdate) -> str:
    """Say in a few words what happens to an instance."""
    if item.kind is UpdateKind.UP_TO_DATE:
        return _tr("Has this version already")
    if item.lost:
        return _tr("Pairing stays, chats begin anew")
    if item.kind is UpdateKind.DOWNGRADE:
        return _tr("Older version, everything is kept")
    return _tr("Everything is kept")


def who(items: Sequence[PlannedUpdate]) -> str:
    """Name the instances of a plan, or count them."""
    if len(items) == 1:
        return items[0].name
    return _tr("{count} instances").format(count=len(items))


def needs_assistant(items: Sequence[PlannedUpdate]) -> bool:
    """Tell whether there is something to read before these instances are updated."""
    return any(item.lost or item.notes for item in items)


def afterwards(items: Sequence[PlannedUpdate]) -> list[str]:
    """Say what a person should do once the instances have their new version."""
    lines = [_tr("Send a message to one of the numbers and see that it arrives where you expect it.")]
    if any(item.kind is UpdateKind.NEEDS_ASSISTANT for item in items):
        lines += [
            _tr("Look at what receives your webhooks: their form changed with v8."),
            _tr("Programs that read chats through the API see new messages only. Do not expect the old ones."),
            _tr("Nothing has to be paired. If a phone asks for it all the same, scan the code as usual."),
        ]
    if any(item.kind is UpdateKind.DOWNGRADE for item in items):
        lines.append(_tr("See that WhatsApp still accepts the older version: the instance must say that it is connected."))
    lines.append(_tr("A snapshot of before is kept. You find it under Snapshots in the menu of the instance."))
    return lines


def step_text(record: UpdateRecord) -> str:
    """Say what is being done to an instance."""
    if record.outcome is not None:
        return {
            UpdateOutcome.UPDATED: _tr("Updated"), UpdateOutcome.RETURNED: _tr("Has its old version again"),
            UpdateOutcome.UNTOUCHED: _tr("As it was"), UpdateOutcome.FAILED: _tr("Needs you"),
        }[record.outcome]  # fmt: skip
    return {
        UpdateStep.WAITING: _tr("Waits for its turn"),
        UpdateStep.STOPPING: _tr("Stopping"),
        UpdateStep.SAVING: _tr("Saving a snapshot"),
        UpdateStep.CHANGING: _tr("Changing the version"),
        UpdateStep.STARTING: _tr("Starting"),
        UpdateStep.WATCHING: _tr("Watching whether it is well"),
        UpdateStep.RETURNING: _tr("Returning to the old version"),
        UpdateStep.OVER: _tr("Done"),
    }[record.step]


def step_mark(record: UpdateRecord) -> InstanceState:
    """Give the mark that stands for what is being done to an instance."""
    if record.outcome is not None:
        return OUTCOME_MARKS[record.outcome]
    if record.step is UpdateStep.WAITING:
        return InstanceState.STOPPED
    return InstanceState.BACKOFF if record.step is UpdateStep.RETURNING else InstanceState.STARTING


def activity_of(record: UpdateRecord) -> Activity:
    """Give what the table shows of an instance while it is being updated."""
    text = _tr("Going back") if record.step is UpdateStep.RETURNING else _tr("Updating")
    return Activity(text, step_mark(record), frozenset(InstanceState))


def title_of(report: UpdateReport) -> str:
    """Say in a few words how an update ended."""
    if report.is_ok:
        return _tr("The update went well")
    outcomes = {row.outcome for row in report.rows}
    if UpdateOutcome.FAILED in outcomes:
        return _tr("The update needs you")
    if UpdateOutcome.RETURNED in outcomes:
        return _tr("The update was taken back")
    return _tr("The update was not finished")
