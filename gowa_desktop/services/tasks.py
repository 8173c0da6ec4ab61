"""TaskRunner: blocking work on worker threads, plain values back on the main thread."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

from gowa_desktop.domain.errors import GowaError

if TYPE_CHECKING:
    from collections.abc import Callable

_log = logging.getLogger(__name__)
T = TypeVar("T")


class TaskRunner(QObject):
    """Owns a thread pool. Call from the main thread; callbacks come back there. Close it before the application ends."""

    _done = Signal(object)

    def __init__(self, parent: QObject | None = None, threads: int = 4) -> None:
        super().__init__(parent)
        # Not Qt's pool: waiting for that holds Python's global lock, which the work being waited for may need.
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="gowa-task")
        self._is_closed = False
        self._done.connect(self._on_done, Qt.ConnectionType.QueuedConnection)

    def run(
        self, work: Callable[[], T], on_result: Callable[[T], None], on_error: Callable[[GowaError], None] | None = None
    ) -> None:
        """Run `work` on a worker. Exactly one callback follows, unless the runner is closed first.

        An error that is no GowaError is logged and arrives as one, so no fault gets lost in a thread.
        """

        def body() -> None:
            try:
                result = work()
            except GowaError as error:
                self._report(on_error, error)
            except Exception as error:  # noqa: BLE001 - the last border of a thread
                _log.exception("A background task failed")
                self._report(on_error, GowaError(f"Something unexpected went wrong: {error}.", "Try again; details are in the program's log."))
            else:
                self._done.emit(lambda: on_result(result))

        if not self._is_closed:
            self._pool.submit(body)

    def close(self) -> None:
        """Refuse new work, drop what has not begun and wait for what has."""
        self._is_closed = True
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _report(self, on_error: Callable[[GowaError], None] | None, error: GowaError) -> None:
        if on_error is not None:
            self._done.emit(lambda: on_error(error))

    @Slot(object)
    def _on_done(self, callback: Callable[[], None]) -> None:
        if not self._is_closed:
            callback()
