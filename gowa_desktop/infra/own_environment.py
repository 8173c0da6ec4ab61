"""Keeps what freezing put into the environment for this program alone from everything that is started from it.

Facts: PyInstaller's start program and run-time hooks set `_PYI_*`, `QT_PLUGIN_PATH`, `QML2_IMPORT_PATH`, on Linux `LD_LIBRARY_PATH`;
on Windows they and PySide6 put folders of the bundle in front of `PATH`, where Qt's plugins find Qt's libraries, and set a folder for
libraries that child processes take over. On macOS the system's own call that opens addresses and folders hands nothing over.
"""

from __future__ import annotations

import ctypes
import ntpath
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping

_SEARCH_PATH = "LD_LIBRARY_PATH"
_KEPT = f"{_SEARCH_PATH}_ORIG"
"""Where PyInstaller's start program keeps what a person had set."""


def give_back_environment(
    bundle: str | None = None, environment: MutableMapping[str, str] | None = None, platform: str = sys.platform
) -> None:
    """Make the environment what it was before the frozen program started; nothing happens in one that is not frozen.

    Our libraries are not another program's: a browser or a server must not find them. The running program needs none of this
    any more: the system's loader read its path when the process began, and PySide6 finds its plugins by where it lies. Two things
    stay: on macOS the paths of Qt, for want of a proof, and on Windows `PATH`, which `children_environment` cleans.

    Args:
        bundle: folder of the frozen program; PyInstaller's own word for it when not given.
        environment: what is changed; that of this process when not given.
        platform: as `sys.platform`.
    """
    bundle = _bundle() if bundle is None else bundle
    if not bundle:
        return
    values = os.environ if environment is None else environment
    if platform == "linux":
        before = values.pop(_KEPT, "")
        values.pop(_SEARCH_PATH, None)
        if before:
            values[_SEARCH_PATH] = before
    for name in list(values):
        is_path_of_ours = platform != "darwin" and name.startswith(("QT_", "QML")) and values[name].startswith(bundle)
        if name.startswith(("_PYI_", "_MEIPASS", "PYSIDE6_")) or is_path_of_ours:
            del values[name]
    if environment is None and sys.platform == "win32":
        # What is imported finds its libraries beside it, Qt's plugins find theirs through PATH.
        ctypes.windll.kernel32.SetDllDirectoryW(None)


def children_environment(
    bundle: str | None = None, environment: Mapping[str, str] | None = None, platform: str = sys.platform
) -> Mapping[str, str]:
    """Give the environment for what is started from here: on Windows without the folders of the frozen program in `PATH`."""
    bundle = _bundle() if bundle is None else bundle
    values = os.environ if environment is None else environment
    path = values.get("PATH", "")
    if not bundle or platform != "win32" or not path:
        return values
    own = ntpath.normcase(ntpath.normpath(bundle))
    kept = [folder for folder in path.split(";") if not f"{ntpath.normcase(ntpath.normpath(folder))}\\".startswith(f"{own}\\")]
    return {**values, "PATH": ";".join(kept)}


def _bundle() -> str:
    return str(getattr(sys, "_MEIPASS", ""))
