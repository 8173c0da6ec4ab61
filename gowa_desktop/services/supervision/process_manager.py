"""ProcessManager: the registry of processes by instance, their identity on disk, and adoption of those that outlived us."""

from __future__ import annotations

import contextlib
import time
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from gowa_desktop.domain.errors import ConflictError, DatabaseError, FolderError
from gowa_desktop.domain.instance import InstanceState, Priority, ProcessIdentity
from gowa_desktop.domain.restart_policy import Verdict
from gowa_desktop.domain.run_markers import end_marker, start_marker
from gowa_desktop.infra import identity_records, process_tree
from gowa_desktop.infra.log_files import append_line
from gowa_desktop.infra.log_parts import settle
from gowa_desktop.infra.network import ListeningTable
from gowa_desktop.infra.process_tree import FolderTable, ProcessRef
from gowa_desktop.services.supervision.readiness import local_network
from gowa_desktop.services.supervision.supervised_process import SupervisedProcess
from gowa_desktop.services.turn_queue import TurnQueue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gowa_desktop.domain.instance import ExitReport, Instance, LaunchSpec
    from gowa_desktop.infra.directories import DirectoryManager
    from gowa_desktop.infra.log_files import RunLog
    from gowa_desktop.store.repositories import InstanceRepository


class ProcessManager(QObject):
    """Owns every SupervisedProcess. Main thread.

    Observed states are told at once and stored together at the end of the turn of the event loop: what is stored is believed
    only after a check anyway, and fifty instances that stop at once need one transaction instead of a hundred.
    """

    state_changed = Signal(int)
    """Id of an instance whose state or error message changed."""
    retry_due = Signal(int)
    """Id of an instance whose announced restart is due."""
    states_refused = Signal()
    """States could not be stored; they are kept for the next attempt."""

    def __init__(self, repository: InstanceRepository, directories: DirectoryManager, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._repository = repository
        self._directories = directories
        self._network = local_network(self)
        self._table = ListeningTable()
        self._folders = FolderTable()
        self._ends = TurnQueue(self)
        self._processes: dict[int, SupervisedProcess] = {}
        self._judge: Callable[[int, ExitReport, float], tuple[Verdict, ExitReport]] = _leave_it
        self._unstored: set[int] = set()
        self._store_timer = QTimer(self)
        self._store_timer.setSingleShot(True)
        self._store_timer.setInterval(0)
        self._store_timer.timeout.connect(self.store_states)

    def set_judge(self, judge: Callable[[int, ExitReport, float], tuple[Verdict, ExitReport]]) -> None:
        """Say who decides what follows an unexpected end: given id, report and seconds that the process had been ready;
        the answer is what follows, and the report completed."""
        self._judge = judge

    def get(self, instance_id: int) -> SupervisedProcess:
        """Give the state machine of an instance; one that is new begins stopped."""
        process = self._processes.get(instance_id)
        if process is None:
            process = self._add(instance_id)
        return process

    def live(self) -> dict[int, ProcessRef]:
        """Give the live processes by instance id."""
        return {key: ref for key, process in self._processes.items() if (ref := process.ref) is not None}

    def live_logs(self) -> dict[int, RunLog]:
        """Give the logs that live processes write, by instance id."""
        return {key: log for key, process in self._processes.items() if (log := process.run_log) is not None}

    def launch(self, instance: Instance, spec: LaunchSpec, secrets: frozenset[str]) -> None:
        """Start the process of an instance whose folder is ready.

        Raises:
            ConflictError: a process works in the folder already.
            StartFailedError: the system cannot start it.
            FolderError: log or identity record cannot be written.
        """
        strangers = self._folders.processes_in(spec.working_directory)
        if strangers:
            names = ", ".join(f"{ref.name} (process {ref.pid})" for ref in strangers)
            raise ConflictError(
                f"A process works in the folder of {instance.name} already: {names}. Two on one folder would damage the WhatsApp session.",
                "End that process, then start the instance again.",
            )
        offset = self._directories.prepare_log(instance.id, start_marker(spec.version, datetime.now(UTC)))
        record = self._recorder(instance.id, spec, offset)
        self.get(instance.id).launch(spec, secrets, offset, record)

    def ask_to_stop(self, instance_ids: Iterable[int]) -> None:
        """Send many the polite stop, one right after the other; `stop` must follow for each at once."""
        processes = [self.get(instance_id) for instance_id in instance_ids]
        # What belongs to whom is read beforehand: as soon as the first one ends, the computer is busy with that.
        for process in processes:
            process.remember_tree()
        for process in processes:
            process.ask_to_stop(is_tree_known=True)

    def set_priority(self, instance_id: int, priority: Priority) -> None:
        """Give the live process of an instance its share of the processor."""
        ref = self.get(instance_id).ref
        if ref is not None:
            process_tree.set_low_priority(ref, is_low=priority is Priority.LOW)

    def recover(
        self,
        instance: Instance,
        make_spec: Callable[[Instance, ProcessIdentity], LaunchSpec],
        secrets: frozenset[str],
        programs: frozenset[str],
    ) -> bool:
        """Adopt the process that an earlier run left for this instance; False when there is none.

        Otherwise the stored state is repaired: what was live is stopped, what had failed stays failed with its reason.

        Args:
            instance: the stored instance; its status is not believed.
            make_spec: describes the process of an identity.
            secrets: texts to hide in reports.
            programs: real paths of GOWA programs, by which a process is found whose record was lost.
        """
        path = self._directories.identity_file(instance.id)
        log = self._directories.log_file(instance.id)
        settle(log)
        identity = identity_records.read_identity(path)
        if identity is None or not process_tree.matches(identity):
            had_run = identity is not None
            identity = self._find_unrecorded(instance, programs)
            if identity is not None:
                # A full disk must not stop adoption; what is found today is found again next time.
                with contextlib.suppress(FolderError):
                    identity_records.write_identity(path, identity)
            elif had_run:
                append_line(log, end_marker("while GOWA Desktop did not run", datetime.now(UTC)))
        if identity is None:
            state = instance.status if instance.status is InstanceState.FAILED else InstanceState.STOPPED
            process = self._add(instance.id)
            if state is InstanceState.FAILED and instance.error_message:
                process.fail(instance.error_message)
            elif instance.status is not InstanceState.STOPPED:
                self._store_soon(instance.id)
            identity_records.remove_identity(path)
            return False
        ref = ProcessRef(identity.pid, identity.start_time, instance.name)
        uptime_s = process_tree.running_for_s(identity.start_time)
        process = self._add(instance.id)
        process.adopt(ref, make_spec(instance, identity), secrets, identity.log_offset, uptime_s)
        return True

    def observe(self, instance: Instance, make_spec: Callable[[Instance, ProcessIdentity], LaunchSpec]) -> bool:
        """Show what an instance really does, for a program that only reads: nothing is adopted, repaired or written.

        True when that is something else than the last time.
        """
        identity = identity_records.read_identity(self._directories.identity_file(instance.id))
        process = self._processes.get(instance.id)
        if process is None:
            judge = partial(_leave_it, instance.id)
            process = SupervisedProcess(self._network, self._table, judge, self._ends, self)
            self._processes[instance.id] = process
        before = process.ref, process.state
        if identity is not None and process_tree.matches(identity):
            ref = ProcessRef(identity.pid, identity.start_time, instance.name)
            is_serving = self._table.is_held_by({ref.pid, *(c.pid for c in process_tree.descendants(ref))}, identity.port)
            state = InstanceState.RUNNING if is_serving else InstanceState.STARTING
            process.observe(ref, make_spec(instance, identity), state, process_tree.running_for_s(identity.start_time))
        elif instance.status is InstanceState.FAILED:
            process.observe_none(instance.error_message or "It failed the last time it ran.")
        else:
            process.observe_none()
        return (process.ref, process.state) != before

    def processes_in_folder(self, instance_id: int) -> list[ProcessRef]:
        """Find whatever works in the folder of an instance, whoever started it."""
        folder = self._directories.folder(instance_id)
        return process_tree.processes_in(folder) if folder.is_dir() else []

    def forget(self, instance_id: int) -> None:
        """Drop a removed instance."""
        process = self._processes.pop(instance_id, None)
        if process is not None:
            process.changed.disconnect()
            process.retry_due.disconnect()
            process.release()
            process.deleteLater()

    @Slot()
    def store_states(self) -> None:
        """Store the states that are not stored yet."""
        self._store_timer.stop()
        known = [(key, self._processes[key]) for key in self._unstored if key in self._processes]
        try:
            self._repository.set_states((key, process.state, process.error_message) for key, process in known)
        except DatabaseError:
            # A full disk must not stop supervision: what is shown is true, what is stored is checked at the next start.
            self.states_refused.emit()
        else:
            self._unstored.clear()

    def release_all(self) -> None:
        """Let go of every process without touching it. The program must end by `os._exit` while any is live."""
        self.store_states()
        for process in self._processes.values():
            process.release()

    def _add(self, instance_id: int) -> SupervisedProcess:
        process = SupervisedProcess(self._network, self._table, lambda report, ran_s: self._judge(instance_id, report, ran_s), self._ends, self)
        process.changed.connect(lambda: self._on_process_changed(instance_id))
        process.retry_due.connect(lambda: self.retry_due.emit(instance_id))
        self._processes[instance_id] = process
        return process

    def _find_unrecorded(self, instance: Instance, programs: frozenset[str]) -> ProcessIdentity | None:
        folder = self._directories.folder(instance.id)
        if instance.port is None or not folder.is_dir():
            return None
        found = [ref for ref in process_tree.processes_in(folder) if process_tree.executable_of(ref.pid) in programs]
        if not found:
            return None
        # What GOWA itself started works in the same folder; the oldest process is GOWA.
        ref = min(found, key=lambda ref: (ref.start_time, ref.pid))
        return ProcessIdentity(
            pid=ref.pid,
            start_time=ref.start_time,
            executable=process_tree.executable_of(ref.pid),
            working_directory=str(folder),
            port=instance.port,
            version=instance.gowa_version,
            log_file=str(self._directories.log_file(instance.id)),
            log_offset=0,
            started_at=time.time() - process_tree.running_for_s(ref.start_time),
        )

    def _recorder(self, instance_id: int, spec: LaunchSpec, offset: int) -> Callable[[ProcessRef], None]:
        def record(ref: ProcessRef) -> None:
            identity = ProcessIdentity(
                pid=ref.pid,
                start_time=ref.start_time,
                executable=process_tree.executable_of(ref.pid) or str(spec.program),
                working_directory=str(spec.working_directory),
                port=spec.port,
                version=spec.version,
                log_file=str(spec.log_file),
                log_offset=offset,
                started_at=time.time(),
                host=spec.host,
            )
            identity_records.write_identity(self._directories.identity_file(instance_id), identity)

        return record

    def _on_process_changed(self, instance_id: int) -> None:
        process = self._processes.get(instance_id)
        if process is None:
            return
        self._store_soon(instance_id)
        if not process.is_live:
            identity_records.remove_identity(self._directories.identity_file(instance_id))
        self.state_changed.emit(instance_id)

    def _store_soon(self, instance_id: int) -> None:
        self._unstored.add(instance_id)
        if not self._store_timer.isActive():
            self._store_timer.start()


def _leave_it(_instance_id: int, report: ExitReport, _ran_s: float) -> tuple[Verdict, ExitReport]:
    return Verdict(None), report
