"""WindowFace: the window of a run, put away and made anew when the services behind it are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from PySide6.QtCore import QTimer

from gowa_desktop.services.garbage import GarbageKeeper

if TYPE_CHECKING:
    from collections.abc import Callable

    from gowa_desktop.ui.main_window import MainWindow
    from gowa_desktop.ui.tray.tray import Tray

ServicesT = TypeVar("ServicesT")
TRAY_DELAY_MS = 200
"""The window is painted first; the tray can wait."""


class WindowFace(Generic[ServicesT]):
    """Owns at most one window at a time. Main thread. A `link` given at the beginning is opened in the first window.

    `make_window` makes one on services; True as its second argument means that it lets nothing be changed.
    """

    def __init__(
        self,
        make_window: Callable[[ServicesT, bool], MainWindow],
        quit_program: Callable[[], object],
        *,
        minimized: bool,
        tray: Tray | None = None,
        link: str = "",
    ) -> None:
        self._make_window = make_window
        self._quit_program = quit_program
        self._is_minimized = minimized
        self._tray = tray
        if tray is not None:
            tray.appeared.connect(self._on_tray_appeared)
        self._window: MainWindow | None = None
        self._opened: tuple[ServicesT, bool] | None = None
        self._earlier: list[MainWindow] = []
        self._is_shown = False
        self._link = link

    @property
    def window(self) -> MainWindow | None:
        """The present window."""
        return self._window

    def raise_action(self) -> Callable[[str], None] | None:
        """Give what brings the window to the front, whichever it is by then, and opens a link there."""
        return self._raise if self._window is not None else None

    def open_link(self, link: str) -> None:
        """Show what a link names, now or as soon as there is a window to show it in; an empty one names nothing."""
        self._link = link
        if link and self._is_shown:
            self._raise(link)

    def reopen(self) -> None:
        """Bring the window back, from the tray as well; nothing as long as it has not been shown or put away for the first time."""
        if self._is_shown:
            self._raise()

    def _raise(self, link: str = "") -> None:
        self._link = ""
        if self._window is not None:
            self._window.raise_and_focus()
            if link:
                self._window.open_link(link)

    def offers_remedies(self) -> bool:
        """Tell that it has buttons."""
        return True

    def open(self, services: ServicesT, *, is_looking: bool) -> None:
        """Make the window."""
        self._opened = services, is_looking
        self._window = self._make_window(services, is_looking)
        self._window.quit_requested.connect(self._quit_program)

    def show(self) -> None:
        """Show it, as the last one was; minimised means in the tray, or in the task bar as long as there is no tray."""
        if self._window is None:
            return
        if not self._is_minimized:
            self._window.show()
        elif self._tray is None or not self._tray.look():
            self._window.showMinimized()
        else:
            self._window.hide()
        if self._tray is not None and self._tray.icon is None and not self._tray.is_waiting:
            QTimer.singleShot(TRAY_DELAY_MS, self._tray, self._tray.begin)
        self._is_shown = True
        if self._link:
            self._raise(self._link)

    def close(self) -> None:
        """Put the window away; its place and size are kept for the next one."""
        if self._window is not None:
            self._is_minimized = self._window.isMinimized() or not self._window.isVisible()
            if self._tray is not None:
                self._tray.unfollow()
            self._window.put_away()
            # Qt deletes it at the next turn of the event loop. Python's collector must not come first: it may run on a worker.
            self._earlier.append(self._window)
            self._is_shown = False
            self._window = None
            if (keeper := GarbageKeeper.at_work()) is not None:
                keeper.spare_nothing()

    def make_anew(self) -> bool:
        """Put another window on the same services in the place of this one; False when edits in it would be lost."""
        if self._window is None or self._opened is None:
            return True
        if self._window.has_unsaved_edits:
            return False
        services, is_looking = self._opened
        self.close()
        self.open(services, is_looking=is_looking)
        self.show()
        return True

    def _on_tray_appeared(self) -> None:
        # A window that was begun minimised waits in the task bar for a tray that is late.
        if self._is_minimized and self._window is not None and self._window.isMinimized():
            self._window.hide()

    def prepare_session_end(self) -> None:
        """Save the layout, and let the window be closed without a question."""
        if self._window is not None:
            self._window.prepare_session_end()

    def go_on_after_all(self) -> None:
        """Close the window as usual again: the session did not end."""
        if self._window is not None:
            self._window.go_on_after_all()

    def answer_quit(self) -> bool:
        """Treat the system's request to quit as the person's; false when there is nobody to ask, or nothing left to ask."""
        return self._window is not None and self._window.answer_quit()

    def begin_minimized(self) -> None:
        """Begin in the tray or the task bar; without effect once there has been a window."""
        if self._window is None and not self._earlier:
            self._is_minimized = True

    def tell(self, sentence: str) -> None:
        """Show a message in the window."""
        if self._window is not None:
            self._window.show_message(sentence)
