"""Lifecycle: start, stop, kill and restart of instances, and the start of what should run when the program begins."""

from __future__ import annotations

import contextlib
import os
from collections import deque
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING

from gowa_desktop.domain.errors import (
    ChatStoreError,
    ConflictError,
    GowaError,
    NotFoundError,
    ProgramBlockedError,
    StartFailedError,
    StopFailedError,
)
from gowa_desktop.domain.instance import LIVE_STATES, DesiredState, ExitReport, InstanceState
from gowa_desktop.domain.restart_policy import FailureCounter, Verdict
from gowa_desktop.domain.versions import GowaVersion
from gowa_desktop.services.instances.operation import Operation

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtCore import QObject

    from gowa_desktop.domain.instance import Instance, LaunchSpec, ProcessIdentity
    from gowa_desktop.services.instances.instance_parts import InstanceParts
    from gowa_desktop.services.instances.instance_settings import InstanceSettings
    from gowa_desktop.services.supervision.exit_journal import ExitJournal

_NOT_YET_OVER = frozenset({InstanceState.STARTING, InstanceState.STOPPING})
"""A start that ran out of time is being ended by force before it has failed."""


class Lifecycle:
    """Moves instances between states. Main thread; each request answers at once with an Operation that ends later."""

    def __init__(self, parts: InstanceParts, journal: ExitJournal, instance_settings: InstanceSettings, owner: QObject) -> None:
        self._catalog = parts.catalog
        self._parser = parts.parser
        self._directories = parts.directories
        self._versions = parts.versions
        self._processes = parts.processes
        self._settings = parts.settings
        self._gate = parts.gate
        self._journal = journal
        self._instance_settings = instance_settings
        self._owner = owner
        self._to_resume: deque[int] = deque()
        self._resuming: set[int] = set()
        self._asked: set[int] = set()
        """Instances that a person has started and that have not been ready since: their failure is told, not retried."""
        self._counters: dict[int, FailureCounter] = {}
        self._restarts: dict[int, int] = {}
        self._well: set[int] = set()
        parts.processes.set_judge(self._on_unexpected_end)

    def start(self, instance_id: int) -> Operation:
        """Start an instance; one that is stopping is started when it has stopped."""
        instance = self._catalog.get(instance_id)
        operation = Operation(f"Start {instance.name}", self._owner)
        self._counter(instance_id).forget()
        state = self._processes.get(instance_id).state
        if self._catalog.is_busy(instance_id) or state not in LIVE_STATES:
            self._begin_start(operation, instance_id)
        elif state is InstanceState.RUNNING:
            operation.succeed()
        elif state is InstanceState.STARTING:
            self.when(instance_id, lambda state: state is not InstanceState.STARTING, lambda: self._end_start(operation, instance_id))
        else:
            self.when_not_live(instance_id, lambda: self._begin_start(operation, instance_id))
        return operation

    def stop(self, instance_id: int) -> Operation:
        """Stop an instance gracefully; a stopped one is done at once."""
        return self._end_process(instance_id, "Stop", is_forced=False)

    def announce_stops(self, instance_ids: Sequence[int]) -> None:
        """Ask many to stop before `stop` is called for each: the last must not wait for the bookkeeping of the first."""
        # A wish that cannot be stored is told by the `stop` that follows.
        with contextlib.suppress(GowaError):
            self._catalog.want_all(instance_ids, DesiredState.STOPPED)
            for instance_id in instance_ids:
                self._processes.get(instance_id).ask_to_stop()

    def kill(self, instance_id: int) -> Operation:
        """End an instance at once."""
        return self._end_process(instance_id, "Force kill", is_forced=True)

    def restart(self, instance_id: int) -> Operation:
        """Stop an instance gracefully and start it again; a stopped one is started."""
        instance = self._catalog.get(instance_id)
        operation = Operation(f"Restart {instance.name}", self._owner)
        process = self._processes.get(instance_id)
        self._counter(instance_id).forget()
        if not process.is_live:
            self._begin_start(operation, instance_id)
            return operation
        try:
            # What can be known beforehand is checked before anything is stopped.
            self._catalog.refuse_when_busy(instance)
            self._spec(instance)
            self._instance_settings.refuse_stray_env(instance)
            self._gate.check(instance)
        except GowaError as error:
            operation.fail(error)
            return operation
        process.stop()
        self.when_not_live(instance_id, lambda: self._begin_start(operation, instance_id))
        return operation

    def prepare_removal(self, instance_id: int) -> None:
        """Want an instance stopped for good and begin to stop it.

        Raises:
            DatabaseError: the wish cannot be stored; then nothing is stopped.
        """
        self._catalog.want(instance_id, DesiredState.STOPPED)
        with contextlib.suppress(ValueError):
            self._to_resume.remove(instance_id)
        self._processes.get(instance_id).stop()

    def recover(self) -> None:
        """Adopt what lives, repair what does not, and start what should run."""
        programs = frozenset(os.path.realpath(self._versions.command(version)[0]) for version in self._versions.installed())
        for instance in self._catalog.all():
            is_adopted = self._processes.recover(instance, self._adopted_spec, self._catalog.hidden_texts(instance), programs)
            if not is_adopted and instance.desired is DesiredState.RUNNING:
                self._to_resume.append(instance.id)
            elif is_adopted and instance.desired is DesiredState.STOPPED:
                self._finish_or_undo_stop(instance)
        self._resume_next()

    def pause_all(self) -> None:
        """Ask every process to stop, all at once, without changing what is wanted of it: the session of the desktop ends."""
        self._to_resume.clear()
        processes = [self._processes.get(instance.id) for instance in self._catalog.all()]
        for process in processes:
            process.ask_to_stop()
        # Only now the bookkeeping: the last must not wait for that of the first.
        for process in processes:
            process.stop()

    def resume_all(self) -> None:
        """Start whatever should run and does not."""
        for instance in self._catalog.all():
            if instance.desired is DesiredState.RUNNING and instance.id not in self._to_resume:
                self.when_not_live(instance.id, partial(self._resume, instance.id))

    def _resume(self, instance_id: int) -> None:
        self._to_resume.append(instance_id)
        self._resume_next()

    def _finish_or_undo_stop(self, instance: Instance) -> None:
        """The program ended between the wish to stop an instance and its end: once it was asked to stop, that is finished."""
        if instance.status is InstanceState.STOPPING:
            self._processes.get(instance.id).stop()
        else:
            # On a full disk it is taken over all the same, and asked again at the next start.
            with contextlib.suppress(GowaError):
                self._catalog.want(instance.id, DesiredState.RUNNING)

    def observe(self) -> list[int]:
        """Look at what every instance really does, without touching anything; the answer is the ids of those that changed."""
        return [instance.id for instance in self._catalog.all() if self._processes.observe(instance, self._adopted_spec)]

    def restart_count(self, instance_id: int) -> int:
        """Count the restarts without a person's doing, in this run of the program."""
        return self._restarts.get(instance_id, 0)

    def forget(self, instance_id: int) -> None:
        """Drop a removed instance."""
        self._counters.pop(instance_id, None)
        self._restarts.pop(instance_id, None)

    def restart_by_itself(self, instance_id: int) -> None:
        """Carry out an announced restart."""
        self._restarts[instance_id] = self.restart_count(instance_id) + 1
        self._start_wanted(instance_id)

    def _start_wanted(self, instance_id: int) -> None:
        if self._is_wanted(instance_id):
            self._gate.open(instance_id, lambda refusal: self._launch_wanted(instance_id, refusal), is_asked=False)

    def _launch_wanted(self, instance_id: int, refusal: GowaError | None) -> None:
        if refusal is not None:
            self._fail(instance_id, refusal)
        elif self._is_wanted(instance_id):
            try:
                self._launch(self._catalog.get(instance_id))
            except GowaError as error:
                self._fail(instance_id, error)

    def _is_wanted(self, instance_id: int) -> bool:
        return self._catalog.has(instance_id) and self._catalog.get(instance_id).desired is DesiredState.RUNNING

    def note_state(self, instance_id: int) -> None:
        """Hear of a changed state: when a resumed instance is no longer starting, the next one may."""
        if self._processes.get(instance_id).state not in _NOT_YET_OVER:
            self._asked.discard(instance_id)
        self._note_good_start(instance_id)
        if instance_id in self._resuming and self._processes.get(instance_id).state is not InstanceState.STARTING:
            self._resuming.discard(instance_id)
            self._resume_next()

    def _note_good_start(self, instance_id: int) -> None:
        process = self._processes.get(instance_id)
        if process.state is not InstanceState.RUNNING:
            self._well.discard(instance_id)
        elif instance_id not in self._well and process.spec is not None and self._catalog.has(instance_id):
            self._well.add(instance_id)
            self._journal.note_ready(self._catalog.get(instance_id), process.spec.version)

    def when_not_live(self, instance_id: int, action: Callable[[], None]) -> None:
        """Run the action as soon as no process of the instance exists, at once when there is none."""
        self.when(instance_id, lambda state: state not in LIVE_STATES, action)

    def when(self, instance_id: int, condition: Callable[[InstanceState], bool], action: Callable[[], None]) -> None:
        """Run the action as soon as the state satisfies the condition, at once when it does already."""
        process = self._processes.get(instance_id)
        if condition(process.state):
            action()
            return

        def on_changed() -> None:
            if condition(process.state):
                process.changed.disconnect(on_changed)
                action()

        process.changed.connect(on_changed)

    def _end_process(self, instance_id: int, title: str, *, is_forced: bool) -> Operation:
        instance = self._catalog.get(instance_id)
        operation = Operation(f"{title} {instance.name}", self._owner)
        problem: GowaError | None = None
        try:
            self._catalog.refuse_when_looking()
        except GowaError as error:
            operation.fail(error)
            return operation
        try:
            self._catalog.want(instance_id, DesiredState.STOPPED)
        except GowaError as error:
            # The process is ended all the same; that it may come back with the program is what must be told.
            self._catalog.want_later(instance_id, DesiredState.STOPPED)
            problem = error
        with contextlib.suppress(ValueError):
            self._to_resume.remove(instance_id)
        self._gate.call_off(instance_id)
        process = self._processes.get(instance_id)
        process.clear_failure()
        if is_forced:
            process.kill()
        else:
            process.stop()
        self.when_not_live(instance_id, lambda: self._end_stop(operation, instance_id, problem))
        return operation

    def _end_stop(self, operation: Operation, instance_id: int, problem: GowaError | None) -> None:
        process = self._processes.get(instance_id) if self._catalog.has(instance_id) else None
        if process is not None and process.state is InstanceState.FAILED:
            operation.fail(StopFailedError(process.error_message or "It could not be stopped."))
        elif problem is not None:
            operation.fail(problem)
        else:
            operation.succeed()

    def _begin_start(self, operation: Operation, instance_id: int) -> None:
        if self._catalog.has(instance_id) and self._processes.get(instance_id).is_live:
            self._go_through(operation, instance_id, None)
        else:
            self._gate.open(instance_id, lambda refusal: self._go_through(operation, instance_id, refusal), is_asked=True)

    def _go_through(self, operation: Operation, instance_id: int, refusal: GowaError | None) -> None:
        try:
            instance = self._catalog.get(instance_id)
            self._catalog.refuse_when_busy(instance)
            if not self._processes.get(instance_id).is_live:
                self._asked.add(instance_id)
                if refusal is not None:
                    raise refusal
                self._launch(instance)
        except GowaError as error:
            self._fail(instance_id, error)
            self._asked.discard(instance_id)
            operation.fail(error)
            return
        self.when(instance_id, lambda state: state not in _NOT_YET_OVER, lambda: self._end_start(operation, instance_id))

    def _launch(self, instance: Instance) -> None:
        instance = self._catalog.ensure_port(instance)
        spec = self._spec(instance)
        self._catalog.system.check_unused(spec.port)
        self._directories.ensure(instance.id)
        self._instance_settings.prepare_folder(instance, GowaVersion(spec.version))
        self._catalog.want(instance.id, DesiredState.RUNNING)
        self._processes.launch(instance, spec, self._catalog.hidden_texts(instance))
        if (ref := self._processes.get(instance.id).ref) is not None:
            self._instance_settings.note_launch(instance, GowaVersion(spec.version), ref)
        self._processes.set_priority(instance.id, instance.priority)

    def _fail(self, instance_id: int, error: GowaError) -> None:
        if not self._catalog.has(instance_id) or isinstance(error, ConflictError | NotFoundError):
            return
        # As long as nobody allows a blocked program to run, or moves the chats of another generation aside, every further attempt
        # ends the same way.
        is_hopeless = isinstance(error, ProgramBlockedError | ChatStoreError)
        verdict = Verdict(None) if is_hopeless else self._judge(instance_id, ExitReport(None, None, str(error)), 0.0)
        self._processes.get(instance_id).fail(str(error), verdict)

    def _on_unexpected_end(self, instance_id: int, report: ExitReport, ran_s: float) -> tuple[Verdict, ExitReport]:
        verdict = self._judge(instance_id, report, ran_s)
        if self._catalog.has(instance_id):
            instance, spec = self._catalog.get(instance_id), self._processes.get(instance_id).last_spec
            report = self._journal.record(instance, spec.version if spec is not None else instance.gowa_version, report)
        return verdict, report

    def _judge(self, instance_id: int, report: ExitReport, ran_s: float) -> Verdict:
        if not self._catalog.has(instance_id) or instance_id in self._asked:
            return Verdict(None)
        instance = self._catalog.get(instance_id)
        if instance.desired is not DesiredState.RUNNING or not instance.restart_policy.covers(report.judged_code):
            return Verdict(None)
        return self._counter(instance_id).judge(monotonic(), ran_s, retries_slowly=self._settings.retries_slowly)

    def _counter(self, instance_id: int) -> FailureCounter:
        return self._counters.setdefault(instance_id, FailureCounter())

    def _end_start(self, operation: Operation, instance_id: int) -> None:
        process = self._processes.get(instance_id) if self._catalog.has(instance_id) else None
        if process is not None and process.state is InstanceState.RUNNING:
            operation.succeed()
        elif process is not None and process.state in {InstanceState.FAILED, InstanceState.BACKOFF}:
            operation.fail(StartFailedError(process.error_message or "GOWA could not be started."))
        else:
            operation.fail(StartFailedError("It was stopped before it was ready.", "Start it again when you want it."))

    def _resume_next(self) -> None:
        while self._to_resume and len(self._resuming) < self._settings.parallel_starts:
            instance_id = self._to_resume.popleft()
            self._resuming.add(instance_id)
            self._start_wanted(instance_id)
            if self._processes.get(instance_id).state is not InstanceState.STARTING:
                self._resuming.discard(instance_id)

    def _spec(self, instance: Instance) -> LaunchSpec:
        installed = self._gate.version_of(instance)
        return self._parser.launch_spec(
            instance,
            GowaVersion(installed.tag),
            self._versions.runnable_command(installed),
            (self._directories.folder(instance.id), self._directories.log_file(instance.id)),
            os.environ,
            self._instance_settings.launch_options(instance, installed.tag),
        )

    def _adopted_spec(self, instance: Instance, identity: ProcessIdentity) -> LaunchSpec:
        # Settings may have changed since it was started; what it was started with is in the identity.
        version = GowaVersion(identity.version)
        return self._parser.adopted_spec(identity, version, self._parser.base_path(instance, version))
