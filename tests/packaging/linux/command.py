"""The command `python -m tests.packaging linux [FOLDER]`: the files of FOLDER (`dist`), built first where they are missing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from installers import product
from tests.desktop import virtual_desktop
from tests.packaging.linux.bare_root import BareRoot, problem
from tests.packaging.linux.built_files import BuiltFiles
from tests.packaging.linux.checks import LinuxChecks
from tests.packaging.report import Report, StepError

if TYPE_CHECKING:
    from collections.abc import Sequence

CACHE_VARIABLE = "GOWA_DESKTOP_PACKAGING_CACHE"
"""Where the packed Debian is kept, 200 MB, and the pictures."""


def main(arguments: Sequence[str]) -> int:
    """Run the checks; the answer is an exit code."""
    if reason := problem() or virtual_desktop.missing():
        print(reason)
        return 2
    output = Path(arguments[0] if arguments else product.ROOT / "dist").resolve()
    default = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "gowa-desktop-packaging"
    cache = Path(os.environ.get(CACHE_VARIABLE) or default).resolve() / "linux"
    cache.mkdir(parents=True, exist_ok=True)
    if not all(files := files_of(output)):
        command = [sys.executable, str(product.ROOT / "installers" / "build.py"), "deb", "run", "archive", "appdir", "--output", str(output)]
        if subprocess.call(command) != 0:
            return 1
        files = files_of(output)
    package, installer, archive, app_dir = (found[0] for found in files)
    report = Report()
    try:
        with virtual_desktop.VirtualDesktop() as desktop, BareRoot(cache, "root") as root:
            for program in ("openbox", "trayer"):
                if shutil.which(program):
                    desktop.start([program])
            built = BuiltFiles(output, package, app_dir, report)
            print("files")
            built.check()
            built.start_time(desktop)
            checks = LinuxChecks(root, desktop, report, cache)
            print(package.name)
            checks.deb(package)
            print(installer.name)
            checks.run_file(installer)
            print(archive.name)
            checks.folder("archive", archive, product.SLUG)
            print(app_dir.name)
            checks.folder("AppDir", app_dir, "AppRun")
    except StepError:
        print("The other steps need this one.")
    report.not_here("AppImage: its runtime is in no package registry; the AppDir is built here, the rest on a native runner")
    return report.close()


def files_of(folder: Path) -> list[list[Path]]:
    """Find the Debian package, the per-user installer, the archive and the AppDir of this version."""
    start = f"{product.SLUG}-{product.version()}"
    patterns = (f"{product.SLUG}_{product.version()}_*.deb", f"{start}-linux-*.run", f"{start}-linux-*.tar.xz", f"{start}-*.AppDir")
    return [sorted(folder.glob(pattern)) for pattern in patterns]
