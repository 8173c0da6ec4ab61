"""TaskRunner: blocking work on worker threads, plain values back on the main thread."""

from __future__ import annotations

import contextlib
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot
from shiboken6 import isValid

from gowa_desktop.domain.errors import GowaError

if TYPE_CHECKING:
    from collections.abc import Callable

_log = logging.getLogger(__name__)
T = TypeVar("T")
_LEAVE_AFTER_S = 2.0
"""How long the end waits for threads that may hang in the network."""


class TaskRunner(QObject):
    """Owns a thread pool. Call from the main thread; callbacks come back there. Close it before the application ends."""

    _done = Signal(object)

    def __init__(self, parent: QObject | None = None, threads: int = 4) -> None:
        super().__init__(parent)
        # Not Qt's pool: waiting for that holds Python's global lock, which the work being waited for may need.
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="gowa-task")
        self._apart: list[threading.Thread] = []
        self._is_closed = False
        self._done.connect(self._on_done, Qt.ConnectionType.QueuedConnection)

    def run(
        self,
        work: Callable[[], T],
        on_result: Callable[[T], None],
        on_error: Callable[[GowaError], None] | None = None,
        *,
        owner: QObject | None = None,
    ) -> None:
        """Run `work` on a worker. Exactly one callback follows, unless the runner is closed first.

        An error that is no GowaError is logged and arrives as one, so no fault gets lost in a thread.

        Args:
            work: what to do; blocks.
            on_result: gets what it gave.
            on_error: gets what went wrong.
            owner: who asks; once Qt has deleted it, no callback follows.
        """
        if not self._is_closed:
            if owner is not None:
                on_result = _while_there(owner, on_result)
                on_error = _while_there(owner, on_error) if on_error is not None else None
            self._pool.submit(self._body, work, on_result, on_error)

    def run_apart(
        self, work: Callable[[], T], on_result: Callable[[T], None], on_error: Callable[[GowaError], None] | None = None
    ) -> None:
        """Run `work` on a thread of its own, for what may wait long for another computer; else as `run`.

        The end of the program does not wait for it for long: a name that is being looked up cannot be called off.
        """
        if not self._is_closed:
            self._apart = [thread for thread in self._apart if thread.is_alive()]
            thread = threading.Thread(target=self._body, args=(work, on_result, on_error), name="gowa-network", daemon=True)
            self._apart.append(thread)
            thread.start()

    def post(self, callback: Callable[[], None]) -> None:
        """Have something called on the main thread. May be used from any thread."""
        with contextlib.suppress(RuntimeError):  # a thread that was left behind outlived this object
            self._done.emit(callback)

    def close(self) -> None:
        """Refuse new work, drop what has not begun and wait for what has."""
        self._is_closed = True
        self._pool.shutdown(wait=True, cancel_futures=True)
        for thread in self._apart:
            thread.join(_LEAVE_AFTER_S)

    def _body(self, work: Callable[[], T], on_result: Callable[[T], None], on_error: Callable[[GowaError], None] | None) -> None:
        try:
            result = work()
        except GowaError as error:
            self._report(on_error, error)
        except Exception as error:  # noqa: BLE001 - the last border of a thread
            _log.exception("A background task failed")
            self._report(on_error, GowaError(f"Something unexpected went wrong: {error}.", "Try again; details are in the program's log."))
        else:
            self.post(lambda: on_result(result))

    def _report(self, on_error: Callable[[GowaError], None] | None, error: GowaError) -> None:
        if on_error is not None:
            self.post(lambda: on_error(error))

    @Slot(object)
    def _on_done(self, callback: Callable[[], None]) -> None:
        if not self._is_closed:
            callback()


def _while_there(owner: QObject, callback: Callable[[T], None]) -> Callable[[T], None]:
    """Make a callback that does nothing any more when Qt has deleted its owner, as with a window that was closed meanwhile."""

    def call(value: T) -> None:
        if isValid(owner):
            callback(value)

    return call
