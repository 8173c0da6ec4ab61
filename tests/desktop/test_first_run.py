"""The first run of the real program, from outside: an empty folder, a mirror of GOWA's releases, and the way to an opened instance."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import gowa_desktop
from gowa_desktop.domain.app_settings import RELEASE_ADDRESS
from gowa_desktop.infra.platform_facts import cpu_name, os_name
from tests.desktop.test_main_job import row_text
from tests.desktop.virtual_desktop import go_without
from tests.gowa_program import real_gowa, release_zip
from tests.release_server import ReleaseServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gowa_desktop.bootstrap import Services
    from tests.desktop.accessibility import AccessibleProgram
    from tests.desktop.virtual_desktop import VirtualDesktop

TAG = "v9.2.0"
_LAUNCHER = r"""
#include <unistd.h>
int main(int count, char **words) {
    char *all[64] = {PYTHON, "-IS", "-c", "import sys; sys.path.insert(0, '" ROOT "')\n"
        "from gowa_desktop.simulator.program import main\nmain(['--sim-era=v9', *sys.argv[1:]])"};
    for (int number = 1; number < count && number < 59; number++) all[number + 3] = words[number];
    execv(PYTHON, all);
    return 127;
}
"""
_BROWSER = '#!/bin/sh\necho "$1" > "{place}"\n'


@pytest.fixture(scope="session")
def gowa_release(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A release file with the real GOWA where there is one, else with a program that plays it."""
    real = real_gowa(TAG)
    if real is not None:
        return release_zip(real.read_bytes())
    compiler = shutil.which("cc")
    if compiler is None:
        go_without("there is no C compiler to build a stand-in for GOWA with")
    folder = tmp_path_factory.mktemp("gowa")
    (folder / "gowa.c").write_text(_LAUNCHER)
    root = Path(gowa_desktop.__file__).parents[1]
    words = [f'-DPYTHON="{sys.executable}"', f'-DROOT="{root}"', "-o", str(folder / "gowa"), str(folder / "gowa.c")]
    subprocess.run([compiler, *words], check=True, capture_output=True)
    return release_zip((folder / "gowa").read_bytes())


@pytest.fixture
def mirror(services: Services, gowa_release: bytes) -> Iterator[ReleaseServer]:
    """The release server that the program will ask."""
    with ReleaseServer() as server:
        server.add("v9.1.0", gowa_release)
        server.add(TAG, gowa_release)
        services.settings.set(RELEASE_ADDRESS, server.address)
        yield server


@pytest.fixture
def opened(accessible_desktop: VirtualDesktop) -> Path:
    """Where the browser of the desktop writes the address that it was asked to show."""
    place = accessible_desktop.folder / "opened"
    browser = accessible_desktop.folder / "bin" / "xdg-open"
    browser.parent.mkdir()
    browser.write_text(_BROWSER.format(place=place))
    browser.chmod(0o755)
    accessible_desktop.environment["PATH"] = f"{browser.parent}:{accessible_desktop.environment['PATH']}"
    return place


def says(shown: AccessibleProgram, words: str) -> bool:
    return any(words in label.name for label in shown.all("label"))


def open_in_browser(shown: AccessibleProgram, opened: Path) -> bytes:
    """Open the running instance, and load what the browser was asked to show."""
    shown.press("Open", "push button")
    shown.wait(lambda: opened.exists() and opened.read_text().strip(), "the browser is asked")
    url = opened.read_text().strip()
    assert url.startswith("http://127.0.0.1:")
    with urllib.request.urlopen(url, timeout=20) as page:
        return bytes(page.read())


def test_first_run_installs_the_newest_gowa_creates_starts_and_opens(
    mirror: ReleaseServer, opened: Path, open_program: Callable[..., AccessibleProgram], record_property: Callable[[str, object], None]
) -> None:
    begun_s = time.monotonic()
    shown = open_program()
    shown.press("Install GOWA", "push button")
    shown.wait(lambda: says(shown, f"GOWA {TAG} is installed."), "the newest GOWA is installed")
    shown.press("New instance…", "push button")
    shown.find("dialog", "New instance — GOWA Desktop")
    shown.press("Create", "push button")
    shown.wait(lambda: "Running" in row_text(shown, TAG), "the instance runs")
    page = open_in_browser(shown, opened)
    took_s = time.monotonic() - begun_s

    assert b"<" in page
    assert mirror.paths(f"/download/{TAG}/")
    record_property("first_run_s", round(took_s, 1))
    print(f"from the launch to the page in the browser: {took_s:.1f} s")


def test_first_run_without_internet_has_no_dead_end(
    services: Services, gowa_release: bytes, tmp_path: Path, open_program: Callable[..., AccessibleProgram]
) -> None:
    with ReleaseServer() as gone:
        services.settings.set(RELEASE_ADDRESS, gone.address)
    file = tmp_path / f"whatsapp_{TAG.removeprefix('v')}_{os_name()}_{cpu_name()}.zip"
    file.write_bytes(gowa_release)
    shown = open_program()

    shown.press("Install GOWA", "push button")
    shown.wait(lambda: says(shown, "You can also import a file from another computer, or try the simulator."), "what works instead")
    shown.find("push button", "Try again")

    shown.press("Import a file…", "push button")
    shown.find("text", "File name:").write(str(file))
    shown.press("Open", "push button")
    shown.wait(lambda: says(shown, f"GOWA {TAG} is installed."), "the file is imported")

    shown.press("Try the simulator", "push button")
    shown.find("dialog", "New instance — GOWA Desktop")
    shown.press("Create", "push button")
    shown.wait(lambda: "Running" in row_text(shown, "simulator"), "the simulator runs")
