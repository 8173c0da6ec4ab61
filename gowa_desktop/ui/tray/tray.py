"""Tray: the icon of the program beside the clock. Waits for a tray that comes late, and knows when there is none."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QSystemTrayIcon

from gowa_desktop.ui.tray.tray_menu import TrayMenu
from gowa_desktop.ui.tray.tray_picture import TrayFace, face_of, tray_icon
from gowa_desktop.ui.tray.tray_words import tooltip

if TYPE_CHECKING:
    from collections.abc import Callable

    from gowa_desktop.services.instances.instance_service import InstanceService

WAIT_MS = 1_000
MOST_WAITS = 60
"""After a login the tray may come up to a minute later than the programs."""
_SETTLE_MS = 150
"""When a hundred instances change at once, the menu is brought up to date once."""


class Tray(QObject):
    """One for the life of the program, whatever windows come and go. Main thread.

    It is only made when there is a tray: Qt decides at that moment which kind of tray it speaks to.
    """

    appeared = Signal()
    """There is a tray now, and the icon is in it."""
    missed = Signal()
    """No tray came within a minute."""
    window_requested = Signal()
    """The icon was clicked, or the window chosen."""
    message_clicked = Signal()
    """A message of the icon was clicked."""

    def __init__(self, parent: QObject, find_tray: Callable[[], bool] = QSystemTrayIcon.isSystemTrayAvailable) -> None:
        super().__init__(parent)
        self._find_tray = find_tray
        self._icon: QSystemTrayIcon | None = None
        self._face: TrayFace | None = None
        self._instances: InstanceService | None = None
        self._waits = 0
        self.menu = TrayMenu()
        self.menu.window_requested.connect(self.window_requested)
        self.menu.translated.connect(self.refresh)
        self._waiting = QTimer(self)
        self._waiting.setInterval(WAIT_MS)
        self._waiting.timeout.connect(self._on_waiting_timeout)
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(_SETTLE_MS)
        self._settling.timeout.connect(self.refresh)

    @property
    def icon(self) -> QSystemTrayIcon | None:
        """The icon, once there is a tray."""
        return self._icon

    @property
    def is_waiting(self) -> bool:
        """True while a tray may still come."""
        return self._waiting.isActive()

    def begin(self) -> None:
        """Show the icon, or wait for a tray."""
        if not self.look():
            self._waiting.start()

    def look(self) -> bool:
        """Find out whether there is a tray now, and show the icon in one that came late."""
        if not self._find_tray():
            return False
        if self._icon is None:
            self._waiting.stop()
            self._make_icon()
            self.appeared.emit()
        return True

    def follow(self, instances: InstanceService) -> None:
        """Show these instances from now on."""
        self.unfollow()
        self._instances = instances
        for signal in (instances.state_changed, instances.instance_added, instances.instance_removed):
            signal.connect(self._settle)
        self.refresh()

    @Slot()
    def _settle(self) -> None:
        # Connected directly, the timer would take an instance's id for its interval.
        self._settling.start()

    def unfollow(self) -> None:
        """Show none, because their services end."""
        if self._instances is not None:
            for signal in (self._instances.state_changed, self._instances.instance_added, self._instances.instance_removed):
                signal.disconnect(self._settle)
            self._instances = None
        self._settling.stop()

    def close(self) -> None:
        """Take the icon away, because the program ends."""
        self.unfollow()
        self._waiting.stop()
        if self._icon is not None:
            self._icon.hide()
            self._icon.deleteLater()
            self._icon = None
        self.menu.deleteLater()

    def show_message(self, title: str, text: str) -> None:
        """Show a message at the icon; nothing without one."""
        if self._icon is not None:
            self._icon.showMessage(title, text, self._icon.icon())

    @Slot()
    def refresh(self) -> None:
        """Bring icon, tooltip and menu in line with the instances; what looks the same is not touched."""
        if self._instances is None:
            return
        statuses = self._instances.statuses()
        self.menu.show_statuses(statuses)
        if self._icon is None:
            return
        face = face_of(statuses)
        if face != self._face:
            self._face = face
            self._icon.setIcon(tray_icon(face, is_template=sys.platform == "darwin"))
        words = tooltip(statuses)
        if words != self._icon.toolTip():
            self._icon.setToolTip(words)

    def _make_icon(self) -> None:
        self._icon = icon = QSystemTrayIcon(self)
        icon.setObjectName("trayIcon")
        self._face = TrayFace()
        icon.setIcon(tray_icon(self._face, is_template=sys.platform == "darwin"))
        icon.setContextMenu(self.menu)
        icon.activated.connect(self._on_icon_activated)
        icon.messageClicked.connect(self.message_clicked)
        self.refresh()
        icon.show()

    @Slot()
    def _on_waiting_timeout(self) -> None:
        self._waits += 1
        if not self.look() and self._waits >= MOST_WAITS:
            self._waiting.stop()
            self.missed.emit()

    @Slot(QSystemTrayIcon.ActivationReason)
    def _on_icon_activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        # On macOS a click opens the menu; a window in front of it would be in the way.
        is_click = reason in {QSystemTrayIcon.ActivationReason.Trigger, QSystemTrayIcon.ActivationReason.DoubleClick}
        if is_click and sys.platform != "darwin":
            self.window_requested.emit()
