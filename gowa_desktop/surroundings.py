"""What every way of running needs of its surroundings: files of its own, and for a window a display."""

from __future__ import annotations

import os
import sys

from gowa_desktop.domain.errors import GowaError


def keep_files_private() -> None:
    """Make every file of this process and of its children the person's own: GOWA's session keys would be readable by all."""
    if sys.platform != "win32":
        os.umask(0o077)


def refuse_without_display() -> None:
    """Say what is missing before Qt ends the program.

    Raises:
        GowaError: there is no display to open a window on.
    """
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    if sys.platform == "linux" and not any(os.environ.get(name) for name in names):
        raise GowaError("There is no display to open a window on.", "Start it in a desktop session, or with --no-window.")
