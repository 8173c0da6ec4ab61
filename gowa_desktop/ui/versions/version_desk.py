"""Everything about GOWA versions that belongs to the main window: the versions window, importing, what is new, the first GOWA."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from gowa_desktop.ui.parts.message_bar import Kind
from gowa_desktop.ui.parts.progress_text import share_done
from gowa_desktop.ui.status_line import Work
from gowa_desktop.ui.versions.update_notice import UpdateNotice, find_notice
from gowa_desktop.ui.versions.version_import import VersionImport
from gowa_desktop.ui.versions.version_runner import INSTALLED_KEY, VersionRunner

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from gowa_desktop.services.instances.instance_service import InstanceService
    from gowa_desktop.services.versions.version_manager import VersionManager
    from gowa_desktop.ui.parts.message_bar import Message, MessageBar
    from gowa_desktop.ui.status_line import StatusLine
    from gowa_desktop.ui.versions.versions_window import VersionsWindow
    from gowa_desktop.ui.window_state import WindowState

REFRESH_MS = 200


class VersionDesk(QObject):
    """Puts services, status line and the window of versions together. Main thread; lives as long as the main window."""

    notice_changed = Signal()
    """Another version is the newest for some instance, or none is any more."""
    update_requested = Signal(str, list)
    """These instances (ids) are to be moved to the version with this tag."""

    def __init__(
        self, instances: InstanceService, versions: VersionManager, state: WindowState, messages: MessageBar, line: StatusLine,
        window: QWidget,
    ) -> None:  # fmt: skip
        super().__init__(window)
        self._instances = instances
        self._versions = versions
        self._state = state
        self._messages = messages
        self._line = line
        self._window = window
        self._opened: VersionsWindow | None = None
        self._notice: UpdateNotice | None = None
        self._is_looking = False
        self.runner = VersionRunner(versions, self)
        self.importer = VersionImport(versions, self.front, self)
        for source in (self.runner, self.importer):
            source.told.connect(self.tell)
        self.runner.changed.connect(self.refresh)
        self.runner.progressed.connect(self._show_work)
        line.versions_requested.connect(self.open)
        line.work_requested.connect(self._on_line_work_requested)
        line.update_requested.connect(self._on_line_update_requested)
        line.notice_dismissed.connect(self._on_line_notice_dismissed)
        # A start of fifty tells of its steps two hundred times.
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(REFRESH_MS)
        self._soon.timeout.connect(self.refresh)
        for signal in (instances.state_changed, instances.instance_added, instances.instance_removed):
            signal.connect(self._refresh_soon)
        self.refresh()

    @Slot()
    def _refresh_soon(self) -> None:
        # Connected directly, the timer would take an instance's id for its interval.
        self._soon.start()

    @property
    def notice(self) -> UpdateNotice | None:
        """What is new, unless it was dismissed."""
        return self._notice

    def allow_looking_only(self) -> None:
        """Name what is installed, and offer nothing that would change anything."""
        self._is_looking = True
        self._line.set_offering(is_on=False)
        self.refresh()

    def front(self) -> QWidget:
        """Give the window that a dialog about versions belongs to."""
        opened = self._opened
        return opened if opened is not None and opened.isVisible() else self._window

    @Slot()
    def open(self) -> None:
        """Open the window of versions, or bring it to the front."""
        from gowa_desktop.ui.versions.versions_window import VersionsWindow  # noqa: PLC0415 - not before the first paint

        if self._opened is None:
            self._opened = VersionsWindow(self._versions, self.runner, self.importer, self._state, self._window)
            self._opened.update_requested.connect(self._on_opened_update_requested)
        self._opened.show()
        self._opened.raise_()
        self._opened.activateWindow()

    @Slot()
    def refresh(self) -> None:
        """Bring status line and notice up to date."""
        real = [version.tag for version in self._versions.installed() if not version.is_simulator]
        self._line.show_installed(real[0] if real else None)
        self._show_work()
        notice = None
        if not self._is_looking:
            notice = find_notice(self._versions, self._instances.statuses(), self._state.dismissed_version)
        self._line.show_notice("" if notice is None else notice.text())
        if self._opened is not None:
            self._opened.show_versions()
        if notice != self._notice:
            self._notice = notice
            self.notice_changed.emit()

    @Slot()
    def _show_work(self) -> None:
        under_way = self._versions.installing()
        if not under_way:
            self._line.show_work(Work.INSTALLATION, "")
            return
        # The one that is furthest tells most.
        tag, operation = max(under_way.items(), key=lambda item: share_done(item[1].progress) or 0.0)
        text = self.tr("Installing GOWA {version}").format(version=tag)
        if len(under_way) > 1:
            text = self.tr("Installing {count} versions").format(count=len(under_way))
        self._line.show_work(Work.INSTALLATION, text, operation.progress)

    @Slot(str)
    def _on_line_work_requested(self, work: str) -> None:
        if work == Work.INSTALLATION:
            self.open()

    @Slot(object)
    def tell(self, message: Message) -> None:
        """Show a message where the person looks, and take away what stood elsewhere about the same."""
        opened = self._opened
        for bar in [self._messages] if opened is None else [self._messages, opened.messages]:
            bar.close_message(message.key)
        if opened is None or not opened.isVisible():
            self._messages.show_message(message)
        elif message.kind is not Kind.GOOD or not message.key.startswith(INSTALLED_KEY):
            # Its table shows what has been installed.
            opened.messages.show_message(message)

    @Slot()
    def _on_line_update_requested(self) -> None:
        notice = self._notice
        if notice is None:
            return
        if notice.outdated_ids:
            self.update_requested.emit(notice.tag, list(notice.outdated_ids))
        else:
            self.runner.install(notice.tag)

    @Slot()
    def _on_line_notice_dismissed(self) -> None:
        if self._notice is not None:
            self._state.dismissed_version = self._notice.tag
            self.refresh()

    @Slot(str)
    def _on_opened_update_requested(self, tag: str) -> None:
        ids = [status.id for status in self._instances.statuses() if not status.is_simulated and status.resolved_version != tag]
        self.update_requested.emit(tag, ids)
