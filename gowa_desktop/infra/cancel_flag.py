"""CancelFlag: how the main thread tells a worker to give up, also one that waits for another computer."""

from __future__ import annotations

import contextlib
import socket
import threading

from gowa_desktop.domain.errors import CancelledError


class CancelFlag:
    """Set once, from any thread; looked at by one worker."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._lock = threading.Lock()
        self._sockets: set[socket.socket] = set()

    @property
    def is_set(self) -> bool:
        """True once the work is called off."""
        return self._event.is_set()

    def set(self) -> None:
        """Call the work off and end its connections, so that no read goes on waiting."""
        with self._lock:
            self._event.set()
            for connection in self._sockets:
                _shut(connection)

    def check(self) -> None:
        """Give up when asked to.

        Raises:
            CancelledError: the work was called off.
        """
        if self.is_set:
            raise CancelledError("It was cancelled.", "Begin it again when you like.")

    def pause(self, seconds: float) -> None:
        """Wait.

        Raises:
            CancelledError: the work was called off meanwhile.
        """
        self._event.wait(seconds)
        self.check()

    def watch(self, connection: socket.socket) -> None:
        """Take a connection that is to end when the work is called off."""
        with self._lock:
            self._sockets = {one for one in self._sockets if one.fileno() != -1} | {connection}
            if self.is_set:
                _shut(connection)


def _shut(connection: socket.socket) -> None:
    # Not the method of a TLS socket: that would take its state away from the thread that reads.
    with contextlib.suppress(OSError):
        socket.socket.shutdown(connection, socket.SHUT_RDWR)
