"""Has the packages in wheels for the oldest macOS that the program promises, instead of those for the macOS of the build.

pip takes the wheel that fits the building computer best, such as numpy's for macOS 14 and RE2's for macOS 15, which nobody promises to
run on an older one. The same versions exist for older systems, under the hashes of the same lock. A wheel's tag decides: the
libraries of PySide6 name the system of their builder, 15.0, in wheels made for 13.0.
"""

from __future__ import annotations

import platform
import re
import sys
from typing import TYPE_CHECKING

from installers import runtime_packages
from installers.tools import BuildError, run

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from importlib.metadata import Distribution
    from pathlib import Path

_TAG = re.compile(r"^Tag: \S+-macosx_(\d+)_(\d+)_\w+$", re.MULTILINE)


def too_new(packages: Mapping[str, Distribution], oldest: tuple[int, int]) -> list[str]:
    """Name the installed packages whose wheel was made for newer systems alone."""
    needed = {name: [(int(one), int(two)) for one, two in _TAG.findall(package.read_text("WHEEL") or "")] for name, package in packages.items()}
    return [name for name, systems in needed.items() if systems and min(systems) > oldest]


def download_command(pins: Path, oldest: tuple[int, int], folder: Path, processor: str = platform.machine()) -> list[str]:
    """Compose pip's command that fetches pinned packages for a system."""
    tag = f"macosx_{oldest[0]}_{oldest[1]}_{processor}"
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:", "--require-hashes"]
    return [*pip, "--platform", tag, "--dest", str(folder), "--requirement", str(pins)]


def install_command(wheels: Sequence[Path]) -> list[str]:
    """Compose pip's command that puts them in place of those of the same version."""
    return [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--force-reinstall", *map(str, wheels)]


def provide(work: Path, oldest: tuple[int, int]) -> None:
    """Replace what is too new in the environment of the build.

    Raises:
        BuildError: there is no wheel for the older system.
    """
    names = too_new(runtime_packages.packages(), oldest)
    if names:
        folder, pins = work / "wheels", work / "older.lock"
        folder.mkdir(parents=True, exist_ok=True)
        pins.write_text(runtime_packages.pins_of(names), encoding="utf-8")
        run(download_command(pins, oldest, folder))
        run(install_command(sorted(folder.glob("*.whl"))))
    if left := too_new(runtime_packages.packages(), oldest):
        raise BuildError(f"Packages for macOS {oldest[0]}.{oldest[1]} are missing: {', '.join(left)}. Raise MINIMUM_SYSTEM, or pin others.")
