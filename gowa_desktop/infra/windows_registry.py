"""The person's part of the Windows registry, as far as this program needs it."""

from __future__ import annotations

import sys
from typing import Protocol

from gowa_desktop.domain.errors import GowaError

RegistryValue = str | bytes


class Registry(Protocol):
    """Values by key, such as `Software\\\\Classes`, and name; an empty name is the key's own value."""

    def read(self, key: str, name: str) -> RegistryValue | None:
        """Give a value; None without one."""

    def write(self, key: str, name: str, value: str) -> None:
        """Write a text, and the key when there is none.

        Raises:
            GowaError: Windows refuses.
        """

    def remove(self, key: str, name: str) -> None:
        """Remove a value; one that is not there is fine.

        Raises:
            GowaError: Windows refuses.
        """


class UserRegistry:
    """`HKEY_CURRENT_USER`."""

    def read(self, key: str, name: str) -> RegistryValue | None:
        """Give a value; None without one, or where it is neither text nor bytes."""
        if sys.platform == "win32":
            import winreg  # noqa: PLC0415 - of Windows

            try:
                with winreg.OpenKey(winreg.HKEY_CURRENT_USER, key) as opened:
                    value, _kind = winreg.QueryValueEx(opened, name)
            except OSError:
                return None
            return value if isinstance(value, (str, bytes)) else None
        raise _elsewhere()

    def write(self, key: str, name: str, value: str) -> None:
        """Write a text."""
        if sys.platform == "win32":
            import winreg  # noqa: PLC0415 - of Windows

            try:
                with winreg.CreateKey(winreg.HKEY_CURRENT_USER, key) as opened:
                    winreg.SetValueEx(opened, name, 0, winreg.REG_SZ, value)
            except OSError as error:
                raise _refused(error) from error
            return
        raise _elsewhere()

    def remove(self, key: str, name: str) -> None:
        """Remove a value."""
        if sys.platform == "win32":
            import winreg  # noqa: PLC0415 - of Windows

            try:
                with winreg.OpenKey(winreg.HKEY_CURRENT_USER, key, 0, winreg.KEY_SET_VALUE) as opened:
                    winreg.DeleteValue(opened, name)
            except FileNotFoundError:
                return
            except OSError as error:
                raise _refused(error) from error
            return
        raise _elsewhere()


def _refused(error: OSError) -> GowaError:
    return GowaError(f"Windows does not let the registry be changed: {error.strerror}.", "An administrator may have forbidden it.")


def _elsewhere() -> GowaError:
    return GowaError("There is no registry on this system.")
