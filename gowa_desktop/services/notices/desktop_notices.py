"""DesktopNotices: shows announcements as notifications of a Linux desktop, and tells which was clicked."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSocketNotifier, Signal, Slot

from gowa_desktop.domain.notices import Announcement, Urgency
from gowa_desktop.infra.notification_bus import DEFAULT_ACTION, Acted, Answered, Closed, Refused, open_notification_bus

if TYPE_CHECKING:
    from collections.abc import Callable

    from gowa_desktop.infra.notification_bus import NotificationBus
    from gowa_desktop.services.tasks import TaskRunner

_log = logging.getLogger(__name__)


class DesktopNotices(QObject):
    """Main thread. Connects when there is something to show for the first time, on a worker, because a bus may hang."""

    clicked = Signal(str)
    """Key of an announcement that a person clicked."""
    unavailable = Signal(object)
    """An `Announcement` that this desktop cannot show this way."""

    def __init__(self, tasks: TaskRunner, parent: QObject | None = None, *, action_text: Callable[[], str], desktop_file: str) -> None:
        """`action_text` gives what is on the button of a notification, where the desktop shows buttons."""
        super().__init__(parent)
        self._tasks = tasks
        self._action_text = action_text
        self._desktop_file = desktop_file
        self._bus: NotificationBus | None = None
        self._is_connecting = False
        self._is_closed = False
        self._notifier: QSocketNotifier | None = None
        self._waiting: list[Announcement] = []
        self._sent: dict[int, Announcement] = {}
        self._ids: dict[str, int] = {}

    @Slot(object)
    def show(self, announcement: Announcement) -> None:
        """Show it, in place of an earlier one with its key."""
        if self._bus is None:
            self._waiting.append(announcement)
            self._connect()
            return
        words = self._action_text()
        actions = [(DEFAULT_ACTION, words), ("show", words)]
        try:
            serial = self._bus.show(
                announcement.title, announcement.text, actions, replaces=self._ids.get(announcement.key, 0),
                is_urgent=announcement.urgency is Urgency.HIGH, desktop_file=self._desktop_file,
            )  # fmt: skip
        except OSError:
            self._disconnect()
            self.unavailable.emit(announcement)
            return
        self._sent[serial] = announcement

    @Slot(str)
    def take_back(self, key: str) -> None:
        """Let it disappear."""
        self._waiting = [one for one in self._waiting if one.key != key]
        number = self._ids.pop(key, None)
        if self._bus is not None and number is not None:
            try:
                self._bus.take_back(number)
            except OSError:
                self._disconnect()

    def close(self) -> None:
        """Leave the bus; what is shown stays."""
        self._is_closed = True
        self._disconnect()

    def _connect(self) -> None:
        if not self._is_connecting and not self._is_closed:
            self._is_connecting = True
            self._tasks.run_apart(open_notification_bus, self._on_connected)

    def _on_connected(self, bus: NotificationBus | None) -> None:
        self._is_connecting = False
        waiting, self._waiting = self._waiting, []
        if bus is None or self._is_closed:
            if bus is not None:
                bus.close()
            for announcement in waiting:
                self.unavailable.emit(announcement)
            return
        self._bus = bus
        self._notifier = QSocketNotifier(bus.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_notifier_activated)
        for announcement in waiting:
            self.show(announcement)

    def _disconnect(self) -> None:
        if self._notifier is not None:
            self._notifier.setEnabled(False)
            self._notifier.deleteLater()
            self._notifier = None
        if self._bus is not None:
            self._bus.close()
            self._bus = None
        self._sent.clear()
        self._ids.clear()

    @Slot()
    def _on_notifier_activated(self) -> None:
        if self._bus is None:
            return
        try:
            events = self._bus.read()
        except (OSError, RuntimeError, ValueError) as error:
            _log.info("Notifications of the desktop are gone: %s", error)
            self._disconnect()
            return
        for event in events:
            match event:
                case Answered(serial, number) if serial in self._sent:
                    self._ids[self._sent.pop(serial).key] = number
                case Refused(serial) if serial in self._sent:
                    self.unavailable.emit(self._sent.pop(serial))
                case Acted(number, _):
                    for key in [key for key, shown in self._ids.items() if shown == number]:
                        self.clicked.emit(key)
                case Closed(number):
                    self._ids = {key: shown for key, shown in self._ids.items() if shown != number}
