"""The line at the bottom of the window: how all instances are, what is being installed or updated, and what is new."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QPushButton, QToolButton, QWidget

from gowa_desktop.ui.look.icons import Tint, icon
from gowa_desktop.ui.look.labels import ElidedLabel
from gowa_desktop.ui.parts.key_tip import KeyTip
from gowa_desktop.ui.parts.progress_text import bar_range, short_words

if TYPE_CHECKING:
    from PySide6.QtGui import QAction

    from gowa_desktop.domain.progress import Progress


class Work(StrEnum):
    """What may be under way, the most important first."""

    UPDATE = "update"
    INSTALLATION = "installation"


class StatusLine(QFrame):
    """Shows and offers; decides nothing. Main thread."""

    versions_requested = Signal()
    """The window of versions is wanted."""
    work_requested = Signal(str)
    """A closer look at what is under way is wanted; a `Work`."""
    update_requested = Signal()
    """What the notice offers is wanted."""
    notice_dismissed = Signal()
    """The notice has been seen and is not wanted any more."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("statusLine")
        self._totals = ElidedLabel(parent=self)
        self._totals.setObjectName("totals")
        self._bar = QProgressBar(self)
        self._bar.setObjectName("statusProgress")
        self._bar.setAccessibleName(self.tr("Progress"))
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(90)
        self._work = self._make_link("statusWork")
        self._notice = self._make_link("updateNotice")
        self._dismiss = self._make_dismiss()
        self._versions = self._make_link("statusVersions", "quietLink")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 2, 8, 2)
        layout.setSpacing(8)
        layout.addWidget(self._totals, 1)
        layout.addWidget(self._bar)
        layout.addWidget(self._work)
        layout.addWidget(self._notice)
        layout.addWidget(self._dismiss)
        layout.addWidget(self._versions)
        self._works: dict[Work, tuple[str, Progress | None]] = {}
        self._show_first_work()
        self.show_notice("")
        self._work.clicked.connect(self._on_work_clicked)
        self._notice.clicked.connect(self.update_requested)
        self._dismiss.clicked.connect(self.notice_dismissed)
        self._versions.clicked.connect(self.versions_requested)

    def name_keys(self, versions: QAction) -> None:
        """Let the button of versions name the keys of the action that opens their window."""
        KeyTip(versions, self._versions)

    def add_at_end(self, button: QToolButton) -> None:
        """Give a button of somebody else the place at the right end."""
        layout = self.layout()
        if layout is not None:
            layout.addWidget(button)

    def show_totals(self, text: str) -> None:
        """Say how all instances together are."""
        self._totals.setText(text)

    def show_installed(self, tag: str | None) -> None:
        """Name the newest version that is installed."""
        self._versions.setText(self.tr("GOWA {version}").format(version=tag) if tag else self.tr("GOWA versions"))

    def set_offering(self, *, is_on: bool) -> None:
        """Let the window of versions be opened from here, or not."""
        self._versions.setEnabled(is_on)

    def show_work(self, work: Work, text: str, progress: Progress | None = None) -> None:
        """Show what is under way; empty when nothing is."""
        self._works[work] = (text, progress)
        self._show_first_work()

    def show_notice(self, text: str) -> None:
        """Show that something new is there, while nothing is under way; empty when nothing is."""
        self._notice.setText(text)
        self._notice.setAccessibleName(text or self.tr("What is new"))
        self._show_or_hide_notice()

    def _show_first_work(self) -> None:
        text, progress = next((self._works[work] for work in Work if self._works.get(work, ("", None))[0]), ("", None))
        share = short_words(progress)
        words = f"{text} · {share}" if share else text
        self._work.setText(words)
        self._work.setAccessibleName(words or self.tr("What is under way"))
        most, value = bar_range(progress)
        self._bar.setRange(0, most)
        self._bar.setValue(value)
        for widget in (self._bar, self._work):
            widget.setVisible(bool(text))
        self._show_or_hide_notice()

    def _show_or_hide_notice(self) -> None:
        is_shown = bool(self._notice.text()) and self._work.isHidden()
        for widget in (self._notice, self._dismiss):
            widget.setVisible(is_shown)

    @Slot()
    def _on_work_clicked(self) -> None:
        for work in Work:
            if self._works.get(work, ("", None))[0]:
                self.work_requested.emit(work.value)
                return

    def _make_link(self, name: str, kind: str = "link") -> QPushButton:
        link = QPushButton(self)
        link.setObjectName(name)
        link.setProperty("kind", kind)
        link.setFlat(True)
        return link

    def _make_dismiss(self) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName("updateNoticeDismiss")
        button.setProperty("kind", "quiet")
        button.setIcon(icon("close", Tint.MUTED))
        button.setAccessibleName(self.tr("Do not mention this version again"))
        button.setToolTip(self.tr("Do not mention this version again"))
        return button
