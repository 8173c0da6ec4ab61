"""Builds the per-user installer: a shell script with the program behind it, which needs no root, no Python and no network."""

from __future__ import annotations

import platform
import shutil
from typing import TYPE_CHECKING

from installers import product
from installers.linux import share
from installers.tools import copy_tree, set_times, source_date, write_tar_xz

if TYPE_CHECKING:
    from pathlib import Path

_PLACEHOLDER = "GOWA_DESKTOP_EXECUTABLE"


def build(folder: Path, work: Path, output: Path) -> Path:
    """Build the installer from PyInstaller's folder."""
    tree = work / "run"
    shutil.rmtree(tree, ignore_errors=True)
    tree.mkdir(parents=True)
    copy_tree(folder, tree / "lib")
    share.write(tree / "share", _PLACEHOLDER)
    when = source_date()
    set_times(tree, when)
    payload = write_tar_xz(tree, work / "run.tar.xz", ".", when)
    target = output / f"{product.SLUG}-{product.version()}-linux-{platform.machine()}.run"
    with target.open("wb") as file:
        file.write(script(platform.machine()).encode())
        file.write(payload.read_bytes())
    target.chmod(0o755)
    return target


def script(machine: str) -> str:
    """Give the shell script; it knows at which byte the archive behind it begins."""
    text = share.fill("setup.sh", MACHINE=machine, PLACEHOLDER=_PLACEHOLDER, OFFSET="@OFFSET@")
    number = len(text.encode()) - len("@OFFSET@") + 6 + 1  # tail counts from one; six digits, whatever the number
    return text.replace("@OFFSET@", f"{number:06d}")
