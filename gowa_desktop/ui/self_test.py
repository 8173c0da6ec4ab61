"""The self-test: the main job, step by step, with the simulator on a throw-away data directory."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, QUrl, Signal, Slot
from PySide6.QtNetwork import QNetworkAccessManager, QNetworkProxy, QNetworkReply, QNetworkRequest

from gowa_desktop import __version__
from gowa_desktop.domain.errors import GowaError, StartFailedError
from gowa_desktop.domain.instance import InstanceState, NewInstance
from gowa_desktop.domain.versions import SIMULATOR
from gowa_desktop.services.instances.operation import Operation
from gowa_desktop.ui.charts.charts_check import ChartsCheck, has_libraries
from gowa_desktop.ui.look.language import missing_catalogues
from gowa_desktop.ui.parts_check import check_parts

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gowa_desktop.services.instances.instance_service import InstanceService
    from gowa_desktop.ui.main_window import MainWindow

_STEP_LIMIT_MS = 70_000
_PAINT_MS = 400


@dataclass(frozen=True, slots=True)
class StepResult:
    """How one step went; `problem` is None when it went well."""

    step: str
    seconds: float
    problem: str | None


class SelfTest(QObject):
    """Runs the steps one after another and prints each. Main thread; `begin` once, then wait for `ended`."""

    ended = Signal(int)
    """Exit code: 0 when every step went well, else 1."""

    def __init__(self, instances: InstanceService, window: MainWindow, *, as_json: bool, screenshot: Path | None) -> None:
        super().__init__()
        self._instances = instances
        self._window = window
        self._as_json = as_json
        self._screenshot = screenshot
        self._network = QNetworkAccessManager(self)
        self._network.setProxy(QNetworkProxy(QNetworkProxy.ProxyType.NoProxy))
        self._id = 0
        self._results: list[StepResult] = []
        self._waiting: Operation | None = None
        self._begun = perf_counter()
        self._limit = QTimer(self)
        self._limit.setSingleShot(True)
        self._limit.timeout.connect(self._on_limit_timeout)
        self._steps: list[tuple[str, Callable[[], Operation]]] = [
            ("create an instance", self._create),
            ("start it and wait until it is ready", lambda: self._instances.start(self._id)),
            ("ask it for its health", self._ask_health),
            ("read its log", self._read_log),
            ("show it in the window", self._show),
            *([("draw its charts", self._draw_charts)] if has_libraries() else []),
            ("load its languages", self._load_languages),
            ("search, and load what notifications need", self._check_parts),
            ("restart it", lambda: self._instances.restart(self._id)),
            ("stop it gracefully", lambda: self._instances.stop(self._id)),
            ("start it again", lambda: self._instances.start(self._id)),
            ("end it by force", lambda: self._instances.kill(self._id)),
            ("reset its data", lambda: self._instances.reset_data(self._id)),
            ("delete it", lambda: self._instances.delete(self._id)),
            ("see that nothing is left", self._see_nothing_left),
        ]

    def begin(self) -> None:
        """Start with the first step."""
        self._say(f"GOWA Desktop {__version__} self-test, with the simulator (not WhatsApp)")
        QTimer.singleShot(0, self, self._next)

    @Slot()
    def _next(self) -> None:
        if len(self._results) == len(self._steps):
            self._finish()
            return
        self._begun = perf_counter()
        self._limit.start(_STEP_LIMIT_MS)
        try:
            operation = self._steps[len(self._results)][1]()
        except (GowaError, OSError) as error:
            self._record(str(error))
            return
        self._waiting = operation
        if operation.is_finished:
            self._on_operation_finished()
        else:
            operation.finished.connect(self._on_operation_finished)

    @Slot()
    def _on_operation_finished(self) -> None:
        operation, self._waiting = self._waiting, None
        if operation is not None:
            self._record(str(operation.error) if operation.error is not None else None)

    @Slot()
    def _on_limit_timeout(self) -> None:
        self._waiting = None
        self._record(f"It did not end within {_STEP_LIMIT_MS // 1000} seconds.")

    def _record(self, problem: str | None) -> None:
        self._limit.stop()
        result = StepResult(self._steps[len(self._results)][0], perf_counter() - self._begun, problem)
        self._results.append(result)
        self._say(f"  {'ok    ' if problem is None else 'FAILED'} {result.seconds * 1000:7.0f} ms  {result.step}")
        if problem is not None:
            self._say(f"         {problem}")
            self._finish()
        else:
            QTimer.singleShot(0, self, self._next)

    def _finish(self) -> None:
        is_good = all(result.problem is None for result in self._results)
        if self._as_json:
            steps = [{"step": r.step, "seconds": round(r.seconds, 4), "ok": r.problem is None, "problem": r.problem} for r in self._results]
            sys.stdout.write(json.dumps({"ok": is_good, "version": __version__, "steps": steps}, indent=2) + "\n")
        else:
            total = sum(result.seconds for result in self._results)
            self._say(f"{'All steps went well' if is_good else 'The self-test failed'} in {total:.1f} s.")
        self._end_leftovers(0 if is_good else 1)

    def _end_leftovers(self, code: int) -> None:
        # A failed step may leave a process behind; nothing of a test may outlive it.
        operations = [self._instances.kill(status.id) for status in self._instances.statuses()]
        open_ones = [operation for operation in operations if not operation.is_finished]
        if not open_ones:
            self.ended.emit(code)
            return

        def look() -> None:
            if all(operation.is_finished for operation in open_ones):
                self.ended.emit(code)

        for operation in open_ones:
            operation.finished.connect(look)

    def _create(self) -> Operation:
        self._id = self._instances.create(NewInstance(name="self-test", gowa_version=SIMULATOR)).id
        return self._done("create")

    def _ask_health(self) -> Operation:
        operation = Operation("health", self)
        request = QNetworkRequest(QUrl(f"http://127.0.0.1:{self._instances.status(self._id).port}/health"))
        request.setTransferTimeout(5_000)
        reply = self._network.get(request)

        def on_finished() -> None:
            if reply.error() is QNetworkReply.NetworkError.NoError:
                operation.succeed()
            else:
                operation.fail(StartFailedError(f"It did not answer: {reply.errorString()}."))
            reply.deleteLater()

        reply.finished.connect(on_finished)
        return operation

    def _read_log(self) -> Operation:
        operation = Operation("log", self)
        if self._instances.log_tail(self._id, 50):
            operation.succeed()
        else:
            operation.fail(StartFailedError("Its log is empty."))
        return operation

    def _show(self) -> Operation:
        operation = Operation("show", self)
        self._window.show()
        QTimer.singleShot(_PAINT_MS, self, lambda: self._take_picture(operation))
        return operation

    def _take_picture(self, operation: Operation) -> None:
        status = self._instances.status(self._id)
        picture = self._window.grab()
        if status.status is not InstanceState.RUNNING or picture.isNull():
            operation.fail(StartFailedError("The window could not be painted while the instance runs."))
        elif self._screenshot is not None and not picture.save(str(self._screenshot)):
            problem = f"The picture could not be written to {self._screenshot}."
            operation.fail(StartFailedError(problem, "Choose a .png file in a folder of yours."))
        else:
            operation.succeed()

    def _draw_charts(self) -> Operation:
        return ChartsCheck(self._window, self).begin(self._id)

    def _check_parts(self) -> Operation:
        check_parts()
        return self._done("parts")

    def _load_languages(self) -> Operation:
        operation = Operation("languages", self)
        if missing := missing_catalogues():
            operation.fail(StartFailedError(f"Translations are missing: {', '.join(missing)}."))
        else:
            operation.succeed()
        return operation

    def _see_nothing_left(self) -> Operation:
        operation = Operation("nothing left", self)
        if self._instances.live_count() or self._instances.statuses():
            operation.fail(StartFailedError("Something of the instance is still there."))
        else:
            operation.succeed()
        return operation

    def _done(self, title: str) -> Operation:
        operation = Operation(title, self)
        operation.succeed()
        return operation

    def _say(self, line: str) -> None:
        if not self._as_json:
            sys.stdout.write(line + "\n")
            sys.stdout.flush()
