"""VirtualDesktop: an X server, a session bus and empty folders, all private to one test, and what runs in it."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, Self

import pytest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

ROOT = Path(__file__).resolve().parents[2]
NEEDED = {"Xvfb": "xvfb", "dbus-daemon": "dbus", "xwininfo": "x11-utils"}
"""The programs of a virtual desktop, and Debian's package for each."""
QT_LIBRARY = "libxcb-cursor.so.0"
"""The last library that Qt's platform plugin for X11 came to need; few systems have it without having all."""
A11Y_SERVICE = Path("/usr/share/dbus-1/services/org.a11y.Bus.service")
"""Comes with at-spi2-core; lets the session bus start the bus of assistive tools when it is first asked for."""

_BUS_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <keep_umask/>
  <listen>unix:dir={folder}</listen>
  <servicedir>{services}</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""
_FOREIGN = ("DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "SESSION_MANAGER", "AT_SPI_BUS_ADDRESS", "DBUS_SESSION_BUS_ADDRESS", "DESKTOP_SESSION")
_END_S = 10


REQUIRED_VARIABLE = "GOWA_DESKTOP_TESTS"
"""Set to `all` where no test may be left out for want of a tool, as on the machines that check every change."""


def go_without(reason: str, environment: Mapping[str, str] = os.environ) -> NoReturn:
    """Skip the test because the system lacks something, or fail it where nothing may be left out."""
    if environment.get(REQUIRED_VARIABLE) == "all" and sys.platform == "linux":
        pytest.fail(f"{reason}; `python3 installers/bootstrap.py desktop` tells how to get it")
    pytest.skip(reason)


def missing() -> str:
    """Say why there can be no virtual desktop here; empty when there can."""
    if sys.platform != "linux":
        return "a virtual desktop is made of Xvfb and dbus-daemon, which Linux has"
    absent = [f"{program} (package {package})" for program, package in NEEDED.items() if shutil.which(program) is None]
    try:
        ctypes.CDLL(QT_LIBRARY)
    except OSError:
        absent.append(f"{QT_LIBRARY} and what else Qt needs to open windows")
    return f"a virtual desktop needs {' and '.join(absent)}" if absent else ""


class VirtualDesktop:
    """Owns the processes of one desktop and of all that is started in it; they end with it. Use it as a context manager.

    `scale` is Qt's scale factor, `size` the screen's in pixels. With `has_access` the programs in it speak to assistive tools, whose bus
    is begun on demand (see `A11Y_SERVICE`).
    """

    def __init__(self, *, size: tuple[int, int] = (1280, 900), scale: int = 1, has_access: bool = False) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="gowa-desktop-"))
        self._size = size
        self._scale = scale
        self._has_access = has_access
        self._processes: list[subprocess.Popen[bytes]] = []
        self.environment: dict[str, str] = {}
        """What programs in this desktop are started with."""

    def __enter__(self) -> Self:
        try:
            self._begin()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._end()

    @property
    def bus_address(self) -> str:
        """Address of the session bus."""
        return self.environment["DBUS_SESSION_BUS_ADDRESS"]

    def start(
        self, command: Sequence[str], *, output: Path | None = None, environment: Mapping[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        """Start a program in this desktop; it is ended with it at the latest."""
        with (output or Path(os.devnull)).open("ab") as stream:
            process = subprocess.Popen(
                command, env={**self.environment, **(environment or {})}, stdin=subprocess.DEVNULL, stdout=stream,
                stderr=subprocess.STDOUT, cwd=ROOT, start_new_session=True,
            )  # fmt: skip
        self._processes.append(process)
        return process

    def start_window_manager(self) -> bool:
        """Start a window manager, where one is installed; without it no window is ever active or minimised."""
        name = next(filter(shutil.which, ("openbox", "metacity", "xfwm4")), None)
        if name is not None:
            self.start([name])
        return name is not None

    def has_window(self, title: str) -> bool:
        """Tell whether a window with these words in its title is shown."""
        numbers = [line.split()[0] for line in self._window_facts("-root", "-tree").splitlines() if title in line]
        return any("IsViewable" in self._window_facts("-id", number) for number in numbers)

    def _window_facts(self, *words: str) -> str:
        command = ["xwininfo", *words]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=_END_S, check=False).stdout

    def _begin(self) -> None:
        for name in ("home", "run", "config", "data", "cache", "services"):
            (self.folder / name).mkdir(mode=0o700)
        if A11Y_SERVICE.exists():
            (self.folder / "services" / A11Y_SERVICE.name).symlink_to(A11Y_SERVICE)
        self.environment = {
            **{key: value for key, value in os.environ.items() if key not in _FOREIGN and not key.startswith(("QT_", "XDG_"))},
            "HOME": str(self.folder / "home"),
            "XDG_RUNTIME_DIR": str(self.folder / "run"),
            "XDG_CONFIG_HOME": str(self.folder / "config"),
            "XDG_DATA_HOME": str(self.folder / "data"),
            "XDG_CACHE_HOME": str(self.folder / "cache"),
            "QT_QPA_PLATFORM": "xcb",
            "QT_SCALE_FACTOR": str(self._scale),
            "GOWA_DESKTOP_THEME": "light",
            "LC_ALL": "C.UTF-8",
            "PYTHONPATH": str(ROOT),
            # The X server of a virtual display has no graphics card to find.
            "LIBGL_ALWAYS_SOFTWARE": "1",
        }
        if self._has_access:
            self.environment["QT_LINUX_ACCESSIBILITY_ALWAYS_ON"] = "1"
        self.environment["DISPLAY"] = f":{self._begin_display()}"
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = self._begin_bus()

    def _begin_display(self) -> str:
        width, height = self._size
        # The server takes the first number that is free, and tells it when it listens.
        return self._answer_of("Xvfb", "-displayfd", "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp", "-noreset")

    def _begin_bus(self) -> str:
        config = self.folder / "bus.conf"
        config.write_text(_BUS_CONFIG.format(folder=self.folder / "run", services=self.folder / "services"), "utf-8")
        return self._answer_of("dbus-daemon", "--print-address", f"--config-file={config}", "--nofork", "--nopidfile")

    def _answer_of(self, program: str, option: str, *words: str) -> str:
        """Start a server that tells its address through a file descriptor as soon as it can be used."""
        reading, writing = os.pipe()
        # `-displayfd 5` and `--print-address=5` mean the same.
        told = [f"{option}={writing}"] if option.startswith("--") else [option, str(writing)]
        with (self.folder / f"{program}.log").open("ab") as log:
            process = subprocess.Popen(
                [program, *told, *words], env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, pass_fds=(writing,),
                start_new_session=True,
            )  # fmt: skip
        self._processes.append(process)
        os.close(writing)
        with os.fdopen(reading, encoding="utf-8") as stream:
            answer = stream.readline().strip()
        if not answer:
            log_text = (self.folder / f"{program}.log").read_text("utf-8", "replace")
            raise RuntimeError(f"{program} did not begin: {log_text[-500:]}")
        return answer

    def _end(self) -> None:
        """End all, the youngest first, so that the programs lose neither display nor bus before they are gone."""
        for process in reversed(self._processes):
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            try:
                process.wait(_END_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
