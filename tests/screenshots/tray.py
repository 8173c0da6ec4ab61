"""Pictures of what lies around the window: tray icon and menu, the list of notices, the questions at the door."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent  # noqa: TID251 - this drives the user interface
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QToolButton, QWidget  # noqa: TID251 - this drives the user interface

from gowa_desktop.domain.instance import InstanceState
from gowa_desktop.domain.notices import NoticeKind, Urgency
from gowa_desktop.ui.leave_dialogs import CloseQuestion, QuitQuestion, StopProgress
from gowa_desktop.ui.notices.notice_panel import NoticePanel
from gowa_desktop.ui.tray.tray_menu import TrayMenu
from gowa_desktop.ui.tray.tray_picture import TrayFace, tray_pixmap
from tests.screenshots.camera import Camera, find

if TYPE_CHECKING:
    from gowa_desktop.bootstrap import Services
    from gowa_desktop.ui.main_window import MainWindow

STATE = InstanceState
FACES = (
    TrayFace(STATE.RUNNING, 5), TrayFace(STATE.RUNNING, 12), TrayFace(STATE.RUNNING, 2, is_uneasy=True), TrayFace(STATE.BACKOFF, 1),
    TrayFace(STATE.FAILED, 2), TrayFace(STATE.STARTING, 4), TrayFace(STATE.STOPPING, 4), TrayFace(),
)  # fmt: skip
SHOWN_SIZES = (16, 22, 32, 48)
PANELS = (("#f2f2f2", False), ("#1b1e23", False), ("#000000", False), ("#e6e6e6", True))
"""Grounds of panels; the last is a menu bar of macOS, which gets the template."""
NOTICES = (
    (NoticeKind.DONE, "4 instances updated.", "All of them are well.", Urgency.NORMAL),
    (NoticeKind.UPDATE, "GOWA v9.3.0 is available", "Open GOWA versions to install it.", Urgency.NORMAL),
    (NoticeKind.DISK, "The disk is nearly full: 740 MB are free.", "Free some space, or move the data folder.", Urgency.HIGH),
    (NoticeKind.CRASHED, "kasir-2 crashed and was started again", "GOWA was ended by signal 9. It runs again.", Urgency.NORMAL),
    (NoticeKind.GAVE_UP, "lab stays down", "It failed 5 times in 2 minutes. It is tried again every 15 minutes.", Urgency.HIGH),
)


class IconSheet(QWidget):
    """Every face of the icon in several sizes, on the grounds it must be found on."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(len(FACES) * 150 + 20, len(PANELS) * 64)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        painter = QPainter(self)
        ratio = self.devicePixelRatio()
        for row, (ground, is_template) in enumerate(PANELS):
            painter.fillRect(0, row * 64, self.width(), 64, QColor(ground))
            for column, face in enumerate(FACES):
                x = 12.0 + column * 150
                for size in SHOWN_SIZES:
                    pixmap = tray_pixmap(face, round(size * ratio), is_template=is_template)
                    painter.drawPixmap(QRectF(x, row * 64 + 32 - size / 2, size, size), pixmap, QRectF(pixmap.rect()))
                    x += size + 6
        painter.end()


class TrayPictures:
    """Takes them around a window with a fleet."""

    def __init__(self, window: MainWindow, services: Services, camera: Camera) -> None:
        self._window = window
        self._services = services
        self._camera = camera

    def take(self) -> None:
        """Take them all."""
        sheet = IconSheet()
        sheet.show()
        self._camera.shoot("tray-icons", sheet, looks=["light"])
        sheet.close()
        self._take_menu()
        self._take_notices()
        statuses = [status for status in self._services.instances.statuses() if status.status is STATE.RUNNING]
        self._take_dialog("close-question", CloseQuestion(self._window, has_tray=True))
        self._take_dialog("close-question-no-tray", CloseQuestion(self._window, has_tray=False))
        self._take_dialog("quit-question", QuitQuestion(len(statuses), self._window))
        self._take_dialog("quit-progress", StopProgress(self._services.instances, statuses, self._window))

    def _take_menu(self) -> None:
        menu = TrayMenu()
        menu.show_statuses(self._services.instances.statuses())
        menu.show()
        self._camera.shoot("tray-menu", menu)
        menu.close()
        menu.deleteLater()

    def _take_notices(self) -> None:
        bell = find(self._window, QToolButton, "noticeBell")
        self._services.notices.clear()
        bell.click()
        panel = find(self._window, NoticePanel, "noticePanel")
        self._camera.shoot("notices-empty", panel)
        panel.close()
        for number, (kind, title, text, urgency) in enumerate(NOTICES):
            self._services.notices.notify(kind, f"shown-{number}", title, text, urgency=urgency)
        self._services.notices.withdraw("shown-2")
        self._camera.shoot("notices-bell", self._window)
        bell.click()
        self._camera.shoot("notices", panel)
        panel.close()
        self._services.notices.clear()

    def _take_dialog(self, name: str, dialog: QDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
        QTest.qWait(100)
        self._camera.shoot(name, dialog)
        dialog.blockSignals(True)
        dialog.close()
