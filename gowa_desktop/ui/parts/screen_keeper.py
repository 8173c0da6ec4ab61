"""Keeps a window where it can be seen: when it comes back on another set of screens, and when a screen goes while it is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRect, QSize, QTimer, Slot
from PySide6.QtGui import QGuiApplication

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QScreen
    from PySide6.QtWidgets import QWidget

HANDLE = 32
"""Height of the strip at the top by which a window is taken hold of, in logical pixels."""
LEAST_WIDTH = 120
"""How much of that strip must be on a screen."""
SETTLE_MS = 250
"""Systems move windows themselves when a screen goes; what they leave outside is looked at afterwards."""


class ScreenKeeper(QObject):
    """Watches the screens for one window. Main thread; lives as long as the window."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SETTLE_MS)
        self._timer.timeout.connect(self.bring_back)
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.screenRemoved.connect(self._on_application_screens_changed)
            application.screenAdded.connect(self._on_application_screens_changed)
            application.primaryScreenChanged.connect(self._on_application_screens_changed)
        self._watched: set[QScreen] = set()
        self._watch_screens()

    @Slot()
    def bring_back(self) -> None:
        """Move the window onto a screen, unless it can be taken hold of where it is."""
        window = self._window
        if window.isMinimized() or window.isMaximized() or window.isFullScreen():
            return
        screens = [screen.availableGeometry() for screen in QGuiApplication.screens()]
        place = visible_place(window.geometry(), screens)
        if place != window.geometry():
            window.setGeometry(place)

    def _watch_screens(self) -> None:
        present = set(QGuiApplication.screens())
        for screen in present - self._watched:
            screen.availableGeometryChanged.connect(self._on_application_screens_changed)
        self._watched = present

    @Slot()
    def _on_application_screens_changed(self, _change: QScreen | QRect | None = None) -> None:
        self._watch_screens()
        self._timer.start()


def room_for(window: QWidget) -> QSize:
    """Give how large the inside of a window can be on its screen, below its title bar."""
    parent = window.parentWidget()
    screen = (parent or window).screen()
    return screen.availableGeometry().size() - QSize(0, HANDLE)


def visible_place(window: QRect, screens: Sequence[QRect]) -> QRect:
    """Give where a window should be so that a person can take hold of it: where it is, or in the middle of the nearest screen.

    Args:
        window: where it is, without its frame.
        screens: what is free of each screen, the main one first, in the same logical pixels.
    """
    handle = QRect(window.left(), window.top() - HANDLE, window.width(), 2 * HANDLE)
    for screen in screens:
        seen = handle.intersected(screen)
        if seen.width() >= min(LEAST_WIDTH, window.width()) and seen.height() >= HANDLE:
            return window
    if not screens:
        return window
    centre = window.center()
    nearest = min(screens, key=lambda screen: (screen.center() - centre).manhattanLength())
    place = QRect(0, 0, min(window.width(), nearest.width()), min(window.height(), nearest.height() - HANDLE))
    place.moveCenter(nearest.center())
    place.moveTop(max(place.top(), nearest.top() + HANDLE))
    return place
