"""`gowa-desktop versions ...` with the real program and a release server: bring, call off, kill, go on, remove."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

from gowa_desktop.bootstrap import build
from gowa_desktop.domain.app_settings import NO_PROXY, PROXY, RELEASE_ADDRESS
from gowa_desktop.domain.errors import NotRunningError
from gowa_desktop.infra.version_files import program_name
from gowa_desktop.services.commands.command_client import CommandClient
from gowa_desktop.services.commands.command_protocol import Request, Verb
from tests.gowa_program import build_gowa, release_zip
from tests.release_server import Asked, ReleaseServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from PySide6.QtCore import QCoreApplication

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="ends programs with the signals of Unix")

TAG = "v9.2.0"
KILL = signal.Signals(9)  # Windows has no name for it


class Program:
    """The program without a window on a data directory whose releases come from a server of the test."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.process: subprocess.Popen[bytes] | None = None

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "gowa_desktop", "--data-dir", str(self.data_dir), *words]

    def begin(self) -> None:
        self.process = subprocess.Popen(self.command("--no-window"), stderr=subprocess.DEVNULL)
        wait_for(self._answers)

    def _answers(self) -> bool:
        try:
            with CommandClient.connect(self.data_dir) as client:
                client.ask(Request(Verb.VERSIONS, {}), lambda _: None, 10)
        except NotRunningError:
            return False
        return True

    def __call__(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(self.command(*words), capture_output=True, text=True, encoding="utf-8", timeout=60, check=False)

    @contextlib.contextmanager
    def later(self, *words: str) -> Iterator[subprocess.Popen[str]]:
        """Begin a command and go on."""
        with subprocess.Popen(self.command(*words), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, encoding="utf-8") as begun:
            try:
                yield begun
            finally:
                begun.kill()

    def end(self, number: signal.Signals = signal.SIGTERM) -> None:
        if self.process is not None:
            self.process.send_signal(number)
            self.process.wait(30)
            self.process = None

    @property
    def versions(self) -> Path:
        return self.data_dir / "bin" / "versions"

    def part_bytes(self) -> int:
        return sum(path.stat().st_size for path in self.versions.glob(".downloads/*.part"))


def asked(server: ReleaseServer, part: str) -> list[Asked]:
    """Give the requests for some paths; the program asks for its dashboard, too."""
    return [one for one in server.asked if part in one.path]


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    program = build_gowa(tmp_path_factory.mktemp("program"))
    if program is None:
        pytest.skip("there is no C compiler to build a stand-in for GOWA with")
    return release_zip(program.read_bytes(), padding=2_000_000)


@pytest.fixture
def server() -> Iterator[ReleaseServer]:
    with ReleaseServer() as server:
        yield server


@pytest.fixture
def program(server: ReleaseServer, data_dir: Path, qapp: QCoreApplication) -> Iterator[Program]:
    services = build(data_dir)
    services.settings.set(RELEASE_ADDRESS, server.address)
    services.settings.set(PROXY, NO_PROXY)
    services.close()
    program = Program(data_dir)
    program.begin()
    yield program
    program.end()


def test_versions_are_listed_installed_and_removed(program: Program, server: ReleaseServer, good: bytes) -> None:
    server.add("v9.1.0", good)
    server.add(TAG, good)
    server.add("v9.3.0-rc.1", good, is_prerelease=True)

    listed = program("versions", "available")
    assert listed.returncode == 0, listed.stderr
    assert [line.split()[0] for line in listed.stdout.splitlines()[1:3]] == [TAG, "v9.1.0"]
    assert "v9.3.0-rc.1" not in listed.stdout
    assert "v9.3.0-rc.1  " in program("versions", "available", "--pre").stdout
    assert len(server.paths("?per_page")) == 1
    assert program("versions", "available", "--refresh").returncode == 0
    installed = program("versions", "install", "latest")
    assert [one.status for one in asked(server, "?per_page")] == [200, 304, 304]  # what is latest is asked anew, for nothing
    assert (installed.returncode, installed.stdout) == (0, f"GOWA {TAG} is installed and equal to its published checksum.\n")
    assert "Downloading, " in installed.stderr
    assert "Trying it out" in installed.stderr
    as_json = program("versions", "install", "v9.1.0", "--json")
    assert json.loads(as_json.stdout)["is_verified"] is True
    assert as_json.stderr == ""

    program("create", "shop", "--gowa", "v9.1.0")
    refused = program("versions", "remove", "v9.1.0")
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "is used by shop" in refused.stderr
    assert program("versions", "clean", "--keep", "1").stdout == "There is nothing to remove.\n"
    assert program("versions", "remove", TAG).stdout == f"Removed GOWA {TAG}.\n"
    rows = json.loads(program("versions", "list", "--json").stdout)
    assert [(row["tag"], row["used_by"]) for row in rows] == [("v9.1.0", ["shop"]), ("simulator", [])]

    program.end()
    offline = program("versions", "available")
    assert (offline.returncode, TAG in offline.stdout) == (0, True)
    assert program("versions", "available", "--refresh").returncode == 3


def test_available_before_anything_is_known_and_without_a_program(data_dir: Path, qapp: QCoreApplication) -> None:
    build(data_dir).close()

    outcome = Program(data_dir)("versions", "available")

    assert outcome.returncode == 0
    assert "versions available --refresh" in outcome.stdout


def test_faults_are_a_sentence_and_end_with_1(program: Program, server: ReleaseServer, good: bytes) -> None:
    server.add(TAG, good, wrong_checksums=True)
    server.limited_until = int(time.time()) + 900

    limited = program("versions", "available", "--refresh")
    assert (limited.returncode, limited.stderr.count("\n")) == (1, 1)
    assert "answers no more questions from this connection until" in limited.stderr
    server.limited_until = None
    wrong = program("versions", "install", TAG)
    assert wrong.returncode == 1
    assert "SHA-256 checksum differs" in wrong.stderr.splitlines()[-1]
    missing = program("versions", "install", "v1.2.3")
    assert "There is no release v1.2.3" in missing.stderr
    assert list(program.versions.glob("*")) == []


def test_ctrl_c_calls_an_installation_off_and_the_next_one_goes_on(program: Program, server: ReleaseServer, good: bytes) -> None:
    served = server.add(TAG, good)
    served.gate = threading.Event()
    with program.later("versions", "install", TAG) as installing:
        wait_for(lambda: program.part_bytes() > 500_000)
        with program.later("versions", "install", TAG) as other:  # joins what is under way, so its end is nobody else's
            assert other.stderr is not None
            assert "Downloading" in other.stderr.readline()
            other.send_signal(signal.SIGINT)
            assert other.wait(30) == 130
        assert installing.poll() is None

        installing.send_signal(signal.SIGINT)

        _, errors = installing.communicate(timeout=30)
        assert installing.returncode == 130
        assert "Traceback" not in errors
    served.gate.set()
    wait_for(lambda: program("versions", "install", TAG).returncode == 0)  # the first may still meet the end of the other
    assert int(asked(server, ".zip")[-1].headers["Range"].removeprefix("bytes=").removesuffix("-")) > 500_000


def test_kill_during_a_download_is_gone_on_with_after_the_next_launch(program: Program, server: ReleaseServer, good: bytes) -> None:
    served = server.add(TAG, good)
    served.gate = threading.Event()
    with program.later("versions", "install", TAG) as installing:
        wait_for(lambda: program.part_bytes() > 500_000)

        program.end(KILL)

        assert "ended before it answered" in installing.communicate(timeout=30)[1]
        assert installing.returncode == 1
    assert program.part_bytes() > 500_000
    served.gate.set()
    program.begin()
    assert TAG not in program("versions", "list").stdout
    assert program("versions", "install", TAG).returncode == 0
    assert [one.status for one in asked(server, ".zip")] == [200, 206]
    assert [path.name for path in program.versions.iterdir()] == [TAG]


def test_kills_at_random_moments_leave_nothing_half_installed(program: Program, server: ReleaseServer, good: bytes) -> None:
    served = server.add(TAG, good)
    served.bytes_per_s = 8_000_000
    chance = random.Random(5)
    for _ in range(2):
        with program.later("versions", "install", TAG):
            wait_for(lambda: bool(asked(server, "/download/")))
            time.sleep(chance.uniform(0.0, 0.35))
            program.end(KILL)
        server.asked.clear()

        program.begin()

        names = {path.name for path in program.versions.iterdir()}
        assert names in (set(), {".downloads"}, {TAG})
        if TAG in names:
            subprocess.run([program.versions / TAG / program_name(), "rest", "--help"], check=True, capture_output=True)
            assert program("versions", "remove", TAG).returncode == 0
    served.bytes_per_s = None
    assert program("versions", "install", TAG).returncode == 0
    assert os.access(program.versions / TAG / program_name(), os.X_OK)
