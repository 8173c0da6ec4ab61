"""Ports of this computer: whether one is free on every address that matters, and who holds it."""

from __future__ import annotations

import contextlib
import errno
import math
import socket
import sys
import time
from typing import TYPE_CHECKING

import psutil

from gowa_desktop.infra import linux_proc

if TYPE_CHECKING:
    from collections.abc import Callable

_PROBES = (
    (socket.AF_INET, "127.0.0.1"),
    (socket.AF_INET, "0.0.0.0"),  # noqa: S104 - probing, not serving
    (socket.AF_INET6, "::1"),
    (socket.AF_INET6, "::"),
)
_KEEP_FACTOR = 4.0
_WSAEACCES = 10013
_NO_IPV6 = frozenset({errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL, errno.EPROTONOSUPPORT})


def is_port_free(port: int) -> bool:
    """Tell whether 127.0.0.1, 0.0.0.0, ::1 and :: are all free.

    A wildcard and a loopback bind can exist side by side on some systems, so each address is tried on its own. The probes
    never listen: a process that another thread forks at that moment holds a copy of the probe until it becomes its program,
    and a copy that listens would make the next probe fail.
    """
    return all(_can_bind(family, address, port) for family, address in _PROBES)


def _can_bind(family: socket.AddressFamily, address: str, port: int) -> bool:
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            if sys.platform == "win32":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
            else:
                # As Go does: a port in TIME_WAIT is free, a listening one is not.
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                probe.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            probe.bind((address, port))
    except OSError as error:
        # No IPv6 on this computer is no obstacle.
        return family == socket.AF_INET6 and error.errno in _NO_IPV6
    return True


def is_port_reserved(port: int) -> bool:
    """Tell whether the system itself refuses a port to every program, as Windows does in the ranges it excludes (error 10013).

    A program that holds a port exclusively causes the same error, so ask first whether one holds it.
    """
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.bind(("127.0.0.1", port))
    except OSError as error:
        return is_refusal(error)
    return False


def is_refusal(error: OSError) -> bool:
    """Tell whether an error says that the system does not allow it."""
    return error.errno == errno.EACCES or getattr(error, "winerror", None) == _WSAEACCES


_NOT_TOLD = (psutil.Error, OSError, RuntimeError)
"""What psutil raises where the system does not tell; the last, GetExtendedTcpTable of Windows failing while connections come and go."""


def port_holder(port: int) -> tuple[str, int] | None:
    """Give name and pid of the program that listens on a port; None when nobody does or the system does not tell."""
    with contextlib.suppress(*_NOT_TOLD):
        for connection in psutil.net_connections(kind="tcp"):
            if connection.status == psutil.CONN_LISTEN and getattr(connection.laddr, "port", None) == port and connection.pid:
                with contextlib.suppress(psutil.Error):
                    return psutil.Process(connection.pid).name(), connection.pid
                return "another program", connection.pid
    return None


class ListeningTable:
    """Who listens where. One reading of the system serves many questions that come at about the same time.

    A reading is kept for a few times as long as it took: on a computer with thousands of sockets the kernel needs many
    milliseconds for one. What it says is confirmed against the process itself, so an old reading can only be late, not wrong.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._inodes: dict[int, set[bytes]] | None = None
        self._valid_until = -math.inf

    def is_held_by(self, pids: set[int], port: int) -> bool:
        """Tell whether one of these processes listens on the port."""
        inodes = self._holders(port)
        if inodes is None:
            return _listens_on_windows(pids, port) if sys.platform == "win32" else any(_listens(pid, port) for pid in pids)
        return bool(inodes) and any(linux_proc.holds_inode(pid, inodes) for pid in pids)

    def is_held(self, port: int) -> bool | None:
        """Tell whether anybody listens on the port; None where that takes as long as asking who."""
        inodes = self._holders(port)
        return None if inodes is None else bool(inodes)

    def _holders(self, port: int) -> set[bytes] | None:
        if sys.platform != "linux":
            return None
        begun = self._clock()
        if begun >= self._valid_until:
            self._inodes = linux_proc.listening_inodes()
            ended = self._clock()
            self._valid_until = ended + _KEEP_FACTOR * (ended - begun)
        return None if self._inodes is None else self._inodes.get(port, set())


def listens_on(pids: set[int], port: int) -> bool:
    """Tell whether one of these processes listens on the port now."""
    return ListeningTable().is_held_by(pids, port)


def _listens_on_windows(pids: set[int], port: int) -> bool:
    """Look through the one table that Windows has of all connections.

    Wine 8 names process 0 for every listener, which Windows never does: there the port was free when ours was started, so that
    somebody listens has to be enough.
    """
    with contextlib.suppress(*_NOT_TOLD):
        return any(
            connection.status == psutil.CONN_LISTEN
            and getattr(connection.laddr, "port", None) == port
            and (not connection.pid or connection.pid in pids)
            for connection in psutil.net_connections(kind="tcp")
        )
    return False


def _listens(pid: int, port: int) -> bool:
    with contextlib.suppress(*_NOT_TOLD):
        for connection in psutil.Process(pid).net_connections(kind="tcp"):
            if connection.status == psutil.CONN_LISTEN and getattr(connection.laddr, "port", None) == port:
                return True
    return False
