"""One piece of work that ends later: what front ends hold between a click and its outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import SIGNAL, QObject, Signal

if TYPE_CHECKING:
    from collections.abc import Callable

    from gowa_desktop.domain.errors import GowaError
    from gowa_desktop.domain.progress import Progress


class Operation(QObject):
    """The outcome to come of one request. Main thread; the service keeps it alive until it has finished.

    It may have finished already when the caller receives it: read `is_finished` before waiting.
    """

    finished = Signal()
    """Emitted once, after `error` is set."""
    progressed = Signal()
    """`progress` or `can_cancel` is different; at most about ten times a second."""

    def __init__(self, title: str, parent: QObject | None = None, *, on_cancel: Callable[[], None] | None = None) -> None:
        super().__init__(parent)
        self.title = title
        self._is_finished = False
        self._error: GowaError | None = None
        self._progress: Progress | None = None
        self._on_cancel = on_cancel
        self._is_cancel_asked = False

    @property
    def is_finished(self) -> bool:
        """True once the outcome is known."""
        return self._is_finished

    @property
    def error(self) -> GowaError | None:
        """Why it failed, or None when it succeeded or is still under way."""
        return self._error

    @property
    def progress(self) -> Progress | None:
        """How far it is; None when it does not tell."""
        return self._progress

    @property
    def can_cancel(self) -> bool:
        """True while it can be called off."""
        return self._on_cancel is not None and not self._is_finished and not self._is_cancel_asked

    def cancel(self) -> None:
        """Call it off; it fails with CancelledError soon. Without effect when that is not possible (any more)."""
        if self.can_cancel and self._on_cancel is not None:
            self._is_cancel_asked = True
            self._on_cancel()
            self.progressed.emit()

    def advance(self, progress: Progress) -> None:
        """Record how far it is and tell. Ignored once it has finished."""
        if not self._is_finished:
            self._progress = progress
            self.progressed.emit()

    def succeed(self) -> None:
        """Record success and tell. A second outcome is ignored."""
        self._finish(None)

    def fail(self, error: GowaError) -> None:
        """Record a failure and tell. A second outcome is ignored."""
        self._finish(error)

    def _finish(self, error: GowaError | None) -> None:
        if self._is_finished:
            return
        self._is_finished = True
        self._error = error
        self.finished.emit()
        # What is connected may hold this operation, and what a signal holds Python's collector does not see: it would stay for ever.
        for signal in ("finished", "progressed"):
            if self.receivers(SIGNAL(f"{signal}()")):
                getattr(self, signal).disconnect()
        # The service kept it alive until now; from here on it belongs to whoever still looks at it.
        self.setParent(None)
