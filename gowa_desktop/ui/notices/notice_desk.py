"""NoticeDesk: the bell of the window, what a click on a notice leads to, and what the window itself has to tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, Qt, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QToolButton

from gowa_desktop.domain.notices import NoticeKind
from gowa_desktop.domain.publisher import PROGRAM_KEY, release_page
from gowa_desktop.ui.instances.give_up_notice import KEY_BEGIN
from gowa_desktop.ui.look.icons import Tint, icon
from gowa_desktop.ui.look.labels import set_property
from gowa_desktop.ui.notices.notice_panel import NoticePanel
from gowa_desktop.ui.parts.message_bar import Kind

if TYPE_CHECKING:
    from gowa_desktop.domain.notices import Notice
    from gowa_desktop.services.notices.notice_center import NoticeCenter
    from gowa_desktop.ui.frame_window import FrameWindow
    from gowa_desktop.ui.notices.notice_show import NoticeShow
    from gowa_desktop.ui.parts.message_bar import Message, MessageBar
    from gowa_desktop.ui.status_line import StatusLine

MOST_COUNTED = 99


class NoticeDesk(QObject):
    """Main thread; lives as long as the window."""

    instance_requested = Signal(int)
    """The window is in front and is to show this instance."""
    versions_requested = Signal()
    """The window of versions is wanted."""

    def __init__(
        self, notices: NoticeCenter, messages: MessageBar, line: StatusLine, window: FrameWindow, show: NoticeShow | None = None
    ) -> None:
        super().__init__(window)
        self._notices = notices
        self._window = window
        self._panel: NoticePanel | None = None
        self._bell = QToolButton(line)
        self._bell.setObjectName("noticeBell")
        self._bell.setProperty("kind", "quiet")
        self._bell.setIconSize(QSize(16, 16))
        self._bell.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        line.add_at_end(self._bell)
        self._bell.clicked.connect(self.open)
        notices.changed.connect(self._show_count)
        notices.set_looked_at(window.isActiveWindow)
        messages.shown.connect(self._on_messages_shown)
        if show is not None:
            show.clicked.connect(self._on_show_clicked)
        self._show_count()

    @Slot()
    def open(self) -> None:
        """Open the list."""
        if self._panel is None:
            self._panel = NoticePanel(self._notices, self._window)
            self._panel.chosen.connect(self._on_panel_chosen)
        self._panel.open_at(self._bell)

    @Slot()
    def _show_count(self) -> None:
        count = self._notices.unread
        self._bell.setIcon(icon("bell-dot" if count else "bell", Tint.ACCENT if count else Tint.MUTED))
        shown = str(count) if count <= MOST_COUNTED else f"{MOST_COUNTED}+"
        self._bell.setText(shown if count else "")
        style = Qt.ToolButtonStyle.ToolButtonTextBesideIcon if count else Qt.ToolButtonStyle.ToolButtonIconOnly
        self._bell.setToolButtonStyle(style)
        set_property(self._bell, "iconOnly", not count)
        words = self.tr("What happened")
        if count:
            words = self.tr("What happened, 1 new") if count == 1 else self.tr("What happened, {count} new").format(count=count)
        self._bell.setAccessibleName(words)
        self._bell.setToolTip(words)

    @Slot(object)
    def _on_panel_chosen(self, notice: Notice) -> None:
        if notice.key.startswith(PROGRAM_KEY):
            QDesktopServices.openUrl(QUrl(release_page(notice.key.removeprefix(PROGRAM_KEY))))
        else:
            self._lead_to(notice.kind, notice.instance_id)

    @Slot(str, object)
    def _on_show_clicked(self, kind: str, instance_id: int | None) -> None:
        self._window.raise_and_focus()
        newest = next((one for one in self._notices.happened() if one.kind == kind), None)
        if instance_id is None and kind == NoticeKind.UPDATE and newest is not None and newest.key.startswith(PROGRAM_KEY):
            self._on_panel_chosen(newest)
        elif instance_id is None and kind != NoticeKind.UPDATE:
            self.open()
        else:
            self._lead_to(NoticeKind(kind), instance_id)

    def _lead_to(self, kind: NoticeKind, instance_id: int | None) -> None:
        if instance_id is not None:
            self.instance_requested.emit(instance_id)
        elif kind is NoticeKind.UPDATE:
            self.versions_requested.emit()

    @Slot(object)
    def _on_messages_shown(self, message: Message) -> None:
        """Tell the outcome of work that ended while the window was not looked at."""
        if message.kind is Kind.BUSY or message.key.startswith(KEY_BEGIN) or self._window.isActiveWindow():
            return
        title = message.title or message.text.split("\n", 1)[0]
        text = message.text if message.title else message.detail
        self._notices.notify(NoticeKind.DONE, f"message-{message.key}", title, text)
