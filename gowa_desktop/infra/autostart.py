"""Start at login, as the person's system does it. What the system's own settings page says counts: nothing here remembers anything.

The parts by system are `autostart_linux`, `autostart_windows` and `autostart_macos`.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from gowa_desktop.infra.paths import default_data_dir
from gowa_desktop.infra.program_command import program_command

if TYPE_CHECKING:
    from pathlib import Path

    from gowa_desktop.infra.login_start import Autostart

MINIMIZED = "--minimized"


def autostart_for(data_dir: Path) -> Autostart:
    """Give the one of this system, for a program that works on a data directory."""
    command = (*program_command(data_dir), MINIMIZED)
    if sys.platform == "win32":
        from gowa_desktop.infra.autostart_windows import WindowsAutostart  # noqa: PLC0415 - of another system
        from gowa_desktop.infra.windows_registry import UserRegistry  # noqa: PLC0415

        return WindowsAutostart(command, UserRegistry())
    if sys.platform == "darwin":
        from gowa_desktop.infra.autostart_macos import MacAutostart  # noqa: PLC0415 - of another system

        return MacAutostart(command)
    from gowa_desktop.infra.autostart_linux import LinuxAutostart  # noqa: PLC0415 - of another system

    return LinuxAutostart(command)


def autostart_of_launch(data_dir: Path) -> Autostart:
    """Give the one of this system to a program that begins; what starts at login follows a program that has moved.

    A program on another than the usual folder must not take over the start at login, so there nothing is followed.
    """
    autostart = autostart_for(data_dir)
    if data_dir == default_data_dir():
        autostart.follow_program()
    return autostart
