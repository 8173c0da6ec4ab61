"""GarbageKeeper: Python's cyclic garbage is collected on the main thread only.

Python collects on whichever thread happens to allocate. What it finds there may be a Qt object, and Qt ends the program, or
corrupts its memory, when an object with timers or socket notifiers is destroyed on a thread that it does not belong to.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer, Slot

LOOK_MS = 5_000
_YOUNG = 2_000
"""So many new objects make a look worth while."""
_OLDER = 10
"""So many collections of one generation make one of the next due, as in Python's own thresholds."""


class GarbageKeeper(QObject):
    """Takes collecting over from Python. Main thread; lives as long as the application."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)
        self._timer.start(LOOK_MS)

    @Slot()
    def look(self) -> None:
        """Collect what is due."""
        collect_due()


def collect_due() -> None:
    """Collect the youngest generation, and older ones when their turn has come."""
    young, middle, old = gc.get_count()
    if young < _YOUNG:
        return
    gc.collect(2 if middle >= _OLDER and old >= _OLDER else 1 if middle >= _OLDER else 0)
