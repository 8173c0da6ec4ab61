"""From a click to its outcome for GOWA versions: look for releases, install, cancel, remove, clean up, and say how it went."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from gowa_desktop.domain.errors import CancelledError, GowaError
from gowa_desktop.ui.parts.message_bar import Kind, Message

if TYPE_CHECKING:
    from collections.abc import Callable

    from gowa_desktop.domain.progress import Progress
    from gowa_desktop.services.instances.operation import Operation
    from gowa_desktop.services.versions.version_manager import VersionManager

PROGRESS_MS = 100
"""How often progress is shown anew at most."""
INSTALLED_KEY = "install-"
"""Begins the key of a message about an installation; the tag follows."""


class VersionRunner(QObject):
    """Carries out what is wanted of versions. Main thread; lives as long as the window, whichever of them asked."""

    changed = Signal()
    """Something began or ended."""
    progressed = Signal()
    """Something under way is further than before; at most ten times a second."""
    told = Signal(Message)
    """What a person should know."""

    def __init__(self, versions: VersionManager, parent: QObject) -> None:
        super().__init__(parent)
        self._versions = versions
        self._refreshing: Operation | None = None
        self._problem: GowaError | None = None
        self._wants_newest = False
        self._newest_problem: GowaError | None = None
        self._watched: dict[str, Operation] = {}
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PROGRESS_MS)
        self._pause.timeout.connect(self.progressed)
        versions.available_changed.connect(self.changed)
        versions.versions_changed.connect(self.changed)

    @property
    def is_refreshing(self) -> bool:
        """True while the list of releases is being fetched."""
        return self._refreshing is not None

    @property
    def problem(self) -> GowaError | None:
        """Why the list of releases could not be fetched the last time it was asked for; None when it could."""
        return self._problem

    @property
    def is_getting_newest(self) -> bool:
        """True from the wish for the newest version until it is installed or the wish has failed."""
        return self._wants_newest

    @property
    def newest_problem(self) -> GowaError | None:
        """Why the newest version could not be had the last time it was wanted."""
        return self._newest_problem

    @property
    def newest_progress(self) -> Progress | None:
        """How far the newest version is; None while nothing is known of it."""
        newest = self._versions.newest_available()
        operation = self._versions.installing().get(newest.tag) if newest else None
        return operation.progress if operation else None

    def refresh(self) -> None:
        """Fetch the list of releases; nothing happens while that is under way."""
        if self._refreshing is not None:
            return
        self._refreshing = operation = self._versions.refresh()
        self._when_finished(operation, partial(self._on_refresh_finished, operation))
        self.changed.emit()

    def install(self, tag: str) -> None:
        """Install a release; one that is being installed already is left alone."""
        if tag in self._watched:
            return
        try:
            operation = self._versions.install(tag)
        except GowaError as error:
            self._on_install_ended(tag, error)
            return
        self._watched[tag] = operation
        operation.progressed.connect(self._on_operation_progressed)
        self._when_finished(operation, partial(self._on_install_finished, tag, operation))
        self.changed.emit()

    def install_newest(self) -> None:
        """Install the newest release; ask first which that is."""
        if self._wants_newest:
            return
        self._wants_newest, self._newest_problem = True, None
        if self._versions.newest_available() is None:
            self.refresh()
            self.changed.emit()
        else:
            self._install_newest_known()

    def cancel(self, tag: str) -> None:
        """Stop an installation; what has been downloaded is kept for the next try."""
        operation = self._versions.installing().get(tag)
        if operation is not None and operation.can_cancel:
            operation.cancel()

    def cancel_newest(self) -> None:
        """Give the wish for the newest version up."""
        newest = self._versions.newest_available()
        if newest is not None:
            self.cancel(newest.tag)
        if newest is None or newest.tag not in self._watched:
            self._wants_newest = False
            self.changed.emit()

    def remove(self, tag: str) -> None:
        """Remove a version."""
        done = Message(f"remove-{tag}", self.tr("GOWA {version} was removed.").format(version=tag), Kind.GOOD)
        title = self.tr("GOWA {version} could not be removed").format(version=tag)
        self._carry_out(partial(self._versions.remove, tag), done, title)

    def clean_up(self, keep: int) -> None:
        """Remove what nobody uses except the newest `keep` versions."""
        done = Message("clean-up", self.tr("Old versions were removed."), Kind.GOOD)
        self._carry_out(partial(self._versions.clean_up, keep), done, self.tr("Not every old version could be removed"))

    def _carry_out(self, work: Callable[[], Operation], done: Message, failure_title: str) -> None:
        try:
            operation = work()
        except GowaError as error:
            self.told.emit(failure(done.key, failure_title, error))
            return

        def tell() -> None:
            self.told.emit(done if operation.error is None else failure(done.key, failure_title, operation.error))
            self.changed.emit()

        self._when_finished(operation, tell)

    @staticmethod
    def _when_finished(operation: Operation, then: Callable[[], None]) -> None:
        if operation.is_finished:
            then()
        else:
            operation.finished.connect(then)

    def _on_refresh_finished(self, operation: Operation) -> None:
        self._refreshing = None
        self._problem = operation.error
        if self._wants_newest:
            if self._versions.newest_available() is not None:
                self._install_newest_known()
                return
            self._wants_newest, self._newest_problem = False, operation.error
        self.changed.emit()

    def _install_newest_known(self) -> None:
        newest = self._versions.newest_available()
        if newest is not None and newest.tag not in self._watched:
            self.install(newest.tag)
        self.changed.emit()

    def _on_operation_progressed(self) -> None:
        if not self._pause.isActive():
            self._pause.start()

    def _on_install_finished(self, tag: str, operation: Operation) -> None:
        self._watched.pop(tag, None)
        self._on_install_ended(tag, operation.error)

    def _on_install_ended(self, tag: str, error: GowaError | None) -> None:
        if self._wants_newest:
            self._wants_newest = False
            self._newest_problem = None if isinstance(error, CancelledError) else error
        key = f"{INSTALLED_KEY}{tag}"
        if error is None:
            self.told.emit(Message(key, self.tr("GOWA {version} is ready.").format(version=tag), Kind.GOOD))
        elif not isinstance(error, CancelledError):
            title = self.tr("GOWA {version} could not be installed").format(version=tag)
            self.told.emit(failure(key, title, error, self.tr("Try again"), partial(self.install, tag)))
        self.changed.emit()


def failure(key: str, title: str, error: GowaError, action_text: str = "", action: Callable[[], None] | None = None) -> Message:
    """Make the message for something that failed."""
    return Message(key, error.message, title=title, detail=error.next_step, action_text=action_text, action=action)
