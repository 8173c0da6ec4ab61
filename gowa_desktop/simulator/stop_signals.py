# ruff: noqa: PLC0415 - slow modules are imported when they are needed
"""SIGTERM, SIGINT and their Windows relatives: recorded for a graceful stop, deadly, or ignored."""

import os
import signal
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import socket
    from types import FrameType

_GO_NAMES = {signal.SIGTERM: "terminated"}  # every other one is called "interrupt"


class StopSignals:
    """Receives stop signals in the main thread; install it before anything slow.

    GOWA before v8.8.0 has no handler, so the default fate is played again by hand. That way the fault "ignore-term" can
    be switched on later from any thread, which Python allows for a flag but not for a new handler.
    """

    def __init__(self, *, is_graceful: bool) -> None:
        self.is_ignoring = False
        self.received = ""
        self._is_graceful = is_graceful
        signal.signal(signal.SIGTERM, self._on_signal)
        signal.signal(signal.SIGINT, self._on_signal)
        if sys.platform == "win32":
            signal.signal(signal.SIGBREAK, self._on_signal)

    def _on_signal(self, number: int, _frame: "FrameType | None") -> None:
        if self.is_ignoring:
            return
        if self._is_graceful:
            self.received = self.received or _GO_NAMES.get(signal.Signals(number), "interrupt")
            return
        if sys.platform == "win32":
            os._exit(-1073741510)  # STATUS_CONTROL_C_EXIT
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)

    def make_waker(self) -> "socket.socket":
        """Return a socket that becomes readable with each signal, for use in select (pipes do not work on Windows)."""
        import socket

        receiver, self._sender = socket.socketpair()
        receiver.setblocking(False)
        self._sender.setblocking(False)
        signal.set_wakeup_fd(self._sender.fileno(), warn_on_full_buffer=False)
        return receiver
