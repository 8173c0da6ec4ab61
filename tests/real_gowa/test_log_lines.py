"""Every line that a real GOWA prints is understood, whatever it is asked and however it is started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from gowa_desktop.domain.log_line import LogFormat
from gowa_desktop.domain.log_parser import LogParser

if TYPE_CHECKING:
    from pathlib import Path

    from gowa_desktop.domain.log_line import LogLine
    from tests.real_gowa.real_instance import RealInstance

pytestmark = pytest.mark.real_gowa
_PATHS = ("/", "/nope", "/devices", "/app/login", "/app/devices", "/app/reconnect", "/user/info?phone=abc", "/chats", "/app/logout")


def unknown(lines: list[LogLine]) -> list[str]:
    return [line.text for line in lines if line.format is LogFormat.UNKNOWN]


def parsed(raw: bytes) -> list[LogLine]:
    parser = LogParser()
    return [parser.parse_bytes(line) for line in raw.split(b"\n")]


def test_lines_of_a_running_gowa_are_known_down_to_its_last_stacks(real: RealInstance) -> None:
    real.start_with({"debug": True})
    for path in _PATHS:
        real.ask(path)
    if sys.platform != "win32":
        os.kill(real.process.pid, signal.SIGQUIT)  # Go prints all its stacks
        real.wait_for_log("goroutine ")
    lines = parsed(real.log().encode())
    assert unknown(lines) == []
    assert {LogFormat.LOGRUS, LogFormat.REQUEST, LogFormat.MARKER} <= {line.format for line in lines}
    assert [line.status for line in lines if line.format is LogFormat.REQUEST and line.status and line.status >= 400]


@pytest.mark.parametrize("mistake", ["--nope", "--port=99999", "--basic-auth=nocolon", "--db-uri=mysql://u:hush@h/x"])
def test_lines_of_a_gowa_that_refuses_to_start_are_known(real_program: Path, tmp_path: Path, mistake: str) -> None:
    done = subprocess.run([real_program, "rest", "--port=0", mistake], cwd=tmp_path, capture_output=True, timeout=30, check=False)
    assert done.returncode != 0
    lines = parsed(done.stdout + b"\n" + done.stderr)
    assert unknown(lines) == []
    assert not [line.text for line in lines if "hush" in line.text]
    assert [line for line in lines if line.level is not None and line.level.name in {"ERROR", "FATAL"}]
