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
    packages, installers = files_of(output)
    if not packages or not installers:
        command = [sys.executable, str(product.ROOT / "installers" / "build.py"), "deb", "run", "--output", str(output)]
        if subprocess.call(command) != 0:
            return 1
        packages, installers = files_of(output)
    report = Report()
    try:
        with virtual_desktop.VirtualDesktop() as desktop, BareRoot(cache, "root") as root:
            for program in ("openbox", "trayer"):
                if shutil.which(program):
                    desktop.start([program])
            checks = LinuxChecks(root, desktop, report, cache)
            print(packages[0].name)
            checks.deb(packages[0])
            print(installers[0].name)
            checks.run_file(installers[0])
    except StepError:
        print("The other steps need this one.")
    report.not_here("AppImage: its runtime is in no package registry; the AppDir is built here, the rest on a native runner")
    return report.close()


def files_of(folder: Path) -> tuple[list[Path], list[Path]]:
    """Find the Debian package and the per-user installer of this version."""
    version = product.version()
    return sorted(folder.glob(f"{product.SLUG}_{version}_*.deb")), sorted(folder.glob(f"{product.SLUG}-{version}-linux-*.run"))
