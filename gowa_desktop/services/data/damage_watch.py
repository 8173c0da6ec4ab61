"""DamageWatch: whether the database is still whole, asked once a day and whenever something about it looks wrong."""

from __future__ import annotations

import logging
from time import monotonic
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from gowa_desktop.domain.errors import DatabaseDamagedError, GowaError
from gowa_desktop.services.data.conditions import Condition, Remedy
from gowa_desktop.store.database import check_live

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gowa_desktop.services.data.conditions import Conditions
    from gowa_desktop.services.tasks import TaskRunner

DAMAGE_KEY = "database-damaged"
CHECK_EACH_S = 86_400.0
SUSPECT_EACH_S = 60.0
"""One fault is reported by everybody who meets it."""
_LOOK_MS = 600_000
_log = logging.getLogger(__name__)


class DamageWatch(QObject):
    """Checks on a worker, beside the open database. Main thread. Repairs nothing: that needs services built anew."""

    def __init__(
        self, path: Path, conditions: Conditions, tasks: TaskRunner, parent: QObject | None = None, clock: Callable[[], float] = monotonic
    ) -> None:
        super().__init__(parent)
        self._path = path
        self._conditions = conditions
        self._tasks = tasks
        self._clock = clock
        self._checked_s = clock()  # it was checked when it was opened
        self._suspected_s: float | None = None
        self._is_checking = False
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)

    @property
    def is_checking(self) -> bool:
        """True while a check is under way."""
        return self._is_checking

    def begin(self) -> None:
        """Start the daily checks."""
        self._timer.start(_LOOK_MS)

    def close(self) -> None:
        """Stop checking."""
        self._timer.stop()

    @Slot()
    def look(self) -> None:
        """Check when the last time is a day ago."""
        if self._clock() - self._checked_s >= CHECK_EACH_S:
            self._check()

    @Slot()
    def suspect(self) -> None:
        """Check now, because somebody met damage; not again and again."""
        now = self._clock()
        if self._suspected_s is None or now - self._suspected_s >= SUSPECT_EACH_S:
            self._suspected_s = now
            self._check()

    def _check(self) -> None:
        if not self._is_checking:
            self._is_checking = True
            self._tasks.run(lambda: check_live(self._path), lambda _: self._on_sound(), self._on_failed)

    def _on_sound(self) -> None:
        self._note_answer()
        self._conditions.clear(DAMAGE_KEY)

    def _on_failed(self, error: GowaError) -> None:
        self._note_answer()
        if not isinstance(error, DatabaseDamagedError):
            _log.info("The database could not be checked: %s", error)
            return
        _log.warning("%s (%s)", error.message, error.__cause__)
        next_step = "The newest good copy and what each instance knows of itself take its place; what runs goes on running."
        self._conditions.set(Condition(DAMAGE_KEY, f"The database {self._path} is damaged.", next_step, Remedy.RESTORE))

    def _note_answer(self) -> None:
        self._is_checking = False
        self._checked_s = self._clock()
