"""The two ways to hold a GOWA process: launched by us through QProcess, or adopted from an earlier run of the program.

Both offer `ref`, `exited`, `ask_to_stop`, `kill` and `release`, so the state machine above does not know which it holds.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Signal, Slot

from gowa_desktop.infra import process_tree
from gowa_desktop.infra.process_tree import ProcessRef
from gowa_desktop.infra.program_files import start_error
from gowa_desktop.services.supervision.exit_watch import ExitWatch

if TYPE_CHECKING:
    from gowa_desktop.domain.instance import LaunchSpec


class ProcessHandle(QObject):
    """A process of an instance and the tree below it. Main thread."""

    exited = Signal(object, object)
    """Exit code and signal number, each an int or None; both None when unknown. Emitted once."""

    def __init__(self, parent: QObject | None) -> None:
        super().__init__(parent)
        self.ref = ProcessRef(0, 0.0, "")
        self._tree: dict[int, ProcessRef] = {}

    def ask_to_stop(self) -> bool:
        """Send the polite stop to GOWA itself, after `remember_tree`; False where the system has none."""
        return process_tree.ask_to_stop(self.ref)

    def ask_to_stop_at_once(self) -> bool:
        """Do the same in the turn of the event loop that saw the process alive in `remember_tree`."""
        return self.ask_to_stop()

    def kill(self) -> None:
        """End the whole tree at once."""
        self.remember_tree()
        process_tree.kill([self.ref, *self.leftovers()])

    def leftovers(self) -> list[ProcessRef]:
        """Give processes below this one that still live, also when it is gone itself."""
        for ref in process_tree.group_members(self.ref.pid):
            if ref.pid != self.ref.pid and ref.start_time >= self.ref.start_time:
                self._tree[ref.pid] = ref
        return [ref for ref in self._tree.values() if process_tree.is_alive(ref)]

    def release(self) -> None:
        """Let go of the process without touching it."""

    def remember_tree(self) -> None:
        """Read which processes are below this one: children of a dead process belong to init, who they were is known only beforehand."""
        for ref in process_tree.descendants(self.ref):
            self._tree[ref.pid] = ref


class ObservedProcess(ProcessHandle):
    """A GOWA process that is only looked at: nothing is asked of it, and nothing is done to it."""

    def __init__(self, ref: ProcessRef, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.ref = ref

    def ask_to_stop(self) -> bool:
        """Do nothing."""
        return False

    def kill(self) -> None:
        """Do nothing."""

    def leftovers(self) -> list[ProcessRef]:
        """Give none."""
        return []


class LaunchedProcess(ProcessHandle):
    """A GOWA process started by this program. The object must live as long as the process: Qt kills a child with its QProcess."""

    def __init__(self, spec: LaunchSpec, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._has_exited = False
        self._is_there = False
        self._program = spec.program
        self._process = QProcess(self)
        self._process.setProgram(str(spec.program))
        self._process.setArguments(list(spec.arguments))
        self._process.setWorkingDirectory(str(spec.working_directory))
        environment = QProcessEnvironment(QProcessEnvironment.Initialization.InheritFromParent)
        environment.clear()
        for name, value in spec.environment.items():
            environment.insert(name, value)
        self._process.setProcessEnvironment(environment)
        # Never a pipe: a Go program dies at its next log line when the reader of its pipe is gone.
        self._process.setStandardInputFile(QProcess.nullDevice())
        self._process.setProcessChannelMode(QProcess.ProcessChannelMode.MergedChannels)
        self._process.setStandardOutputFile(str(spec.log_file), QProcess.OpenModeFlag.Append)
        if sys.platform != "win32":
            self._process.setUnixProcessParameters(
                QProcess.UnixProcessFlag.CreateNewSession
                | QProcess.UnixProcessFlag.ResetSignalHandlers
                | QProcess.UnixProcessFlag.CloseFileDescriptors
                | QProcess.UnixProcessFlag.UseVFork
            )
        self._process.finished.connect(self._on_process_finished)
        self._process.errorOccurred.connect(self._on_process_error_occurred)

    def launch(self) -> None:
        """Start it; afterwards `ref` names the process.

        Raises:
            StartFailedError: the system cannot start the program.
        """
        self._process.start()
        # Until the program has been exec'ed there is nothing to identify. This waits for that alone: about a millisecond.
        if not self._process.waitForStarted(10_000):
            self._has_exited = True
            raise start_error(self._program, self._process.errorString())
        pid = self._process.processId()
        # A process that is gone already leaves no start time; `exited` follows from the event loop.
        self.ref = process_tree.describe(pid) or ProcessRef(pid, 0.0, "")

    def ask_to_stop_at_once(self) -> bool:
        """Send the polite stop without looking again: between fifty signals every look costs a turn of the processor."""
        return self._is_there and process_tree.ask_to_stop(self.ref, is_known_alive=True)

    def remember_tree(self) -> None:
        """Read which processes are below this one, and whether it is there itself."""
        self._is_there = process_tree.is_alive(self.ref)
        super().remember_tree()

    @Slot(int, QProcess.ExitStatus)
    def _on_process_finished(self, code: int, status: QProcess.ExitStatus) -> None:
        if self._has_exited:
            return
        self._has_exited = True
        is_signal = status is QProcess.ExitStatus.CrashExit and sys.platform != "win32"
        self.exited.emit(None if is_signal else code, code if is_signal else None)

    @Slot(QProcess.ProcessError)
    def _on_process_error_occurred(self, error: QProcess.ProcessError) -> None:
        # A failed start emits no `finished`; it is reported by `launch`. Anything else is followed by `finished`.
        if error is QProcess.ProcessError.FailedToStart:
            self._has_exited = True


class AdoptedProcess(ProcessHandle):
    """A GOWA process started by an earlier run of this program. Its exit code cannot be known."""

    def __init__(self, ref: ProcessRef, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.ref = ref
        self._watch = ExitWatch(ref, self)
        self._watch.ended.connect(self._on_watch_ended)

    def release(self) -> None:
        """Stop watching."""
        self._watch.close()

    @Slot()
    def _on_watch_ended(self) -> None:
        self.exited.emit(None, None)
