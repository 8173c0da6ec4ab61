"""Turns the signals that ask a program to end into a call on the main thread."""

from __future__ import annotations

import contextlib
import signal
import socket
import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSocketNotifier

if TYPE_CHECKING:
    from collections.abc import Callable


class SignalWatcher(QObject):
    """Turns SIGTERM, SIGINT and SIGHUP into an ordinary end: Python runs handlers only between its own steps, Qt waits outside."""

    def __init__(self, action: Callable[[], object], parent: QObject) -> None:
        super().__init__(parent)
        self._action = action
        self._receiver, self._sender = socket.socketpair()
        for end in (self._receiver, self._sender):
            end.setblocking(False)
        self._previous = {number: signal.signal(number, lambda *_: None) for number in self._numbers()}
        signal.set_wakeup_fd(self._sender.fileno(), warn_on_full_buffer=False)
        self._notifier = QSocketNotifier(self._receiver.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_notifier_activated)

    def close(self) -> None:
        """Give the signals back."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(-1)
        for number, handler in self._previous.items():
            signal.signal(number, handler)
        self._receiver.close()
        self._sender.close()

    def _on_notifier_activated(self) -> None:
        with contextlib.suppress(BlockingIOError):
            self._receiver.recv(64)
        self._action()

    def _numbers(self) -> list[signal.Signals]:
        if sys.platform == "win32":
            return [signal.SIGTERM, signal.SIGINT]
        return [signal.SIGTERM, signal.SIGINT, signal.SIGHUP]
