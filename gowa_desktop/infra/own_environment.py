"""Takes out of the environment what freezing put into it for this program alone, before anything is started from it."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import MutableMapping

_SEARCH_PATH = "LD_LIBRARY_PATH"
_KEPT = f"{_SEARCH_PATH}_ORIG"
"""Where PyInstaller's start program keeps what a person had set."""


def give_back_environment(bundle: str | None = None, environment: MutableMapping[str, str] | None = None) -> None:
    """Make the environment what it was before the frozen program started; nothing happens in one that is not frozen.

    Our libraries are not another program's: a browser or a server must not find them. The running program needs none of this
    any more: the system's loader read its path when the process began, and PySide6 finds its plugins by where it lies.

    Args:
        bundle: folder of the frozen program; PyInstaller's own word for it when not given.
        environment: what is changed; that of this process when not given.
    """
    bundle = getattr(sys, "_MEIPASS", None) if bundle is None else bundle
    if not bundle or sys.platform != "linux":
        return
    values = os.environ if environment is None else environment
    before = values.pop(_KEPT, "")
    values.pop(_SEARCH_PATH, None)
    if before:
        values[_SEARCH_PATH] = before
    for name in list(values):
        is_path_of_ours = name.startswith(("QT_", "QML")) and values[name].startswith(bundle)
        if name.startswith(("_PYI_", "_MEIPASS", "PYSIDE6_")) or is_path_of_ours:
            del values[name]
