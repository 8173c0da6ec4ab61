"""What closing the window and quitting the program mean; a person chooses once and can change it in the settings."""

from __future__ import annotations

from enum import StrEnum


class CloseAction(StrEnum):
    """What the window's close button does."""

    TRAY = "tray"
    """The window goes, the program stays in the tray; without one it stays in the task bar."""
    QUIT = "quit"
    """The program ends, as with Quit."""


class QuitAction(StrEnum):
    """What becomes of running instances when the program ends."""

    ASK = "ask"
    LEAVE = "leave"
    """They go on running, and the next start finds them again."""
    STOP = "stop"
    """They are stopped first."""
