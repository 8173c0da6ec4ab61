"""Asks the running program through its command socket, and waits for the answer without an event loop.

Needs a QCoreApplication, because Qt's sockets do.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtNetwork import QLocalSocket

from gowa_desktop.domain.errors import GowaError, NotRunningError
from gowa_desktop.services.commands.command_protocol import (
    MAX_MESSAGE_BYTES,
    ProtocolError,
    Request,
    Verb,
    decode,
    encode_request,
    error_from_json,
)
from gowa_desktop.services.single_instance import is_safe_socket, running_pid, socket_names

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gowa_desktop.domain.json_types import Json, JsonObject

_CONNECT_MS = 2_000
_SLICE_MS = 250
"""How long Qt may wait at a time; between slices Python gets to see Ctrl-C."""
_STARTING_S = 3.0
"""How long a program may hold the lock before its socket is there."""
READ_TIMEOUT_S = 30.0
"""How long a program may take to answer what it knows already."""


class CommandClient:
    """One connection to the running program; carries one request. Use it as a context manager."""

    def __init__(self, socket: QLocalSocket) -> None:
        self._socket = socket
        self._buffer = bytearray()
        self._interrupt = _Interrupt()

    def __enter__(self) -> CommandClient:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.abort()

    @classmethod
    def connect(cls, data_dir: Path) -> CommandClient:
        """Connect to the program that works on a data directory.

        Raises:
            NotRunningError: there is none.
        """
        deadline = time.monotonic() + _STARTING_S
        while True:
            for name in socket_names(data_dir):
                if is_safe_socket(name) and (socket := _connected(name)) is not None:
                    return cls(socket)
            if running_pid(data_dir) is None or time.monotonic() > deadline:
                raise NotRunningError(
                    f"GOWA Desktop is not running on {data_dir}.", "Start it, with a window or with --no-window, and try again."
                )
            time.sleep(0.1)

    def ask(self, request: Request, on_message: Callable[[JsonObject], None], timeout_s: float | None = None) -> Json:
        """Send the request and wait for its result; what comes before goes to `on_message`.

        Raises:
            GowaError: the request failed, or the program ended or did not answer.
        """
        deadline = None if timeout_s is None else time.monotonic() + timeout_s
        with self._interrupt:
            self._socket.write(encode_request(request))
            while True:
                message = decode(self._next_line(deadline))
                if "ok" not in message:
                    on_message(message)
                elif message["ok"] is True:
                    return message.get("result")
                else:
                    raise error_from_json(message.get("error"))

    def _next_line(self, deadline: float | None) -> bytes:
        while b"\n" not in self._buffer:
            if len(self._buffer) > MAX_MESSAGE_BYTES:
                raise ProtocolError("GOWA Desktop sent an answer that is too long.", "Quit it and start it again.")
            if deadline is not None and time.monotonic() > deadline:
                raise GowaError("GOWA Desktop is running but does not answer.", "Quit it and start it again.")
            self._receive()
        line, _, rest = self._buffer.partition(b"\n")
        self._buffer = rest
        return bytes(line)

    def _receive(self) -> None:
        self._interrupt.check()
        self._socket.waitForReadyRead(_SLICE_MS)
        data = self._socket.readAll().data()
        self._buffer += data
        if not data and self._socket.state() is QLocalSocket.LocalSocketState.UnconnectedState:
            raise GowaError(
                "GOWA Desktop ended before it answered.", "Start it again and see what became of the command with: gowa-desktop list"
            )


class _Interrupt:
    """Notes Ctrl-C while it is entered, and raises it only where that is asked for.

    An exception that a signal raises inside a call of Qt's bindings may get lost there, and then nothing ends the wait.
    """

    def __init__(self) -> None:
        self._is_due = False
        self._previous: Any = None

    def __enter__(self) -> None:
        if threading.current_thread() is threading.main_thread():
            self._previous = signal.signal(signal.SIGINT, self._note)

    def __exit__(self, *_: object) -> None:
        if self._previous is not None:
            signal.signal(signal.SIGINT, self._previous)
            self._previous = None

    def check(self) -> None:
        """Raise what came in the meantime.

        Raises:
            KeyboardInterrupt: the person pressed Ctrl-C.
        """
        if self._is_due:
            raise KeyboardInterrupt

    def _note(self, _number: int, _frame: object) -> None:
        self._is_due = True


def raise_first(data_dir: Path, link: str = "") -> None:
    """Ask the program that works on a data directory to show its window, and there what a link names.

    Raises:
        GowaError: it has no window, does not answer, or is gone by now.
    """
    arguments: JsonObject = {"link": link} if link else {}
    # Window systems let only the program with the person's attention pass it on.
    if token := os.environ.get("XDG_ACTIVATION_TOKEN"):
        arguments["activation_token"] = token
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415 - used on Windows only

        ctypes.windll.user32.AllowSetForegroundWindow(-1)
    with CommandClient.connect(data_dir) as client:
        client.ask(Request(Verb.RAISE, arguments), lambda _: None, READ_TIMEOUT_S)


def raised_first(data_dir: Path, link: str = "") -> bool:
    """Show the window of the program that works on a data directory, when there is one: all that a second launch has to do.

    False whenever that is not certain; then the usual start decides and explains. Needs no application of Qt's and leaves none.
    """
    if running_pid(data_dir) is None:
        return False
    application = QCoreApplication([])
    try:
        raise_first(data_dir, link)
    except GowaError:
        application.shutdown()
        return False
    return True


def _connected(name: str) -> QLocalSocket | None:
    socket = QLocalSocket()
    socket.connectToServer(name)
    return socket if socket.waitForConnected(_CONNECT_MS) else None
