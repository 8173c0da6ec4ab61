"""NoticeCenter: collects what a person should hear of, and hands it to whoever shows it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from gowa_desktop.domain.notices import Notice, Urgency

if TYPE_CHECKING:
    from collections.abc import Callable

    from gowa_desktop.domain.notices import NoticeKind

MOST_KEPT = 200


def _now() -> datetime:
    return datetime.now(UTC).astimezone()


class NoticeCenter(QObject):
    """Keeps the newest notices. Main thread."""

    added = Signal(object)
    """A `Notice` that is new, or that takes the place of an older one with its key."""
    withdrawn = Signal(str)
    """What the notice with this key told is over."""

    def __init__(self, parent: QObject | None = None, now: Callable[[], datetime] = _now) -> None:
        super().__init__(parent)
        self._now = now
        self._notices: dict[str, Notice] = {}

    def all(self) -> list[Notice]:
        """Give the notices that are kept, newest first."""
        return list(reversed(self._notices.values()))

    def notify(
        self, kind: NoticeKind, key: str, title: str, text: str, *, instance_id: int | None = None, urgency: Urgency = Urgency.NORMAL
    ) -> None:
        """Tell of something: `title` in a few words, `text` in a sentence with a next step."""
        self._notices.pop(key, None)
        notice = self._notices[key] = Notice(kind, key, title, text, self._now(), instance_id, urgency)
        while len(self._notices) > MOST_KEPT:
            del self._notices[next(iter(self._notices))]
        self.added.emit(notice)

    def withdraw(self, key: str) -> None:
        """Say that it is over; a notice that is not kept is fine."""
        if self._notices.pop(key, None) is not None:
            self.withdrawn.emit(key)
