"""NoticeShow: puts announcements before a person who does not look at the window, by what the system offers for that."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, Signal, Slot

from gowa_desktop.services.notices.desktop_notices import DesktopNotices
from gowa_desktop.ui.look.sentences import told

if TYPE_CHECKING:
    from gowa_desktop.domain.notices import Announcement
    from gowa_desktop.services.notices.notice_center import NoticeCenter
    from gowa_desktop.services.tasks import TaskRunner
    from gowa_desktop.ui.tray.tray import Tray


class NoticeShow(QObject):
    """On Linux the notifications of the desktop, else and where there are none the messages of the tray icon. Main thread.

    Lives as long as the services that it shows the notices of.
    """

    clicked = Signal(str, object)
    """A `NoticeKind` and an instance id or None: a person clicked what was shown."""

    def __init__(self, notices: NoticeCenter, tasks: TaskRunner, tray: Tray, desktop_file: str, parent: QObject) -> None:
        super().__init__(parent)
        self._tray = tray
        self._shown: dict[str, Announcement] = {}
        self._last = ""
        self._desktop: DesktopNotices | None = None
        if sys.platform == "linux":
            self._desktop = DesktopNotices(tasks, self, action_text=_action_text, desktop_file=desktop_file)
            self._desktop.clicked.connect(self._on_desktop_clicked)
            self._desktop.unavailable.connect(self._show_at_icon)
            notices.retracted.connect(self._desktop.take_back)
        notices.announced.connect(self._on_notices_announced)
        tray.message_clicked.connect(self._on_tray_message_clicked)

    def close(self) -> None:
        """Show nothing any more."""
        if self._desktop is not None:
            self._desktop.close()

    @Slot(object)
    def _on_notices_announced(self, announcement: Announcement) -> None:
        self._shown[announcement.key] = announcement
        if self._desktop is not None:
            self._desktop.show(_told(announcement))
        else:
            self._show_at_icon(_told(announcement))

    @Slot(object)
    def _show_at_icon(self, announcement: Announcement) -> None:
        self._last = announcement.key
        self._tray.show_message(announcement.title, announcement.text)

    @Slot(str)
    def _on_desktop_clicked(self, key: str) -> None:
        shown = self._shown.get(key)
        if shown is not None:
            self.clicked.emit(key, shown.instance_id)

    @Slot()
    def _on_tray_message_clicked(self) -> None:
        self._on_desktop_clicked(self._last)


def _action_text() -> str:
    return QCoreApplication.translate("NoticeShow", "Show")


def _told(announcement: Announcement) -> Announcement:
    return replace(announcement, title=told(announcement.title), text=told(announcement.text))
