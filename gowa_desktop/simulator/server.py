"""The TCP side: the listener, one thread per connection, and the graceful end that waits for requests in progress."""

import select
import socket
import sys
import threading
import time

from gowa_desktop.simulator import logs
from gowa_desktop.simulator.http_message import MessageError, Response, SocketReader, read_request
from gowa_desktop.simulator.router import Router

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from gowa_desktop.simulator.site import Site
    from gowa_desktop.simulator.stop_signals import StopSignals

DRAIN_LIMIT_S = 15.0
_ALL_INTERFACES = ("", "0.0.0.0", "::", "[::]")  # noqa: S104 - GOWA's own default, compared with the option


class ListenError(Exception):
    """The port cannot be opened; the text is what Go's net package says."""


def open_listener(host: str, port_text: str) -> socket.socket:
    """Open the listening socket as Go does: dual stack for all interfaces, address reuse except on Windows.

    Raises:
        ListenError: if port or host make no sense or the port is taken.
    """
    if port_text and not port_text.isdigit():
        raise ListenError(f"listen tcp: lookup tcp/{port_text}: unknown port")
    port = int(port_text or 0)
    if port > 65535:
        raise ListenError(f"listen tcp: address {port}: invalid port")
    shown = "" if host in _ALL_INTERFACES else host
    try:
        return _bind(shown.strip("[]"), port)
    except socket.gaierror as error:
        raise ListenError(f"listen tcp: lookup {shown}: no such host") from error
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ListenError(f"listen tcp {shown}:{port}: bind: {reason}") from error


def _bind(host: str, port: int) -> socket.socket:
    """Bind and listen; an empty host means every interface, IPv6 included where it exists."""
    listener: socket.socket | None = None
    try:
        if not host and socket.has_dualstack_ipv6():
            listener = socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        else:
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            listener = socket.socket(family, socket.SOCK_STREAM)
        if sys.platform != "win32":  # on Windows the option would let two programs share the port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(256)
    except OSError:
        if listener is not None:
            listener.close()
        raise
    listener.setblocking(False)
    return listener


class Server:
    """Owns the listener and counts the requests in progress; `serve` runs in the main thread until a stop signal."""

    def __init__(self, listener: socket.socket, site: "Site", is_hung: "Callable[[], bool]") -> None:
        self._listener = listener
        self._site = site
        self._router = Router(site)
        self._is_hung = is_hung
        self._active = 0
        self._changed = threading.Condition()
        self._is_closing = False

    def serve(self, signals: "StopSignals", waker: socket.socket, *, accepts: bool) -> None:
        """Accept connections until a stop signal arrives; with accepts=False clients wait in the queue for ever."""
        watched = [self._listener, waker] if accepts else [waker]
        while not signals.received:
            readable, _, _ = select.select(watched, [], [])
            if waker in readable:
                _empty(waker)
            if self._listener in readable and not signals.received:
                self._accept()

    def _accept(self) -> None:
        try:
            connection, address = self._listener.accept()
        except OSError:  # the client left before it was accepted
            return
        connection.setblocking(True)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client = str(address[0]).removeprefix("::ffff:")
        threading.Thread(target=self._run_connection, args=(connection, client), daemon=True).start()

    def close(self) -> None:
        """Close the port, then wait up to 15 s for the requests in progress; idle connections do not count."""
        self._is_closing = True
        self._listener.close()
        end = time.monotonic() + DRAIN_LIMIT_S
        with self._changed:
            while self._active and (left_s := end - time.monotonic()) > 0:
                self._changed.wait(left_s)

    def _run_connection(self, connection: socket.socket, client: str) -> None:
        with connection:
            reader = SocketReader(connection)
            while not self._is_closing and reader.wait():
                self._count(1)
                try:
                    keeps = self._answer(connection, reader, client)
                except (MessageError, OSError):
                    return
                finally:
                    self._count(-1)
                if not keeps:
                    return
                if self._site.hub.is_waiting(connection):
                    self._site.hub.run(connection, reader)
                    return

    def _count(self, step: int) -> None:
        with self._changed:
            self._active += step
            self._changed.notify_all()

    def _answer(self, connection: socket.socket, reader: SocketReader, client: str) -> bool:
        """Read one request and answer it; false if the connection shall end."""
        try:
            request = read_request(reader, client)
        except MessageError:
            connection.sendall(Response(400, b"Bad Request").encode(with_body=True, closes=True))
            return False
        started = time.perf_counter()
        if self._is_hung() and not request.path.startswith("/sim/") and not self._wait_while_hung(connection):
            return False
        response = self._router.dispatch(request)
        closes = request.wants_close or self._is_closing
        if response.status == 101:
            closes = False
            self._site.hub.expect(connection)
        if self._site.settings.is_on("debug"):
            taken_s = time.perf_counter() - started
            logs.request_line(self._site.era, response.status, taken_s, client, request.method, request.path)
        connection.sendall(response.encode(with_body=request.method != "HEAD", closes=closes))
        return not closes

    def _wait_while_hung(self, connection: socket.socket) -> bool:
        """Answer nothing until the hang is over (true) or the client gives up (false)."""
        while self._is_hung():
            readable, _, _ = select.select([connection], [], [], 0.5)
            if readable:
                if not connection.recv(1, socket.MSG_PEEK):
                    return False
                time.sleep(0.2)
        return True


def _empty(waker: socket.socket) -> None:
    try:
        while waker.recv(64):
            pass
    except OSError:
        return
