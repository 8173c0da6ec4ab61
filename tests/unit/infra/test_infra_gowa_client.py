"""Asking GOWA for its accounts: every generation, sign-in, base path, and answers that are none."""

from __future__ import annotations

import base64
import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from gowa_desktop.domain.errors import GowaAnswerError
from gowa_desktop.domain.versions import GowaVersion
from gowa_desktop.domain.whatsapp_state import WhatsAppState
from gowa_desktop.infra import gowa_client
from gowa_desktop.infra.gowa_client import GowaAddress, read_whatsapp_state

if TYPE_CHECKING:
    from collections.abc import Iterator

V7, V9 = GowaVersion("v7.11.4"), GowaVersion("v9.2.0")
DEVICES = [{"id": "shop", "state": "logged_in", "jid": "6281@s.whatsapp.net"}]


class Stand:
    """A server that answers paths with what a test says."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[int, bytes]] = {}
        self.sign_in = ""
        stand = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, body = stand.answers.get(self.path, (404, b"Cannot GET"))
                if stand.sign_in and self.headers.get("Authorization") != f"Basic {stand.sign_in}":
                    status, body = 401, b"Unauthorized"
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                if status == 302:
                    self.send_header("Location", "/devices")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()

    def answer(self, path: str, results: object, status: int = 200) -> None:
        self.answers[path] = (status, json.dumps({"code": "SUCCESS", "results": results}).encode())

    def address(self, version: GowaVersion = V9, base: str = "", sign_in: tuple[str, str] | None = None) -> GowaAddress:
        return GowaAddress(f"http://127.0.0.1:{self.server.server_port}{base}", version, sign_in)

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def stand() -> Iterator[Stand]:
    made = Stand()
    yield made
    made.close()


def test_v9_is_asked_below_its_base_path_with_its_sign_in(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    stand.answer("/app/ABCD/devices", DEVICES)
    stand.sign_in = base64.b64encode(b"admin:correct-horse").decode()
    address = stand.address(base="/app/ABCD", sign_in=("admin", "correct-horse"))

    assert read_whatsapp_state(address) == WhatsAppState(frozenset({"6281"}), frozenset({"6281"}))
    assert "correct-horse" not in repr(address)


def test_v7_is_asked_for_its_devices_and_its_status(stand: Stand) -> None:
    stand.answer("/app/devices", [{"name": "Shop", "device": "6281:7@s.whatsapp.net"}])
    stand.answer("/app/status", {"is_connected": True, "is_logged_in": True, "device_id": "6281:7@s.whatsapp.net"})

    assert read_whatsapp_state(stand.address(V7)) == WhatsAppState(frozenset({"6281"}), frozenset({"6281"}))
    assert read_whatsapp_state(stand.address(GowaVersion("v7.0.1"))) == WhatsAppState(frozenset({"6281"}), frozenset())


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (401, b"Unauthorized", "refused the sign-in"),
        (500, b"{}", "the status 500"),
        (302, b"", "the status 302"),
        (200, b"<html>", "cannot be read"),
        (200, b"[" * 100_000, "cannot be read"),
        (200, b" " * 5_000_000, "too much"),
    ],
)
def test_an_answer_that_is_none_is_told(stand: Stand, status: int, body: bytes, words: str) -> None:
    stand.answers["/devices"] = (status, body)

    with pytest.raises(GowaAnswerError, match=words):
        read_whatsapp_state(stand.address())


def test_nobody_there_and_silence_are_told(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gowa_client, "_TIMEOUT_S", 0.2)
    with pytest.raises(GowaAnswerError, match="does not answer"):
        read_whatsapp_state(GowaAddress("http://127.0.0.1:9", V9))
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        with pytest.raises(GowaAnswerError, match="does not answer"):
            read_whatsapp_state(GowaAddress(f"http://127.0.0.1:{mute.getsockname()[1]}", V9))
