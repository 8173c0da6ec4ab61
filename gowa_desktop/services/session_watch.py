"""SessionWatch: hears from the desktop and the computer, by D-Bus on Linux, that the session is about to end."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSocketNotifier, QTimer, Signal

from gowa_desktop.infra.session_bus import SessionNews, open_session_buses
from gowa_desktop.services.tasks import TaskRunner

if TYPE_CHECKING:
    from gowa_desktop.infra.session_bus import SessionBus

_log = logging.getLogger(__name__)
BEGIN_MS = 500
"""The window is painted first."""


class SessionWatch(QObject):
    """Main thread; lives as long as the application. Connects on a worker, because a bus may hang; without one it is silent."""

    ending = Signal()
    """The session ends when all slots have returned, or a few seconds later."""
    goes_on = Signal()
    """It does not end after all."""

    def __init__(self, app_id: str, parent: QObject) -> None:
        super().__init__(parent)
        self._tasks = TaskRunner(self, threads=1)
        self._buses: list[tuple[SessionBus, QSocketNotifier]] = []
        QTimer.singleShot(BEGIN_MS, self, lambda: self._tasks.run_apart(lambda: open_session_buses(app_id), self._on_connected))

    def close(self) -> None:
        """Leave the buses."""
        self._tasks.close()
        while self._buses:
            self._drop(*self._buses[0])

    def _on_connected(self, buses: list[SessionBus]) -> None:
        for bus in buses:
            notifier = QSocketNotifier(bus.fileno(), QSocketNotifier.Type.Read, self)
            self._buses.append((bus, notifier))
            notifier.activated.connect(lambda *_, bus=bus, notifier=notifier: self._read(bus, notifier))

    def _read(self, bus: SessionBus, notifier: QSocketNotifier) -> None:
        try:
            for news in bus.read():
                if news is SessionNews.ENDS:
                    self.ending.emit()
                    bus.ready()
                else:
                    self.goes_on.emit()
        except (OSError, RuntimeError, ValueError) as error:
            _log.info("Nobody tells of the end of the session any more: %s", error)
            self._drop(bus, notifier)

    def _drop(self, bus: SessionBus, notifier: QSocketNotifier) -> None:
        notifier.setEnabled(False)
        notifier.deleteLater()
        bus.close()
        self._buses.remove((bus, notifier))
