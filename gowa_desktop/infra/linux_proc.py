"""Direct readings of Linux's `/proc`, where a general library would read far more than is asked (measured: 12 ms against 0.5 ms).

Every function answers None when it cannot tell, so that callers fall back to psutil.
"""

from __future__ import annotations

import contextlib
import os

_LISTEN = b"0A"


def listening_inodes() -> dict[int, set[bytes]] | None:
    """Give the inodes of all listening TCP sockets by port, of IPv4 and IPv6."""
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


def pids_with_cwd(folder: str) -> list[int]:
    """Give the processes that work in a folder, as far as this person may see."""
    found = []
    for name in os.listdir("/proc"):  # noqa: PTH208
        if name.isdigit():
            with contextlib.suppress(OSError):
                if os.readlink(f"/proc/{name}/cwd") == folder:  # noqa: PTH115
                    found.append(int(name))
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
    """Give when a process was started, in clock ticks since the boot (field 22 of `stat`); None when it is gone."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:  # noqa: PTH123
            # The command in parentheses may hold spaces and parentheses itself; the fields follow the last one.
            return int(file.read().rpartition(b")")[2].split()[19])
    except (OSError, ValueError, IndexError):
        return None
