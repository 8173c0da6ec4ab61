"""SessionEnd: when the desktop session ends, everything is put on disk at once and no question is asked.

Qt tells of it on Linux through the session manager and on Windows through WM_QUERYENDSESSION; a window that asks back then would
hold up the logout of the whole desktop.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QGuiApplication, QSessionManager


class SessionEnd(QObject):
    """Hears of the end of the session. Lives as long as the application."""

    def __init__(self, application: QGuiApplication, prepare: Callable[[], None]) -> None:
        super().__init__(application)
        self._prepare = prepare
        # Direct, because the session goes on to end as soon as the signal returns.
        application.commitDataRequest.connect(self._on_application_commit_data_request, Qt.ConnectionType.DirectConnection)

    def _on_application_commit_data_request(self, _manager: QSessionManager) -> None:
        self._prepare()
