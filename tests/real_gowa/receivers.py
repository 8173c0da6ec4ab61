"""What GOWA talks to in these tests, all on this computer: webhook receivers, a Chatwoot, a proxy that plays GitHub."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import re
import socket
import ssl
import subprocess
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from gowa_desktop.domain.json_types import Json, JsonObject


@dataclass(frozen=True, slots=True)
class Received:
    """One request that came."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def data(self) -> JsonObject:
        """The body as JSON."""
        found: JsonObject = json.loads(self.body)
        return found

    def is_signed_with(self, secret: str) -> bool:
        """Tell whether the signature GOWA puts on webhook calls is that of this secret."""
        digest = hmac.new(secret.encode(), self.body, hashlib.sha256).hexdigest()
        return self.headers.get("X-Hub-Signature-256") == f"sha256={digest}"


class Receiver:
    """An HTTP server that keeps what it is sent; subclasses say what they answer."""

    def __init__(self, certificate: tuple[Path, Path] | None = None) -> None:
        self.received: list[Received] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._scheme = "http"
        if certificate is not None:
            self._scheme = "https"
            self._server.socket = _server_context(certificate).wrap_socket(self._server.socket, server_side=True)
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"{self._scheme}://127.0.0.1:{self._server.server_address[1]}"

    def paths(self) -> list[str]:
        """Give method and path of every request."""
        return [f"{one.method} {one.path}" for one in self.received]

    def answer(self, request: Received) -> tuple[int, Json]:
        """Say status and JSON body of the answer."""
        del request
        return 200, {}

    def close(self) -> None:
        """End it."""
        self._server.shutdown()
        self._server.server_close()


class Chatwoot(Receiver):
    """As much of Chatwoot's web interface as GOWA calls."""

    def __init__(self, conversations: list[Json] | None = None) -> None:
        self._conversations: list[Json] = conversations or []
        super().__init__()

    def answer(self, request: Received) -> tuple[int, Json]:
        """Answer as Chatwoot would."""
        path, method = request.path.partition("?")[0], request.method
        if path.endswith("/inboxes"):
            inbox: JsonObject = {"id": 77, "name": "made here", "channel_type": "Channel::Api", "inbox_identifier": "abc"}
            return 200, inbox if method == "POST" else {"payload": [{**inbox, "id": 12, "name": "another"}]}
        if path.endswith("/contacts/search"):
            return 200, {"payload": []}
        if path.endswith("/contacts"):
            return 200, {"payload": {"contact": {"id": 5}}}
        if re.search(r"/contacts/\d+/conversations$", path):
            return 200, {"payload": self._conversations}
        if path.endswith("/conversations"):
            return 200, {"id": 9}
        return 200, {"id": 11} if path.endswith("/messages") else {}


class GitHubProxy:
    """A proxy that ends TLS itself and answers as GitHub; it keeps where somebody wanted to go and what was asked there."""

    def __init__(self, certificate: tuple[Path, Path] | None = None, page: bytes = b"", asset: str = "") -> None:
        self.targets: list[str] = []
        self.asked: list[Received] = []
        self._context = _server_context(certificate) if certificate is not None else None
        self._page = page
        self._asset = asset
        self._listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def close(self) -> None:
        """End it."""
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError, ValueError), connection:
            connection.settimeout(10)
            words = _head(connection)[0].split()
            self.targets.append(words[1])
            if self._context is None:
                connection.sendall(b"HTTP/1.1 502 No\r\n\r\n")
                return
            connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            with self._context.wrap_socket(connection, server_side=True) as secure:
                while True:
                    self._answer(secure)

    def _answer(self, secure: ssl.SSLSocket) -> None:
        line, headers = _head(secure)
        method, path, _ = line.split(" ", 2)
        self.asked.append(Received(method, path, headers, b""))
        body = self._page
        if path.endswith("/releases/latest"):
            digest = hashlib.sha256(self._page).hexdigest()
            asset = {"name": self._asset, "digest": f"sha256:{digest}", "browser_download_url": "https://github.com/page"}
            body = json.dumps({"tag_name": "v1.2.3", "assets": [asset]}).encode()
        secure.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """Make a certificate that nobody trusts, for this computer and for GitHub; needs openssl."""
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    names = "subjectAltName=IP:127.0.0.1,DNS:api.github.com,DNS:github.com"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "2", "-subj", "/CN=test",
         "-addext", names],
        check=True,
        capture_output=True,
    )  # fmt: skip
    return certificate, key


@contextlib.contextmanager
def closing_all(*servers: Receiver | GitHubProxy) -> Iterator[None]:
    """End servers whatever happens."""
    try:
        yield
    finally:
        for server in servers:
            server.close()


def _server_context(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return context


def _head(connection: socket.socket) -> tuple[str, dict[str, str]]:
    """Read the first line and the headers of a request.

    Raises:
        ValueError: the connection ended.
    """
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.recv(4096)
        if not part:
            raise ValueError("the connection ended")
        data += part
    line, *rest = data.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
    return line, {name.strip(): value.strip() for name, _, value in (field.partition(":") for field in rest)}


def _handler(owner: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self._take()

        do_GET = do_PUT = do_DELETE = do_POST

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is given
            """Be quiet."""

        def _take(self) -> None:
            request = Received(self.command, self.path, dict(self.headers.items()), self._body())
            owner.received.append(request)
            status, answer = owner.answer(request)
            data = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def _body(self) -> bytes:
            if self.headers.get("Transfer-Encoding") != "chunked":
                return self.rfile.read(int(self.headers.get("Content-Length", "0")))
            body = b""
            while size := int(self.rfile.readline(), 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return body

    return Handler
