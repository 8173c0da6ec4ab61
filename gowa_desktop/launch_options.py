"""What the command line asks of the program itself; passed from `__main__` to `launch`. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class LaunchOptions:
    """How the program starts. `as_json` and `screenshot` concern the self-test only."""

    data_dir: Path
    minimized: bool = False
    then: str | None = None
    """What the window does at once, for the menu of the desktop: `start-all` or `stop-all`."""
    link: str = ""
    """A link whose instance the window shows first; empty for none."""
    as_json: bool = False
    screenshot: Path | None = None
