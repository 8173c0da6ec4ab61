"""SelfTestRun: the self-test as a program of its own, so that it touches nothing of this one."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Signal, Slot

from gowa_desktop.infra.own_program import console_program

if TYPE_CHECKING:
    from collections.abc import Sequence

_END_MS = 3_000
"""How long one that was called off has to end in order."""


class SelfTestRun(QObject):
    """Runs `--self-test` and passes on what it prints. Main thread; one at a time."""

    printed = Signal(str)
    """One line: a step with its time, or how the whole went."""
    ended = Signal(bool)
    """It is over; true when every step went well."""

    def __init__(self, parent: QObject, command: Sequence[str] | None = None) -> None:
        super().__init__(parent)
        self._command = list(command) if command is not None else _own_command()
        self._process: QProcess | None = None
        self._rest = b""

    @property
    def is_running(self) -> bool:
        """True between `begin` and `ended`."""
        return self._process is not None

    def begin(self) -> None:
        """Start it, unless it runs."""
        if self._process is not None:
            return
        process = self._process = QProcess(self)
        environment = QProcessEnvironment.systemEnvironment()
        if sys.platform == "linux":
            environment.insert("QT_QPA_PLATFORM", "offscreen")  # its window would come up in front of the person's
            environment.insert("QT_LOGGING_RULES", "default.warning=false")  # Qt would say that such a window cannot be raised
        process.setProcessEnvironment(environment)
        process.setProcessChannelMode(QProcess.ProcessChannelMode.MergedChannels)
        process.setStandardInputFile(QProcess.nullDevice())
        process.readyReadStandardOutput.connect(self._on_process_ready_read)
        process.finished.connect(self._on_process_finished)
        process.errorOccurred.connect(self._on_process_error_occurred)
        self._rest = b""
        process.start(self._command[0], self._command[1:])

    def cancel(self) -> None:
        """Call it off; `ended` follows."""
        if self._process is not None:
            self._process.terminate()
            if not self._process.waitForFinished(_END_MS) and self._process is not None:
                self._process.kill()

    def close(self) -> None:
        """End it without a word, because the program ends."""
        process, self._process = self._process, None
        if process is not None:
            process.blockSignals(True)
            process.kill()
            process.waitForFinished(_END_MS)

    @Slot()
    def _on_process_ready_read(self) -> None:
        if self._process is None:
            return
        *lines, self._rest = (self._rest + self._process.readAllStandardOutput().data()).split(b"\n")
        for line in lines:
            self.printed.emit(line.decode("utf-8", errors="replace").rstrip())

    @Slot(int, QProcess.ExitStatus)
    def _on_process_finished(self, code: int, status: QProcess.ExitStatus) -> None:
        self._on_process_ready_read()
        if self._rest:
            self.printed.emit(self._rest.decode("utf-8", errors="replace"))
        self._end(is_good=code == 0 and status is QProcess.ExitStatus.NormalExit)

    @Slot(QProcess.ProcessError)
    def _on_process_error_occurred(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart and self._process is not None:
            self.printed.emit(self._process.errorString())
            self._end(is_good=False)

    def _end(self, *, is_good: bool) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.deleteLater()
            self.ended.emit(is_good)


def _own_command() -> list[str]:
    program = os.fspath(console_program())
    return [program, *([] if getattr(sys, "frozen", False) else ["-m", "gowa_desktop"]), "--self-test"]
