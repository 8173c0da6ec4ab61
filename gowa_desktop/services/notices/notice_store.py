"""NoticeStore: the notices in a private file of the data directory, so that they are there again after a restart."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from gowa_desktop.domain.notices import from_json, to_json
from gowa_desktop.infra.private_files import read_object, write_private

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gowa_desktop.domain.notices import Notice

MOST_TOLD = 50
"""How many keys of what is told once only are remembered."""
_SAVE_MS = 1_000


class NoticeStore(QObject):
    """Reads once, writes a second after a change and at the end. Main thread; the file is small. A full disk costs the list only."""

    def __init__(self, path: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path = path
        self._told: list[str] = []
        self._give: Callable[[], list[Notice]] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SAVE_MS)
        self._timer.timeout.connect(self.flush)

    def load(self) -> list[Notice]:
        """Read what is kept, oldest first; what cannot be read counts as never written."""
        stored = read_object(self._path) or {}
        told, notices = stored.get("told"), stored.get("notices")
        self._told = [str(key) for key in told] if isinstance(told, list) else []
        found = map(from_json, notices if isinstance(notices, list) else [])
        return [notice for notice in found if notice is not None]

    def is_new(self, key: str) -> bool:
        """Tell whether this was never asked for this key, and remember it."""
        if key in self._told:
            return False
        self._told = [*self._told, key][-MOST_TOLD:]
        return True

    def save_soon(self, give: Callable[[], list[Notice]]) -> None:
        """Write what `give` gives, oldest first, in a moment."""
        self._give = give
        if not self._timer.isActive():
            self._timer.start()

    @Slot()
    def flush(self) -> None:
        """Write now what is not written yet."""
        self._timer.stop()
        if self._give is not None:
            give, self._give = self._give, None
            content = {"notices": [to_json(notice) for notice in give()], "told": self._told}
            write_private(self._path, json.dumps(content, ensure_ascii=False))
