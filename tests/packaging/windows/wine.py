"""A Windows of our own: a Wine prefix in a cache folder, in which programs are run one at a time.

Only programs that this module started are ever ended, by their process group.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from typing import TYPE_CHECKING

from tests.packaging.report import StepError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_DESKTOP_SIZE = "1280x900x24"
_HANDED_OVER = ("PATH", "HOME", "TMPDIR")
_OVERRIDES = "mscms=n;winemenubuilder.exe=d;mscoree,mshtml="
"""Our mscms instead of Wine's, no entries in the menu of this desktop, no question for packages that nobody needs."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a program ended: its exit code and all that it wrote, standard error included."""

    code: int
    output: str


class Wine:
    """A prefix and the virtual display that its programs draw on. Use it as a context manager."""

    def __init__(self, prefix: Path, overrides: str = _OVERRIDES) -> None:
        self.prefix = prefix
        self._overrides = overrides
        self._display: subprocess.Popen[str] | None = None
        self._manager: subprocess.Popen[bytes] | None = None
        self._name = ""

    def __enter__(self) -> Wine:
        read, write = os.pipe()
        command = ["Xvfb", "-displayfd", str(write), "-screen", "0", _DESKTOP_SIZE, "-nolisten", "tcp"]
        self._display = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL, text=True)
        os.close(write)
        with os.fdopen(read) as names:
            self._name = f":{names.readline().strip()}"
        if shutil.which("openbox"):
            self._manager = subprocess.Popen(["openbox"], env=self.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if not (self.prefix / "system.reg").is_file():
            self._make_prefix()
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError, subprocess.TimeoutExpired):
            subprocess.run(["wineserver", "--kill"], env=self.environment(), timeout=60, check=False)
        for process in (self._manager, self._display):
            if process is not None:
                process.terminate()
                process.wait()

    @property
    def display(self) -> str:
        """The X display of the programs."""
        return self._name

    def environment(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """Give what programs see; nothing of this Python's own environment gets through."""
        kept = {name: os.environ[name] for name in _HANDED_OVER if name in os.environ}
        return {
            **kept, "DISPLAY": self._name, "WINEPREFIX": str(self.prefix), "WINEARCH": "win64", "WINEDEBUG": "-all",
            "LC_ALL": "C.UTF-8",
            "WINEDLLOVERRIDES": self._overrides, **(more or {}),
        }  # fmt: skip

    def run(
        self, command: Sequence[str | Path], *, timeout_s: float = 120, more: Mapping[str, str] | None = None, folder: Path | None = None
    ) -> Ended:
        """Run a program to its end. What it starts in turn and leaves behind goes on.

        Raises:
            StepError: it takes too long; it has been ended.
        """
        # Without a real file as standard input and a pipe as output, Windows' Python finds invalid handles and ends.
        process = subprocess.Popen(
            ["wine", *map(str, command)],
            env=self.environment(more), cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip
        collected = self.prefix.parent / f"output-{process.pid}"
        assert process.stdout is not None
        # A child that outlives the program holds the pipe open, so the end of the program counts, not that of the pipe.
        with collected.open("wb") as sink:
            copier = subprocess.Popen(["cat"], stdin=process.stdout, stdout=sink, start_new_session=True)
        process.stdout.close()
        try:
            code = process.wait(timeout_s)
            with contextlib.suppress(subprocess.TimeoutExpired):
                copier.wait(2)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            text = _decoded(collected.read_bytes())[-800:]
            raise StepError(f"{Path(str(command[0])).name} did not end within {timeout_s:.0f} s; it wrote: {text.strip()}") from None
        finally:
            if copier.poll() is None:
                copier.terminate()
            copier.wait()
            output = _decoded(collected.read_bytes()).replace("\r\n", "\n")
            collected.unlink()
        return Ended(code, output)

    @contextlib.contextmanager
    def started(self, command: Sequence[str | Path], log: Path, more: Mapping[str, str] | None = None) -> Iterator[subprocess.Popen[bytes]]:
        """Run a program beside; it is ended with the block when it has not ended by then."""
        # Through a pipe, as in `run`: with a file as output, a Windows Python among its children does not even begin.
        process = subprocess.Popen(
            ["wine", *map(str, command)],
            env=self.environment(more), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        assert process.stdout is not None
        with log.open("wb") as sink:
            copier = subprocess.Popen(["cat"], stdin=process.stdout, stdout=sink, start_new_session=True)
        process.stdout.close()
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
                try:
                    process.wait(20)
                except subprocess.TimeoutExpired:
                    os.killpg(process.pid, signal.SIGKILL)
                    process.wait()
            copier.terminate()
            copier.wait()

    def path(self, windows_path: str) -> Path:
        """Give the place on this disk of a path such as `C:\\users`."""
        parts = PureWindowsPath(windows_path).parts
        return self.prefix.joinpath("drive_" + parts[0][0].lower(), *parts[1:])

    def registry(self, key: str) -> dict[str, str] | None:
        """Read the values of a registry key, the default one under an empty name; None when there is no such key."""
        ended = self.run(["reg", "query", key])
        if ended.code != 0:
            return None
        values = {}
        for line in ended.output.splitlines():
            parts = line.strip().split("    ", 2)
            if len(parts) >= 2 and parts[1].startswith("REG_"):
                values["" if parts[0] == "(Default)" else parts[0]] = parts[2] if len(parts) > 2 else ""
        return values

    def screenshot(self, file: Path) -> None:
        """Save a picture of the whole desktop."""
        file.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["import", "-window", "root", str(file)], env=self.environment(), timeout=60, check=True)

    def processes(self, name: str, below: str = "") -> list[int]:
        """Give the processes of this prefix whose program file has this name and lies in a folder of that one, by their numbers on Linux."""
        found = []
        for folder in Path("/proc").iterdir():
            if not folder.name.isdigit():
                continue
            with contextlib.suppress(OSError):
                words = (folder / "cmdline").read_bytes().split(b"\0")
                *folders, program = words[0].decode("utf-8", "replace").replace("\\", "/").split("/")
                is_ours = f"WINEPREFIX={self.prefix}".encode() in (folder / "environ").read_bytes().split(b"\0")
                if is_ours and program.casefold() == name.casefold() and (not below or below in folders):
                    found.append(int(folder.name))
        return sorted(found)

    def _make_prefix(self) -> None:
        self.prefix.mkdir(parents=True, exist_ok=True)
        self.run(["wineboot", "--init"], timeout_s=300)
        # Wine 8 claims to be Windows 7, on which neither Python 3.11 nor Qt 6 run.
        self.run(["winecfg", "-v", "win10"])


def _decoded(output: bytes) -> str:
    """Read what a program wrote: ours write UTF-8, Windows' own the character set of old consoles."""
    try:
        return output.decode("utf-8")
    except UnicodeDecodeError:
        return output.decode("cp437")


def missing_tools() -> list[str]:
    """Name the programs that are needed here and not installed, by Debian's packages."""
    if sys.platform != "linux":
        return ["Linux"]
    needed = {
        "wine": "wine wine64", "makensis": "nsis", "x86_64-w64-mingw32-gcc": "gcc-mingw-w64-x86-64-win32", "gendef": "mingw-w64-tools",
        "Xvfb": "xvfb", "xdotool": "xdotool", "import": "imagemagick", "openbox": "openbox",
    }  # fmt: skip
    return [package for program, package in needed.items() if shutil.which(program) is None]
