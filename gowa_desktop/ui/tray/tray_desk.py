"""TrayDesk: carries out in the window what the tray icon is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices

from gowa_desktop.domain.errors import NotFoundError
from gowa_desktop.ui.parts.message_bar import Kind, Message
from gowa_desktop.ui.verbs import Verb

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gowa_desktop.services.instances.instance_service import InstanceService
    from gowa_desktop.ui.frame_window import FrameWindow
    from gowa_desktop.ui.parts.message_bar import MessageBar
    from gowa_desktop.ui.parts.operation_runner import OperationRunner
    from gowa_desktop.ui.tray.tray import Tray
    from gowa_desktop.ui.window_state import WindowState


class TrayDesk(QObject):
    """Ties one window to the tray. Main thread; lives as long as the window; does nothing without a tray (None)."""

    instance_requested = Signal(int)
    """The window is in front and is to show this instance."""
    quit_requested = Signal()
    """The end of the program is wanted."""

    def __init__(
        self,
        tray: Tray | None,
        instances: InstanceService,
        runner: OperationRunner,
        messages: MessageBar,
        state: WindowState,
        window: FrameWindow,
    ) -> None:
        super().__init__(window)
        self._instances = instances
        self._runner = runner
        self._messages = messages
        self._state = state
        self._window = window
        if tray is None:
            return
        tray.window_requested.connect(window.raise_and_focus)
        tray.missed.connect(self._on_tray_missed)
        tray.menu.quit_requested.connect(self.quit_requested)
        tray.menu.verb_requested.connect(self._on_menu_verb_requested)
        tray.menu.instance_requested.connect(self.show_instance)
        tray.menu.browser_requested.connect(self._on_menu_browser_requested)

    @Slot(int)
    def show_instance(self, instance_id: int) -> None:
        """Bring the window to the front, at this instance."""
        self._window.raise_and_focus()
        self.instance_requested.emit(instance_id)

    @Slot(str, list)
    def _on_menu_verb_requested(self, verb: str, ids: Sequence[int]) -> None:
        there = []
        for instance_id in ids:
            try:
                there.append(self._instances.status(instance_id))
            except NotFoundError:
                continue
        if self._runner.asks_first(Verb(verb), there):
            # A question in a window that is not there would never be seen.
            self._window.raise_and_focus()
        self._runner.request(Verb(verb), [status.id for status in there])

    @Slot(int)
    def _on_menu_browser_requested(self, instance_id: int) -> None:
        try:
            url = self._instances.status(instance_id).base_url
        except NotFoundError:
            return
        if url:
            QDesktopServices.openUrl(QUrl(url))

    @Slot()
    def _on_tray_missed(self) -> None:
        text = self.tr("This desktop shows no tray. When you close this window it stays in the task bar.")
        if not self._state.knows_no_tray:
            self._state.knows_no_tray = True
            self._messages.show_message(Message("no-tray", text, Kind.GOOD))
