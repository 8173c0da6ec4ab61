"""ReplacedProgram: notices that the program's own file was replaced while it runs, as a package manager does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from gowa_desktop.services.data.conditions import Condition, Remedy

if TYPE_CHECKING:
    from pathlib import Path

    from gowa_desktop.services.data.conditions import Conditions

REPLACED_KEY = "program-replaced"
_EVERY_MS = 60_000


class ReplacedProgram(QObject):
    """Looks once a minute at one file. Main thread; begins when it is made."""

    def __init__(self, program: Path, conditions: Conditions, parent: QObject, *, every_ms: int = _EVERY_MS) -> None:
        super().__init__(parent)
        self._program = program
        self._conditions = conditions
        self._first = _identity(program)
        self._timer = QTimer(self)
        self._timer.setInterval(every_ms)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    @Slot()
    def look(self) -> None:
        """Say so when another file lies there; one that is gone says nothing, for it may be about to come."""
        now = _identity(self._program)
        if self._first is None or now is None or now == self._first:
            return
        self._timer.stop()
        sentence = "GOWA Desktop was updated while it runs."
        next_step = "Restart it to use the new version; your instances go on running meanwhile."
        self._conditions.set(Condition(REPLACED_KEY, sentence, next_step, Remedy.RESTART))


def _identity(program: Path) -> tuple[int, int, int] | None:
    try:
        found = program.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns
