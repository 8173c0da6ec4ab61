"""Where this program's own files are when it is frozen, and which of them can be what."""

from __future__ import annotations

import sys
from pathlib import Path

CONSOLE_TWIN = "gowa-desktop-cli.exe"
"""The same program for terminals. Windows decides by the file whether a program gets a console."""


def console_program() -> Path:
    """Give the program of ours that can be told to stop politely.

    On Windows that is Ctrl-C, which needs a console: a windowed program never has one, not even a hidden one.
    """
    own = Path(sys.executable)
    if sys.platform == "win32" and getattr(sys, "frozen", False):
        twin = own.with_name(CONSOLE_TWIN)
        return twin if twin.is_file() else own
    return own
