"""Direct readings of Linux's `/proc`, where a general library would read far more than is asked (measured: 12 ms against 0.5 ms).

Every function answers None when it cannot tell, so that callers fall back to psutil.
"""

from __future__ import annotations

import contextlib
import os
import socket
import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_LISTEN = b"0A"
_TCP_LISTEN = 10
_AF_NETLINK = 16  # the name exists in Python on Linux only
_NETLINK_SOCK_DIAG = 4
_SOCK_DIAG_BY_FAMILY = 20
_REQUEST_DUMP = 0x301
_NETLINK_HEADER = 16
_NETLINK_ERROR, _NETLINK_DONE = 2, 3
_PORT_OFFSET = 20
"""Of the source port in an `inet_diag_msg`, its netlink header included."""
_INODE_OFFSET = 84


def listening_inodes() -> dict[int, set[bytes]] | None:
    """Give the inodes of all listening TCP sockets by port, of IPv4 and IPv6.

    The kernel's socket diagnostics answer for listening sockets alone (sock_diag(7), measured 0.1 ms); `/proc/net/tcp` walks the
    whole table of connections (measured 12 ms) and is asked only where the diagnostics are not there.
    """
    inodes: dict[int, set[bytes]] = {}
    try:
        for family in (socket.AF_INET, socket.AF_INET6):
            for port, inode in _diagnosed(family):
                inodes.setdefault(port, set()).add(b"%d" % inode)
    except (OSError, struct.error):
        return _listening_inodes_from_proc()
    return inodes


def _diagnosed(family: int) -> Iterator[tuple[int, int]]:
    """Ask NETLINK_SOCK_DIAG for the listening TCP sockets of a family: port and inode of each."""
    request = struct.pack("=BBBBI", family, socket.IPPROTO_TCP, 0, 0, 1 << _TCP_LISTEN) + bytes(48)
    header = struct.pack("=IHHII", _NETLINK_HEADER + len(request), _SOCK_DIAG_BY_FAMILY, _REQUEST_DUMP, 1, 0)
    with socket.socket(_AF_NETLINK, socket.SOCK_RAW, _NETLINK_SOCK_DIAG) as diagnostics:
        diagnostics.settimeout(1.0)
        diagnostics.send(header + request)
        while True:
            answer = diagnostics.recv(1 << 16)
            offset = 0
            while offset < len(answer):
                length, kind = struct.unpack_from("=IH", answer, offset)
                if kind == _NETLINK_ERROR or length < _NETLINK_HEADER:
                    raise OSError("the kernel refused socket diagnostics")
                if kind == _NETLINK_DONE:
                    return
                (port,) = struct.unpack_from(">H", answer, offset + _PORT_OFFSET)
                (inode,) = struct.unpack_from("=I", answer, offset + _INODE_OFFSET)
                yield port, inode
                offset += (length + 3) & ~3


def _listening_inodes_from_proc() -> dict[int, set[bytes]] | None:
    inodes: dict[int, set[bytes]] = {}
    for name in ("tcp", "tcp6"):
        try:
            with open(f"/proc/net/{name}", "rb") as file:  # noqa: PTH123 - a Path costs more than the reading
                for line in file:
                    fields = line.split(None, 10)
                    if len(fields) > 9 and fields[3] == _LISTEN:
                        inodes.setdefault(int(fields[1].rpartition(b":")[2], 16), set()).add(fields[9])
        except FileNotFoundError:
            continue
        except OSError:
            return None
    return inodes


def holds_inode(pid: int, inodes: set[bytes]) -> bool | None:
    """Tell whether a process has one of these sockets open."""
    wanted = {f"socket:[{inode.decode()}]" for inode in inodes}
    try:
        names = os.listdir(f"/proc/{pid}/fd")  # noqa: PTH208
    except OSError:
        return None
    for name in names:
        with contextlib.suppress(OSError):
            if os.readlink(f"/proc/{pid}/fd/{name}") in wanted:  # noqa: PTH115
                return True
    return False


def pids_by_cwd() -> dict[str, list[int]]:
    """Give the processes by the folder they work in, as far as this person may see."""
    found: dict[str, list[int]] = {}
    for name in os.listdir("/proc"):  # noqa: PTH208
        if name.isdigit():
            with contextlib.suppress(OSError):
                found.setdefault(os.readlink(f"/proc/{name}/cwd"), []).append(int(name))  # noqa: PTH115
    return found


def children_of(pid: int) -> list[int] | None:
    """Give the direct children of a process; None where the kernel does not list them."""
    children: list[int] = []
    try:
        threads = os.listdir(f"/proc/{pid}/task")  # noqa: PTH208
        for thread in threads:
            with open(f"/proc/{pid}/task/{thread}/children", "rb") as file:  # noqa: PTH123
                children += map(int, file.read().split())
    except OSError:
        return None
    return children


def start_ticks(pid: int) -> int | None:
    """Give when a process was started, in clock ticks since the boot; None when it is gone."""
    brief = brief_of(pid)
    return None if brief is None else brief[2]


def brief_of(pid: int) -> tuple[str, str, int] | None:
    """Give name, state letter and start in clock ticks since the boot (fields 2, 3 and 22 of `stat`); None when it is gone."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:  # noqa: PTH123
            # The command in parentheses may hold spaces and parentheses itself; the fields follow the last one.
            head, _, tail = file.read().rpartition(b")")
        fields = tail.split()
        return head.partition(b"(")[2].decode(errors="replace"), fields[0].decode(), int(fields[19])
    except (OSError, ValueError, IndexError):
        return None
