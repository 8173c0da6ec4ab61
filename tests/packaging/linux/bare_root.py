"""BareRoot: a Debian of its own in a folder, with nothing but what every Debian has: no Python, no Qt, no display."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from typing import TYPE_CHECKING, Self

from tests.packaging.report import StepError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from types import TracebackType

SUITE = "bookworm"
PERSON = "1000:1000"
HOME = "/home/person"
_MOST_S = 550
_NOTHING: Mapping[str, str] = {}


def problem() -> str:
    """Say why there can be none here; empty when there can."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return "A Debian of its own in a folder needs root: start this as root, for example with sudo."
    if shutil.which("debootstrap") is None:
        return "debootstrap is missing: install it (Debian: apt-get install debootstrap) and try again."
    return ""


class BareRoot:
    """Owns the folder and what is mounted in it. Use it as a context manager; the folder goes at the end."""

    def __init__(self, cache: Path, name: str) -> None:
        self._cache = cache
        self.folder = cache / name

    def __enter__(self) -> Self:
        self._clear()
        archive = self._archive()
        self.folder.mkdir(parents=True)
        subprocess.run(["tar", "-xf", archive, "-C", self.folder], check=True)
        shutil.copy("/etc/resolv.conf", self.folder / "etc" / "resolv.conf")
        # Nothing of the host is mounted in it, so nothing of the host can go with it; the display is reached by its abstract socket.
        subprocess.run(["mount", "-t", "proc", "proc", self.folder / "proc"], check=True)
        (self.folder / HOME[1:]).mkdir(parents=True)
        os.chown(self.folder / HOME[1:], 1000, 1000)
        with (self.folder / "etc" / "passwd").open("a", encoding="utf-8") as file:
            file.write(f"person:x:1000:1000::{HOME}:/bin/sh\n")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for pid in self.processes():
            with contextlib.suppress(OSError):
                os.kill(pid, 9)
        self._clear()

    def run(self, *command: str, as_person: bool = False, must_succeed: bool = True, environment: Mapping[str, str] = _NOTHING) -> str:
        """Run a command inside and give what it wrote.

        Raises:
            StepError: it failed or took too long.
        """
        try:
            ended = subprocess.run(
                self._inside(command, as_person), env=self._environment(as_person, environment), stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", timeout=_MOST_S, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise StepError(f"{command[0]} takes longer than {_MOST_S} s.") from None
        if must_succeed and ended.returncode != 0:
            raise StepError(f"{' '.join(command)} ended with {ended.returncode}: {ended.stdout.strip()[-900:]}")
        return ended.stdout

    def start(self, *command: str, environment: Mapping[str, str] = _NOTHING) -> subprocess.Popen[bytes]:
        """Start a program of the person's inside, in a session of its own."""
        return subprocess.Popen(
            self._inside(command, as_person=True), env=self._environment(True, environment), stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip

    def processes(self, words: str = "") -> list[int]:
        """List what runs inside, by pid; with `words` only those whose command line has them."""
        found = []
        for entry in filter(str.isdigit, os.listdir("/proc")):  # noqa: PTH208 - thousands of Path objects for nothing
            with contextlib.suppress(OSError):
                line = open(f"/proc/{entry}/cmdline", "rb").read().replace(b"\0", b" ").decode(errors="replace")  # noqa: PTH123, SIM115
                if os.readlink(f"/proc/{entry}/root") == str(self.folder) and words in line:  # noqa: PTH115
                    found.append(int(entry))
        return sorted(found)

    def _inside(self, command: Sequence[str], as_person: bool) -> list[str]:
        return [shutil.which("chroot") or "/usr/sbin/chroot", *([f"--userspec={PERSON}"] if as_person else []), str(self.folder), *command]

    @staticmethod
    def _environment(as_person: bool, more: Mapping[str, str]) -> dict[str, str]:
        home = HOME if as_person else "/root"
        return {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": home, "LC_ALL": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive", **more}

    def _archive(self) -> Path:
        """Give the packed root, made once; a root that is half made is none."""
        archive = self._cache / f"{SUITE}.tar"
        if not archive.exists():
            fresh = self._cache / f"{SUITE}.new"
            shutil.rmtree(fresh, ignore_errors=True)
            subprocess.run(["debootstrap", "--variant=minbase", SUITE, fresh], check=True, stdout=subprocess.DEVNULL)
            subprocess.run(["tar", "-C", fresh, "-cf", f"{archive}.new", "."], check=True)
            os.replace(f"{archive}.new", archive)  # noqa: PTH105
            shutil.rmtree(fresh)
        return archive

    def _clear(self) -> None:
        if os.path.ismount(self.folder / "proc"):
            subprocess.run(["umount", "--lazy", self.folder / "proc"], check=True)
        if self.folder.exists():
            subprocess.run(["rm", "-rf", "--one-file-system", self.folder], check=True)
