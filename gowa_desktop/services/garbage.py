"""GarbageKeeper: Python's cyclic garbage is collected on the main thread only.

Python collects on whichever thread happens to allocate. What it finds there may be a Qt object, and Qt ends the program, or
corrupts its memory, when an object with timers or socket notifiers is destroyed on a thread that it does not belong to.

What is there when the program has come up, modules and widgets above all, stays to its end, and looking through it would let the window
stand still for 50 ms each time. It is spared (`gc.freeze`), so that a collection looks at what came later alone.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Slot

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
        self._has_spared = self._is_sparing = False
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)
        self._timer.start(LOOK_MS)

    @classmethod
    def at_work(cls) -> GarbageKeeper | None:
        """Give the one of this program; None where Python collects by itself."""
        application = QCoreApplication.instance()
        return application.findChild(cls) if application is not None else None

    @Slot()
    def look(self) -> None:
        """Collect what is due; spare what is there the first time, and again after `spare_nothing`."""
        if self._is_sparing:
            collect_due()
            return
        if self._has_spared:
            gc.collect()
        self.spare()

    def spare(self) -> None:
        """Look no more at what is there now, as when a large library was loaded. Its cyclic garbage stays until `spare_nothing`."""
        self._has_spared = self._is_sparing = True
        gc.freeze()

    def spare_nothing(self) -> None:
        """Look at everything again: what seemed to stay, such as a window, goes."""
        self._is_sparing = False
        gc.unfreeze()


def collect_due() -> None:
    """Collect the youngest generation, and older ones when their turn has come."""
    young, middle, old = gc.get_count()
    if young < _YOUNG:
        return
    gc.collect(2 if middle >= _OLDER and old >= _OLDER else 1 if middle >= _OLDER else 0)
