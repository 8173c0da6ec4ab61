"""What the window may look like."""

from __future__ import annotations

from enum import StrEnum


class ThemeChoice(StrEnum):
    """What the window looks like."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"
    CONTRAST = "contrast"
    """High contrast, as bright or dark as the system."""
