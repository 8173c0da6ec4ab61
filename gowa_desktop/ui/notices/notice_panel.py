"""The panel behind the bell: what happened while nobody looked, newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPoint, QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QListView, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from gowa_desktop.ui.look.fonts import scaled_font
from gowa_desktop.ui.look.icons import Tint, icon
from gowa_desktop.ui.look.labels import toned_label
from gowa_desktop.ui.notices.notice_list import NOTICE_ROLE, NoticeDelegate, NoticeModel
from gowa_desktop.ui.parts.screen_keeper import HANDLE

if TYPE_CHECKING:
    from gowa_desktop.domain.notices import Notice
    from gowa_desktop.services.notices.notice_center import NoticeCenter

SIZE = QSize(420, 460)


class NoticePanel(QFrame):
    """A pop-up above the bell; Esc or a click beside it closes it. Main thread."""

    chosen = Signal(object)
    """A `Notice` was clicked."""

    def __init__(self, notices: NoticeCenter, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._notices = notices
        self.setObjectName("noticePanel")
        self.setAccessibleName(self.tr("What happened"))
        self.setFrameShape(QFrame.Shape.StyledPanel)
        title = QLabel(self.tr("What happened"), self)
        title.setObjectName("noticeTitle")
        title.setFont(scaled_font(self.font(), 1.1, bold=True))
        self._clear = QPushButton(self.tr("Clear all"), self)
        self._clear.setObjectName("noticeClear")
        self._clear.setProperty("kind", "link")
        head = QHBoxLayout()
        head.setContentsMargins(16, 12, 12, 12)
        head.addWidget(title, 1)
        head.addWidget(self._clear)
        self._model = NoticeModel(notices, self)
        self._list = QListView(self)
        self._list.setObjectName("noticeList")
        self._list.setAccessibleName(self.tr("Notices, newest first"))
        self._list.setModel(self._model)
        self._list.setItemDelegate(NoticeDelegate(self._list))
        self._list.setFrameShape(QFrame.Shape.NoFrame)
        self._list.setMouseTracking(True)
        # A scroll bar that goes leaves more room: rows measured beside it would keep a line too many.
        self._list.setResizeMode(QListView.ResizeMode.Adjust)
        self._list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self._list)
        self._pages.addWidget(self._make_empty())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self._pages, 1)
        self._clear.clicked.connect(notices.clear)
        self._list.clicked.connect(self._on_list_chosen)
        self._list.activated.connect(self._on_list_chosen)
        self._model.modelReset.connect(self._show_page)
        self._show_page()

    def open_at(self, bell: QWidget) -> None:
        """Open above the bell, its right edges in line, and note that all has been seen."""
        corner = bell.mapToGlobal(QPoint(bell.width(), 0))
        self.setFixedSize(SIZE.boundedTo(bell.screen().availableGeometry().size() - QSize(0, HANDLE)))
        self.move(corner - QPoint(self.width(), self.height() + 4))
        self.show()
        self._notices.mark_read()
        self._list.scrollToTop()
        if self._model.rowCount():
            self._list.setCurrentIndex(self._model.index(0))
        (self._list if self._model.rowCount() else self._clear).setFocus()

    def _make_empty(self) -> QWidget:
        page = QWidget(self)
        page.setObjectName("noticeEmpty")
        picture = QLabel(page)
        picture.setPixmap(icon("bell", Tint.MUTED).pixmap(QSize(32, 32), self.devicePixelRatio()))
        picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        words = toned_label(self.tr("Nothing happened that needs you."), "strong", page, "noticeEmptyWords")
        more = toned_label(self.tr("Crashes, full disks and new versions are listed here."), "muted", page)
        for label in (words, more):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setWordWrap(True)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(24, 24, 24, 48)
        layout.setSpacing(8)
        layout.addStretch(1)
        for widget in (picture, words, more):
            layout.addWidget(widget)
        layout.addStretch(1)
        return page

    @Slot()
    def _show_page(self) -> None:
        has_rows = self._model.rowCount() > 0
        self._pages.setCurrentIndex(0 if has_rows else 1)
        self._clear.setVisible(has_rows)

    @Slot(QModelIndex)
    def _on_list_chosen(self, index: QModelIndex) -> None:
        notice: Notice = index.data(NOTICE_ROLE)
        self.close()
        self.chosen.emit(notice)
