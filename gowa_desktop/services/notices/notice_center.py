"""NoticeCenter: collects what a person should hear of, keeps it, and says what is to be shown outside the window, and when."""

from __future__ import annotations

from datetime import UTC, datetime
from time import monotonic
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from gowa_desktop.domain.app_settings import NOTIFICATIONS, QUIET_HOURS, URGENT_BREAKS_QUIET
from gowa_desktop.domain.notices import Notice, NoticeKind, Urgency, announce, is_quiet_time

if TYPE_CHECKING:
    from collections.abc import Callable

    from gowa_desktop.services.notices.notice_store import NoticeStore
    from gowa_desktop.services.settings import AppSettings

MOST_KEPT = 200
GATHER_MS = 1_500
"""What happens within this time is shown as one."""
GROUP_S = 60.0
"""A notice this soon after another of its kind joins it, instead of popping up beside it."""


def _now() -> datetime:
    return datetime.now(UTC).astimezone()


class NoticeCenter(QObject):
    """Keeps the newest notices. Main thread.

    Without settings every kind is on, no hour is quiet and nothing is announced by itself; without a store nothing
    is kept over the end of the program.
    """

    added = Signal(object)
    """A `Notice` that is new, or that takes the place of an older one with its key."""
    withdrawn = Signal(str)
    """What the notice with this key told is over."""
    changed = Signal()
    """Another list of notices is kept, or some were read."""
    announced = Signal(object)
    """An `Announcement` is to be shown outside the window, in place of an earlier one with its key."""
    retracted = Signal(str)
    """The announcement with this key is to disappear: nothing of what it told holds any more."""

    def __init__(
        self,
        parent: QObject | None = None,
        now: Callable[[], datetime] = _now,
        *,
        settings: AppSettings | None = None,
        store: NoticeStore | None = None,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        super().__init__(parent)
        self._now = now
        self._clock = clock
        self._settings = settings
        self._store = store
        self._is_looked_at: Callable[[], bool] = lambda: False
        kept = store.load() if store is not None else []
        self._notices: dict[str, Notice] = {notice.key: notice for notice in kept[-MOST_KEPT:]}
        self._due: list[Notice] = []
        self._recent: dict[NoticeKind, list[tuple[float, Notice]]] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(GATHER_MS)
        self._timer.timeout.connect(self.announce_due)

    def set_looked_at(self, is_looked_at: Callable[[], bool]) -> None:
        """Say how to find out whether a person looks at the window now: then nothing has to pop up beside it."""
        self._is_looked_at = is_looked_at

    def all(self) -> list[Notice]:
        """Give the notices that hold, newest first."""
        return [notice for notice in self.happened() if not notice.is_over]

    def happened(self) -> list[Notice]:
        """Give what happened, newest first, also what is over by now."""
        return list(reversed(self._notices.values()))

    @property
    def unread(self) -> int:
        """How many notices nobody has looked at yet."""
        return sum(not notice.is_read for notice in self._notices.values())

    def is_on(self, kind: NoticeKind) -> bool:
        """Tell whether a person wants to hear of this kind."""
        return self._settings is None or kind not in self._settings.get(NOTIFICATIONS)

    def notify(
        self, kind: NoticeKind, key: str, title: str, text: str, *, instance_id: int | None = None, urgency: Urgency = Urgency.NORMAL
    ) -> None:
        """Tell of something: `title` in a few words, `text` in a sentence with a next step. A kind that is off is not kept."""
        if not self.is_on(kind):
            return
        self._notices.pop(key, None)
        notice = self._notices[key] = Notice(kind, key, title, text, self._now(), instance_id, urgency)
        while len(self._notices) > MOST_KEPT:
            del self._notices[next(iter(self._notices))]
        self.added.emit(notice)
        self._note_change()
        if not self._is_quiet(urgency) and not self._is_looked_at():
            self._due = [one for one in self._due if one.key != key] + [notice]
            if self._settings is not None:
                self._timer.start()

    def notify_once(self, kind: NoticeKind, key: str, title: str, text: str) -> None:
        """Tell of something that may be found again and again, such as a new version, the first time only."""
        if not self.is_on(kind) or (self._store is not None and not self._store.is_new(key)):
            return
        self.notify(kind, key, title, text)

    def withdraw(self, key: str) -> None:
        """Say that it is over; a notice that is not kept is fine."""
        notice = self._notices.get(key)
        if notice is None or notice.is_over:
            return
        self._notices[key] = notice.as_over()
        self._due = [one for one in self._due if one.key != key]
        self.withdrawn.emit(key)
        self._forget_recent(notice)
        self._note_change()

    def mark_read(self) -> None:
        """Note that a person has seen the list."""
        if self.unread:
            self._notices = {key: notice.as_read() for key, notice in self._notices.items()}
            self._note_change()

    def clear(self) -> None:
        """Forget all notices."""
        if self._notices:
            self._notices.clear()
            self._due.clear()
            for kind in list(self._recent):
                del self._recent[kind]
                self.retracted.emit(kind)
            self._note_change()

    def close(self) -> None:
        """Write what is not written yet, because the program ends."""
        self._timer.stop()
        if self._store is not None:
            self._store.flush()

    @Slot()
    def announce_due(self) -> None:
        """Show what has gathered, as one for each kind."""
        due, self._due = self._due, []
        now_s = self._clock()
        for kind in NoticeKind:
            fresh = [notice for notice in due if notice.kind is kind]
            if not fresh:
                continue
            keys = {notice.key for notice in fresh}
            recent = [
                (at, notice) for at, notice in self._recent.get(kind, []) if now_s - at < GROUP_S and notice.key not in keys
            ]
            recent += [(now_s, notice) for notice in fresh]
            self._recent[kind] = recent
            self.announced.emit(announce([notice for _at, notice in recent]))

    def _forget_recent(self, over: Notice) -> None:
        recent = self._recent.get(over.kind)
        if recent is None:
            return
        left = [(at, notice) for at, notice in recent if notice.key != over.key]
        if left:
            self._recent[over.kind] = left
        elif len(left) != len(recent):
            del self._recent[over.kind]
            self.retracted.emit(over.kind)

    def _is_quiet(self, urgency: Urgency) -> bool:
        if self._settings is None or not is_quiet_time(self._settings.get(QUIET_HOURS), self._now().time()):
            return False
        return urgency is not Urgency.HIGH or not self._settings.get(URGENT_BREAKS_QUIET)

    def _note_change(self) -> None:
        if self._store is not None:
            self._store.save_soon(lambda: list(self._notices.values()))
        self.changed.emit()
