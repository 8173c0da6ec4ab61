"""Tells when a process that is not our child ends: by a kernel event where there is one, else by looking each second."""

from __future__ import annotations

import os
import select
import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSocketNotifier, QTimer, Signal

from gowa_desktop.infra.process_tree import is_alive

if TYPE_CHECKING:
    from gowa_desktop.infra.process_tree import ProcessRef

_POLL_MS = 1000


class ExitWatch(QObject):
    """Watches one process. Main thread; ends with its parent. Linux uses a pidfd, macOS a kqueue."""

    ended = Signal()
    """The process is gone; emitted once, from the event loop."""

    def __init__(self, ref: ProcessRef, parent: QObject) -> None:
        super().__init__(parent)
        self._ref = ref
        self._descriptor: int | None = None
        self._queue: object = None
        self._notifier: QSocketNotifier | None = None
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._on_timer_timeout)
        if not self._watch_by_kernel():
            self._timer.start(_POLL_MS)
        elif not is_alive(ref):
            # It ended, or the pid was reused, between the check by the caller and the opening of the watch.
            QTimer.singleShot(0, self, self._finish)

    def close(self) -> None:
        """Stop watching; nothing is emitted afterwards."""
        self._timer.stop()
        if self._notifier is not None:
            self._notifier.setEnabled(False)
            self._notifier.deleteLater()
            self._notifier = None
        if self._descriptor is not None and self._queue is None:
            os.close(self._descriptor)
        self._descriptor = None
        self._queue = None

    def _watch_by_kernel(self) -> bool:
        try:
            if sys.platform == "linux":
                self._descriptor = os.pidfd_open(self._ref.pid)
            elif sys.platform == "darwin":
                queue = select.kqueue()
                event = select.kevent(
                    self._ref.pid, select.KQ_FILTER_PROC, select.KQ_EV_ADD | select.KQ_EV_ONESHOT, select.KQ_NOTE_EXIT
                )
                queue.control([event], 0)
                self._queue = queue
                self._descriptor = queue.fileno()
            else:
                return False
        except OSError:
            return False
        self._notifier = QSocketNotifier(self._descriptor, QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._finish)
        return True

    def _on_timer_timeout(self) -> None:
        if not is_alive(self._ref):
            self._finish()

    def _finish(self) -> None:
        if self._notifier is None and not self._timer.isActive():
            return
        self.close()
        self.ended.emit()
