"""What the simulator pushes: WebSocket events and signed webhooks."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import socket
import struct
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any, Self

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.unit.simulator.simulator_harness import Launcher, Simulator


class Client:
    """A WebSocket client small enough to see every byte."""

    def __init__(self, simulator: Simulator, target: str = "/ws", **headers: str) -> None:
        self._simulator = simulator
        self._socket = socket.create_connection(("127.0.0.1", simulator.port), timeout=5)
        lines = [f"GET {target} HTTP/1.1", "Host: x", "Connection: Upgrade", "Upgrade: websocket"]
        lines += ["Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        self._socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        self._buffer = b""
        while b"\r\n\r\n" not in self._buffer:
            self._buffer += self._socket.recv(4096)
        self.head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
        self.status = int(self.head.split(b" ")[1])

    def __enter__(self) -> Self:
        if self.status == 101:  # only a registered client gets events
            self._simulator.wait_until(lambda: 'msg="connection registered"' in self._simulator.stderr)
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def send(self, opcode: int, payload: bytes) -> None:
        mask = os.urandom(4)
        masked = bytes(byte ^ mask[place % 4] for place, byte in enumerate(payload))
        size = bytes([0x80 | len(payload)]) if len(payload) < 126 else b"\xfe" + struct.pack("!H", len(payload))
        self._socket.sendall(bytes([0x80 | opcode]) + size + mask + masked)

    def read_frame(self) -> tuple[int, bytes]:
        first, size = self._read(2)
        if size == 126:
            (size,) = struct.unpack("!H", self._read(2))
        return first & 0x0F, self._read(size)

    def read_event(self) -> dict[str, Any]:
        opcode, payload = self.read_frame()
        assert opcode == 1
        event: dict[str, Any] = json.loads(payload)
        return event

    def is_closed(self) -> bool:
        return self._socket.recv(1) == b""

    def _read(self, size: int) -> bytes:
        while len(self._buffer) < size:
            data = self._socket.recv(4096)
            assert data, "the server closed the connection"
            self._buffer += data
        found, self._buffer = self._buffer[:size], self._buffer[size:]
        return found


def test_websocket_handshake_follows_the_device_rules(start: Launcher) -> None:
    simulator = start().wait_ready()
    assert simulator.get("/ws").status == 400
    simulator.post("/devices", {"device_id": "one"})
    assert (simulator.get("/ws").status, simulator.get("/ws").text) == (426, "Upgrade Required")
    with Client(simulator, X_Device_Id="no") as refused:
        assert refused.status == 404

    with Client(simulator) as client:
        assert client.status == 101
        assert b"Sec-Websocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" in client.head


@pytest.mark.parametrize(("era", "with_query"), [("v7", 401), ("v8", 401), ("v9", 101)])
def test_websocket_login_by_query_exists_in_v9(start: Launcher, era: str, with_query: int) -> None:
    simulator = start(era=era, APP_BASIC_AUTH="u:p").wait_ready()
    word = base64.b64encode(b"u:p").decode()
    if era != "v7":
        simulator.request("POST", "/devices", {"device_id": "one"}, {"Authorization": f"Basic {word}"})

    with Client(simulator, f"/ws?authorization={word.replace('=', '%3D')}") as client:
        assert client.status == with_query
    with Client(simulator, Authorization=f"Basic {word}") as client:
        assert client.status == 101


def test_every_client_gets_every_event(start: Launcher) -> None:
    simulator = start().wait_ready()
    simulator.post("/devices", {"device_id": "one"})
    with Client(simulator) as first, Client(simulator) as second:
        simulator.wait_until(lambda: simulator.stderr.count('msg="connection registered"') == 2)

        first.send(1, b'{"code":"FETCH_DEVICES"}')
        listed = [client.read_event() for client in (first, second)]
        simulator.post("/sim/pair", {"phone": "628111"})
        paired = second.read_event()

    devices = [{"name": "", "device": "one", "jid": ""}]
    assert listed == [{"code": "LIST_DEVICES", "message": "Device found", "result": devices}] * 2
    message = "Successfully pair with 628111:1@s.whatsapp.net"
    assert paired == {"code": "LOGIN_SUCCESS", "message": message, "result": None}


@pytest.mark.parametrize(
    ("era", "own", "remote"),
    [
        ("v7", ["LOGOUT_COMPLETE"], ["LOGOUT_COMPLETE"]),
        ("v8.0", ["LOGOUT_COMPLETE", "DEVICE_REMOVED"], ["LOGOUT_COMPLETE", "DEVICE_REMOVED"]),
        ("v9", ["DEVICE_LOGGED_OUT"], ["DEVICE_LOGGED_OUT"]),
    ],
)
def test_logout_events_of_the_era(start: Launcher, era: str, own: list[str], remote: list[str]) -> None:
    simulator = start(era=era).wait_ready()
    for device_id in ("one", "two") if era != "v7" else ():
        simulator.post("/devices", {"device_id": device_id})
    query = "?device_id=one" if era != "v7" else ""
    with Client(simulator, f"/ws{query}") as client:
        simulator.get(f"/app/logout{query}")
        first = [client.read_event() for _ in own]
        simulator.post("/sim/logout", {"device_id": "two"} if era != "v7" else None)
        second = [client.read_event() for _ in remote]

    assert [event["code"] for event in first] == own
    assert [event["code"] for event in second] == remote
    if era == "v9":
        assert set(first[0]["result"]) == {"device_id", "devices"}
        assert second[0]["result"] == {"device_id": "two"}
    assert "[REMOTE_LOGOUT] Received LoggedOut event" in simulator.stderr


def test_webhook_change_is_an_event(start: Launcher) -> None:
    simulator = start().wait_ready()
    simulator.post("/devices", {"device_id": "one"})
    with Client(simulator) as client:
        simulator.request("PATCH", "/devices/one/webhook", {"webhook_url": ""})
        event = client.read_event()

    assert (event["code"], event["result"]) == ("DEVICE_WEBHOOK_CONFIG_UPDATED", {"device_id": "one"})


def test_websocket_answers_ping_and_close_and_ends_at_invalid_json(start: Launcher) -> None:
    simulator = start(era="v7").wait_ready()
    with Client(simulator) as client:
        client.send(9, b"x" * 130 + b"!")
        assert client.read_frame() == (10, b"x" * 130 + b"!")
        client.send(8, b"\x03\xe8")
        assert client.read_frame() == (8, b"\x03\xe8")
    with Client(simulator) as client:
        client.send(1, b"{bad")
        assert client.is_closed()


class Receiver(HTTPServer):
    """Collects webhook posts; answers 500 as often as told, then 200."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.failures = 0
        self.posts: list[tuple[dict[str, str], bytes]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/hook?x=1"


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        if "content-length" in headers:
            body = self.rfile.read(int(headers["content-length"]))
        else:
            body = b""
            while size := int(self.rfile.readline(), 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        self.server.posts.append((headers, body))
        self.server.failures -= 1
        self.send_response(500 if self.server.failures >= 0 else 200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(("era", "is_chunked"), [("v7", True), ("v8.0", True), ("v8", True), ("v9", False)])
def test_webhook_is_signed_and_chunked_before_v9_0_1(start: Launcher, receiver: Receiver, era: str, is_chunked: bool) -> None:
    simulator = start(era=era, WHATSAPP_WEBHOOK=receiver.url, WHATSAPP_WEBHOOK_SECRET="key").wait_ready()
    if era != "v7":
        simulator.post("/devices", {"device_id": "one"})
    simulator.post("/sim/pair", {"phone": "628111"})

    reply = simulator.post("/sim/webhook", {"event": "message", "payload": {"id": "X", "body": "é"}})

    assert reply.json == {"urls": [receiver.url]}
    simulator.wait_until(lambda: "Successfully submitted webhook on attempt 1" in simulator.stderr)
    headers, body = receiver.posts[0]
    assert headers["x-hub-signature-256"] == "sha256=" + hmac.new(b"key", body, hashlib.sha256).hexdigest()
    assert headers["content-type"] == "application/json"
    assert ("content-length" not in headers) is is_chunked
    content = json.loads(body)
    if era == "v7":
        assert content == {"id": "X", "body": "é"}
    else:
        assert (content["event"], content["payload"]) == ("message", {"id": "X", "body": "é"})
        assert content["device_id"] == "628111:1@s.whatsapp.net"
        assert content.get("session_id") == (None if era == "v8.0" else "one")


def test_failed_webhook_is_tried_again(start: Launcher, receiver: Receiver) -> None:
    receiver.failures = 1
    simulator = start(WHATSAPP_WEBHOOK=receiver.url).wait_ready()

    simulator.post("/sim/webhook", {"event": "message"})

    simulator.wait_until(lambda: len(receiver.posts) == 2)
    assert "Attempt 1 to submit webhook failed: webhook returned status 500" in simulator.stderr
    assert receiver.posts[0] == receiver.posts[1]


def test_device_webhook_replaces_the_global_list_and_events_are_filtered(start: Launcher, receiver: Receiver) -> None:
    simulator = start(WHATSAPP_WEBHOOK="http://127.0.0.1:9/no", WHATSAPP_WEBHOOK_EVENTS="message").wait_ready()
    own = {"device_id": "one", "webhook_url": receiver.url, "webhook_secret": "s", "webhook_events": "call.offer"}
    simulator.post("/devices", own)

    assert simulator.post("/sim/webhook", {"event": "message"}).json == {"urls": []}
    assert simulator.post("/sim/webhook", {"event": "call.offer"}).json == {"urls": [receiver.url]}

    simulator.wait_until(lambda: receiver.posts)
    headers, body = receiver.posts[0]
    assert headers["x-hub-signature-256"] == "sha256=" + hmac.new(b"s", body, hashlib.sha256).hexdigest()
