"""A program that installs a release and is killed at the n-th thing it does to the disk; run by the tests, once for each n.

It imports everything first and then makes a copy of itself for each n, so that a hundred kills take seconds. Unix only.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

import httpx  # noqa: F401 - imported before the copies are made

from gowa_desktop.domain.app_settings import NO_PROXY
from gowa_desktop.infra.cancel_flag import CancelFlag
from gowa_desktop.infra.release_install import ReleaseInstall
from gowa_desktop.infra.releases import ReleaseClient
from gowa_desktop.infra.web_client import WebAccess

assert sys.platform != "win32"

_WATCHED = {"open", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.truncate", "subprocess.Popen", "os.chmod", "os.listdir"}


class _Killer:
    """Ends the process, as `kill -9` does, before the n-th thing that it does below a folder."""

    def __init__(self, folder: Path, number: int) -> None:
        self._prefix = os.fspath(folder)
        self._left = number

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        if event in _WATCHED and any(str(argument).startswith(self._prefix) for argument in arguments[:2]):
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


def install(address: str, folder: Path, tag: str) -> None:
    """Install as the program does."""
    access, flag = WebAccess(address, proxy=NO_PROXY), CancelFlag()
    client = ReleaseClient(folder.parent / "releases.json")
    work = ReleaseInstall(access, folder, flag, lambda _: None, lambda: datetime.now(UTC), (0.0, 0.0))
    work.run(lambda: client.release(access, tag, flag))


def main(address: str, root: Path, tag: str) -> None:
    """Kill at the first, second, third ... thing until one comes through; each has a folder of its own."""
    outcomes: list[int] = []
    while True:
        number = len(outcomes) + 1
        folder = root / str(number) / "versions"
        child = os.fork()
        if child == 0:
            sys.addaudithook(_Killer(folder, number))
            code = 1
            try:
                install(address, folder, tag)
                code = 0
            finally:
                os._exit(code)
        _, status = os.waitpid(child, 0)
        outcomes.append(status)
        if not os.WIFSIGNALED(status):
            break
    print(json.dumps(outcomes))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
