"""A desktop for each test, and the program in it."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from gowa_desktop.domain.app_settings import PORT_RANGE
from gowa_desktop.domain.instance import NewInstance
from gowa_desktop.domain.versions import SIMULATOR
from gowa_desktop.services.commands.command_protocol import ExitCode
from tests.conftest import port_range, processes_below
from tests.desktop.accessibility import AccessibleProgram
from tests.desktop.virtual_desktop import A11Y_SERVICE, VirtualDesktop, go_without, missing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from gowa_desktop.bootstrap import Services

END_S = 30
# jeepney, which speaks to the bus, is installed where there is one.
collect_ignore_glob = [] if sys.platform == "linux" else ["test_*.py"]


@pytest.fixture
def desktop() -> Iterator[VirtualDesktop]:
    """A display and a session bus of its own; skipped where the system lacks the programs."""
    if missing():
        go_without(missing())
    with VirtualDesktop() as made:
        yield made


class DesktopProgram:
    """The program with its window in a virtual desktop. `say` reads what it printed."""

    def __init__(self, desktop: VirtualDesktop, data_dir: Path) -> None:
        self.data_dir = data_dir
        self._desktop = desktop
        self._output = desktop.folder / "program.log"
        self.process: subprocess.Popen[bytes] | None = None

    def begin(self, *words: str) -> None:
        """Start it with more words on its command line."""
        command = [sys.executable, "-m", "gowa_desktop", "--data-dir", str(self.data_dir), *words]
        self.process = self._desktop.start(command, output=self._output)

    def run(self, *words: str) -> str:
        """Give an order on the command line, and what it prints."""
        command = [sys.executable, "-m", "gowa_desktop", "--data-dir", str(self.data_dir), *words]
        done = subprocess.run(command, env=self._desktop.environment, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def is_serving(self) -> bool:
        """Tell whether it answers the command line."""
        command = [sys.executable, "-m", "gowa_desktop", "--data-dir", str(self.data_dir), "stop", "no-such-instance"]
        done = subprocess.run(command, env=self._desktop.environment, capture_output=True, timeout=60, check=False)
        return done.returncode != ExitCode.NOT_RUNNING

    @property
    def output(self) -> str:
        """What it printed."""
        return self._output.read_text("utf-8", "replace") if self._output.exists() else ""

    def wait_for_end(self) -> int:
        """Wait until it has ended by itself; the answer is its exit code."""
        assert self.process is not None
        return self.process.wait(END_S)

    def end(self) -> None:
        """End it as the session manager does, and then whatever works in its folder."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(END_S)
        for process in processes_below(self.data_dir):
            process.kill()
            process.wait(10)


@pytest.fixture
def program(desktop: VirtualDesktop, data_dir: Path) -> Iterator[DesktopProgram]:
    """The program, not begun yet."""
    made = DesktopProgram(desktop, data_dir)
    yield made
    made.end()


@pytest.fixture
def accessible_desktop() -> Iterator[VirtualDesktop]:
    """A desktop with a window manager, whose programs speak to assistive tools; skipped where the system lacks what that needs."""
    if missing():
        go_without(missing())
    if not A11Y_SERVICE.exists():
        go_without("assistive tools need at-spi2-core")
    with VirtualDesktop(has_access=True) as made:
        if not made.start_window_manager():
            go_without("the keyboard needs a window manager, such as openbox")
        yield made


@pytest.fixture
def open_program(accessible_desktop: VirtualDesktop, data_dir: Path, services: Services) -> Iterator[Callable[..., AccessibleProgram]]:
    """Begin the program with these instances in it, and look at it as a screen reader does."""
    program = DesktopProgram(accessible_desktop, data_dir)
    opened: list[AccessibleProgram] = []

    def begin(*names: str) -> AccessibleProgram:
        prepare_fleet(services, *names)
        program.begin()
        assert program.process is not None
        made = AccessibleProgram(accessible_desktop.bus_address, program.process.pid)
        opened.append(made)
        return made

    yield begin
    for one in opened:
        one.close()
    program.end()


def prepare_fleet(services: Services, *names: str) -> list[int]:
    """Create stopped instances of the simulator, keep the network out of it, and let the services go; the answer is their ids."""
    services.settings.set(PORT_RANGE, port_range())
    services.settings.set_checks_daily(is_on=False)
    ids = [services.instances.create(NewInstance(name=name, gowa_version=SIMULATOR)).id for name in names]
    services.close()
    return ids
