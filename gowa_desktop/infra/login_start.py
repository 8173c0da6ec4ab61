"""What start at login is on every system: whether it is on, and how it is changed."""

from __future__ import annotations

from enum import Enum, auto
from typing import Protocol


class LoginStart(Enum):
    """Whether the program starts when the person logs in."""

    OFF = auto()
    ON = auto()
    SWITCHED_OFF = auto()
    """It is set up, and the system's own settings page or a person's edit keeps it from starting."""


class Autostart(Protocol):
    """Start at login on one system. May touch the disk; fast."""

    def state(self) -> LoginStart:
        """Tell what the system would do at the next login."""

    def turn_on(self) -> None:
        """Start at login from now on, also when the system's own page said no.

        Raises:
            GowaError: the system refuses.
        """

    def turn_off(self) -> None:
        """Start at login no more.

        Raises:
            GowaError: the system refuses.
        """

    def follow_program(self) -> None:
        """Write the command anew when the program has moved since; whether it is on stays as it is. Raises nothing."""
