"""Conditions: what is wrong around the program for as long as it is: a full disk, a lost folder, a locked database."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QObject, Signal


class Remedy(StrEnum):
    """What a person can do about a condition with one click."""

    NONE = ""
    TRY_AGAIN = "try-again"
    RESTORE = "restore"
    RESTART = "restart"


@dataclass(frozen=True, slots=True)
class Condition:
    """One lasting state of the world, in a sentence for people. `key` names its kind; a newer one takes its place."""

    key: str
    sentence: str
    next_step: str = ""
    remedy: Remedy = Remedy.NONE

    def __str__(self) -> str:
        return f"{self.sentence} {self.next_step}".strip()


class Conditions(QObject):
    """The conditions that hold now, oldest first. Main thread; front ends show them until they are over."""

    changed = Signal()
    """Another set of conditions holds."""
    began = Signal(object)
    """A `Condition` that did not hold before, or that reads differently now."""
    ended = Signal(object)
    """A `Condition` that is over."""
    remedy_requested = Signal(str)
    """Key of a condition about which a person asked to do what its remedy says."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._held: dict[str, Condition] = {}

    def all(self) -> list[Condition]:
        """Give what holds, oldest first."""
        return list(self._held.values())

    def get(self, key: str) -> Condition | None:
        """Give the condition with this key, or None."""
        return self._held.get(key)

    def set(self, condition: Condition) -> None:
        """Say that a condition holds."""
        if self._held.get(condition.key) != condition:
            self._held[condition.key] = condition
            self.began.emit(condition)
            self.changed.emit()

    def clear(self, key: str) -> None:
        """Say that a condition is over; one that does not hold is fine."""
        condition = self._held.pop(key, None)
        if condition is not None:
            self.ended.emit(condition)
            self.changed.emit()
