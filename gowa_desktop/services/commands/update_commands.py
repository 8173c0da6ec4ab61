"""What the verbs on updates and snapshots do: requests in, calls of the services, answers out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gowa_desktop.domain.errors import GowaError, UpdateFailedError, UsageError
from gowa_desktop.domain.snapshots import STALE_KEYS_WARNING
from gowa_desktop.domain.update_plan import UpdateKind
from gowa_desktop.domain.update_report import UpdateOutcome
from gowa_desktop.domain.versions import SIMULATOR
from gowa_desktop.services.commands.command_answer import PendingOperations
from gowa_desktop.services.commands.command_protocol import Verb, error_to_json

if TYPE_CHECKING:
    from gowa_desktop.domain.json_types import JsonObject
    from gowa_desktop.domain.snapshots import Snapshot
    from gowa_desktop.domain.update_plan import PlannedUpdate, UpdatePlan
    from gowa_desktop.domain.update_report import UpdateReport, UpdateRow
    from gowa_desktop.services.commands.command_answer import Answer, Handler
    from gowa_desktop.services.commands.command_protocol import Request
    from gowa_desktop.services.instances.instance_service import InstanceService
    from gowa_desktop.services.instances.operation import Operation
    from gowa_desktop.services.updates.snapshots import SnapshotService
    from gowa_desktop.services.updates.updater import Updater


class UpdateCommands:
    """The verbs on updates and snapshots. Main thread."""

    def __init__(self, instances: InstanceService, updater: Updater, snapshots: SnapshotService) -> None:
        self._instances = instances
        self._updater = updater
        self._snapshots = snapshots
        self._pending = PendingOperations()

    def handlers(self) -> dict[str, Handler]:
        """Give what carries out each verb."""
        return {
            Verb.UPDATE: self._update,
            Verb.UPDATES: self._reports,
            Verb.SNAPSHOTS: self._list,
            Verb.CREATE_SNAPSHOT: self._create,
            Verb.RESTORE_SNAPSHOT: self._restore,
            Verb.DELETE_SNAPSHOT: self._delete,
        }

    def _update(self, request: Request, answer: Answer) -> None:
        plan = self._updater.plan(self._targets(request), request.optional_text("to"), has_canary=not request.is_set("no_canary"))
        for item in plan.items:
            for line in plan_lines(item):
                answer.progress(line)
        if request.is_set("plan"):
            answer.succeed([planned_to_json(item) for item in plan.items])
        elif plan.needs_consent and not request.is_set("yes"):
            raise UsageError("This update sets chats aside, as said above. Nothing was done.", "Add --yes to do it.")
        elif not plan.work:
            answer.succeed([])
        else:
            self._run(plan, answer)

    def _run(self, plan: UpdatePlan, answer: Answer) -> None:
        operation = self._updater.run(plan)
        answer.when_left(operation.cancel)

        def advance() -> None:
            if operation.progress is not None:
                answer.advance(operation.progress)

        def finish(error: GowaError | None) -> None:
            report = self._updater.report(operation)
            if report is None:
                answer.fail(error or UpdateFailedError("The update left no report."))
                return
            for row in report.rows:
                if row.outcome is UpdateOutcome.UPDATED:
                    answer.progress(f"{row.name}: updated to {row.to_tag}. {row.sentence}")
            answer.succeed([row_to_json(row) for row in report.rows])

        operation.progressed.connect(advance)
        self._pending.wait(operation, finish)

    def _targets(self, request: Request) -> list[int]:
        if request.is_set("all"):
            return [status.id for status in self._instances.statuses() if status.gowa_version != SIMULATOR]
        return [self._instances.find(name).id for name in request.texts("names")]

    def _reports(self, _request: Request, answer: Answer) -> None:
        answer.succeed([report_to_json(report) for report in self._updater.reports()])

    def _list(self, request: Request, answer: Answer) -> None:
        status = self._instances.find(request.text("name"))
        answer.succeed([snapshot_to_json(one) for one in self._snapshots.list(status.id)])

    def _create(self, request: Request, answer: Answer) -> None:
        status = self._instances.find(request.text("name"))
        operation = self._snapshots.create(status.id, request.optional_text("reason") or "Made by hand")

        def finish(error: GowaError | None) -> None:
            if error is not None:
                answer.fail(error)
                return
            made = self._snapshots.list(status.id)[0]
            answer.progress(f"Saved {status.name} as {made.id}.")
            answer.succeed(snapshot_to_json(made))

        self._pending.wait(operation, finish)

    def _restore(self, request: Request, answer: Answer) -> None:
        status = self._instances.find(request.text("name"))
        snapshot = self._snapshots.find(status.id, request.text("id"))
        if not request.is_set("yes"):
            raise UsageError(f"{STALE_KEYS_WARNING} Nothing was done.", "Add --yes to restore it.")
        self._wait(self._snapshots.restore(snapshot), f"{status.name} has the data of {snapshot.id} again.", answer)

    def _delete(self, request: Request, answer: Answer) -> None:
        status = self._instances.find(request.text("name"))
        snapshot = self._snapshots.find(status.id, request.text("id"))
        if not request.is_set("yes"):
            raise UsageError(f"This would delete the snapshot {snapshot.id} of {status.name}.", "Add --yes to do it.")
        self._wait(self._snapshots.delete(snapshot), f"The snapshot {snapshot.id} is deleted.", answer)

    def _wait(self, operation: Operation, sentence: str, answer: Answer) -> None:
        def finish(error: GowaError | None) -> None:
            if error is not None:
                answer.fail(error)
            else:
                answer.progress(sentence)
                answer.succeed(None)

        self._pending.wait(operation, finish)


def plan_lines(item: PlannedUpdate) -> list[str]:
    """Say what is going to happen to one instance; a plain update needs one line."""
    if item.kind is UpdateKind.UP_TO_DATE:
        return [f"{item.name}: {' '.join(item.notes) or f'it has {item.to_tag} already.'}"]
    lines = [f"{item.name}: {item.from_tag or 'unknown version'} to {item.to_tag}"]
    if item.lost:
        lines += [f"  stays:   {text}" for text in item.kept] + [f"  changes: {text}" for text in item.lost]
    return lines + [f"  note:    {text}" for text in item.notes]


def planned_to_json(item: PlannedUpdate) -> JsonObject:
    """Give a planned update as `update --plan --json` shows it."""
    return {
        "name": item.name,
        "from_tag": item.from_tag,
        "to_tag": item.to_tag,
        "kind": item.kind.value,
        "moves_chat_store": item.moves_chat_store,
        "kept": [*item.kept],
        "lost": [*item.lost],
        "notes": [*item.notes],
    }


def row_to_json(row: UpdateRow) -> JsonObject:
    """Give what became of one instance as `update --json` shows it."""
    is_ok = row.outcome is UpdateOutcome.UPDATED
    fields: JsonObject = {
        "name": row.name,
        "ok": is_ok,
        "outcome": row.outcome.value,
        "from_tag": row.from_tag,
        "to_tag": row.to_tag,
        "sentence": row.sentence,
        "snapshot_id": row.snapshot_id or None,
    }
    return fields if is_ok else {**fields, "error": error_to_json(UpdateFailedError(row.sentence))}


def report_to_json(report: UpdateReport) -> JsonObject:
    """Give the report of an update as `updates --json` shows it."""
    rows: list[JsonObject] = [row_to_json(row) for row in report.rows]
    for row in rows:
        row.pop("ok")  # an old failure is no failure of the command that shows it
        row.pop("error", None)
    return {
        "id": report.id,
        "to_tag": report.to_tag,
        "started_at": report.started_at.isoformat(),
        "ended_at": report.ended_at.isoformat(),
        "was_interrupted": report.was_interrupted,
        "sentence": report.sentence,
        "rows": [*rows],
    }


def snapshot_to_json(snapshot: Snapshot) -> JsonObject:
    """Give a snapshot as `snapshots list --json` shows it."""
    return {
        "id": snapshot.id,
        "tag": snapshot.tag or None,
        "created_at": snapshot.created_at.isoformat(),
        "reason": snapshot.reason,
        "size_bytes": snapshot.size_bytes,
        "files": [*snapshot.files],
        "left_out": [*snapshot.left_out],
        "is_in_trash": snapshot.is_in_trash,
    }
