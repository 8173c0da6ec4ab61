# ruff: noqa: PLC0415 - slow modules are imported when they are needed
"""The WebSocket hub: handshake, text frames by hand, and the broadcast of every event to every client."""

import struct
import threading

from gowa_desktop.simulator import logs
from gowa_desktop.simulator.http_message import MessageError, Request, Response, SocketReader

TYPE_CHECKING = False
if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

_MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, section 1.3
_TEXT, _CLOSE, _PING, _PONG = 1, 8, 9, 10


def handshake(request: Request) -> Response:
    """Return the 101 answer to an upgrade request."""
    import base64
    import hashlib

    digest = hashlib.sha1((request.header("sec-websocket-key") + _MAGIC).encode(), usedforsecurity=False).digest()
    response = Response(101)
    response.headers = {
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-Websocket-Accept": base64.b64encode(digest).decode(),
    }
    return response


class Hub:
    """Owns the connected clients. Thread-safe; each client is read in its own connection thread."""

    def __init__(self, list_devices: "Callable[[], object]") -> None:
        self._list_devices = list_devices
        self._lock = threading.Lock()
        self._expected: set[socket.socket] = set()
        self._clients: set[socket.socket] = set()

    def expect(self, connection: "socket.socket") -> None:
        """Note that this connection turns into a WebSocket once the 101 answer is sent."""
        self._expected.add(connection)

    def is_waiting(self, connection: "socket.socket") -> bool:
        """Tell whether the connection was upgraded and is not served yet."""
        return connection in self._expected

    def run(self, connection: "socket.socket", reader: SocketReader) -> None:
        """Serve one client until it leaves or sends something unreadable."""
        with self._lock:
            self._expected.discard(connection)
            self._clients.add(connection)
        logs.logrus("info", "connection registered")
        try:
            while self._read_message(connection, reader):
                pass
        except (MessageError, OSError):
            pass
        finally:
            with self._lock:
                self._clients.discard(connection)
            logs.logrus("info", "connection unregistered")

    def broadcast(self, code: str, message: str, result: object = None) -> None:
        """Send one event to every client."""
        import json

        logs.logrus("info", f"message received: {{{code} {message}}}")
        text = json.dumps({"code": code, "message": message, "result": result}, separators=(",", ":"), ensure_ascii=False)
        frame = encode_frame(_TEXT, text.encode())
        with self._lock:
            for client in list(self._clients):
                try:
                    client.sendall(frame)
                except OSError:
                    self._clients.discard(client)

    def _read_message(self, connection: "socket.socket", reader: SocketReader) -> bool:
        """Read and treat one frame; false if the connection shall end."""
        opcode, payload = _read_frame(reader)
        if opcode == _PING:
            connection.sendall(encode_frame(_PONG, payload))
        elif opcode == _CLOSE:
            connection.sendall(encode_frame(_CLOSE, payload[:2]))
            return False
        elif opcode == _TEXT:
            return self._treat_text(payload)
        return True

    def _treat_text(self, payload: bytes) -> bool:
        import json

        try:
            message = json.loads(payload)
        except ValueError as error:
            logs.logrus("info", f"unmarshal error: {error}")
            return False
        if isinstance(message, dict) and message.get("code") == "FETCH_DEVICES":
            self.broadcast("LIST_DEVICES", "Device found", self._list_devices())
        return True


def encode_frame(opcode: int, payload: bytes) -> bytes:
    """Return one unmasked, final frame, as a server sends it."""
    size = len(payload)
    if size < 126:
        return struct.pack("!BB", 0x80 | opcode, size) + payload
    if size < 65536:
        return struct.pack("!BBH", 0x80 | opcode, 126, size) + payload
    return struct.pack("!BBQ", 0x80 | opcode, 127, size) + payload


def _read_frame(reader: SocketReader) -> tuple[int, bytes]:
    """Read one frame of a client and take the mask away."""
    first, second = reader.read_exactly(2)
    size = second & 0x7F
    if size == 126:
        (size,) = struct.unpack("!H", reader.read_exactly(2))
    elif size == 127:
        (size,) = struct.unpack("!Q", reader.read_exactly(8))
    mask = reader.read_exactly(4) if second & 0x80 else b"\0\0\0\0"
    payload = reader.read_exactly(size)
    return first & 0x0F, bytes(byte ^ mask[place % 4] for place, byte in enumerate(payload))
