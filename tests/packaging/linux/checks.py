"""What must hold of the Linux installers, step by step, in a bare Debian."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

from installers import product
from tests.packaging.linux.bare_root import HOME, BareRoot
from tests.packaging.linux.stand_in import TAG, build_stand_in
from tests.packaging.report import Report, StepError, require

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.desktop.virtual_desktop import VirtualDesktop

_WITHIN_S = 60
_LEAKING = re.compile(r"^(LD_|_PYI|_MEI|QT_|QML|PYSIDE6_|PYTHON|DISPLAY)")
_OLD_VERSION = "0.0.1"
_STEPS = ("load its languages", "load what notifications need", "draw its charts", "start it and wait until it is ready")
"""What the self-test of a whole program does among other things."""


def wait_until(is_so: Callable[[], object], what: str) -> None:
    """Wait for something that takes a while.

    Raises:
        StepError: it did not come.
    """
    deadline = time.monotonic() + _WITHIN_S
    while not is_so():
        require(time.monotonic() < deadline, f"{what} within {_WITHIN_S} s: it did not happen")
        time.sleep(0.2)


class LinuxChecks:
    """Runs the steps on one bare root and one display; `program` is how a person starts it in a terminal."""

    def __init__(self, root: BareRoot, desktop: VirtualDesktop, report: Report, pictures: Path) -> None:
        self._root = root
        self._desktop = desktop
        self._report = report
        self._pictures = pictures
        self._program = product.SLUG
        self._instance = "shop"
        self._display = {"DISPLAY": desktop.environment["DISPLAY"], "XDG_RUNTIME_DIR": f"{HOME}/run"}

    def deb(self, package: Path) -> None:
        """Install the older and the new package with apt, use it, upgrade while it runs, purge."""
        step = self._report.step
        old = older_package(package, self._pictures / "older")
        for file in (old, package):
            shutil.copy(file, self._root.folder / "tmp" / file.name)
        step("no Python in this system", self._see_no_python)
        step("apt-get update", lambda: self._apt("update"), is_needed=True)
        step("install the earlier version with apt", lambda: self._install(old.name), is_needed=True)
        self._use("deb", "/usr/share/applications/gowa-desktop.desktop")
        step("upgrade while it runs", lambda: self._upgrade(package.name))
        step("an instance goes on through a restart of the program", self._restart_program)
        step("purge leaves nothing but the person's data", self._purge)

    def run_file(self, installer: Path) -> None:
        """Install for one person without root, use it, remove it. What a desktop has is installed before."""
        step = self._report.step
        shutil.copy(installer, self._root.folder / "tmp" / "setup.run")
        step("install for one person, without root", self._install_for_person, is_needed=True)
        self._program = f"{HOME}/.local/bin/{product.SLUG}"
        self._use("run", f"{HOME}/.local/share/applications/gowa-desktop.desktop")
        step("upgrade while it runs", lambda: self._keeping_instance(self._install_for_person))
        step("an instance goes on through a restart of the program", self._restart_program)
        step("remove leaves nothing but the person's data", self._remove_for_person)

    def folder(self, name: str, source: Path, start: str) -> None:
        """Start what runs where it lies, from a folder of the person's with a space in its name, and put it to its self-test.

        Args:
            name: for the report.
            source: the archive, or the folder itself.
            start: what is started, below the folder.
        """
        place = self._root.folder / HOME[1:] / f"my {name}"
        place.mkdir()
        if source.is_dir():
            shutil.copytree(source, place / source.name, symlinks=True)
        else:
            subprocess.run(["tar", "-xf", source, "-C", place], check=True)
        (top,) = (path.name for path in place.iterdir())
        self._program = f"{HOME}/{place.name}/{top}/{start}"
        step = self._report.step
        step(f"{name}: it tells its version", self._tell_version)
        step(f"{name}: self-test", self._self_test)
        step(f"{name}: the window", self._see_window)
        shutil.rmtree(place)

    def _see_window(self, language: str = "", picture: str = "") -> str:
        """Start it, wait for its window, take a picture if wanted, end it."""
        self._root.start(self._program, environment={**self._display, **({"LANGUAGE": language, "LC_ALL": ""} if language else {})})
        wait_until(lambda: self._desktop.has_window(product.NAME), "A window is shown")
        told = ""
        if picture:
            time.sleep(1)  # for the eyes: what is painted after the first frame is on the picture too
            told = self._picture(picture)
        self._quit()
        wait_until(lambda: not self._root.processes(product.SLUG), "Everything ends")
        return told

    def _use(self, name: str, entry: str) -> None:
        self._instance = f"shop-{name}"
        step = self._report.step
        step("it tells its version", self._tell_version)
        step("self-test", self._self_test)
        step("a window in Spanish", lambda: self._see_window("es", f"{name}-es"))
        step("start it from its desktop entry: the window", lambda: self._start_from_entry(entry), is_needed=True)
        step("an instance runs, without our settings of Qt and Python", self._start_instance)
        step("a picture of window and tray", lambda: self._picture(name))

    def _person(self, *words: str) -> str:
        return self._root.run(self._program, *words, as_person=True, environment=self._display)

    def _quit(self) -> None:
        """End the program; its window is there a moment before it listens."""
        wait_until(self._is_quitting, "The program that shows a window listens")

    def _is_quitting(self) -> bool:
        try:
            self._person("quit")
        except StepError:
            return False
        return True

    def _see_no_python(self) -> str:
        found = self._root.run("sh", "-c", "command -v python3 python; ls /usr/lib/python3* 2>/dev/null", must_succeed=False).strip()
        require(not found, f"There is one: {found}")
        return "none"

    def _apt(self, *words: str) -> None:
        self._root.run("apt-get", "-q", *words)

    def _install(self, name: str) -> str:
        begin = time.monotonic()
        self._apt("install", "--yes", "--no-install-recommends", f"/tmp/{name}")
        took = time.monotonic() - begin
        self._apt("install", "--yes", "--no-install-recommends", "libglib2.0-bin", "xz-utils")  # for `gio launch`, which desktops have
        self._see_no_python()
        return f"{took:.0f} s with all it needs"

    def _install_for_person(self) -> str:
        return self._root.run("sh", "/tmp/setup.run", as_person=True).strip()

    def _tell_version(self) -> str:
        said = self._person("--version").strip()
        require(said == f"{product.NAME} {product.version()}", f"It says: {said}")
        return said

    def _self_test(self) -> str:
        said = self._person("--self-test").strip()
        require("FAILED" not in said and "All steps went well" in said, said)
        missing = [words for words in _STEPS if words not in said]
        require(not missing, f"It does not try to {missing}: {said}")
        return said.splitlines()[-1]

    def _start_from_entry(self, entry: str) -> str:
        folder = self._root.folder / HOME[1:] / "run"
        folder.mkdir(exist_ok=True, mode=0o700)
        shutil.chown(folder, 1000, 1000)
        begin = time.monotonic()
        self._root.start("gio", "launch", entry, environment={**self._display, "PATH": f"{HOME}/.local/bin:/usr/bin:/bin"})
        wait_until(lambda: self._desktop.has_window(product.NAME), "A window is shown")
        return f"{time.monotonic() - begin:.1f} s"

    def _instance_pid(self) -> int:
        listed = json.loads(self._person("status", self._instance, "--json"))
        found = listed if "pid" in listed else listed.get("instance", listed)
        return int(found["pid"] or 0)

    def _start_instance(self) -> str:
        # Not the simulator: that is the frozen program itself, and sets for itself what this looks for.
        target = self._root.folder / "tmp" / "stand-in"
        shutil.copy(build_stand_in(self._pictures / "stand-in"), target)
        self._person("versions", "import", "/tmp/stand-in", "--tag", TAG)
        self._person("create", self._instance, "--gowa", TAG, "--start")
        pid = self._instance_pid()
        text = (Path("/proc") / str(pid) / "environ").read_bytes().decode(errors="replace")
        names = [entry for entry in text.split("\0") if _LEAKING.match(entry)]
        require(text, "Its environment cannot be read")
        require(not names, f"It inherited {', '.join(names)}")
        return f"{len(text.split(chr(0)))} names"

    def _picture(self, name: str) -> str:
        target = self._pictures / f"{name}.png"
        subprocess.run(["import", "-window", "root", target], env=self._desktop.environment, check=True)
        return str(target)

    def _keeping_instance(self, action: Callable[[], object]) -> str:
        before = self._instance_pid()
        action()
        require(Path(f"/proc/{before}").exists(), "The instance ended")
        require(self._root.processes(self._program.rsplit("/", 1)[-1]), "The program ended")
        return f"pid {before} before and after"

    def _upgrade(self, name: str) -> str:
        def install() -> None:
            self._apt("install", "--yes", f"/tmp/{name}")
            require(self._root.run("dpkg-query", "-W", "-f=${Version}", product.SLUG) == product.version(), "The old version is still there")

        return self._keeping_instance(install)

    def _restart_program(self) -> str:
        before = self._instance_pid()
        self._quit()
        wait_until(lambda: not self._desktop.has_window(product.NAME), "The window goes")
        require(Path(f"/proc/{before}").exists(), "The instance ended with the program")
        self._root.start(self._program, environment=self._display)
        wait_until(lambda: self._desktop.has_window(product.NAME), "A window is shown again")
        require(self._instance_pid() == before, "The instance was not found again")
        return f"pid {before} is watched again"

    def _end_all(self) -> None:
        self._person("stop", "--all")
        self._quit()
        wait_until(lambda: not self._root.processes(product.SLUG), "Everything ends")

    def _purge(self) -> str:
        self._end_all()
        self._apt("purge", "--yes", product.SLUG)
        left = self._root.run("find", "/", "-xdev", "-iname", "*gowa*", "-not", "-path", f"{HOME}/*", "-not", "-path", "/tmp/*").split()
        left = [path for path in left if not path.startswith(("/proc", "/dev"))]
        require(not left, f"Left behind: {left}")
        return self._person_data()

    def _remove_for_person(self) -> str:
        self._end_all()
        self._root.run("sh", "/tmp/setup.run", "--remove", as_person=True)
        return self._person_data()

    def _person_data(self) -> str:
        """Give what is in the person's home; only the data folder may have files of ours."""
        data = f"{HOME}/.local/share/{product.SLUG}"
        files = self._root.run("find", HOME, "-type", "f").split("\n")
        strange = [path for path in files if "gowa" in path.lower() and not path.startswith(f"{data}/")]
        require(not strange, f"Left behind: {strange}")
        require(any(path.startswith(data) for path in files), "The person's data is gone")
        return f"{sum(path.startswith(data) for path in files)} files of data stay"


def older_package(package: Path, folder: Path) -> Path:
    """Make the same package with a lower version, which an upgrade replaces file by file."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    subprocess.run(["dpkg-deb", "--raw-extract", package, folder / "tree"], check=True)
    control = folder / "tree" / "DEBIAN" / "control"
    control.write_text(re.sub(r"(?m)^Version: .*$", f"Version: {_OLD_VERSION}", control.read_text(encoding="utf-8")), encoding="utf-8")
    target = folder.parent / f"{product.SLUG}_{_OLD_VERSION}.deb"
    subprocess.run(["dpkg-deb", "--root-owner-group", "-Znone", "--build", folder / "tree", target], check=True, stdout=subprocess.DEVNULL)
    shutil.rmtree(folder)
    return target
