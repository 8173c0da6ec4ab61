"""Start at login on Linux and other freedesktop.org systems: an entry in the person's autostart folder.

Facts: the Desktop Application Autostart Specification (`Hidden=true` counts as no entry); GNOME's and Xfce's settings pages switch an
entry off with `X-GNOME-Autostart-enabled=false` or `Hidden=true`; systemd's autostart generator reads the same keys.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from gowa_desktop.domain.errors import GowaError
from gowa_desktop.infra.desktop_entry import entry_text, exec_line, read_entry
from gowa_desktop.infra.login_start import LoginStart

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FILE_NAME = "gowa-desktop.desktop"
_DELAY_S = 10
"""GNOME starts the tray's host together with everything else; the program waits for a late one by itself."""


def config_folder(environment: Mapping[str, str]) -> Path:
    """Give the person's folder of settings; a relative path in the variable does not count, says the specification."""
    named = Path(environment.get("XDG_CONFIG_HOME", ""))
    return named if named.is_absolute() else Path(environment.get("HOME") or Path.home()) / ".config"


class LinuxAutostart:
    """The entry `autostart/gowa-desktop.desktop`."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str] = os.environ) -> None:
        self._command = command
        self.file = config_folder(environment) / "autostart" / FILE_NAME

    def state(self) -> LoginStart:
        """Read the entry."""
        values = self._read()
        if values is None or not values.get("Exec"):
            return LoginStart.OFF
        is_off = values.get("Hidden", "").lower() == "true" or values.get("X-GNOME-Autostart-enabled", "").lower() == "false"
        return LoginStart.SWITCHED_OFF if is_off else LoginStart.ON

    def turn_on(self) -> None:
        """Write the entry."""
        self._write(self._values())

    def turn_off(self) -> None:
        """Remove the entry."""
        try:
            self.file.unlink(missing_ok=True)
        except OSError as error:
            raise self._refused(error) from error

    def follow_program(self) -> None:
        """Write `Exec` anew when it names another program; all else stays as the person or the system left it."""
        values = self._read()
        if values is not None and values.get("Exec") not in {None, "", exec_line(self._command)}:
            with contextlib.suppress(GowaError):
                self._write({**values, "Exec": exec_line(self._command)})

    def _values(self) -> dict[str, str]:
        return {
            "Type": "Application",
            "Name": "GOWA Desktop",
            "Comment": "Run, watch and keep alive the GOWA WhatsApp API servers on your own computer",
            "Exec": exec_line(self._command),
            "Icon": "gowa-desktop",
            "Terminal": "false",
            "StartupNotify": "false",
            "X-GNOME-Autostart-enabled": "true",
            "X-GNOME-Autostart-Delay": str(_DELAY_S),
            "X-KDE-autostart-after": "panel",
        }

    def _read(self) -> dict[str, str] | None:
        try:
            return read_entry(self.file.read_text("utf-8", errors="replace"))
        except OSError:
            return None

    def _write(self, values: Mapping[str, str]) -> None:
        beside = self.file.with_suffix(".new")
        try:
            self.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            beside.write_text(entry_text(values), "utf-8")
            beside.replace(self.file)
        except OSError as error:
            raise self._refused(error) from error

    def _refused(self, error: OSError) -> GowaError:
        return GowaError(f"{self.file} cannot be changed: {error.strerror}.", "Check the permissions of this folder.")
