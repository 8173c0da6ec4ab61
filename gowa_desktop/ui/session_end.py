"""SessionEnd: when the desktop session ends, everything is put on disk at once and no question is asked.

Windows and macOS tell of it through Qt; a window that asks back then would hold up the logout of the whole desktop. On Linux the session
manager and logind tell `SessionWatch`. Where nobody does, systemd ends program and instances with SIGTERM, all at once, and what
should run is on disk already.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Slot

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QGuiApplication, QSessionManager

    from gowa_desktop.services.session_watch import SessionWatch

STILL_HERE_MS = 30_000
"""A program that is alive this long after its session was about to end is in a session that goes on: another program refused, or a
person cancelled. Qt does not tell of that."""


class SessionEnd(QObject):
    """Hears of the end of the session. Lives as long as the application.

    `prepare` gets everything ready for the end; `go_on` takes it back when the end does not come.
    """

    def __init__(
        self, application: QGuiApplication, prepare: Callable[[], None], go_on: Callable[[], None], watch: SessionWatch | None = None
    ) -> None:
        super().__init__(application)
        self._prepare = prepare
        self._go_on = go_on
        self._still_here = QTimer(self)
        self._still_here.setSingleShot(True)
        self._still_here.setInterval(STILL_HERE_MS)
        self._still_here.timeout.connect(go_on)
        # Direct, because the session goes on to end as soon as the signal returns.
        application.commitDataRequest.connect(self._on_application_commit_data_request, Qt.ConnectionType.DirectConnection)
        if watch is not None:
            watch.ending.connect(self._on_watch_ending, Qt.ConnectionType.DirectConnection)
            watch.goes_on.connect(self._on_watch_goes_on)

    def _on_application_commit_data_request(self, _manager: QSessionManager) -> None:
        self._begin()

    @Slot()
    def _on_watch_ending(self) -> None:
        self._begin()

    @Slot()
    def _on_watch_goes_on(self) -> None:
        if self._still_here.isActive():
            self._still_here.stop()
            self._go_on()

    def _begin(self) -> None:
        """Prepare once, though a shutdown is told by the session manager and by logind."""
        if not self._still_here.isActive():
            self._prepare()
        self._still_here.start()
