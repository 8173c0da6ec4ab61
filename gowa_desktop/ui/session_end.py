"""SessionEnd: when the desktop session ends, everything is put on disk at once and no question is asked.

Qt tells of it on Linux through the session manager and on Windows through WM_QUERYENDSESSION; a window that asks back then would
hold up the logout of the whole desktop. Where there is no session manager, systemd ends program and instances with SIGTERM, all at
once, and what should run is on disk already.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QGuiApplication, QSessionManager

STILL_HERE_MS = 30_000
"""A program that is alive this long after its session was about to end is in a session that goes on: another program refused, or a
person cancelled. Qt does not tell of that."""


class SessionEnd(QObject):
    """Hears of the end of the session. Lives as long as the application.

    `prepare` gets everything ready for the end; `go_on` takes it back when the end does not come.
    """

    def __init__(self, application: QGuiApplication, prepare: Callable[[], None], go_on: Callable[[], None]) -> None:
        super().__init__(application)
        self._prepare = prepare
        self._still_here = QTimer(self)
        self._still_here.setSingleShot(True)
        self._still_here.setInterval(STILL_HERE_MS)
        self._still_here.timeout.connect(go_on)
        # Direct, because the session goes on to end as soon as the signal returns.
        application.commitDataRequest.connect(self._on_application_commit_data_request, Qt.ConnectionType.DirectConnection)

    def _on_application_commit_data_request(self, _manager: QSessionManager) -> None:
        self._prepare()
        self._still_here.start()
