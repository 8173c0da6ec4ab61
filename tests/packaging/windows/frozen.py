"""The frozen program and its installers, made under Wine and kept in the cache as long as the sources stay the same."""

from __future__ import annotations

import hashlib
import shutil
import zipfile
from typing import TYPE_CHECKING

from installers import freeze, product, runtime_packages
from installers.windows import package
from tests.packaging.report import StepError
from tests.packaging.windows.runtime import CHART_PACKAGES, WindowsPython

if TYPE_CHECKING:
    from pathlib import Path

    from tests.packaging.windows.wine import Wine

_FREEZE_S = 580
_SOURCES = (
    "gowa_desktop/**/*.py", "resources/icons/*", "resources/translations/*", "installers/*.py", "installers/*.spec", "installers/windows/*.py",
)  # fmt: skip


def windows_path(path: Path) -> str:
    """Give a path of this computer as a program under Wine sees it."""
    return "Z:" + str(path).replace("/", "\\")


class FrozenProgram:
    """PyInstaller's folder for Windows, and the installers made of it."""

    def __init__(self, cache: Path) -> None:
        self._work = cache / "build"
        self._output = cache / "setup"
        self.python = WindowsPython(cache)
        self.folder = self._work / "dist" / product.SLUG

    def make(self, wine: Wine) -> str:
        """Freeze the program, unless that was done from the same sources; gives what to print."""
        self.python.make(wine)
        stamp, wanted = self._work / "sources.txt", _fingerprint()
        if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
            return "kept from before, the sources are the same"
        shutil.rmtree(self._work, ignore_errors=True)
        package.prepare(self._work, product.version())
        work = windows_path(self._work)
        command = freeze.freeze_command(str(self.python.program), work, windows_path(freeze.SPEC))
        environment = {freeze.BUILD_DIR_VARIABLE: work, "PYTHONHASHSEED": "0", **package.FREEZE_ENVIRONMENT}
        ended = wine.run(command, timeout_s=_FREEZE_S, more=environment)
        if ended.code != 0 or not (self.folder / f"{product.SLUG}.exe").is_file():
            raise StepError(f"PyInstaller ended with {ended.code}: {ended.output[-1500:]}")
        stamp.write_text(wanted, encoding="utf-8")
        for old in self._output.glob("*"):
            old.unlink()
        return f"{_megabytes(self.folder):.0f} MB unpacked, without charts"

    def setup(self, version: str, *, is_quick: bool = False) -> Path:
        """Make an installer that calls itself by this version; once, a quick one is large."""
        target = self._output / package.setup_name(version, is_signed=False)
        return target if target.is_file() else package.make_setup(self.folder, self._work, target, version, is_quick=is_quick)

    def with_charts(self, cache: Path) -> str:
        """Measure, but do not run, an installer with numpy and pyqtgraph in it; gives what to print."""
        folder = cache / "with-charts" / product.SLUG
        shutil.rmtree(folder.parent, ignore_errors=True)
        shutil.copytree(self.folder, folder)
        for name in sorted(CHART_PACKAGES):
            with zipfile.ZipFile(self.python.wheel(name)) as wheel:
                wheel.extractall(folder / "_internal", [entry for entry in wheel.namelist() if _is_shipped(entry)])
        target = folder.parent / package.setup_name(product.version(), is_signed=False)
        package.make_setup(folder, self._work, target, product.version())
        measured = f"{target.stat().st_size / 1e6:.1f} MB to download, {_megabytes(folder):.0f} MB unpacked"
        shutil.rmtree(folder.parent)
        return measured


def _is_shipped(entry: str) -> bool:
    unwanted = ("/tests/", "/testing/", "numpy/random/", "/f2py/", "/examples/", "/opengl/", "/console/", "/jupyter/", "/include/")
    return not entry.endswith((".pyi", ".lib", ".a", ".h")) and not any(part in entry for part in unwanted)


def _fingerprint() -> str:
    digest = hashlib.sha256(runtime_packages.pins().encode())
    for pattern in _SOURCES:
        for file in sorted(product.ROOT.glob(pattern)):
            digest.update(str(file.relative_to(product.ROOT)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def _megabytes(folder: Path) -> float:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6
