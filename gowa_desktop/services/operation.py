"""One piece of work that ends later: what front ends hold between a click and its outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from gowa_desktop.domain.errors import GowaError


class Operation(QObject):
    """The outcome to come of one request. Main thread; the service keeps it alive until it has finished.

    It may have finished already when the caller receives it: read `is_finished` before waiting.
    """

    finished = Signal()
    """Emitted once, after `error` is set."""

    def __init__(self, title: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.title = title
        self._is_finished = False
        self._error: GowaError | None = None

    @property
    def is_finished(self) -> bool:
        """True once the outcome is known."""
        return self._is_finished

    @property
    def error(self) -> GowaError | None:
        """Why it failed, or None when it succeeded or is still under way."""
        return self._error

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
        # The service kept it alive until now; from here on it belongs to whoever still looks at it.
        self.setParent(None)
