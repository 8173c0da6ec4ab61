"""Ports: free only when free everywhere, and who holds them."""

import errno
import os
import socket
import subprocess
import sys
import threading
from types import SimpleNamespace

import psutil
import pytest

from gowa_desktop.infra.network import is_port_free, is_port_reserved, is_refusal, listens_on, port_holder
from tests.conftest import port_range

LOOPBACK_6 = "::1"


def has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as probe:
            probe.bind((LOOPBACK_6, 0))
    except OSError:
        return False
    return True


needs_ipv6 = pytest.mark.skipif(not has_ipv6(), reason="this computer has no IPv6")


@pytest.fixture
def port() -> int:
    """A free port below those that the system gives away, so that nobody takes it in the middle of a test."""
    first, last = port_range()
    return next(port for port in range(last, first, -1) if is_port_free(port))


def listener(address: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    server = socket.socket(family, socket.SOCK_STREAM)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == socket.AF_INET6:
        server.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    server.bind((address, port))
    server.listen()
    return server


@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0", pytest.param("::1", marks=needs_ipv6), pytest.param("::", marks=needs_ipv6)])
def test_port_with_a_listener_on_any_address_is_not_free(address: str, port: int) -> None:
    with listener(address, port):
        assert not is_port_free(port)
    assert is_port_free(port)


def test_port_is_free_again_while_an_old_connection_fades(port: int) -> None:
    with listener("127.0.0.1", port) as server, socket.create_connection(("127.0.0.1", port)) as client:
        accepted, _ = server.accept()
        accepted.close()  # the side that closes first keeps the port in TIME_WAIT
        assert client.recv(1) == b""
    assert is_port_free(port)


def test_asking_twice_leaves_nothing_bound(port: int) -> None:
    assert is_port_free(port)
    assert is_port_free(port)
    with listener("0.0.0.0", port):
        pass


def test_programs_that_start_meanwhile_do_not_make_a_port_look_taken(port: int) -> None:
    ended = threading.Event()

    def start_programs() -> None:
        while not ended.is_set():
            subprocess.run([sys.executable, "-c", ""], check=True)

    starter = threading.Thread(target=start_programs)
    starter.start()
    try:
        seen = [is_port_free(port) for _ in range(2_000)]
    finally:
        ended.set()
        starter.join()
    assert all(seen)


def test_port_holder_names_this_process(port: int) -> None:
    assert port_holder(port) is None
    with listener("127.0.0.1", port):
        assert port_holder(port) == (psutil.Process().name(), os.getpid())
    assert port_holder(port) is None


def test_port_holder_a_connection_to_the_port_is_no_listener(port: int) -> None:
    with listener("127.0.0.1", port) as server:
        client = socket.create_connection(("127.0.0.1", port))
        accepted, _ = server.accept()
    with client, accepted:
        assert port_holder(port) is None
        assert not listens_on({os.getpid()}, port)


def test_listens_on_finds_the_listener_among_the_processes(port: int) -> None:
    with subprocess.Popen([sys.executable, "-I", "-S", "-c", "input()"], stdin=subprocess.PIPE) as other:
        with listener("127.0.0.1", port):
            assert listens_on({os.getpid()}, port)
            assert listens_on({other.pid, os.getpid(), 2**30}, port)
            assert not listens_on({other.pid}, port)
            assert not listens_on({os.getpid()}, port + 1)
            assert not listens_on(set(), port)
        other.kill()


def test_listens_on_processes_that_are_gone_is_false(port: int) -> None:
    assert not listens_on({2**30}, port)


def test_free_and_held_ports_are_not_reserved_by_the_system(port: int) -> None:
    assert not is_port_reserved(port)
    with listener("127.0.0.1", port):
        assert not is_port_reserved(port)


@pytest.mark.parametrize(
    ("number", "windows_number", "is_refused"),
    [(errno.EACCES, None, True), (errno.EADDRINUSE, None, False), (13, 10013, True), (10048, 10048, False), (10013, 10013, True)],
)
def test_refusal_is_known_by_its_number(number: int, windows_number: int | None, is_refused: bool) -> None:
    error = OSError(number, "as Windows says it")
    if windows_number is not None:
        error.winerror = windows_number  # type: ignore[attr-defined]  # exists on Windows only
    assert is_refusal(error) is is_refused


@pytest.mark.parametrize(("owner", "is_ours"), [(77, True), (78, False), (0, True), (None, True)])
def test_on_windows_a_listener_is_ours_or_has_no_known_owner(monkeypatch: pytest.MonkeyPatch, owner: int | None, is_ours: bool) -> None:
    table = [
        SimpleNamespace(status=psutil.CONN_LISTEN, laddr=SimpleNamespace(ip="::", port=8123), pid=owner),
        SimpleNamespace(status=psutil.CONN_ESTABLISHED, laddr=SimpleNamespace(ip="127.0.0.1", port=8123), pid=77),
        SimpleNamespace(status=psutil.CONN_LISTEN, laddr=SimpleNamespace(ip="::", port=9), pid=77),
    ]
    monkeypatch.setattr(psutil, "net_connections", lambda kind: table if kind == "tcp" else [])
    monkeypatch.setattr(sys, "platform", "win32")
    assert listens_on({77}, 8123) is is_ours


@pytest.mark.parametrize("error", [RuntimeError("GetExtendedTcpTable failed"), psutil.AccessDenied(), OSError(5, "no")])
def test_a_table_that_windows_does_not_give_is_no_answer_and_no_fault(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def refuse(kind: str) -> list[object]:
        raise error

    monkeypatch.setattr(psutil, "net_connections", refuse)
    monkeypatch.setattr(sys, "platform", "win32")
    assert not listens_on({77}, 8123)
    assert port_holder(8123) is None
