"""ErrorReporter: brings faults that nobody caught, from any thread, to the window; what was done with them before is done still."""

from __future__ import annotations

import sys
import threading
import traceback
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from gowa_desktop.domain.log_lines import hide_likely_secrets, hide_secrets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import TracebackType


class ErrorReporter(QObject):
    """Wraps Python's exception hooks from `install` to `remove`. Signals come on the main thread."""

    reported = Signal(str)
    """The text of a fault with its stack trace, without secrets; what fails again at the same place is told once."""

    def __init__(self, secrets: Callable[[], Iterable[str]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._secrets = frozenset(secrets())
        self._before = (sys.excepthook, threading.excepthook)
        self._told: set[str] = set()
        self._arrived.connect(self.reported, Qt.ConnectionType.QueuedConnection)

    _arrived = Signal(str)

    def install(self) -> None:
        """Begin to listen."""
        self._before = (sys.excepthook, threading.excepthook)
        sys.excepthook = self._on_error
        threading.excepthook = self._on_thread_error

    def remove(self) -> None:
        """Give the hooks back, those that nobody has taken over since. May be called twice."""
        if sys.excepthook == self._on_error:
            sys.excepthook = self._before[0]
        if threading.excepthook == self._on_thread_error:
            threading.excepthook = self._before[1]

    def _on_error(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        self._before[0](kind, error, trace)
        self._report(error)

    def _on_thread_error(self, failure: threading.ExceptHookArgs) -> None:
        self._before[1](failure)
        if failure.exc_value is not None and not isinstance(failure.exc_value, SystemExit):
            self._report(failure.exc_value)

    def _report(self, error: BaseException) -> None:
        frames = traceback.extract_tb(error.__traceback__)
        place = f"{type(error).__name__} {frames[-1].filename}:{frames[-1].lineno}" if frames else repr(error)
        if place in self._told:
            return  # a slot that fails at every tick must not open its window again each time it is closed
        self._told.add(place)
        details = "".join(traceback.format_exception(error))
        self._arrived.emit(hide_likely_secrets(hide_secrets(details, self._secrets)))
