"""LogNotices: what known lines of logs tell and needs a person becomes a notice, which goes when it is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from gowa_desktop.domain.notices import NoticeKind, Urgency

if TYPE_CHECKING:
    from collections.abc import Callable

    from gowa_desktop.domain.log_advice import LogEventKind
    from gowa_desktop.services.logs.log_store import LogEvent, LogStore
    from gowa_desktop.services.notices.notice_center import NoticeCenter


def notice_key(instance_id: int, kind: LogEventKind) -> str:
    """Give the key under which a notice of this kind is found."""
    return f"log-{instance_id}-{kind}"


class LogNotices(QObject):
    """Stands between the log store and the centre for notices. Main thread; lives as long as the services."""

    def __init__(self, logs: LogStore, notices: NoticeCenter, name_of: Callable[[int], str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._notices = notices
        self._name_of = name_of
        logs.event_seen.connect(self._on_logs_event_seen)
        logs.event_over.connect(self._on_logs_event_over)

    @Slot(object)
    def _on_logs_event_seen(self, event: LogEvent) -> None:
        if event.known.matters:
            title = event.known.title.format(name=self._name_of(event.instance_id))
            self._notices.notify(
                NoticeKind.WHATSAPP, notice_key(event.instance_id, event.known.kind), title, event.known.advice,
                instance_id=event.instance_id, urgency=Urgency.HIGH,
            )  # fmt: skip

    @Slot(int, object)
    def _on_logs_event_over(self, instance_id: int, kind: LogEventKind) -> None:
        self._notices.withdraw(notice_key(instance_id, kind))
