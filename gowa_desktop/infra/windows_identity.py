"""The name by which Windows knows the program: windows, notifications and the entry in the Start menu with the same one belong together."""

from __future__ import annotations

import contextlib
import ctypes
import sys

APP_USER_MODEL_ID = "org.gowa-desktop.GowaDesktop"
"""The installer writes the same one into the shortcuts."""


def claim_app_id() -> None:
    """Tell Windows who this is, before the first window; nothing elsewhere, or when it refuses."""
    if sys.platform == "win32":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.windll.shell32.SetCurrentProcessExplicitAppUserModelID(ctypes.c_wchar_p(APP_USER_MODEL_ID))
