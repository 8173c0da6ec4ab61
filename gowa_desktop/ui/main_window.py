"""The main window: its frame, its place and size, and what closing it means. What it shows comes with `furnish`.

The frame imports next to nothing, so that a person sees the window while all that it shows is still being put together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEventLoop, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QLabel

from gowa_desktop.ui.frame_window import FrameWindow
from gowa_desktop.ui.parts.dialog_sizes import DialogSizes
from gowa_desktop.ui.parts.screen_keeper import ScreenKeeper

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent, QPaintEvent, QResizeEvent

    from gowa_desktop.domain.errors import GowaError
    from gowa_desktop.ui.window_contents import WindowContents
    from gowa_desktop.ui.window_parts import WindowParts
    from gowa_desktop.ui.window_state import WindowState

LEAST_SIZE = (900, 600)
USUAL_SIZE = (1200, 760)
LONGEST_PAINT_MS = 300
"""A window that a desktop does not show, on another workspace, is never painted."""


class MainWindow(FrameWindow):
    """The window. Main thread.

    Without `parts` it is a frame that can be shown at once; `furnish` fills it.
    """

    quit_requested = Signal()
    """The person closed the window or chose Quit; instances keep running."""
    _painted = Signal()

    def __init__(
        self, parts: WindowParts | None, window_state: WindowState, *, is_demo: bool = False, is_looking: bool = False
    ) -> None:
        super().__init__()
        self._state = window_state
        self._contents: WindowContents | None = None
        self._is_closing = False
        self.setObjectName("mainWindow")
        self.setWindowTitle(self.tr("Demo") if is_demo else self.tr("Instances"))
        self.setMinimumSize(*LEAST_SIZE)
        self.resize(*USUAL_SIZE)
        if not window_state.geometry.isEmpty():
            self.restoreGeometry(window_state.geometry)
        ScreenKeeper(self).bring_back()
        DialogSizes(window_state, self)
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self._on_application_about_to_quit)
        if parts is not None:
            self.furnish(parts, is_demo=is_demo, is_looking=is_looking)

    def show_at_once(self) -> None:
        """Show the frame and come back when it has been painted."""
        opening = QLabel(self.tr("Opening…"), self)
        opening.setObjectName("opening")
        opening.setAlignment(Qt.AlignmentFlag.AlignCenter)
        opening.setProperty("tone", "muted")
        self.setCentralWidget(opening)
        self.show()
        loop = QEventLoop(self)
        self._painted.connect(loop.quit, Qt.ConnectionType.QueuedConnection)
        QTimer.singleShot(LONGEST_PAINT_MS, loop, loop.quit)
        loop.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
        loop.deleteLater()

    def furnish(self, parts: WindowParts, *, is_demo: bool = False, is_looking: bool = False) -> None:
        """Fill the frame; once."""
        from gowa_desktop.ui.window_contents import WindowContents  # noqa: PLC0415 - a third of the time until the frame is seen

        self.setWindowTitle(self.tr("Demo") if is_demo else self.tr("Instances"))
        self._contents = WindowContents(self, parts, self._state, is_demo=is_demo, is_looking=is_looking)

    @property
    def contents(self) -> WindowContents:
        """What a furnished window shows."""
        if self._contents is None:
            raise RuntimeError("the window is not furnished yet")
        return self._contents

    @property
    def has_unsaved_edits(self) -> bool:
        """Whether settings of an instance are edited and not saved."""
        return self._contents is not None and self._contents.has_unsaved_edits

    def open_link(self, link: str) -> None:
        """Show the instance that a link names, or say what is wrong with the link."""
        self.contents.opener.open(link)

    def watch_errors(self) -> None:
        """Show faults of the program that nobody catches in a window of their own."""
        self.contents.logs.watch_errors()

    def show_message(self, message: GowaError | str) -> None:
        """Show a message inside the window: what happened, and what to do next."""
        self.contents.show_message(message)

    def prepare_session_end(self) -> None:
        """Save the layout and ask nothing when closed, because the session ends."""
        self._is_closing = True
        self.save_layout()

    def go_on_after_all(self) -> None:
        """Take `prepare_session_end` back."""
        self._is_closing = False

    def answer_quit(self) -> bool:
        """Do what Quit does; false when the window may close without a question anyway."""
        if not self._is_closing and self._contents is not None:
            self._contents.leaving.quit()
        return not self._is_closing

    def put_away(self) -> None:
        """Save the layout and go without a word; another window may take this one's place."""
        self.save_layout()
        self._is_closing = True
        if self._contents is not None:
            self._contents.logs.ignore_errors()
        self.hide()
        self.deleteLater()

    def save_layout(self) -> None:
        """Keep place and size, and how the contents are laid out."""
        self._state.geometry = self.saveGeometry()
        if self._contents is not None:
            self._contents.save_layout()
        self._state.flush()

    @Slot()
    def end_by_decision(self) -> None:
        """Go, because it was decided that the program ends."""
        # The decision may fall inside the very closing that asked for it, and a hidden window cannot be closed: so it is put away by hand.
        self.save_layout()
        self.hide()
        self.quit_requested.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Do what closing means by the settings; end the program once that is decided."""
        if not self._is_closing and self._contents is not None:
            event.ignore()
            self._contents.leaving.close_window()
            return
        self.save_layout()
        event.accept()
        self.quit_requested.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the detail pane where there is room for it."""
        if self._contents is not None:
            self._contents.arrange(event.size().width())
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint, and tell that there is something to be seen."""
        super().paintEvent(event)
        self._painted.emit()

    @Slot()
    def _on_application_about_to_quit(self) -> None:
        """Keep the layout when the program ends without the window having been closed, as on a signal."""
        self._is_closing = True
        self.save_layout()
