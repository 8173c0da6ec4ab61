"""A wait that can be shown while it lasts."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

if TYPE_CHECKING:
    from collections.abc import Callable


class Countdown(QObject):
    """Waits once for so many seconds and tells how many are left, by a clock that no time change moves. Main thread."""

    over = Signal()
    """The wait has come to its end; not emitted when it was called off."""

    def __init__(self, parent: QObject, clock: Callable[[], float] = monotonic) -> None:
        super().__init__(parent)
        self._clock = clock
        self._end_s: float | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on_timer_timeout)

    @property
    def left_s(self) -> float | None:
        """Seconds until the end, never below 0; None when nothing is waited for."""
        return None if self._end_s is None else max(0.0, self._end_s - self._clock())

    def begin(self, seconds: float) -> None:
        """Wait from now on; a wait before is forgotten."""
        self._end_s = self._clock() + seconds
        self._timer.start(round(seconds * 1000))

    def call_off(self) -> None:
        """Wait no longer."""
        self._timer.stop()
        self._end_s = None

    @Slot()
    def _on_timer_timeout(self) -> None:
        self._end_s = None
        self.over.emit()
