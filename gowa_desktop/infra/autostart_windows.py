"""Start at login on Windows: a value of the person's Run key, which Task Manager's page Startup shows and can switch off.

Facts: Task Manager and the Settings app write `StartupApproved\\\\Run`, 12 bytes under the same name; the first is even when the
program may start (02, 06) and odd when it may not (03, 07). No value means that it may.
"""

from __future__ import annotations

import contextlib
import subprocess
from typing import TYPE_CHECKING

from gowa_desktop.domain.errors import GowaError
from gowa_desktop.infra.login_start import LoginStart

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gowa_desktop.infra.windows_registry import Registry

RUN_KEY = r"Software\Microsoft\Windows\CurrentVersion\Run"
APPROVED_KEY = r"Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run"
VALUE_NAME = "gowa-desktop"
"""The installer uses and removes the same."""


def command_line(command: Sequence[str]) -> str:
    """Give a command as Windows reads it; the program is quoted always, for without that a blank in its path opens a hole."""
    program, *arguments = command
    return f'"{program}" {subprocess.list2cmdline(arguments)}'.rstrip()


class WindowsAutostart:
    """The value `gowa-desktop` of the Run key."""

    def __init__(self, command: Sequence[str], registry: Registry) -> None:
        self._line = command_line(command)
        self._registry = registry

    def state(self) -> LoginStart:
        """Read both keys."""
        if not self._registry.read(RUN_KEY, VALUE_NAME):
            return LoginStart.OFF
        approved = self._registry.read(APPROVED_KEY, VALUE_NAME)
        is_off = isinstance(approved, bytes) and bool(approved) and approved[0] % 2 == 1
        return LoginStart.SWITCHED_OFF if is_off else LoginStart.ON

    def turn_on(self) -> None:
        """Write the value, and take back what the system's page said."""
        self._registry.write(RUN_KEY, VALUE_NAME, self._line)
        self._registry.remove(APPROVED_KEY, VALUE_NAME)

    def turn_off(self) -> None:
        """Remove the value."""
        self._registry.remove(RUN_KEY, VALUE_NAME)
        self._registry.remove(APPROVED_KEY, VALUE_NAME)

    def follow_program(self) -> None:
        """Write the command anew when it names another program."""
        if self._registry.read(RUN_KEY, VALUE_NAME) not in {None, "", self._line}:
            with contextlib.suppress(GowaError):
                self._registry.write(RUN_KEY, VALUE_NAME, self._line)
