"""Goes through the pages of an installer as a person does: keys into the window in front, a picture of each page."""

from __future__ import annotations

import subprocess
import time
from typing import TYPE_CHECKING

from tests.packaging.report import StepError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.packaging.windows.wine import Wine

_PAGE_S = 90


class Wizard:
    """The window of one installer, found by its title."""

    def __init__(self, wine: Wine, title: str, pictures: Path) -> None:
        self._wine = wine
        self._title = title
        self._pictures = pictures
        self._count = 0

    def wait(self) -> None:
        """Wait until the window is there.

        Raises:
            StepError: it does not come.
        """
        deadline = time.monotonic() + _PAGE_S
        while not self.windows():
            if time.monotonic() > deadline:
                raise StepError(f"No window named {self._title} came up.")
            time.sleep(0.2)
        time.sleep(1.5)  # for the first painting; nothing tells of it from outside

    def windows(self) -> list[str]:
        """Give the visible windows with this title."""
        found = self._xdotool(["search", "--onlyvisible", "--name", self._title])
        return found.split()

    def picture(self, name: str) -> None:
        """Save a picture of the desktop."""
        self._count += 1
        self._wine.screenshot(self._pictures / f"{self._count}-{name}.png")

    def press(self, keys: Sequence[str]) -> None:
        """Press keys in the window and give it time to turn the page."""
        for key in keys:
            self._xdotool(["search", "--onlyvisible", "--name", self._title, "windowactivate", "--sync", "key", "--clearmodifiers", key])
            time.sleep(1.0)

    def wait_for_pixels_at_rest(self, seconds: float = _PAGE_S) -> None:
        """Wait until the picture does not change any more: then the files are copied and the last page is shown."""
        deadline, before, calm = time.monotonic() + seconds, b"", 0
        while calm < 4:
            if time.monotonic() > deadline:
                raise StepError("The installer does not come to its last page.")
            now = subprocess.run(["import", "-window", "root", "rgba:-"], env=self._wine.environment(), capture_output=True, check=True).stdout
            calm = calm + 1 if now == before else 0
            before = now
            time.sleep(1.0)

    def _xdotool(self, words: Sequence[str]) -> str:
        ended = subprocess.run(["xdotool", *words], env=self._wine.environment(), capture_output=True, text=True, timeout=60, check=False)
        return ended.stdout
