"""The command socket's server: reads one request from each connection and lets the handlers answer it.

Whatever a client does - send half a line, nothing, garbage, or leave - harms its own connection only. Work goes on when the
client that asked for it has left.
"""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtNetwork import QLocalSocket

from gowa_desktop.domain.errors import GowaError
from gowa_desktop.services.commands.command_answer import Answer
from gowa_desktop.services.commands.command_handlers import CommandHandlers
from gowa_desktop.services.commands.command_protocol import MAX_MESSAGE_BYTES, ProtocolError, decode_request, encode, failure

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtNetwork import QLocalServer

    from gowa_desktop.domain.json_types import JsonObject
    from gowa_desktop.services.commands.command_protocol import Request
    from gowa_desktop.services.commands.log_commands import LogCommands
    from gowa_desktop.services.commands.monitoring_commands import MonitoringCommands
    from gowa_desktop.services.commands.update_commands import UpdateCommands
    from gowa_desktop.services.configs.config_service import ConfigService
    from gowa_desktop.services.instances.instance_service import InstanceService
    from gowa_desktop.services.versions.version_manager import VersionManager

_LOG = logging.getLogger(__name__)

REQUEST_TIMEOUT_MS = 30_000
"""A client that has not finished its request by then is dropped."""
MAX_CONNECTIONS = 64
_MAX_UNREAD_BYTES = 16 * 1024 * 1024
"""Answers that a client has not read; a client beyond this does not read at all."""


class CommandServer(QObject):
    """Answers requests from the command line and from second launches. Main thread; lives as long as the services.

    `raise_window` gets the link to open, mostly empty; it is None when the program runs without a window.
    """

    def __init__(
        self,
        instances: InstanceService,
        versions: VersionManager,
        configs: ConfigService,
        raise_window: Callable[[str], None] | None = None,
        parent: QObject | None = None,
        *,
        updates: UpdateCommands | None = None,
        logs: LogCommands | None = None,
        monitoring: MonitoringCommands | None = None,
        request_timeout_ms: int = REQUEST_TIMEOUT_MS,
    ) -> None:
        super().__init__(parent)
        self._handlers = CommandHandlers(instances, versions, configs, raise_window, updates=updates, logs=logs, monitoring=monitoring)
        self._request_timeout_ms = request_timeout_ms
        self._connections: set[_Connection] = set()
        self._server: QLocalServer | None = None

    def serve(self, server: QLocalServer) -> None:
        """Answer what comes through a listening server, beginning with the connections that already wait in it."""
        self._server = server
        server.newConnection.connect(self._on_server_new_connection)
        self._on_server_new_connection()

    def stop(self) -> None:
        """Take no more requests and drop the open connections; the work they asked for goes on."""
        if self._server is not None:
            self._server.newConnection.disconnect(self._on_server_new_connection)
            self._server = None
        for connection in list(self._connections):
            connection.drop()

    @Slot()
    def _on_server_new_connection(self) -> None:
        while self._server is not None and (socket := self._server.nextPendingConnection()) is not None:
            connection = _Connection(socket, self._handlers.handle, self._request_timeout_ms, self)
            connection.closed.connect(partial(self._forget, connection))
            self._connections.add(connection)
            if len(self._connections) > MAX_CONNECTIONS:
                connection.refusal = GowaError("Too many commands are running at once.", "Wait a moment and try again.")
            connection.begin()

    def _forget(self, connection: _Connection) -> None:
        self._connections.discard(connection)
        connection.deleteLater()


class _Connection(QObject):
    """One client: a request in, an answer out, then the end. Owns its socket."""

    closed = Signal()
    """Emitted once, when the client has gone or was dropped."""

    def __init__(self, socket: QLocalSocket, handle: Callable[[Request, Answer], None], request_timeout_ms: int, parent: QObject) -> None:
        super().__init__(parent)
        self._socket = socket
        self._handle = handle
        self._buffer = bytearray()
        self._is_asked = False
        self._is_flooded = False
        self._is_closed = False
        self._answer: Answer | None = None
        self.refusal: GowaError | None = None
        """The answer to whatever is asked, when there is no room for this client."""
        socket.setParent(self)
        # What is beyond one message stays with the operating system, which makes a flooding client wait.
        socket.setReadBufferSize(MAX_MESSAGE_BYTES + 1)
        self._deadline = QTimer(self, singleShot=True, interval=request_timeout_ms)
        self._connect_signals()

    def _connect_signals(self) -> None:
        self._socket.readyRead.connect(self._on_socket_ready_read)
        self._socket.disconnected.connect(self._on_socket_disconnected)
        self._deadline.timeout.connect(self._on_deadline_timeout)

    def begin(self) -> None:
        """Wait for the request; it may be there already."""
        self._deadline.start()
        self._on_socket_ready_read()
        if self._socket.state() is QLocalSocket.LocalSocketState.UnconnectedState:
            self._on_socket_disconnected()

    def drop(self) -> None:
        """End the connection at once."""
        self._socket.abort()
        self._on_socket_disconnected()

    @Slot()
    def _on_socket_ready_read(self) -> None:
        data = self._socket.readAll().data()
        if self._is_asked:
            return  # one request for each connection; the rest is not for us
        self._buffer += data
        line, end, _rest = self._buffer.partition(b"\n")
        if not end and len(self._buffer) <= MAX_MESSAGE_BYTES:
            return
        self._deadline.stop()
        self._is_asked = True
        self._buffer = bytearray()
        try:
            if len(line) >= MAX_MESSAGE_BYTES:
                self._is_flooded = True
                raise ProtocolError("The command is too long.", "Shorten its arguments.")
            if self.refusal is not None:
                raise self.refusal
            request = decode_request(bytes(line))
        except GowaError as error:
            self._send(failure(error))
        else:
            self._answer = Answer(self._send)
            self._handle(request, self._answer)

    @Slot()
    def _on_socket_disconnected(self) -> None:
        if self._is_closed:
            return
        self._is_closed = True
        self._deadline.stop()
        if self._answer is not None:
            self._answer.leave()
        self.closed.emit()

    @Slot()
    def _on_deadline_timeout(self) -> None:
        _LOG.info("A command client sent no full request in time and was dropped")
        self.drop()

    def _send(self, message: JsonObject) -> None:
        if self._is_closed or self._socket.state() is not QLocalSocket.LocalSocketState.ConnectedState:
            return  # the client left; the work goes on without it
        if self._socket.bytesToWrite() > _MAX_UNREAD_BYTES:
            self.drop()
            return
        self._socket.write(encode(message))
        if "ok" not in message:
            return
        self._socket.flush()
        if self._is_flooded:
            # Hanging up on data not yet read would lose the answer on Linux (ECONNRESET), so the client goes first.
            self._deadline.start()
        else:
            self._socket.disconnectFromServer()  # after everything is written
