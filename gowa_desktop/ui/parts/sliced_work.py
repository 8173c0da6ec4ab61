"""SlicedWork: goes through many instances, some milliseconds in each turn of the event loop, so that a window goes on living."""

from __future__ import annotations

from collections import deque
from time import perf_counter
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

SLICE_S = 0.004
"""Nothing further begins in a turn that has taken so long."""


class SlicedWork(QObject):
    """Does the same for each of many keys, in their order. Main thread; lives as long as its owner."""

    done = Signal()
    """Each key had its turn."""

    def __init__(self, act: Callable[[int], None], parent: QObject) -> None:
        super().__init__(parent)
        self._act = act
        self._keys: deque[int] = deque()
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._on_timer_timeout)

    @property
    def is_under_way(self) -> bool:
        """True while keys wait for their turn."""
        return self._timer.isActive()

    def begin(self, keys: Iterable[int]) -> None:
        """Go through these from the next turn on; what is left of those before is dropped."""
        self._keys = deque(keys)
        self._timer.start()

    def add(self, key: int) -> None:
        """Go through this one too, unless it waits already."""
        if key not in self._keys:
            self._keys.append(key)
            if not self._timer.isActive():
                self._timer.start()

    def stop(self) -> None:
        """Drop what is left."""
        self._keys.clear()
        self._timer.stop()

    @Slot()
    def _on_timer_timeout(self) -> None:
        until_s = perf_counter() + SLICE_S
        while self._keys:
            self._act(self._keys.popleft())
            if perf_counter() >= until_s:
                break
        if not self._keys:
            self._timer.stop()
            self.done.emit()
