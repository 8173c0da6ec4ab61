"""Work in many small parts on the main thread, with turns of the event loop between them, so that a window goes on living."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

if TYPE_CHECKING:
    from collections.abc import Iterator

SLICE_S = 0.012
"""How long the work goes on before the event loop has its turn; a part under way is finished first."""
AT_ONCE = 4
"""So many parts are done before `begin` returns: less work than that nobody needs to wait for."""


class SlicedWork(QObject):
    """One piece of work in parts. Main thread; whoever begins it keeps it until it has ended."""

    advanced = Signal(int)
    """So many parts are done."""
    ended = Signal()
    """All is done, or it was called off. Emitted once."""

    def __init__(self, parts: Iterator[None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._parts = parts
        self._done = 0
        self._is_ended = False
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._on_timer_timeout)

    @property
    def is_ended(self) -> bool:
        """True once nothing more will be done."""
        return self._is_ended

    def begin(self) -> None:
        """Do the first parts now and the rest later."""
        for _ in range(AT_ONCE):
            if not self._advance():
                return
        self.advanced.emit(self._done)
        self._timer.start()

    def cancel(self) -> None:
        """Leave out what has not been done."""
        self._end()

    def _advance(self) -> bool:
        try:
            next(self._parts)
        except StopIteration:
            self._end()
            return False
        self._done += 1
        return True

    def _end(self) -> None:
        self._timer.stop()
        if not self._is_ended:
            self._is_ended = True
            self.ended.emit()

    @Slot()
    def _on_timer_timeout(self) -> None:
        until = perf_counter() + SLICE_S
        while perf_counter() < until:
            if not self._advance():
                return
        self.advanced.emit(self._done)
