"""DiskWatch: whether the data folder is there and can be written, and how much room its disk has."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from gowa_desktop.infra.folder_access import FolderLook, look_at
from gowa_desktop.services.data.conditions import Condition, Remedy

if TYPE_CHECKING:
    from collections.abc import Callable

    from gowa_desktop.infra.paths import DataPaths
    from gowa_desktop.services.data.conditions import Conditions
    from gowa_desktop.services.tasks import TaskRunner

FOLDER_KEY = "data-folder"
SPACE_KEY = "disk-space"
LOW_BYTES = 1_000_000_000
LOW_PART = 0.05
"""Little room is less than this part of the disk as well: of a large disk 5 % is plenty, of a small one 1 GB may be all of it."""
SCARCE_BYTES = 200_000_000
_EASE = 1.1
"""So much more must be free before less is said, so that nothing flickers at the limit."""
CALM_MS = 5_000
ALERT_MS = 1_000
_SILENT_S = 10.0
"""A look that takes so long means that the disk does not answer."""


class DiskWatch(QObject):
    """Looks on a worker every few seconds, more often while something is wrong. Main thread."""

    scarcity_changed = Signal(bool)
    """Whether so little room is left that everything that can wait must."""
    folder_returned = Signal()
    """The data folder can be written again, with the same database."""
    database_replaced = Signal()
    """Another database lies in the place of ours: its disk came back as another one, or somebody exchanged the file."""

    def __init__(
        self, paths: DataPaths, conditions: Conditions, tasks: TaskRunner, parent: QObject | None = None, clock: Callable[[], float] = monotonic
    ) -> None:
        super().__init__(parent)
        self._paths = paths
        self._conditions = conditions
        self._tasks = tasks
        self._clock = clock
        self._identity: tuple[int, int] | None = None
        self._is_scarce = False
        self._is_low = False
        self._looking_since_s: float | None = None
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)

    @property
    def is_scarce(self) -> bool:
        """True while so little room is left that everything that can wait must."""
        return self._is_scarce

    @property
    def is_looking(self) -> bool:
        """True while a look has not come back."""
        return self._looking_since_s is not None

    @property
    def interval_ms(self) -> int:
        """How often it looks now."""
        return self._timer.interval()

    def begin(self) -> None:
        """Start looking, at once."""
        self._timer.start(CALM_MS)
        self.look()

    def close(self) -> None:
        """Stop looking."""
        self._timer.stop()

    @Slot()
    def look(self) -> None:
        """Look once; skipped while the last look has not come back."""
        if self._looking_since_s is not None:
            if self._clock() - self._looking_since_s > _SILENT_S:
                self._tell_folder(f"The disk of the data folder {self._paths.root} does not answer.", "Check its cable or network.")
            return
        self._looking_since_s = self._clock()
        self._tasks.run(lambda: look_at(self._paths.root, self._paths.database), self._on_looked, lambda _: self._note_answer())

    def _note_answer(self) -> None:
        self._looking_since_s = None

    def _on_looked(self, look: FolderLook) -> None:
        self._note_answer()
        self._judge_folder(look)
        if look.free_bytes is not None and look.total_bytes is not None:
            self._judge_space(look.free_bytes, look.total_bytes)
        is_calm = not self._is_low and self._conditions.get(FOLDER_KEY) is None
        self._timer.setInterval(CALM_MS if is_calm else ALERT_MS)

    def _judge_folder(self, look: FolderLook) -> None:
        self._identity = self._identity or look.database
        if look.problem is not None:
            self._tell_folder(look.problem.message, look.problem.next_step)
        elif look.database is None and self._identity is not None:
            self._tell_folder(f"The database {self._paths.database} has gone.", "Bring it back, or start GOWA Desktop anew to restore it.")
        elif look.database != self._identity:
            self._identity = look.database
            self._conditions.clear(FOLDER_KEY)
            self.database_replaced.emit()
        elif self._conditions.get(FOLDER_KEY) is not None:
            self._conditions.clear(FOLDER_KEY)
            self.folder_returned.emit()

    def _tell_folder(self, sentence: str, next_step: str) -> None:
        meanwhile = "What runs goes on running; changes cannot be saved until then."
        self._conditions.set(Condition(FOLDER_KEY, sentence, f"{next_step} {meanwhile}", Remedy.TRY_AGAIN))

    def _judge_space(self, free: int, total: int) -> None:
        ease = _EASE if self._is_low else 1.0
        was_scarce = self._is_scarce
        self._is_scarce = free < SCARCE_BYTES * (_EASE if was_scarce else 1.0)
        self._is_low = self._is_scarce or (free < LOW_BYTES * ease and free < total * LOW_PART * ease)
        if self._is_low:
            self._tell_space(free)
        else:
            self._conditions.clear(SPACE_KEY)
        if self._is_scarce is not was_scarce:
            self.scarcity_changed.emit(self._is_scarce)

    def _tell_space(self, free: int) -> None:
        # Rounded, so that the sentence does not change with every byte.
        shown = f"Only {free // 10_000_000 * 10} MB" if free >= 10_000_000 else "Less than 10 MB"
        sentence = f"{shown} are free on the disk of the data folder {self._paths.root}."
        if self._is_scarce:
            next_step = "Free some space soon. Instances go on; copies of the database and the program's own log wait until there is room."
        else:
            next_step = "Free some space, before instances can no longer store messages."
        self._conditions.set(Condition(SPACE_KEY, sentence, next_step))
