"""What must hold of the built files by themselves: sums, sizes, what Debian's and freedesktop's checkers say, licences, start time."""

from __future__ import annotations

import json
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from installers import product
from installers.tools import DEBIAN_PACKAGES
from tests.packaging.report import Report, StepError, require

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.desktop.virtual_desktop import VirtualDesktop

MOST_DOWNLOAD = 45_000_000
"""Bytes of the Debian package."""
MOST_UNPACKED = 170 * 1024
"""KiB of the frozen program on the disk."""
MOST_RATIO = 1.3
"""Of the frozen program's time to its first window to that of the sources."""
_STARTS = 5
_WITHIN_S = 60

_OWNERS = (
    (r"gowa-desktop$", "PyInstaller bootloader"),
    (r"lib(Qt6|pyside6|shiboken6)|PySide6/|shiboken6/", "Qt and Qt for Python"),
    (r"libicu", "ICU"),
    (r"lib(crypto|ssl)\.", "OpenSSL"),
    (r"libsqlite3\.", "SQLite"),
    (r"libffi\.", "libffi"),
    (r"libz\.", "zlib"),
    (r"liblzma\.", "liblzma"),
    (r"libbz2\.", "bzip2"),
    (r"libexpat\.", "Expat"),
    (r"libpython3|python3[.\d]*/lib-dynload/", "Python"),
    (r"numpy(\.libs)?/", "numpy"),  # OpenBLAS and GCC's libgfortran and libquadmath, whose texts are in numpy's
    (r"re2/", "google-re2"),
    (r"psutil/", "psutil"),
)
"""Whose each program and library is, by its place; the first that fits."""
_FORBIDDEN = re.compile(r"VirtualKeyboard|Qt6?Charts|DataVisualization|libreadline|libgdbm", re.IGNORECASE)


class BuiltFiles:
    """Runs the steps on the files of a folder; needs no root."""

    def __init__(self, folder: Path, package: Path, app_dir: Path, report: Report) -> None:
        self._folder = folder
        self._package = package
        self._app_dir = app_dir
        self._program = app_dir / "usr" / "lib" / product.SLUG
        self._report = report

    def check(self) -> None:
        """Run all that needs no display."""
        step = self._report.step
        step("SHA256SUMS", self._see_sums)
        step("sizes", self._see_sizes)
        step("every library has a licence, and none is under the GPL alone", self._see_licences)
        step("the list of parts has them all", self._see_parts_list)
        share = self._app_dir / "usr" / "share"
        self._tool("desktop-file-validate", str(share / "applications" / f"{product.SLUG}.desktop"))
        self._tool("appstreamcli", "validate", "--no-net", str(share / "metainfo" / f"{product.IDENTIFIER}.metainfo.xml"))
        self._tool("lintian", "--fail-on", "error,warning", "--allow-root", str(self._package))

    def start_time(self, desktop: VirtualDesktop) -> None:
        """Compare the frozen program with the sources, one after the other in the same minutes."""
        self._report.step("start to the first window, frozen and from source", lambda: _compare_starts(desktop, self._app_dir / "AppRun"))

    def _tool(self, name: str, *words: str) -> None:
        if shutil.which(name) is None:
            self._report.not_here(f"{name} (package {DEBIAN_PACKAGES[name]})")
            return

        def run() -> str:
            ended = subprocess.run([name, *words], capture_output=True, text=True, check=False)
            require(ended.returncode == 0, (ended.stdout + ended.stderr).strip()[-900:])
            return (ended.stdout + ended.stderr).strip().replace("\n", "; ")[:200]

        self._report.step(name, run)

    def _see_sums(self) -> str:
        ended = subprocess.run(
            ["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=self._folder, capture_output=True, text=True, check=False
        )
        require(ended.returncode == 0, (ended.stdout + ended.stderr)[-500:])
        require(self._package.name in ended.stdout, f"{self._package.name} has no sum")
        return f"{len(ended.stdout.splitlines())} files"

    def _see_sizes(self) -> str:
        download = self._package.stat().st_size
        unpacked = int(subprocess.run(["du", "-sk", self._program], capture_output=True, text=True, check=True).stdout.split()[0])
        told = f"{download / 1e6:.1f} MB to download, {unpacked / 1024:.1f} MiB unpacked"
        require(download <= MOST_DOWNLOAD and unpacked <= MOST_UNPACKED, told)
        return told

    def _libraries(self) -> list[str]:
        """List every program and library of the bundle by its place."""
        files = (path for path in sorted(self._program.rglob("*")) if path.is_file() and not path.is_symlink())
        return [path.relative_to(self._program).as_posix() for path in files if path.open("rb").read(4) == b"\x7fELF"]

    def _see_licences(self) -> str:
        resources = self._program / "_internal" / "resources"
        parts = {one["name"]: one for one in json.loads((resources / "licences.json").read_text(encoding="utf-8"))["components"]}
        libraries = self._libraries()
        require(libraries, "There is no library at all")
        forbidden = [path.name for path in self._program.rglob("*") if _FORBIDDEN.search(path.name)]
        require(not forbidden, f"May not be shipped: {forbidden}")
        unknown = [place for place in libraries if owner_of(place) not in parts]
        require(not unknown, f"No licence for {unknown}")
        without = [
            name for name, one in parts.items() if not one["texts"] or any((resources / text).stat().st_size < 90 for text in one["texts"])
        ]
        require(not without, f"No text for {without}")
        return f"{len(libraries)} libraries, {len(parts)} parts"

    def _see_parts_list(self) -> str:
        file = self._folder / f"{product.SLUG}-{product.version()}-linux.cdx.json"
        listed = {one["name"].casefold() for one in json.loads(file.read_text(encoding="utf-8"))["components"]}
        missing = {owner for owner in map(owner_of, self._libraries()) if owner.casefold() not in listed}
        require(not missing, f"It does not have {sorted(missing)}")
        return f"{len(listed)} parts"


def owner_of(place: str) -> str:
    """Tell whose a library is, by its place in the bundle; empty when nobody knows."""
    return next((owner for pattern, owner in _OWNERS if re.search(pattern, place)), "")


def _compare_starts(desktop: VirtualDesktop, frozen: Path) -> str:
    source = [sys.executable, "-m", product.SLUG.replace("-", "_")]
    taken: dict[str, list[float]] = {"frozen": [], "source": []}
    for number in range(_STARTS + 1):
        for name, command in (("source", source), ("frozen", [str(frozen)])):
            took = _start(desktop, command)
            if number:  # the first one fills the system's caches
                taken[name].append(took)
    middle = {name: statistics.median(values) for name, values in taken.items()}
    ratio = middle["frozen"] / middle["source"]
    told = f"{middle['frozen']:.2f} s and {middle['source']:.2f} s, medians of {_STARTS}: {ratio:.2f} times"
    require(ratio <= MOST_RATIO, told)
    return told


def _start(desktop: VirtualDesktop, command: Sequence[str]) -> float:
    with tempfile.TemporaryDirectory(prefix="gowa-desktop-start-") as folder:
        begin = time.monotonic()
        process = desktop.start([*command, "--data-dir", str(Path(folder) / "data")])
        try:
            while not desktop.has_window(product.NAME):
                if process.poll() is not None or time.monotonic() > begin + _WITHIN_S:
                    raise StepError(f"{command[0]} showed no window")
                time.sleep(0.005)
            return time.monotonic() - begin
        finally:
            process.terminate()
            process.wait(_WITHIN_S)
