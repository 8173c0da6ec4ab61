"""What every way of running needs of its surroundings: files of its own, and for a window a display."""

from __future__ import annotations

import os
import sys

from gowa_desktop.domain.errors import GowaError

_SWITCH_S = 0.0005


def keep_files_private() -> None:
    """Make every file of this process and of its children the person's own: GOWA's session keys would be readable by all."""
    if sys.platform != "win32":
        os.umask(0o077)


def answer_promptly() -> None:
    """Let a thread that waited for the system go on within half a millisecond, also while another one calculates.

    Python's own five (3.11: `sys.getswitchinterval`) are for programs without a window: a hundred looks at a file, beside a worker that
    reads all processes, let the main thread stand still for 20 ms and more.
    """
    sys.setswitchinterval(_SWITCH_S)


def refuse_without_display() -> None:
    """Say what is missing before Qt ends the program.

    Raises:
        GowaError: there is no display to open a window on.
    """
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    if sys.platform == "linux" and not any(os.environ.get(name) for name in names):
        raise GowaError("There is no display to open a window on.", "Start it in a desktop session, or with --no-window.")
