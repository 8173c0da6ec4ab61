"""Failures: what follows when an instance ends by itself or cannot be started."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from gowa_desktop.domain.errors import ChatStoreError, ConflictError, GowaError, NotFoundError, ProgramBlockedError
from gowa_desktop.domain.instance import DesiredState, ExitReport
from gowa_desktop.domain.restart_policy import FailureCounter, Verdict

if TYPE_CHECKING:
    from gowa_desktop.services.instances.instance_parts import InstanceParts
    from gowa_desktop.services.supervision.exit_journal import ExitJournal


class Failures:
    """Counts the failures of each instance and decides about restarts. Main thread."""

    def __init__(self, parts: InstanceParts, journal: ExitJournal) -> None:
        self._catalog = parts.catalog
        self._processes = parts.processes
        self._settings = parts.settings
        self._journal = journal
        self._counters: dict[int, FailureCounter] = {}
        self._asked: set[int] = set()
        """Instances that a person has started and that have not been ready since: their failure is told, not retried."""
        parts.processes.set_judge(self._on_unexpected_end)

    def note_asked(self, instance_id: int) -> None:
        """A person starts it: until it is ready, a failure is told and not retried."""
        self._asked.add(instance_id)

    def note_answered(self, instance_id: int) -> None:
        """What the person asked for has its outcome."""
        self._asked.discard(instance_id)

    def forgive(self, instance_id: int) -> None:
        """Count anew from here, because a person starts it."""
        self._counter(instance_id).forget()

    def forget(self, instance_id: int) -> None:
        """Drop a removed instance."""
        self._counters.pop(instance_id, None)

    def fail(self, instance_id: int, error: GowaError) -> None:
        """A start could not even begin: show why, and announce the next attempt when there is to be one."""
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
