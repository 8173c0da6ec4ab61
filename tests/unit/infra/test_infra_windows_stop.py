"""The helper that stops GOWA on Windows: its rules anywhere, the real console on Windows only."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from gowa_desktop.infra import windows_stop
from gowa_desktop.infra.windows_stop import helper_command, send_ctrl_c

if TYPE_CHECKING:
    from pathlib import Path


@dataclass
class RecordedConsole:
    pids: list[int]
    attaches: bool = True
    sends: bool = True
    calls: list[str] = field(default_factory=list)

    def free_console(self) -> int:
        self.calls.append("free")
        return 1

    def attach_console(self, pid: int) -> int:
        self.calls.append(f"attach {pid}")
        return int(self.attaches)

    def console_pids(self) -> list[int]:
        return self.pids

    def ignore_ctrl_c(self) -> int:
        self.calls.append("ignore")
        return 1

    def send_ctrl_c(self) -> int:
        self.calls.append("send")
        return int(self.sends)


def test_helper_leaves_its_console_joins_gowas_and_is_deaf_before_it_sends() -> None:
    console = RecordedConsole([77, 99])

    assert send_ctrl_c(77, 5, console, settle_s=0) == 0

    assert console.calls == ["free", "attach 77", "ignore", "send", "free"]


def test_helper_sends_nothing_on_a_console_that_the_program_shares() -> None:
    console = RecordedConsole([77, 5])

    assert send_ctrl_c(77, 5, console, settle_s=0) == windows_stop.SHARED_CONSOLE

    assert "send" not in console.calls
    assert console.calls[-1] == "free"


def test_helper_says_when_the_process_is_gone() -> None:
    console = RecordedConsole([], attaches=False)

    assert send_ctrl_c(77, 5, console, settle_s=0) == windows_stop.NOT_ATTACHED
    assert "send" not in console.calls


def test_helper_says_when_the_system_refuses() -> None:
    assert send_ctrl_c(77, 5, RecordedConsole([77], sends=False), settle_s=0) == windows_stop.NOT_SENT


def test_command_is_this_program_with_a_hidden_argument() -> None:
    assert helper_command(77, 5, "python.exe") == ["python.exe", "-m", "gowa_desktop", "--send-ctrl-c", "77", "5"]
    assert helper_command(77, 5, "gowa.exe", is_frozen=True) == ["gowa.exe", "--send-ctrl-c", "77", "5"]


@pytest.mark.skipif(sys.platform != "win32", reason="the console of Windows exists on Windows only")
def test_real_console_child_ends_by_ctrl_c_and_this_program_does_not(tmp_path: Path) -> None:
    script = tmp_path / "child.py"
    script.write_text(
        textwrap.dedent(
            """
            import time
            try:
                print("ready", flush=True)
                time.sleep(60)
            except KeyboardInterrupt:
                raise SystemExit(42)
            """
        )
    )
    flags = getattr(subprocess, "CREATE_NO_WINDOW", 0)
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True, creationflags=flags) as child:
        assert child.stdout is not None
        assert child.stdout.readline().strip() == "ready"
        assert windows_stop.start_helper(child.pid, os.getpid())
        assert child.wait(30) == 42
