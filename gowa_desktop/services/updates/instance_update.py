"""The update of one instance, step by step, and the way back. Each step is in the journal before it is begun."""

from __future__ import annotations

import dataclasses
import logging
from typing import TYPE_CHECKING

from gowa_desktop.domain.errors import CancelledError, ConflictError, GowaAnswerError, GowaError
from gowa_desktop.domain.instance import LATEST, DesiredState, InstanceState
from gowa_desktop.domain.update_record import UpdateStep
from gowa_desktop.domain.update_report import UpdateOutcome
from gowa_desktop.domain.versions import GowaVersion
from gowa_desktop.services.data.database_recovery import local_now
from gowa_desktop.services.flow import finished, on_worker
from gowa_desktop.store import chat_store
from gowa_desktop.store.data_marks import write_data_mark
from gowa_desktop.store.snapshot_restore import end_restore, unfinished_restore

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gowa_desktop.domain.update_record import UpdateRecord
    from gowa_desktop.infra.directories import DirectoryManager
    from gowa_desktop.services.flow import Flow
    from gowa_desktop.services.instances.instance_catalog import InstanceCatalog
    from gowa_desktop.services.instances.maintenance import Maintenance
    from gowa_desktop.services.tasks import TaskRunner
    from gowa_desktop.services.updates.snapshot_maker import SnapshotMaker
    from gowa_desktop.services.updates.update_watch import UpdateWatch, WatchTimes
    from gowa_desktop.store.update_journal import UpdateJournal

_BUSY = "it is being updated"
_log = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True, slots=True)
class UpdateTools:
    """What every update of an instance works with."""

    catalog: InstanceCatalog
    directories: DirectoryManager
    maintenance: Maintenance
    maker: SnapshotMaker
    watch: UpdateWatch
    journal: UpdateJournal
    tasks: TaskRunner


class InstanceUpdate:
    """Takes one instance to another version or leaves it as it was. Main thread; used for one update.

    Before the step `starting` the databases have only been copied and moved: undoing is moving back. From then on the new version
    may have written them: the way back is the snapshot.
    """

    def __init__(
        self,
        tools: UpdateTools,
        record: UpdateRecord,
        times: WatchTimes,
        tell: Callable[[UpdateRecord], None],
        is_cancelled: Callable[[], bool],
    ) -> None:
        self._tools = tools
        self._times = times
        self._tell = tell
        self._is_cancelled = is_cancelled
        self.record = record
        self._holds = False
        self.has_begun = False
        """True once anything was tried with the instance."""

    def run(self) -> Flow[UpdateRecord]:
        """Update the instance; the answer says what became of it. Raises nothing but what the journal cannot write."""
        try:
            self.hold()
        except GowaError as error:
            return (yield from self._over(UpdateOutcome.UNTOUCHED, str(error)))
        try:
            yield from self._prepare()
        except GowaError as error:
            return (yield from self._undo(error))
        return (yield from self._start_and_watch())

    def hold(self) -> None:
        """Keep everyone else away from the instance.

        Raises:
            NotFoundError, ConflictError: it is gone, or something else holds it.
        """
        self._tools.maintenance.hold(self.record.instance_id, _BUSY)
        self._holds = self.has_begun = True

    def go_on(self) -> Flow[UpdateRecord]:
        """Complete or undo what the last run of the program left; the instance is held and its process, if there is one, taken over."""
        step, identifier = self.record.step, self.record.instance_id
        if self.record.snapshot_id:
            self._tools.maker.protect(identifier, self.record.snapshot_id)
        if step is UpdateStep.CHANGING:
            return (yield from self._undo(_interrupted()))
        if step is UpdateStep.RETURNING:
            return (yield from self._return(self.record.reason))
        if self._tools.maintenance.state(identifier) in {InstanceState.STARTING, InstanceState.RUNNING}:
            return (yield from self._watch_to_the_end())
        return (yield from self._return(_interrupted().message))

    # Forward

    def _prepare(self) -> Flow[None]:
        tools, identifier = self._tools, self.record.instance_id
        if self.record.was_running and tools.maintenance.state(identifier) is InstanceState.RUNNING:
            try:
                before = yield from tools.watch.look(identifier)
                self.record = dataclasses.replace(self.record, before=before)
            except GowaAnswerError as error:
                _log.info("%s could not be asked for its accounts: %s", self.record.name, error.message)
        yield from self._begin(UpdateStep.STOPPING)
        yield from finished(tools.maintenance.stop(identifier))
        yield from self._begin(UpdateStep.SAVING)
        instance = tools.catalog.get(identifier)
        reason = f"Before the update to {self.record.to_tag}"
        snapshot = yield from on_worker(tools.tasks, tools.maker.taking(instance, self.record.from_tag, reason))
        aside = chat_store.name_for_aside(self.record.from_tag, local_now()) if self.record.moves_chat_store else ""
        yield from self._begin(UpdateStep.CHANGING, snapshot_id=snapshot.id, aside=aside)
        tools.maker.protect(identifier, snapshot.id)
        yield from on_worker(tools.tasks, self._change_data)
        tools.catalog.set_version(identifier, self.record.new_stored_tag)

    def _change_data(self) -> None:
        folder, record = self._folder, self.record
        if record.aside:
            returning = "" if GowaVersion(record.to_tag).has_devices else chat_store.old_store_aside(folder)
            chat_store.move_aside(folder, record.aside)
            if returning:
                chat_store.bring_back(folder, returning)
        write_data_mark(self._tools.directories.ensure(record.instance_id), record.to_tag)

    def _start_and_watch(self) -> Flow[UpdateRecord]:
        if not self._should_run:
            return (yield from self._over(UpdateOutcome.UPDATED, "It is stopped and stays so; it has not been started with this version yet."))
        try:
            yield from self._begin(UpdateStep.STARTING)
            yield from finished(self._tools.maintenance.start(self.record.instance_id))
        except GowaError as error:
            return (yield from self._return(error.message))
        return (yield from self._watch_to_the_end())

    def _watch_to_the_end(self) -> Flow[UpdateRecord]:
        try:
            yield from self._begin(UpdateStep.WATCHING)
            remark = yield from self._tools.watch.until_well(self.record.instance_id, self.record.before, self._times)
        except GowaError as error:
            return (yield from self._return(error.message))
        kept = " The chats of before are kept aside in its folder." if self.record.aside else ""
        sentence = remark or f"It runs well with {self.record.to_tag}."
        return (yield from self._over(UpdateOutcome.UPDATED, f"{sentence}{kept}"))

    # Back

    def _undo(self, cause: GowaError) -> Flow[UpdateRecord]:
        """Leave the instance as it was, when the new version has not run."""
        tools, identifier = self._tools, self.record.instance_id
        cause_text = "The update was called off." if isinstance(cause, CancelledError) else cause.message
        try:
            if self.record.step is UpdateStep.CHANGING:
                yield from on_worker(tools.tasks, self._undo_data)
                tools.catalog.set_version(identifier, self.record.old_stored_tag)
            if self._should_run and not tools.maintenance.is_live(identifier):
                yield from finished(tools.maintenance.start(identifier))
        except GowaError as error:
            return (yield from self._over(UpdateOutcome.FAILED, f"{cause_text} It could not be made as it was: {error}"))
        return (yield from self._over(UpdateOutcome.UNTOUCHED, f"{cause_text} It is as it was."))

    def _undo_data(self) -> None:
        if self.record.aside:
            chat_store.undo_move(self._folder, self.record.aside)
        if self.record.from_tag:
            write_data_mark(self._folder, self.record.from_tag)

    def _return(self, reason: str) -> Flow[UpdateRecord]:
        """Put the old version and the snapshot back, because the new version ran and did not do."""
        tools, identifier = self._tools, self.record.instance_id
        try:
            yield from self._begin(UpdateStep.RETURNING, reason=reason)
            yield from finished(tools.maintenance.stop(identifier))
            yield from self._save_what_failed()
            instance = tools.catalog.get(identifier)
            yield from on_worker(tools.tasks, tools.maker.putting_back(instance, self.record.snapshot_id))
            yield from on_worker(tools.tasks, self._return_data)
            # `latest` would go to the new version again at the next start.
            stored = self.record.from_tag if self.record.old_stored_tag == LATEST and self.record.from_tag else self.record.old_stored_tag
            tools.catalog.set_version(identifier, stored)
            yield from on_worker(tools.tasks, lambda: end_restore(self._folder))
        except GowaError as error:
            sentence = f"{reason} The way back failed, too: {error} Its snapshot is {self.record.snapshot_id}."
            return (yield from self._over(UpdateOutcome.FAILED, sentence))
        if self._should_run:
            try:
                yield from finished(tools.maintenance.start(identifier))
            except GowaError as error:
                sentence = f"{reason} It has {self.record.from_tag} and its data of before again, but it does not start: {error}"
                return (yield from self._over(UpdateOutcome.FAILED, sentence))
        pinned = f" It was set to {stored} so that it stays there." if stored != self.record.old_stored_tag else ""
        return (
            yield from self._over(UpdateOutcome.RETURNED, f"{reason} It has {self.record.from_tag} and its data of before again.{pinned}")
        )

    def _save_what_failed(self) -> Flow[None]:
        """Keep what the new version made of the databases: messages that came meanwhile are nowhere else."""
        tools, identifier = self._tools, self.record.instance_id
        if unfinished_restore(self._folder) is not None:
            return
        reason = f"After the failed update to {self.record.to_tag}"
        work = tools.maker.taking(tools.catalog.get(identifier), self.record.to_tag, reason, accepts_damage=True)
        try:
            yield from on_worker(tools.tasks, work)
        except GowaError as error:
            _log.warning("What the failed update of %s left could not be saved: %s", self.record.name, error)

    def _return_data(self) -> None:
        write_data_mark(self._folder, self.record.from_tag)
        if self.record.aside:
            chat_store.drop_aside(self._folder, self.record.aside)

    # Both

    @property
    def _folder(self) -> Path:
        return self._tools.directories.folder(self.record.instance_id)

    @property
    def _should_run(self) -> bool:
        """A person may have stopped it meanwhile."""
        return self.record.was_running and self._tools.catalog.get(self.record.instance_id).desired is DesiredState.RUNNING

    def _begin(self, step: UpdateStep, *, snapshot_id: str = "", aside: str = "", reason: str = "") -> Flow[None]:
        """Write a step down before it is begun.

        Raises:
            CancelledError: the update was called off, and this step is one that has not changed anything yet.
            FolderError: it cannot be written.
        """
        if self._is_cancelled() and step in {UpdateStep.STOPPING, UpdateStep.SAVING, UpdateStep.CHANGING}:
            raise CancelledError("The update was called off.")
        record = dataclasses.replace(
            self.record,
            step=step,
            snapshot_id=snapshot_id or self.record.snapshot_id,
            aside=aside or self.record.aside,
            reason=reason or self.record.reason,
        )
        yield from on_worker(self._tools.tasks, lambda: self._tools.journal.write(record))
        self.record = record
        self._tell(record)

    def _over(self, outcome: UpdateOutcome, sentence: str) -> Flow[UpdateRecord]:
        record = self.record.over(outcome, sentence)
        try:
            yield from on_worker(self._tools.tasks, lambda: self._tools.journal.write(record))
        except GowaError as error:
            # The next launch looks at the step before and puts things in order once more.
            _log.warning("The end of the update of %s could not be written down: %s", record.name, error)
        self.record = record
        self._tools.maker.unprotect(record.instance_id, record.snapshot_id)
        if self._holds:
            self._tools.maintenance.release(record.instance_id)
        self._tell(record)
        return record


def _interrupted() -> ConflictError:
    return ConflictError("The program ended while it was being updated.", "Update it again.")
