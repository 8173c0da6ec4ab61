"""Work for many instances, a little of it in each turn of the event loop, so that a window goes on living meanwhile."""

from __future__ import annotations

from collections import deque
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, QTimer, Slot

if TYPE_CHECKING:
    from collections.abc import Callable

TURN_S = 0.010
"""No further work begins in a turn that has taken so long. A launch beside forty nine others takes twice as much."""


class _Entry(NamedTuple):
    """Work that waits for its turn, and what is done instead when it is called off."""

    key: int
    work: Callable[[], None]
    on_called_off: Callable[[], None] | None


class TurnQueue(QObject):
    """Carries out work in the order in which it came. Main thread; lives as long as its owner.

    Work that comes while nothing waits is done before `add` returns: what is asked for a single instance never waits for a turn.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._entries: deque[_Entry] = deque()
        self._is_working = False
        self._until_s = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._on_timer_timeout)

    def add(self, key: int, work: Callable[[], None], on_called_off: Callable[[], None] | None = None) -> bool:
        """Do some work for an instance, now or in a later turn; False when it waits.

        Args:
            key: id of the instance.
            work: what to do.
            on_called_off: done instead when `call_off` comes first.
        """
        if self._entries or self._is_working or (self._timer.isActive() and perf_counter() >= self._until_s):
            self._entries.append(_Entry(key, work, on_called_off))
            return False
        if not self._timer.isActive():
            self._begin_turn()
        self._do(work)
        return True

    def is_waiting(self, key: int) -> bool:
        """Tell whether work for an instance waits."""
        return any(entry.key == key for entry in self._entries)

    def hurry(self, key: int) -> None:
        """Do what waits for an instance now, because something else is asked of it."""
        due = [entry for entry in self._entries if entry.key == key]
        self._entries = deque(entry for entry in self._entries if entry.key != key)
        for entry in due:
            entry.work()

    def call_off(self, key: int) -> None:
        """Leave out what waits for an instance."""
        left_out = [entry for entry in self._entries if entry.key == key]
        self._entries = deque(entry for entry in self._entries if entry.key != key)
        for entry in left_out:
            if entry.on_called_off is not None:
                entry.on_called_off()

    def call_off_all(self) -> None:
        """Leave out everything that waits."""
        for key in {entry.key for entry in self._entries}:
            self.call_off(key)

    def _begin_turn(self) -> None:
        self._until_s = perf_counter() + TURN_S
        self._timer.start()

    def _do(self, work: Callable[[], None]) -> None:
        self._is_working = True
        try:
            work()
        finally:
            self._is_working = False

    @Slot()
    def _on_timer_timeout(self) -> None:
        if not self._entries:
            self._timer.stop()
            return
        self._begin_turn()
        self._do(self._entries.popleft().work)
        while self._entries and perf_counter() < self._until_s:
            self._do(self._entries.popleft().work)
