"""Builds what people on Linux download, from one frozen folder: a Debian package, a per-user installer, an archive, an AppDir."""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING

from installers import product
from installers.freeze import freeze
from installers.linux import appdir, deb, self_extracting
from installers.tools import BuildError, source_date, write_tar_xz

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def build(targets: Sequence[str], work: Path, output: Path) -> list[Path]:
    """Build the targets.

    Raises:
        BuildError: this is no Linux, or a tool is missing or fails.
    """
    if platform.system() != "Linux":
        raise BuildError("A program for Linux is frozen on Linux: build it there.")
    folder = freeze(work)
    version = product.version()
    made = []
    if "deb" in targets:
        made.append(deb.build(folder, work, output))
    if "run" in targets:
        made.append(self_extracting.build(folder, work, output))
    if "appdir" in targets:
        made.append(appdir.build(folder, output))
    if "archive" in targets:
        name = f"{product.SLUG}-{version}-linux-{platform.machine()}"
        made.append(write_tar_xz(folder, output / f"{name}.tar.xz", name, source_date()))
    return made
