"""Builds the AppDir: a folder that runs where it lies. `appimage` makes one file of it."""

from __future__ import annotations

import platform
import shutil
from typing import TYPE_CHECKING

from installers import product
from installers.linux import share
from installers.tools import copy_tree, set_times, source_date

if TYPE_CHECKING:
    from pathlib import Path

_RUN = f"""#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
exec "$here/usr/lib/{product.SLUG}/{product.SLUG}" "$@"
"""


def build(folder: Path, output: Path) -> Path:
    """Build the AppDir from PyInstaller's folder."""
    target = output / f"{product.SLUG}-{product.version()}-{platform.machine()}.AppDir"
    shutil.rmtree(target, ignore_errors=True)
    (target / "usr" / "lib").mkdir(parents=True)
    (target / "usr" / "bin").mkdir()
    copy_tree(folder, target / "usr" / "lib" / product.SLUG)
    (target / "usr" / "bin" / product.SLUG).symlink_to(f"../lib/{product.SLUG}/{product.SLUG}")
    share.write(target / "usr" / "share", product.SLUG)
    start = target / "AppRun"
    start.write_text(_RUN, encoding="utf-8")
    start.chmod(0o755)
    (target / f"{product.SLUG}.desktop").symlink_to(f"usr/share/applications/{product.SLUG}.desktop")
    icon = f"usr/share/icons/hicolor/256x256/apps/{product.SLUG}.png"
    (target / f"{product.SLUG}.png").symlink_to(icon)
    (target / ".DirIcon").symlink_to(icon)
    set_times(target, source_date())
    return target
