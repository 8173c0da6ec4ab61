"""Faults of ports: somebody else listens where an instance should."""

from __future__ import annotations

import http.server
import os
import re
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from gowa_desktop.domain.errors import GowaError
from gowa_desktop.domain.instance import InstanceChanges, InstanceState
from gowa_desktop.infra.network import is_port_free
from tests.faults.harness import (
    Bench,
    Finding,
    NotRunHere,
    create,
    finish,
    kill,
    milliseconds,
    own_services,
    pump,
    wait_until,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.domain.instance import InstanceStatus

_ADDRESSES = ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::1"), (socket.AF_INET6, "::"))


# 6: port in a reserved range


def reserved_port(bench: Bench) -> Finding:
    """Start on a port that Windows keeps for itself: told as that, and a free one offered.

    Raises:
        NotRunHere: this is no Windows, or it excludes no ports.
    """
    is_windows = sys.platform == "win32"
    if not is_windows:
        raise NotRunHere("needs Windows, which alone excludes ports; its words are in the unit tests")
    words = ["netsh", "interface", "ipv4", "show", "excludedportrange", "protocol=tcp"]
    listed = subprocess.run(words, check=False, capture_output=True, text=True).stdout
    ranges = [(int(first), int(last)) for first, last in re.findall(r"^\s*(\d+)\s+(\d+)", listed, re.MULTILINE)]
    ports = [first for first, _ in ranges if first >= 1024 and not is_port_free(first)]
    if not ports:
        raise NotRunHere("this Windows excludes no port")
    with own_services(bench) as services:
        made = create(services, "shop")
        try:
            services.instances.update(made.id, InstanceChanges(port=ports[0]))
            error = finish(services.instances.start(made.id))
        except GowaError as refused:
            error = refused
    said = str(error)
    return Finding(f"port {ports[0]}: {said}", "reserved by the system" in said and "is free" in said)


# 4: port stolen before a start


def stolen_before_start(bench: Bench) -> Finding:
    """Hold the port on each address that matters, then start."""
    faults: list[str] = []
    slowest, tried = 0.0, 0
    with own_services(bench) as services:
        made = create(services, "shop")
        for family, address in _ADDRESSES:
            try:
                thief = _listen(family, address, made.port or 0)
            except OSError:
                continue  # no IPv6 on this computer
            with thief:
                begun = time.perf_counter()
                error = finish(services.instances.start(made.id))
                slowest = max(slowest, time.perf_counter() - begun)
            tried += 1
            said = str(error)
            if error is None or error.code != "port_taken" or str(os.getpid()) not in said or "is free" not in said:
                faults.append(f"{address}: {said}")
            if services.instances.status(made.id).port != made.port:
                faults.append(f"{address}: the port was changed")
        if (error := finish(services.instances.start(made.id))) is not None:
            faults.append(f"afterwards: {error}")
    text = "; ".join(faults) or f"{tried} addresses: each refused, holder named, a free port offered"
    return Finding(f"{text}; decided after {milliseconds(slowest)}", not faults and slowest <= 1)


def _listen(family: socket.AddressFamily, address: str, port: int) -> socket.socket:
    thief = socket.socket(family, socket.SOCK_STREAM)
    try:
        thief.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            thief.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        thief.bind((address, port))
        thief.listen(5)
    except OSError:
        thief.close()
        raise
    return thief


# 5: port stolen by a server that answers 200


def stolen_after_crash(bench: Bench) -> Finding:
    """Let a server that answers 200 take the port in three moments: before GOWA binds, while GOWA never does, after a crash."""
    faults = [*_stolen_before_bind(bench), *_stolen_from_absent(bench), *_stolen_in_pause(bench)]
    return Finding("; ".join(faults) or "before GOWA binds, while it never does, after a crash: 0 false ready, the thief named", not faults)


def _stolen_before_bind(bench: Bench) -> list[str]:
    with own_services(bench) as services:
        made = create(services, "late", faults="slow-ready=3000")
        states = _record_states(services, made)
        operation = services.instances.start(made.id)
        with _server(made.port or 0):
            wait_until(lambda: operation.is_finished, 20)
            pump(0.3)
        said = str(operation.error)
    if InstanceState.RUNNING in states or "used by another program" not in said:
        return [f"before GOWA binds: {[str(state) for state in states]}, {said}"]
    return []


def _stolen_from_absent(bench: Bench) -> list[str]:
    with own_services(bench) as services:
        made = create(services, "absent", faults="never-listen")
        states = _record_states(services, made)
        operation = services.instances.start(made.id)
        pump(0.2)
        with _server(made.port or 0):
            pump(bench.rounds(5, 2))
            is_open = not operation.is_finished
            finish(services.instances.kill(made.id))
    return [] if is_open and InstanceState.RUNNING not in states else ["while GOWA never binds: shown as ready"]


def _stolen_in_pause(bench: Bench) -> list[str]:
    with own_services(bench) as services:
        made = create(services, "crashed")
        if (error := finish(services.instances.start(made.id))) is not None:
            raise error
        for _ in range(2):  # the second failure in a row is followed by a pause of a second
            _kill_and_wait(services, made.id)
        if services.instances.status(made.id).status is not InstanceState.BACKOFF:
            return ["after a crash: there was no pause to steal in"]
        states = _record_states(services, made)
        with _server(made.port or 0):
            wait_until(lambda: "is used by" in (services.instances.status(made.id).error_message or ""), 10)
            said = services.instances.status(made.id).error_message or ""
        wait_until(lambda: services.instances.status(made.id).status is InstanceState.RUNNING, 15)  # and back when it is gone
    is_named = str(os.getpid()) in said
    return [] if is_named and states[-1] is InstanceState.RUNNING else [f"after a crash: {said}"]


def _kill_and_wait(services: Services, instance_id: int) -> None:
    old = services.instances.status(instance_id).pid
    kill(old or 0)
    wait_until(lambda: _is_after(services, instance_id, old), 15)


def _is_after(services: Services, instance_id: int, old: int | None) -> bool:
    now = services.instances.status(instance_id)
    is_back = now.status is InstanceState.RUNNING and now.pid != old
    return is_back or (now.status is InstanceState.BACKOFF and (now.retry_in_s or 0) > 0.3)


def _record_states(services: Services, made: InstanceStatus) -> list[InstanceState]:
    states: list[InstanceState] = []
    process = services.processes.get(made.id)
    process.changed.connect(lambda: states.append(process.state))
    return states


class _Yes(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, format: str, *_: object) -> None:  # noqa: A002 - the name that the base class gave it
        """Say nothing."""


@contextmanager
def _server(port: int) -> Iterator[None]:
    """Answer 200 to everything."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), _Yes)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
