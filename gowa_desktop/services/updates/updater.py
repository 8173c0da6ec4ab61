"""Updater: moves instances to another version with a way back: one first, watched, then the others in groups; and tells afterwards."""

from __future__ import annotations

import dataclasses
import logging
import secrets
from datetime import UTC
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from gowa_desktop.domain.errors import CancelledError, ConflictError, GowaError, UpdateFailedError
from gowa_desktop.domain.progress import Progress
from gowa_desktop.domain.update_plan import next_group
from gowa_desktop.domain.update_record import UpdateRecord, UpdateStep
from gowa_desktop.domain.update_report import UpdateOutcome, UpdateReport
from gowa_desktop.services.data.database_recovery import local_now
from gowa_desktop.services.flow import on_worker, run_flow, together
from gowa_desktop.services.instances.operation import Operation
from gowa_desktop.services.updates.instance_update import InstanceUpdate, UpdateTools
from gowa_desktop.services.updates.update_watch import WatchTimes
from gowa_desktop.store.update_journal import JournalHead

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gowa_desktop.domain.update_plan import PlannedUpdate, UpdatePlan
    from gowa_desktop.services.flow import Flow
    from gowa_desktop.services.settings import AppSettings
    from gowa_desktop.services.updates.update_planner import UpdatePlanner

_WORDS = {
    UpdateStep.WAITING: "waits",
    UpdateStep.STOPPING: "stopping",
    UpdateStep.SAVING: "saving a snapshot",
    UpdateStep.CHANGING: "changing the version",
    UpdateStep.STARTING: "starting",
    UpdateStep.WATCHING: "watching",
    UpdateStep.RETURNING: "returning to the old version",
    UpdateStep.OVER: "done",
}
_UNCHANGED = frozenset({UpdateStep.WAITING, UpdateStep.STOPPING, UpdateStep.SAVING})
_log = logging.getLogger(__name__)


class Updater(QObject):
    """One update at a time, of any number of instances. Main thread."""

    report_added = Signal()
    """An update is over; it is the first of `reports`."""

    def __init__(self, planner: UpdatePlanner, tools: UpdateTools, settings: AppSettings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._planner = planner
        self._tools = tools
        self._settings = settings
        self._operation: Operation | None = None
        self._is_cancelled = False
        self._records: dict[int, UpdateRecord] = {}
        self._reports: dict[Operation, UpdateReport] = {}
        self._unfinished: tuple[JournalHead, list[UpdateRecord], list[InstanceUpdate]] | None = None

    def plan(
        self, instance_ids: Iterable[int], to_tag: str | None = None, *, has_canary: bool = True, must_be_installed: bool = True
    ) -> UpdatePlan:
        """Say what an update would do, with what is kept and what is lost; nothing is done.

        Args:
            instance_ids: which instances; those that need nothing are in the plan as well.
            to_tag: an installed version; None or `latest` for the highest installed.
            has_canary: update one first and watch it before the others follow.
            must_be_installed: False to look at an update to a version that is yet to be installed; such a plan cannot be run.

        Raises:
            VersionMissingError: the version is not installed.
            VersionRefusedError: it is the simulator.
            NotFoundError: there is no such instance.
        """
        return self._planner.plan(instance_ids, to_tag, has_canary=has_canary, must_be_installed=must_be_installed)

    def outdated(self, to_tag: str) -> list[int]:
        """Give the ids of the instances that an update to an installed version would bring forward.

        Raises:
            VersionMissingError: the version is not installed.
        """
        return self._planner.outdated(to_tag)

    def versions_needed(self) -> dict[str, list[str]]:
        """Give by tag the names of the instances whose databases belong to a version, or that an update may take back to it."""
        found = self._planner.data_tags()
        for record in (*self._records.values(), *(self._unfinished[1] if self._unfinished is not None else ())):
            if record.step is not UpdateStep.OVER:
                for tag in {record.from_tag, record.to_tag} - {""}:
                    found.setdefault(tag, []).append(record.name)
        return found

    @property
    def current(self) -> Operation | None:
        """The update under way, or None."""
        return self._operation

    @property
    def records(self) -> list[UpdateRecord]:
        """Where each instance is in the update under way, in its order; empty when there is none."""
        return list(self._records.values()) if self._operation is not None else []

    def run(self, plan: UpdatePlan) -> Operation:
        """Carry a plan out. What it says is lost must have been agreed to before.

        The progress counts instances. It can be called off: what has begun is undone or completed, the rest is not touched. Fails with
        UpdateFailedError when any instance was not updated, with CancelledError, or with ConflictError while another update runs; what
        became of each instance is in `report`.
        """
        operation = Operation(f"Update to {plan.to_tag}", self, on_cancel=self._cancel)
        if self._operation is not None or self._unfinished is not None:
            operation.fail(ConflictError("Another update is under way.", "Wait until it has ended."))
            return operation
        self._operation = operation
        self._is_cancelled = False

        def on_over(report: UpdateReport) -> None:
            self._end(operation, report)

        def on_failed(error: GowaError) -> None:
            self._operation = None
            operation.fail(error)

        run_flow(self._run(plan, operation), on_over, on_failed)
        return operation

    def report(self, operation: Operation) -> UpdateReport | None:
        """Give what became of an update of this run of the program; None before it is over."""
        return self._reports.get(operation)

    def reports(self) -> list[UpdateReport]:
        """Give what became of the last 20 updates, newest first, also of earlier runs of the program."""
        return self._tools.journal.reports()

    def recover(self) -> None:
        """Take in hand what an update of an earlier run left half done; called before instances start. `go_on` does it."""
        found = self._tools.journal.unfinished()
        if found is None:
            return
        head, records = found
        to_do = []
        for record in records:
            if record.step is UpdateStep.OVER or record.step in _UNCHANGED or not self._is_same(record):
                continue
            update = InstanceUpdate(self._tools, record, self._times(), lambda _: None, lambda: False)
            try:
                update.hold()
            except GowaError as error:
                _log.warning("The update of %s cannot be put in order: %s", record.name, error)
            else:
                to_do.append(update)
        _log.warning("An update to %s was interrupted; %d instances are put in order", head.to_tag, len(to_do))
        self._unfinished = (head, records, to_do)

    def go_on(self) -> None:
        """Complete or undo what `recover` found, once the instances are taken over; the report follows."""
        if self._unfinished is None:
            return
        head, records, to_do = self._unfinished

        def on_over(report: UpdateReport) -> None:
            self._unfinished = None
            _log.warning("The interrupted update was put in order: %s", report.sentence)
            self.report_added.emit()

        def on_failed(error: GowaError) -> None:
            self._unfinished = None
            _log.warning("The interrupted update could not be put in order: %s", error)

        run_flow(self._repair(head, records, to_do), on_over, on_failed)

    def _run(self, plan: UpdatePlan, operation: Operation) -> Flow[UpdateReport]:
        now = local_now().astimezone(UTC)
        head = JournalHead(f"{now:%Y%m%dT%H%M%S.%fZ}-{secrets.token_hex(2)}", plan.to_tag, now)
        records = self._records = {item.instance_id: self._planned(item.instance_id, plan) for item in plan.work}
        yield from on_worker(self._tools.tasks, lambda: self._tools.journal.begin(head, list(records.values())))

        def tell(record: UpdateRecord) -> None:
            records[record.instance_id] = record
            done = sum(one.step is UpdateStep.OVER for one in records.values())
            operation.advance(Progress(f"{record.name}: {_WORDS[record.step]}", done, len(records), "steps"))

        waiting = list(plan.work)
        is_canary = plan.has_canary
        reason: str | None = None
        while waiting and reason is None:
            group = next_group(waiting, self._settings.update_group, is_canary=is_canary)
            waiting = [item for item in waiting if item not in group]
            tried = yield from self._run_group(group, records, tell)
            is_canary = is_canary and not any(record.outcome is UpdateOutcome.UPDATED for record in tried)
            reason = self._reason_to_stop(tried)
        for item in waiting:
            records[item.instance_id] = records[item.instance_id].over(UpdateOutcome.UNTOUCHED, reason or "")
        return (yield from self._close_books(head, list(records.values()), was_interrupted=False))

    def _run_group(
        self, group: tuple[PlannedUpdate, ...], records: dict[int, UpdateRecord], tell: Callable[[UpdateRecord], None]
    ) -> Flow[list[UpdateRecord]]:
        """Update a group side by side; the answer is what became of those with which something was tried."""
        for item in group:
            records[item.instance_id] = self._as_it_is_now(item, records[item.instance_id])
        to_do = [records[item.instance_id] for item in group if records[item.instance_id].step is not UpdateStep.OVER]
        updates = [InstanceUpdate(self._tools, record, self._times(), tell, lambda: self._is_cancelled) for record in to_do]
        outcomes = yield from together([update.run() for update in updates])
        for update, outcome in zip(updates, outcomes, strict=True):
            if isinstance(outcome, GowaError):
                records[update.record.instance_id] = update.record.over(UpdateOutcome.FAILED, str(outcome))
        return [records[update.record.instance_id] for update in updates if update.has_begun]

    def _repair(self, head: JournalHead, records: list[UpdateRecord], to_do: list[InstanceUpdate]) -> Flow[UpdateReport]:
        outcomes = yield from together([update.go_on() for update in to_do])
        ended = {update.record.instance_id: update.record for update in to_do}
        for update, outcome in zip(to_do, outcomes, strict=True):
            if isinstance(outcome, GowaError):
                ended[update.record.instance_id] = update.record.over(UpdateOutcome.FAILED, str(outcome))
        for record in records:
            if record.step in _UNCHANGED:
                ended[record.instance_id] = record.over(UpdateOutcome.UNTOUCHED, "The program ended before its turn; it is as it was.")
        return (yield from self._close_books(head, [ended.get(r.instance_id, r) for r in records], was_interrupted=True))

    def _close_books(self, head: JournalHead, records: list[UpdateRecord], *, was_interrupted: bool) -> Flow[UpdateReport]:
        now = local_now().astimezone(UTC)
        report = UpdateReport(head.id, head.to_tag, head.started_at, now, tuple(record.row for record in records), was_interrupted)
        try:
            yield from on_worker(self._tools.tasks, lambda: self._tools.journal.end(report))
        except GowaError as error:
            # What was done is done; the next launch finds every step over and only tells once more.
            _log.warning("The report of the update could not be kept: %s", error)
        return report

    def _as_it_is_now(self, item: PlannedUpdate, record: UpdateRecord) -> UpdateRecord:
        """Look again when the turn of an instance has come: a person may have stopped, started or changed it meanwhile."""
        if record.step is UpdateStep.OVER:
            return record
        try:
            now = self._planner.plan([item.instance_id], item.to_tag, has_canary=False).items[0]
        except GowaError as error:
            return record.over(UpdateOutcome.UNTOUCHED, str(error))
        if (now.from_tag, now.moves_chat_store) != (item.from_tag, item.moves_chat_store):
            return record.over(UpdateOutcome.UNTOUCHED, "It was changed after this update was planned. Update it again.")
        stored = self._tools.catalog.get(item.instance_id).gowa_version
        return dataclasses.replace(record, was_running=now.is_running, old_stored_tag=stored, new_stored_tag=now.stored_tag)

    def _reason_to_stop(self, tried: list[UpdateRecord]) -> str | None:
        if self._is_cancelled:
            return "The update was called off before its turn."
        bad = next((one for one in tried if one.outcome is not UpdateOutcome.UPDATED), None)
        return f"Not begun, because {bad.name} could not be updated." if bad is not None else None

    def _planned(self, instance_id: int, plan: UpdatePlan) -> UpdateRecord:
        item = next(item for item in plan.items if item.instance_id == instance_id)
        if not self._tools.catalog.has(instance_id):
            return UpdateRecord.planned(item, "", "").over(UpdateOutcome.UNTOUCHED, "It was deleted after this update was planned.")
        instance = self._tools.catalog.get(instance_id)
        return UpdateRecord.planned(item, instance.key, instance.gowa_version)

    def _is_same(self, record: UpdateRecord) -> bool:
        return self._tools.catalog.has(record.instance_id) and self._tools.catalog.get(record.instance_id).key == record.key

    def _times(self) -> WatchTimes:
        return WatchTimes(self._settings.update_watch_s)

    def _cancel(self) -> None:
        self._is_cancelled = True

    def _end(self, operation: Operation, report: UpdateReport) -> None:
        self._operation = None
        self._reports[operation] = report
        self.report_added.emit()
        if report.is_ok:
            operation.succeed()
        elif self._is_cancelled:
            operation.fail(CancelledError(f"The update was called off. {report.sentence}"))
        else:
            bad = next(row for row in report.rows if row.outcome is not UpdateOutcome.UPDATED)
            operation.fail(UpdateFailedError(report.sentence, f"{bad.name}: {bad.sentence}"))
