"""The kernel's socket diagnostics and `/proc/net/tcp` tell the same."""

from __future__ import annotations

import os
import socket
import sys

import pytest

from gowa_desktop.infra import linux_proc

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="/proc and netlink are Linux's")


@pytest.mark.parametrize(("family", "address"), [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")])
def test_both_ways_find_a_listening_socket_and_its_process(family: socket.AddressFamily, address: str) -> None:
    with socket.create_server((address, 0), family=family) as server:
        port = server.getsockname()[1]
        inode = {b"%d" % os.fstat(server.fileno()).st_ino}

        diagnosed = linux_proc.listening_inodes()
        read = linux_proc._listening_inodes_from_proc()

        assert diagnosed is not None
        assert read is not None
        assert diagnosed[port] == inode
        assert read[port] == inode
        assert linux_proc.holds_inode(os.getpid(), inode)


def test_a_connection_is_no_listener() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        port = client.getsockname()[1]

        found = linux_proc.listening_inodes()

        assert found is not None
        assert port not in found


def test_without_diagnostics_the_table_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linux_proc, "_NETLINK_SOCK_DIAG", 31)  # a family that no kernel has
    with socket.create_server(("127.0.0.1", 0)) as server:
        found = linux_proc.listening_inodes()

        assert found is not None
        assert server.getsockname()[1] in found
