# ruff: noqa: PLC0415 - slow modules are imported when they are needed
"""Reading and writing of HTTP/1.1 messages on a socket; http.server would take 35 ms to import."""

import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    import socket

_MAX_HEAD_BYTES = 64 * 1024
_MAX_BODY_BYTES = 32 * 1024**2
_REASONS = {
    101: "Switching Protocols",
    200: "OK",
    204: "No Content",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    413: "Request Entity Too Large",
    426: "Upgrade Required",
    500: "Internal Server Error",
}


class MessageError(Exception):
    """The client sent no readable HTTP request."""


class Request:
    """One HTTP request as it was received; header names are lower case."""

    def __init__(self, method: str, target: str, headers: dict[str, str], body: bytes, client: str) -> None:
        self.method = method
        self.path, _, self._query_text = target.partition("?")
        self.headers = headers
        self.body = body
        self.client = client

    def header(self, name: str) -> str:
        """Return a header, or nothing."""
        return self.headers.get(name, "")

    def query(self, name: str) -> str:
        """Return the first value of a query parameter, URL-decoded, or nothing."""
        return form_values(self._query_text).get(name, "") if self._query_text else ""

    @property
    def is_upgrade(self) -> bool:
        """Whether the client asks for a WebSocket."""
        return "upgrade" in self.header("connection").lower() and self.header("upgrade").lower() == "websocket"

    @property
    def wants_close(self) -> bool:
        """Whether the client wants no further request on this connection."""
        return "close" in self.header("connection").lower()


class Response:
    """One HTTP answer."""

    def __init__(self, status: int, body: bytes = b"", content_type: str = "text/plain; charset=utf-8") -> None:
        self.status = status
        self.body = body
        self.headers = {"Content-Type": content_type} if body else {}

    def encode(self, *, with_body: bool, closes: bool) -> bytes:
        """Return the bytes for the wire."""
        lines = [
            f"HTTP/1.1 {self.status} {_REASONS[self.status]}",
            time.strftime("Date: %a, %d %b %Y %H:%M:%S GMT", time.gmtime()),
        ]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        if self.status not in {101, 204}:
            lines.append(f"Content-Length: {len(self.body)}")
        if closes:
            lines.append("Connection: close")
        head = "\r\n".join(lines).encode("latin-1", "replace") + b"\r\n\r\n"
        return head + self.body if with_body else head


class SocketReader:
    """Reads lines and blocks from a connected socket; used by one thread."""

    def __init__(self, connection: "socket.socket") -> None:
        self._connection = connection
        self._buffer = b""

    def wait(self) -> bool:
        """Wait for the next bytes; false when the client has closed the connection."""
        return bool(self._buffer) or self._fill()

    def _fill(self) -> bool:
        try:
            data = self._connection.recv(65536)
        except OSError:
            return False
        self._buffer += data
        return bool(data)

    def read_until(self, end: bytes) -> bytes:
        """Return the bytes before the next end mark and take both away.

        Raises:
            MessageError: if the connection ends first or too much is sent.
        """
        while end not in self._buffer:
            if len(self._buffer) > _MAX_HEAD_BYTES or not self._fill():
                raise MessageError
        found, _, self._buffer = self._buffer.partition(end)
        return found

    def read_exactly(self, size: int) -> bytes:
        """Return the next bytes.

        Raises:
            MessageError: if the connection ends first or the size is out of bounds.
        """
        if not 0 <= size <= _MAX_BODY_BYTES:
            raise MessageError
        while len(self._buffer) < size:
            if not self._fill():
                raise MessageError
        found, self._buffer = self._buffer[:size], self._buffer[size:]
        return found


def read_request(reader: SocketReader, client: str) -> Request:
    """Read one request with its body.

    Raises:
        MessageError: if it is not readable HTTP.
    """
    first, *lines = reader.read_until(b"\r\n\r\n").decode("latin-1").split("\r\n")
    words = first.split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        raise MessageError
    headers = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    if words[2] == "HTTP/1.0":
        headers.setdefault("connection", "close")
    if headers.get("transfer-encoding", "").lower() == "chunked":
        body = _read_chunks(reader)
    else:
        length = headers.get("content-length", "0")
        body = reader.read_exactly(int(length) if length.isdigit() else -1)
    return Request(words[0], words[1], headers, body, client)


def _read_chunks(reader: SocketReader) -> bytes:
    body = b""
    while True:
        try:
            size = int(reader.read_until(b"\r\n").split(b";")[0], 16)
        except ValueError as error:
            raise MessageError from error
        chunk = reader.read_exactly(size)
        reader.read_until(b"\r\n")
        if not size:
            return body
        body += chunk
        if len(body) > _MAX_BODY_BYTES:
            raise MessageError


def form_values(text: str) -> dict[str, str]:
    """Read URL-encoded pairs; the first value of a name counts."""
    from urllib.parse import parse_qsl

    found: dict[str, str] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        found.setdefault(name, value)
    return found
