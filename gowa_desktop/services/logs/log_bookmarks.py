"""LogBookmarks: the lines that a person has marked in each log, kept beside the log by a worker."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from gowa_desktop.infra.log_bookmarks import read_bookmarks, write_bookmarks

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gowa_desktop.services.tasks import TaskRunner


class LogBookmarks(QObject):
    """Holds the bookmarks of logs that were shown. Main thread; ids are those of `LogStore`, its own log included."""

    loaded = Signal(int)
    """The bookmarks of this log were read from the disk."""

    def __init__(self, path: Callable[[int], Path], tasks: TaskRunner, parent: QObject) -> None:
        super().__init__(parent)
        self._path = path
        self._tasks = tasks
        self._positions: dict[int, set[int]] = {}
        self._unsaved: set[int] = set()
        """Logs whose bookmarks have changed since they were last given to a worker."""
        self._saving: set[int] = set()

    def of(self, key: int) -> set[int]:
        """Give the set of positions with a bookmark; whoever changes it calls `save`."""
        return self._positions.setdefault(key, set())

    def load(self, key: int) -> None:
        """Read them again, as when a log is shown: lines may have been dropped since. What was not saved yet stays as it is."""
        if key not in self._saving:
            # A log that cannot be read shows no bookmarks; why is told where its lines would stand.
            self._tasks.run(partial(read_bookmarks, self._path(key)), partial(self._take, key, self.of(key).copy()), owner=self)

    def _take(self, key: int, before: set[int], found: set[int]) -> None:
        positions = self._positions.get(key)
        if positions is not None and positions == before and key not in self._saving:
            positions.clear()
            positions |= found
            self.loaded.emit(key)

    def save(self, key: int) -> None:
        """Keep what `of` holds now."""
        if key in self._saving:
            self._unsaved.add(key)
            return
        self._saving.add(key)
        work = partial(write_bookmarks, self._path(key), frozenset(self.of(key)))
        self._tasks.run(work, lambda _: self._on_saved(key), lambda _: self._on_saved(key), owner=self)

    def _on_saved(self, key: int) -> None:
        self._saving.discard(key)
        if key in self._unsaved:
            self._unsaved.discard(key)
            self.save(key)

    def forget(self, key: int) -> None:
        """The log is no longer there; the next instance with this id has none of its bookmarks."""
        self._positions.pop(key, None)
        self._unsaved.discard(key)
