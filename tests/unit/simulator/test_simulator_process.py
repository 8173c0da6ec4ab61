"""Start failures and the end of the process."""

from __future__ import annotations

import signal
import socket
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.unit.simulator.simulator_harness import Launcher

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")


@pytest.mark.parametrize(
    ("era", "text"),
    [
        ("v7", "Failed to start:  failed to listen: listen tcp :{}: bind: address already in use"),
        ("v8", "Failed to start:  failed to listen: listen tcp 127.0.0.1:{}: bind: address already in use"),
        ("v9", "Failed to start:  failed to listen: failed to listen: listen tcp 127.0.0.1:{}: bind: address already in use"),
    ],
)
def test_taken_port_exits_1_after_the_databases_were_made(start: Launcher, era: str, text: str) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]

        simulator = start(era=era, port=port)

        assert simulator.wait_exit() == 1
    assert f'level=fatal msg="{text.format(port)}"' in simulator.stderr
    assert (simulator.folder / "storages" / "chatstorage.db").exists()


@pytest.mark.parametrize(
    ("environment", "code", "text"),
    [
        ({"APP_PORT": "abc"}, 1, "listen tcp: lookup tcp/abc: unknown port"),
        ({"APP_PORT": "70000"}, 1, "listen tcp: address 70000: invalid port"),
        ({"APP_BASIC_AUTH": "admin"}, 1, "Basic auth is not valid"),
        ({"APP_BASIC_AUTH": "a:b:c"}, 1, "Basic auth is not valid"),
        ({"DB_URI": "mysql://u:p@h"}, 2, "panic: Database initialization error: unknown database type: mysql://u:p@h."),
        ({"APP_CORS_ALLOWED_ORIGINS": "example.com"}, 2, "panic: "),
    ],
)
def test_refused_values_end_the_start(start: Launcher, environment: dict[str, Any], code: int, text: str) -> None:
    simulator = start(**environment)

    assert simulator.wait_exit() == code
    assert text in simulator.stderr


def test_folder_that_cannot_be_made_exits_1(start: Launcher) -> None:
    (start.folder / "storages").write_text("a file in the way", encoding="utf-8")

    simulator = start()

    assert simulator.wait_exit() == 1
    assert "failed to initialize chat storage" in simulator.stderr


def test_port_0_picks_a_free_port_that_only_the_banner_tells(start: Launcher) -> None:
    simulator = start(APP_PORT="0")
    simulator.wait_until(lambda: "Server started on" in simulator.stdout)

    simulator.port = int(simulator.stdout.split("http://127.0.0.1:")[1].split("\n")[0])

    assert simulator.wait_ready().get("/sim/state").json["port"] == simulator.port > 0


def test_all_interfaces_are_shown_as_brackets(start: Launcher) -> None:
    simulator = start(APP_HOST="0.0.0.0").wait_ready()

    assert f"http://[::]:{simulator.port}\n" in simulator.stdout
    assert simulator.get("/sim/state").status == 200


def test_port_can_be_used_again_at_once(start: Launcher) -> None:
    first = start().wait_ready()
    first.get("/devices")
    first.terminate()

    assert start(port=first.port).wait_ready().get("/health").text == "OK"


@pytest.mark.parametrize("era", ["v8", "v9"])
@pytest.mark.parametrize(("number", "word"), [(signal.SIGTERM, "terminated"), (signal.SIGINT, "interrupt")])
def test_stop_signal_ends_gracefully_from_v8_8_on(start: Launcher, era: str, number: int, word: str) -> None:
    simulator = start(era=era).wait_ready()

    simulator.process.send_signal(number)

    assert simulator.wait_exit() == 0
    assert f'level=info msg="Received {word} — shutting down"' in simulator.stderr


@pytest.mark.parametrize("era", ["v7", "v8.0"])
def test_stop_signal_kills_older_versions(start: Launcher, era: str) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        simulator = start(era=era).wait_ready()
        simulator.process.send_signal(number)
        assert simulator.wait_exit() == -number
        assert "Received" not in simulator.stderr


def test_idle_connections_do_not_delay_the_end(start: Launcher) -> None:
    simulator = start().wait_ready()
    with socket.create_connection(("127.0.0.1", simulator.port), timeout=5) as client:
        client.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
        assert client.recv(1000).startswith(b"HTTP/1.1 200")

        assert simulator.terminate() < 5


def test_request_in_progress_is_finished_after_the_port_closed(start: Launcher) -> None:
    simulator = start().wait_ready()
    with socket.create_connection(("127.0.0.1", simulator.port), timeout=5) as client:
        client.sendall(b"GET /health HTTP/1.1\r\nHo")
        simulator.get("/health")  # the server has surely read the half request when it answered a later one
        simulator.process.send_signal(signal.SIGTERM)
        simulator.wait_until(lambda: not simulator.is_open())
        simulator.process.send_signal(signal.SIGTERM)
        assert simulator.process.poll() is None
        client.sendall(b"st: x\r\n\r\n")
        assert client.recv(1000).startswith(b"HTTP/1.1 200")

    assert simulator.wait_exit() == 0


def test_paired_devices_come_online_two_seconds_after_a_start(start: Launcher) -> None:
    first = start().wait_ready()
    first.post("/devices", {"device_id": "one"})
    first.post("/sim/pair", {"phone": "628111"})
    first.terminate()
    started = time.monotonic()

    again = start().wait_ready()

    assert again.get("/devices/one").results["state"] == "disconnected"
    again.wait_until(lambda: again.get("/devices/one").results["state"] == "logged_in")
    assert time.monotonic() - started >= 2
    assert "auto-connected device one" in again.stderr
