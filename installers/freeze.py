"""Freezes the program with PyInstaller into one folder, the same way on every system."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING

from installers import product
from installers.tools import BuildError, run, source_date

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SPEC = product.ROOT / "installers" / "gowa-desktop.spec"
BUILD_DIR_VARIABLE = "GOWA_DESKTOP_BUILD_DIR"
"""Tells the spec where the builder put what it made for this system: icon, version resource."""

_STRIPPED = (
    "libpython3*", "python3*/lib-dynload/*.so", "PySide6/Qt/lib/libicui18n.so.*", "PySide6/Qt/lib/libicuuc.so.*", "re2/_re2.*.so",
    "psutil/*.so",
)  # fmt: skip


def freeze_command(python: str, work: str, spec: str) -> list[str]:
    """Compose PyInstaller's command line; paths as the Python that runs it sees them."""
    separator = "\\" if "\\" in spec else "/"
    return [
        python, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "WARN",
        "--distpath", f"{work}{separator}dist", "--workpath", f"{work}{separator}work", spec,
    ]  # fmt: skip


def freeze(work: Path) -> Path:
    """Freeze the program with the Python that runs this, and give its folder.

    Raises:
        BuildError: PyInstaller is missing, or failed.
    """
    if find_spec("PyInstaller") is None:
        raise BuildError("PyInstaller is missing: start the build with `python3 installers/bootstrap.py build`, which sets up what it needs.")
    # What is left of an earlier build must not get into this one.
    for old in ("dist", "work"):
        shutil.rmtree(work / old, ignore_errors=True)
    work.mkdir(parents=True, exist_ok=True)
    environment = {
        **without_secrets(os.environ),
        BUILD_DIR_VARIABLE: str(work),
        "PYTHONHASHSEED": "0",  # the order of sets gets into compiled code
        "SOURCE_DATE_EPOCH": str(source_date()),
        "QT_QPA_PLATFORM": "offscreen",
    }
    if subprocess.call(freeze_command(sys.executable, str(work), str(SPEC)), env=environment, cwd=work) != 0:
        raise BuildError("PyInstaller could not freeze the program; what it wrote is above.")
    folder = work / "dist" / product.SLUG
    strip(folder)
    return folder


def without_secrets(environment: Mapping[str, str]) -> dict[str, str]:
    """Give an environment without the certificates: PyInstaller runs code of many packages, and none of them signs anything."""
    return {name: value for name, value in environment.items() if not name.startswith(("WINDOWS_CERTIFICATE", "MACOS_"))}


def strip(folder: Path) -> None:
    """Take symbols that nobody looks up out of Python's own libraries, ICU's, RE2's and psutil's: 20 MB on Linux.

    numpy's stay as they are: they would break.

    Raises:
        BuildError: binutils are missing.
    """
    if sys.platform == "linux":
        found = [path for pattern in _STRIPPED for path in (folder / "_internal").glob(pattern) if not path.is_symlink()]
        run(["strip", "--strip-unneeded", *sorted(found)])
