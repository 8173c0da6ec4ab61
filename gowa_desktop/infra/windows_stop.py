"""The polite stop on Windows: Ctrl-C, sent by a short-lived helper that joins the hidden console of GOWA.

A program without a console gives each console child a hidden one of its own. Console signals reach everybody on a console and
whoever sends must be attached to it, so this program cannot send them itself: it starts itself once more with a hidden
argument. Go turns Ctrl-C into an interrupt, at which GOWA v8.8.0 and later drains and ends with 0.

Proved by a test that runs on Windows only; unproved elsewhere.
"""

from __future__ import annotations

import ctypes
import subprocess
import sys
import time
from typing import Protocol

HELPER_ARGUMENT = "--send-ctrl-c"
_CTRL_C_EVENT = 0
_MOST_PROCESSES = 64
_SETTLE_S = 0.2

NOT_ATTACHED = 1
SHARED_CONSOLE = 2
NOT_SENT = 3


class ConsoleCalls(Protocol):
    """The five calls of Windows' console interface that are needed; each answers 0 on failure, as the system does."""

    def free_console(self) -> int:
        """Leave the present console."""
        ...

    def attach_console(self, pid: int) -> int:
        """Join the console of another process."""
        ...

    def console_pids(self) -> list[int]:
        """List the processes on the present console."""
        ...

    def ignore_ctrl_c(self) -> int:
        """Be deaf to Ctrl-C oneself."""
        ...

    def send_ctrl_c(self) -> int:
        """Send Ctrl-C to everybody on the present console."""
        ...


class WindowsConsole:
    """The real calls, from kernel32."""

    def __init__(self) -> None:
        self._kernel = getattr(ctypes, "windll").kernel32  # noqa: B009 - exists on Windows only

    def free_console(self) -> int:
        """Leave the present console."""
        return int(self._kernel.FreeConsole())

    def attach_console(self, pid: int) -> int:
        """Join the console of another process."""
        return int(self._kernel.AttachConsole(pid))

    def console_pids(self) -> list[int]:
        """List the processes on the present console."""
        pids = (ctypes.c_uint32 * _MOST_PROCESSES)()
        count = int(self._kernel.GetConsoleProcessList(pids, _MOST_PROCESSES))
        return list(pids)[: min(count, _MOST_PROCESSES)]

    def ignore_ctrl_c(self) -> int:
        """Be deaf to Ctrl-C oneself."""
        return int(self._kernel.SetConsoleCtrlHandler(None, 1))

    def send_ctrl_c(self) -> int:
        """Send Ctrl-C to everybody on the present console."""
        return int(self._kernel.GenerateConsoleCtrlEvent(_CTRL_C_EVENT, 0))


def send_ctrl_c(pid: int, spared_pid: int, calls: ConsoleCalls, settle_s: float = _SETTLE_S) -> int:
    """Send Ctrl-C to the console of a process; the helper's exit code is the answer, 0 when it was sent.

    Args:
        pid: the process to stop.
        spared_pid: the program that asks. Were it on the same console, Ctrl-C would end it too, so nothing is sent then.
        calls: the console interface.
        settle_s: how long to stay attached, so that the signal is delivered before the console loses its sender.
    """
    calls.free_console()
    if not calls.attach_console(pid):
        return NOT_ATTACHED
    try:
        if spared_pid in calls.console_pids():
            return SHARED_CONSOLE
        calls.ignore_ctrl_c()
        if not calls.send_ctrl_c():
            return NOT_SENT
        time.sleep(settle_s)
    finally:
        calls.free_console()
    return 0


def helper_command(pid: int, own_pid: int, executable: str = sys.executable, *, is_frozen: bool = False) -> list[str]:
    """Give the command of the helper for one process."""
    program = [executable] if is_frozen else [executable, "-m", "gowa_desktop"]
    return [*program, HELPER_ARGUMENT, str(pid), str(own_pid)]


def start_helper(pid: int, own_pid: int) -> bool:
    """Start the helper and go on; many may run at once. False when it cannot be started."""
    command = helper_command(pid, own_pid, is_frozen=bool(getattr(sys, "frozen", False)))
    flags = getattr(subprocess, "CREATE_NO_WINDOW", 0)
    try:
        helper = subprocess.Popen(  # noqa: SIM115, S603, RUF100
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, creationflags=flags
        )
    except OSError:
        return False
    # Nobody waits for it; without this Python would warn about a child left running.
    helper.returncode = 0
    return True
