"""Lifecycle: start, stop, kill and restart of instances, and the start of what should run when the program begins."""

from __future__ import annotations

import contextlib
import os
from functools import partial
from typing import TYPE_CHECKING

from gowa_desktop.domain.errors import GowaError, StartFailedError, StopFailedError
from gowa_desktop.domain.instance import LIVE_STATES, DesiredState, InstanceState
from gowa_desktop.services.instances.failures import Failures
from gowa_desktop.services.instances.launcher import Launcher
from gowa_desktop.services.instances.operation import Operation
from gowa_desktop.services.instances.own_starts import OwnStarts
from gowa_desktop.services.turn_queue import TurnQueue

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtCore import QObject

    from gowa_desktop.domain.instance import Instance
    from gowa_desktop.services.instances.instance_parts import InstanceParts
    from gowa_desktop.services.instances.instance_settings import InstanceSettings
    from gowa_desktop.services.supervision.exit_journal import ExitJournal

_NOT_YET_OVER = frozenset({InstanceState.STARTING, InstanceState.STOPPING})
"""A start that ran out of time is being ended by force before it has failed."""


class Lifecycle:
    """Moves instances between states. Main thread; each request answers at once with an Operation that ends later.

    Starts, and the bookkeeping of stops, pass through queues that do a little in each turn of the event loop: fifty launches at once
    would hold the window for a second.
    """

    def __init__(
        self,
        parts: InstanceParts,
        journal: ExitJournal,
        instance_settings: InstanceSettings,
        tell_changed: Callable[[int], None],
        owner: QObject,
    ) -> None:
        self._catalog = parts.catalog
        self._versions = parts.versions
        self._processes = parts.processes
        self._gate = parts.gate
        self._journal = journal
        self._tell_changed = tell_changed
        self._owner = owner
        self._failures = Failures(parts, journal)
        self._launcher = Launcher(parts, instance_settings)
        self._starts = TurnQueue(owner)
        self._stops = TurnQueue(owner)
        self._own_starts = OwnStarts(parts, self._launcher, self._failures, self._starts)
        self._well: set[int] = set()

    def start(self, instance_id: int) -> Operation:
        """Start an instance; one that is stopping is started when it has stopped."""
        operation = Operation(f"Start {self._catalog.get(instance_id).name}", self._owner)
        self._failures.forgive(instance_id)
        self._stops.hurry(instance_id)
        state = self._processes.get(instance_id).state
        if self._catalog.is_busy(instance_id) or state not in LIVE_STATES:
            self._queue(operation, instance_id, self._begin_start)
        elif state is InstanceState.RUNNING:
            operation.succeed()
        elif state is InstanceState.STARTING:
            self._await_start(operation, instance_id)
        else:
            self.when_not_live(instance_id, lambda: self._queue(operation, instance_id, self._begin_start))
        return operation

    def start_held(self, instance_id: int) -> Operation:
        """Start an instance for the one who holds it, at once and whatever waits."""
        operation = Operation(f"Start {self._catalog.get(instance_id).name}", self._owner)
        self._failures.forgive(instance_id)
        self._begin_start(operation, instance_id)
        return operation

    def stop(self, instance_id: int) -> Operation:
        """Stop an instance gracefully; a stopped one is done at once."""
        return self._end_process(instance_id, "Stop", is_forced=False)

    def announce_stops(self, instance_ids: Sequence[int]) -> None:
        """Ask many to stop before `stop` is called for each: the last must not wait for the bookkeeping of the first."""
        # A wish that cannot be stored is told by the `stop` that follows.
        with contextlib.suppress(GowaError):
            self._catalog.want_all(instance_ids, DesiredState.STOPPED)
            self._processes.ask_to_stop(instance_ids)

    def kill(self, instance_id: int) -> Operation:
        """End an instance at once."""
        return self._end_process(instance_id, "Force kill", is_forced=True)

    def restart(self, instance_id: int) -> Operation:
        """Stop an instance gracefully and start it again; a stopped one is started."""
        operation = Operation(f"Restart {self._catalog.get(instance_id).name}", self._owner)
        self._failures.forgive(instance_id)
        self._stops.hurry(instance_id)
        self._queue(operation, instance_id, self._begin_restart)
        return operation

    def prepare_removal(self, instance_id: int) -> None:
        """Want an instance stopped for good and begin to stop it.

        Raises:
            DatabaseError: the wish cannot be stored; then nothing is stopped.
        """
        self._catalog.want(instance_id, DesiredState.STOPPED)
        self._call_off(instance_id)
        self._stops.hurry(instance_id)
        self._processes.get(instance_id).stop()

    def recover(self) -> None:
        """Adopt what lives, repair what does not, and start what should run."""
        programs = frozenset(os.path.realpath(self._versions.command(version)[0]) for version in self._versions.installed())
        for instance in self._catalog.all():
            hidden = self._catalog.hidden_texts(instance)
            is_adopted = self._processes.recover(instance, self._launcher.adopted_spec, hidden, programs)
            if not is_adopted and instance.desired is DesiredState.RUNNING:
                self._own_starts.add(instance.id)
            elif is_adopted and instance.desired is DesiredState.STOPPED:
                self._finish_or_undo_stop(instance)
        self._own_starts.go_on()

    def pause_all(self) -> None:
        """Ask every process to stop, all at once, without changing what is wanted of it: the session of the desktop ends."""
        for instance_id in self._own_starts.drop_all():
            self._tell_changed(instance_id)
        self._starts.call_off_all()
        ids = [instance.id for instance in self._catalog.all()]
        self._processes.ask_to_stop(ids)
        # Only now the bookkeeping: the last must not wait for that of the first.
        for instance_id in ids:
            self._processes.get(instance_id).stop()

    def resume_all(self) -> None:
        """Start whatever should run and does not."""

        def add(instance_id: int) -> None:
            self._own_starts.add(instance_id)
            self._own_starts.go_on()

        for instance in self._catalog.all():
            if instance.desired is DesiredState.RUNNING:
                self.when_not_live(instance.id, partial(add, instance.id))

    def observe(self) -> list[int]:
        """Look at what every instance really does, without touching anything; the answer is the ids of those that changed."""
        look = self._launcher.adopted_spec
        return [instance.id for instance in self._catalog.all() if self._processes.observe(instance, look)]

    def restart_count(self, instance_id: int) -> int:
        """Count the restarts without a person's doing, in this run of the program."""
        return self._own_starts.restart_count(instance_id)

    def is_waiting(self, instance_id: int) -> bool:
        """Tell whether the start of an instance waits for that of others."""
        return self._starts.is_waiting(instance_id) or self._own_starts.is_waiting(instance_id)

    def forget(self, instance_id: int) -> None:
        """Drop a removed instance."""
        self._failures.forget(instance_id)
        self._own_starts.forget(instance_id)

    def restart_by_itself(self, instance_id: int) -> None:
        """Carry out an announced restart."""
        self._own_starts.restart(instance_id)

    def note_state(self, instance_id: int) -> None:
        """Hear of a changed state: when a resumed instance is no longer starting, the next one may."""
        if self._processes.get(instance_id).state not in _NOT_YET_OVER:
            self._failures.note_answered(instance_id)
        self._note_good_start(instance_id)
        self._own_starts.note_state(instance_id)

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

    def _finish_or_undo_stop(self, instance: Instance) -> None:
        """The program ended between the wish to stop an instance and its end: once it was asked to stop, that is finished."""
        if instance.status is InstanceState.STOPPING:
            self._processes.get(instance.id).stop()
        else:
            # On a full disk it is taken over all the same, and asked again at the next start.
            with contextlib.suppress(GowaError):
                self._catalog.want(instance.id, DesiredState.RUNNING)

    def _note_good_start(self, instance_id: int) -> None:
        process = self._processes.get(instance_id)
        if process.state is not InstanceState.RUNNING:
            self._well.discard(instance_id)
        elif instance_id not in self._well and process.spec is not None and self._catalog.has(instance_id):
            self._well.add(instance_id)
            self._journal.note_ready(self._catalog.get(instance_id), process.spec.version)

    # Starting because a person wants it

    def _queue(self, operation: Operation, instance_id: int, begin: Callable[[Operation, int], None]) -> None:
        if self._catalog.has(instance_id) and self._catalog.is_busy(instance_id):
            begin(operation, instance_id)  # which refuses it now; it may no longer be held when its turn comes
            return
        has_waited = False

        def work() -> None:
            begin(operation, instance_id)
            # Where nothing was started no state tells that the waiting is over.
            if has_waited and self._catalog.has(instance_id) and not self._processes.get(instance_id).is_live:
                self._tell_changed(instance_id)

        has_waited = not self._starts.add(instance_id, work, lambda: operation.fail(_stopped_before_ready()))
        if has_waited:
            self._tell_changed(instance_id)

    def _begin_start(self, operation: Operation, instance_id: int) -> None:
        if self._catalog.has(instance_id) and self._processes.get(instance_id).is_live:
            self._go_through(operation, instance_id, None)
        else:
            self._gate.open(instance_id, lambda refusal: self._go_through(operation, instance_id, refusal), is_asked=True)

    def _begin_restart(self, operation: Operation, instance_id: int) -> None:
        process = self._processes.get(instance_id)
        if not process.is_live:
            self._begin_start(operation, instance_id)
            return
        try:
            # What can be known beforehand is checked before anything is stopped.
            self._launcher.check(self._catalog.get(instance_id))
        except GowaError as error:
            operation.fail(error)
            return
        process.stop()
        self.when_not_live(instance_id, lambda: self._queue(operation, instance_id, self._begin_start))

    def _go_through(self, operation: Operation, instance_id: int, refusal: GowaError | None) -> None:
        try:
            instance = self._catalog.get(instance_id)
            self._catalog.refuse_when_busy(instance)
            if not self._processes.get(instance_id).is_live:
                self._failures.note_asked(instance_id)
                if refusal is not None:
                    raise refusal
                self._launcher.launch(instance)
        except GowaError as error:
            self._failures.fail(instance_id, error)
            self._failures.note_answered(instance_id)
            operation.fail(error)
            return
        self._await_start(operation, instance_id)

    def _await_start(self, operation: Operation, instance_id: int) -> None:
        self.when(instance_id, lambda state: state not in _NOT_YET_OVER, lambda: self._end_start(operation, instance_id))

    def _end_start(self, operation: Operation, instance_id: int) -> None:
        process = self._processes.get(instance_id) if self._catalog.has(instance_id) else None
        if process is not None and process.state is InstanceState.RUNNING:
            operation.succeed()
        elif process is not None and process.state in {InstanceState.FAILED, InstanceState.BACKOFF}:
            operation.fail(StartFailedError(process.error_message or "GOWA could not be started."))
        else:
            operation.fail(_stopped_before_ready())

    # Ending

    def _end_process(self, instance_id: int, title: str, *, is_forced: bool) -> Operation:
        operation = Operation(f"{title} {self._catalog.get(instance_id).name}", self._owner)
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
        self._call_off(instance_id)
        self._stops.hurry(instance_id)
        if is_forced:
            self._finish_stop(operation, instance_id, problem, is_forced=True)
        else:
            self._stops.add(instance_id, partial(self._finish_stop, operation, instance_id, problem, is_forced=False))
        return operation

    def _finish_stop(self, operation: Operation, instance_id: int, problem: GowaError | None, *, is_forced: bool) -> None:
        process = self._processes.get(instance_id)
        process.clear_failure()
        if is_forced:
            process.kill()
        else:
            process.stop()
        self.when_not_live(instance_id, lambda: self._end_stop(operation, instance_id, problem))

    def _call_off(self, instance_id: int) -> None:
        was_waiting = self.is_waiting(instance_id)
        self._own_starts.drop(instance_id)
        self._starts.call_off(instance_id)
        self._gate.call_off(instance_id)
        if was_waiting:
            self._tell_changed(instance_id)

    def _end_stop(self, operation: Operation, instance_id: int, problem: GowaError | None) -> None:
        process = self._processes.get(instance_id) if self._catalog.has(instance_id) else None
        if process is not None and process.state is InstanceState.FAILED:
            operation.fail(StopFailedError(process.error_message or "It could not be stopped."))
        elif problem is not None:
            operation.fail(problem)
        else:
            operation.succeed()


def _stopped_before_ready() -> StartFailedError:
    return StartFailedError("It was stopped before it was ready.", "Start it again when you want it.")
