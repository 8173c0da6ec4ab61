"""Start at login on macOS: a launch agent of the person, which System Settings > Login Items shows and can switch off.

Facts: launchd.plist(5); what the settings page or `launchctl disable` switched off is listed by `launchctl print-disabled gui/UID`
as `"label" => disabled` (`=> true` before macOS 13). The agent is loaded at the next login: loading it now would start a second program.
"""

from __future__ import annotations

import contextlib
import os
import plistlib
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING
from xml.parsers.expat import ExpatError

from gowa_desktop.domain.errors import GowaError
from gowa_desktop.infra.login_start import LoginStart

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

LABEL = "org.gowa-desktop.GowaDesktop"
"""Also the identifier of the bundle."""
_LAUNCHCTL = "/bin/launchctl"
_WAIT_S = 5.0


def ask_launchctl(arguments: Sequence[str]) -> str:
    """Run launchctl and give what it prints; nothing when it fails."""
    try:
        done = subprocess.run([_LAUNCHCTL, *arguments], capture_output=True, text=True, timeout=_WAIT_S, check=False)
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout


class MacAutostart:
    """The agent in `~/Library/LaunchAgents`."""

    def __init__(self, command: Sequence[str], home: Path | None = None, launchctl: Callable[[Sequence[str]], str] = ask_launchctl) -> None:
        self._command = [*command]
        self._launchctl = launchctl
        self.file = (home or Path.home()) / "Library" / "LaunchAgents" / f"{LABEL}.plist"

    def state(self) -> LoginStart:
        """Read the agent, and what the system says about it."""
        if self._read() is None:
            return LoginStart.OFF
        disabled = self._launchctl(["print-disabled", _domain()])
        is_off = re.search(rf'"{re.escape(LABEL)}"\s*=>\s*(disabled|true)\b', disabled) is not None
        return LoginStart.SWITCHED_OFF if is_off else LoginStart.ON

    def turn_on(self) -> None:
        """Write the agent, and take back what the system's page said."""
        agent = {
            "Label": LABEL,
            "ProgramArguments": self._command,
            "RunAtLoad": True,
            "ProcessType": "Interactive",
            "LimitLoadToSessionType": "Aqua",
            "AssociatedBundleIdentifiers": [LABEL],
        }
        self._write(agent)
        self._launchctl(["enable", f"{_domain()}/{LABEL}"])

    def turn_off(self) -> None:
        """Remove the agent; the program that it started goes on."""
        try:
            self.file.unlink(missing_ok=True)
        except OSError as error:
            raise self._refused(error) from error

    def follow_program(self) -> None:
        """Write the command anew when it names another program."""
        agent = self._read()
        if agent is not None and agent.get("ProgramArguments") != self._command:
            with contextlib.suppress(GowaError):
                self._write({**agent, "ProgramArguments": self._command})

    def _read(self) -> dict[str, object] | None:
        try:
            agent = plistlib.loads(self.file.read_bytes())
        except (OSError, ValueError, ExpatError):  # plistlib's own error is a ValueError
            return None
        return agent if isinstance(agent, dict) else None

    def _write(self, agent: dict[str, object]) -> None:
        beside = self.file.with_suffix(".new")
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            beside.write_bytes(plistlib.dumps(agent))
            beside.replace(self.file)
        except OSError as error:
            raise self._refused(error) from error

    def _refused(self, error: OSError) -> GowaError:
        return GowaError(f"{self.file} cannot be changed: {error.strerror}.", "Check the permissions of this folder.")


def _domain() -> str:
    return f"gui/{os.getuid()}" if hasattr(os, "getuid") else "gui/0"
