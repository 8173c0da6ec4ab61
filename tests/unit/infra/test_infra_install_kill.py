"""Killing the program at each step of an installation: the next launch finds nothing half installed, and the next try succeeds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gowa_desktop.domain.app_settings import NO_PROXY
from gowa_desktop.infra.cancel_flag import CancelFlag
from gowa_desktop.infra.partial_files import DOWNLOADS, sweep_partial_files
from gowa_desktop.infra.release_install import ReleaseInstall
from gowa_desktop.infra.releases import ReleaseClient
from gowa_desktop.infra.version_files import list_versions, program_name, sweep_staging
from gowa_desktop.infra.web_client import WebAccess
from tests.gowa_program import build_gowa, release_zip
from tests.release_server import ReleaseServer

REPOSITORY = Path(__file__).resolve().parents[3]
TAG = "v9.2.0"


@pytest.mark.skipif(os.name != "posix", reason="copies of a process are a Unix matter")
def test_kill_before_each_thing_an_installation_does_to_the_disk_is_completed_or_undone(tmp_path: Path) -> None:
    program = build_gowa(tmp_path)
    if program is None:
        pytest.skip("there is no C compiler to build a stand-in for GOWA with")
    with ReleaseServer() as server:
        server.add(TAG, release_zip(program.read_bytes(), padding=1_000_000))
        command: list[str | Path] = [sys.executable, Path(__file__).with_name("kill_install.py"), server.address, tmp_path / "runs", TAG]
        result = subprocess.run(command, capture_output=True, check=True, cwd=REPOSITORY, env={**os.environ, "PYTHONPATH": str(REPOSITORY)})
        outcomes = json.loads(result.stdout)

        assert outcomes[-1] == 0, result.stderr.decode()
        assert len(outcomes) > 20  # so many things are done, and before each of them it was killed once
        states, left = set(), {}
        for number in range(1, len(outcomes) + 1):
            folder = tmp_path / "runs" / str(number) / "versions"
            states.add(state_of(folder))
            check_nothing_is_half(folder)
            next_launch(folder)
            left[what_is_left(folder)] = folder
        assert len(left) > 3
        for folder in left.values():  # many kills leave the same
            check_nothing_is_half(folder)
            check_next_try_succeeds(server, folder)
    assert states == {"nothing", "partial file", "staged", "installed"}


def state_of(folder: Path) -> str:
    if (folder / TAG).exists():
        return "installed"
    if list(folder.glob(".install-*")):
        return "staged"
    return "partial file" if (folder / DOWNLOADS).exists() else "nothing"


def what_is_left(folder: Path) -> tuple[tuple[str, int], ...]:
    return tuple(sorted((str(path.relative_to(folder)), path.stat().st_size) for path in folder.rglob("*")))


def check_nothing_is_half(folder: Path) -> None:
    """Whatever is listed must be whole and start."""
    for version in list_versions(folder):
        assert subprocess.run([version.path, "rest", "--help"], check=True, capture_output=True).stdout
        assert version.is_verified is True
        assert json.loads((version.path.parent / "gowa-desktop.json").read_text())["sha256"]


def next_launch(folder: Path) -> None:
    """Do what the program does when it starts."""
    sweep_staging(folder)
    sweep_partial_files(folder, {version.tag for version in list_versions(folder)}, time.time())
    if folder.exists():
        assert {path.name for path in folder.iterdir()} <= {TAG, DOWNLOADS}
        assert not ((folder / TAG).exists() and (folder / DOWNLOADS).exists())


def check_next_try_succeeds(server: ReleaseServer, folder: Path) -> None:
    if list_versions(folder):
        return
    part = next(folder.glob(f"{DOWNLOADS}/*.part"), None)
    arrived = part.stat().st_size if part else 0
    server.asked.clear()
    access, flag = WebAccess(server.address, proxy=NO_PROXY), CancelFlag()
    client = ReleaseClient(folder.parent / "releases.json")
    work = ReleaseInstall(access, folder, flag, lambda _: None, lambda: datetime.now(UTC), (0.0,))
    work.run(lambda: client.release(access, TAG, flag))
    assert [path.name for path in folder.iterdir()] == [TAG]
    assert (folder / TAG / program_name()).stat().st_mode & 0o111
    asked = [one for one in server.asked if one.path.endswith(".zip")]
    if arrived:
        assert [one.headers.get("Range") for one in asked] in ([], [f"bytes={arrived}-"])
