"""The state machine of one instance: stopped, starting, running, stopping, failed, and what moves it between them."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from gowa_desktop.domain.instance import LIVE_STATES, ExitReport, InstanceState, may_move
from gowa_desktop.domain.restart_policy import Verdict
from gowa_desktop.infra import process_threads, process_tree
from gowa_desktop.infra.log_files import RunLog
from gowa_desktop.services.countdown import Countdown
from gowa_desktop.services.supervision.health_watch import HealthWatch
from gowa_desktop.services.supervision.process_handles import AdoptedProcess, LaunchedProcess, ObservedProcess, ProcessHandle
from gowa_desktop.services.supervision.readiness import READY_LIMIT_MS
from gowa_desktop.services.supervision.run_end import RunEnd, report_end

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtNetwork import QNetworkAccessManager

    from gowa_desktop.domain.instance import LaunchSpec
    from gowa_desktop.infra.network import ListeningTable
    from gowa_desktop.infra.process_tree import ProcessRef
    from gowa_desktop.services.turn_queue import TurnQueue

STOP_GRACE_MS = 20_000
"""GOWA drains open requests for up to 15 s."""
HANG_GRACE_MS = 5_000
"""What has not answered for a minute drains nothing any more; a frozen process cannot even hear the polite stop."""
_KILL_LIMIT_MS = 5_000


class SupervisedProcess(QObject):
    """Holds the process of one instance and its state. Main thread; lives as long as the instance is known."""

    changed = Signal()
    """State or error message are different; both are set."""
    retry_due = Signal()
    """The time of the announced restart has come."""

    def __init__(
        self,
        network: QNetworkAccessManager,
        table: ListeningTable,
        judge: Callable[[ExitReport, float], tuple[Verdict, ExitReport]],
        ends: TurnQueue,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._ends = ends
        self._judge = judge
        self._state = InstanceState.STOPPED
        self._error: str | None = None
        self._handle: ProcessHandle | None = None
        self._spec: LaunchSpec | None = None
        self._secrets: frozenset[str] = frozenset()
        self._log: RunLog | None = None
        self._stop_requested = False
        self._was_asked = False
        self._failure: str | None = None
        self._started_s = 0.0
        self._deadline_s: float | None = None
        self._last_exit: ExitReport | None = None
        self._health = HealthWatch(network, table, self)
        self._health.ready.connect(self._on_health_ready)
        self._health.timed_out.connect(self._on_health_timed_out)
        self._health.changed.connect(self.changed)
        self._health.hung.connect(self._on_health_hung)
        self._stop_timer = QTimer(self)
        self._stop_timer.setSingleShot(True)
        self._stop_timer.timeout.connect(self._on_stop_timer_timeout)
        self._retry = Countdown(self)
        self._retry.over.connect(self.retry_due)

    @property
    def state(self) -> InstanceState:
        """What the instance is doing."""
        return self._state

    @property
    def error_message(self) -> str | None:
        """Why it failed; None unless it did."""
        return self._error

    @property
    def ref(self) -> ProcessRef | None:
        """The live process, or None."""
        return self._handle.ref if self._handle is not None else None

    @property
    def spec(self) -> LaunchSpec | None:
        """What the live process was started with, or None."""
        return self._spec if self._handle is not None else None

    @property
    def last_spec(self) -> LaunchSpec | None:
        """What the newest process was started with, also when it has ended; None before the first."""
        return self._spec

    @property
    def run_log(self) -> RunLog | None:
        """The log of the live process, or None."""
        return self._log if self._handle is not None else None

    @property
    def is_live(self) -> bool:
        """True while a process exists."""
        return self._state in LIVE_STATES

    @property
    def is_own(self) -> bool:
        """True while a process exists that this run of the program started; one that was adopted is not."""
        return isinstance(self._handle, LaunchedProcess)

    @property
    def uptime_s(self) -> float | None:
        """Seconds since the process was started, by a clock that no time change moves; None when there is none."""
        return monotonic() - self._started_s if self._handle is not None else None

    @property
    def stop_deadline_s(self) -> float | None:
        """Seconds until a stop is forced; None when none is under way."""
        return None if self._deadline_s is None else max(0.0, self._deadline_s - monotonic())

    @property
    def retry_in_s(self) -> float | None:
        """Seconds until the announced restart; None when none is announced."""
        return self._retry.left_s

    @property
    def is_unresponsive(self) -> bool:
        """True while it runs but did not answer the last question."""
        return self._health.is_unresponsive

    @property
    def last_exit(self) -> ExitReport | None:
        """How the process ended last time, in this run of the program."""
        return self._last_exit

    def launch(self, spec: LaunchSpec, secrets: frozenset[str], log_offset: int, record: Callable[[ProcessRef], None]) -> None:
        """Start a process.

        Args:
            spec: what to start.
            secrets: texts to hide in reports.
            log_offset: where this run begins in the log file, a position; see `RunLog.start`.
            record: stores the identity of the process; called before `starting` is shown.

        Raises:
            StartFailedError: the system cannot start it, or its identity cannot be stored; nothing is left running.
        """
        process = LaunchedProcess(spec, self)
        try:
            process.launch()
            record(process.ref)
        except Exception:
            # An unrecorded process would be a stranger to the next run of the program.
            if process.ref.pid:
                process.kill()
            process.deleteLater()
            raise
        self._take(process, spec, secrets, log_offset, uptime_s=0.0)

    def adopt(self, ref: ProcessRef, spec: LaunchSpec, secrets: frozenset[str], log_offset: int, uptime_s: float) -> None:
        """Take over a process that an earlier run of the program started."""
        self._take(AdoptedProcess(ref, self), spec, secrets, log_offset, uptime_s)

    def observe(self, ref: ProcessRef, spec: LaunchSpec, state: InstanceState, uptime_s: float) -> None:
        """Show a process that another program supervises, without watching or touching it. May be called again and again."""
        if self.ref != ref:
            self.observe_none()
            self._handle = ObservedProcess(ref, self)
            self._spec = spec
            self._started_s = monotonic() - uptime_s
        self._state, self._error = state, None

    def observe_none(self, error: str | None = None) -> None:
        """Show that there is no process; an error is why it failed the last time it ran."""
        if self._handle is not None:
            self._handle.deleteLater()
            self._handle = None
        self._state, self._error = (InstanceState.FAILED, error) if error else (InstanceState.STOPPED, None)

    def stop(self, grace_ms: int | None = None) -> None:
        """Ask the process to stop, and force it when its grace period is over (None: the usual one); an announced restart is called off."""
        self._call_off_retry()
        if self._handle is None or self._state is InstanceState.STOPPING:
            return
        was_asked = self.ask_to_stop()
        self._health.close()
        grace_ms = STOP_GRACE_MS if grace_ms is None else grace_ms
        self._deadline_s = monotonic() + grace_ms / 1000
        self._stop_timer.start(grace_ms if was_asked else 0)
        self._move(InstanceState.STOPPING)

    def remember_tree(self) -> None:
        """Read which processes belong to it, to be called in the turn of `ask_to_stop(is_tree_known=True)`."""
        if self._handle is not None and not self._stop_requested:
            self._handle.remember_tree()

    def ask_to_stop(self, *, is_tree_known: bool = False) -> bool:
        """Send the polite stop and nothing more; `stop` must follow at once. False where there is none to send."""
        if self._handle is None or self._state is InstanceState.STOPPING:
            return False
        if not self._stop_requested:
            self._stop_requested = True
            if is_tree_known:
                self._was_asked = self._handle.ask_to_stop_at_once()
            else:
                self._handle.remember_tree()
                self._was_asked = self._handle.ask_to_stop()
        return self._was_asked

    def kill(self) -> None:
        """End the process and everything below it now; an announced restart is called off."""
        self._call_off_retry()
        if self._handle is None:
            return
        self._stop_requested = True
        self._health.close()
        self._deadline_s = None
        if self._state is not InstanceState.STOPPING:
            self._move(InstanceState.STOPPING)
        self._handle.kill()
        self._stop_timer.start(_KILL_LIMIT_MS)

    def restart_because(self, reason: str, grace_ms: int | None = None) -> None:
        """Stop the process gracefully and count that as a failure with this reason, which decides about the restart."""
        if self._state is InstanceState.RUNNING:
            self._failure = reason
            self.stop(grace_ms)

    def fail(self, message: str, verdict: Verdict | None = None) -> None:
        """Record that a start could not even begin, and announce the next attempt when there is to be one."""
        if self._handle is None:
            self._call_off_retry(is_quiet=True)
            self._await_retry(message, verdict or Verdict(None))

    def clear_failure(self) -> None:
        """Forget a failure: the person changed something or wants it stopped."""
        self._call_off_retry()
        if self._state is InstanceState.FAILED and self._handle is None:
            self._move(InstanceState.STOPPED)

    def release(self) -> None:
        """Let go without touching the process; the program is about to end."""
        self._stop_timer.stop()
        self._retry.call_off()
        self._health.close()
        if self._handle is not None:
            self._handle.blockSignals(True)
            self._handle.release()

    def _take(self, handle: ProcessHandle, spec: LaunchSpec, secrets: frozenset[str], log_offset: int, uptime_s: float) -> None:
        self._call_off_retry(is_quiet=True)
        self._handle = handle
        self._spec, self._secrets, self._log = spec, secrets, RunLog(spec.log_file, log_offset)
        self._started_s = monotonic() - uptime_s
        self._stop_requested = False
        self._failure = None
        handle.exited.connect(self._on_handle_exited)
        self._move(InstanceState.STARTING)
        self._health.begin(spec, handle.ref)

    @Slot()
    def _on_health_ready(self) -> None:
        self._move(InstanceState.RUNNING)

    @Slot(int)
    def _on_health_hung(self, misses: int) -> None:
        if self._handle is not None:
            doing = process_threads.describe_threads(self._handle.ref)
            reason = f"GOWA stopped answering: {misses} questions in a row got no answer."
            self.restart_because(f"{reason} {doing}".rstrip(), HANG_GRACE_MS)

    @Slot()
    def _on_health_timed_out(self) -> None:
        port = self._spec.port if self._spec is not None else None
        self._failure = (
            f"GOWA did not become ready within {READY_LIMIT_MS // 1000} seconds on port {port}. Look at its last lines, then start it again."
        )
        self.kill()

    @Slot(object, object)
    def _on_handle_exited(self, code: int | None, signal: int | None) -> None:
        handle, spec = self._handle, self._spec
        if handle is None or spec is None:
            return
        self._stop_timer.stop()
        self._deadline_s = None
        self._health.close()
        if self._stop_requested:
            self._state = InstanceState.STOPPING  # when many are asked to stop, one may end before `stop` comes to it
        # The system tells of fifty ends at once.
        self._ends.add(handle.ref.pid, partial(self._take_leave, handle, spec, code, signal))

    def _take_leave(self, handle: ProcessHandle, spec: LaunchSpec, code: int | None, signal: int | None) -> None:
        # What GOWA started, such as a transcoder, must not outlive it and hold its port or files.
        process_tree.kill(handle.leftovers())
        handle.release()
        handle.deleteLater()
        self._handle = None
        end = RunEnd(code=code, signal=signal, port=spec.port, was_asked=self._stop_requested, failure=self._failure)
        self._last_exit = report_end(end, self._log, self._secrets)
        if end.is_wanted:
            self._move(InstanceState.STOPPED)
        else:
            judged = self._last_exit if self._failure is None else replace(self._last_exit, code=None)
            sentence = self._last_exit.sentence
            verdict, self._last_exit = self._judge(judged, self._health.healthy_s)
            self._await_retry(sentence, verdict)

    @Slot()
    def _on_stop_timer_timeout(self) -> None:
        handle = self._handle
        if handle is None:
            return
        if self._deadline_s is not None:
            self._deadline_s = None
            handle.kill()
            self._stop_timer.start(_KILL_LIMIT_MS)
            return
        names = ", ".join(f"{ref.name} (process {ref.pid})" for ref in [handle.ref, *handle.leftovers()] if process_tree.is_alive(ref))
        self._error = f"Still running although it was ended by force: {names or 'unknown'}. End it in the system's task list."
        handle.kill()
        self._stop_timer.start(_KILL_LIMIT_MS)
        self.changed.emit()

    def _await_retry(self, message: str, verdict: Verdict) -> None:
        if verdict.retry_in_s is not None:
            self._retry.begin(verdict.retry_in_s)
        is_backoff = verdict.retry_in_s is not None and not verdict.has_given_up
        self._move(InstanceState.BACKOFF if is_backoff else InstanceState.FAILED, message)

    def _call_off_retry(self, *, is_quiet: bool = False) -> None:
        self._retry.call_off()
        if self._state is InstanceState.BACKOFF and not is_quiet:
            self._move(InstanceState.STOPPED)

    def _move(self, state: InstanceState, error: str | None = None) -> None:
        if state is not self._state and not may_move(self._state, state):
            raise AssertionError(f"illegal move from {self._state} to {state}")
        self._state = state
        self._error = error
        self.changed.emit()
