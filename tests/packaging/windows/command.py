"""The command `python -m tests.packaging windows [CACHE]`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from tests.packaging.report import Report, StepError
from tests.packaging.windows.checks import WindowsChecks
from tests.packaging.windows.wine import Wine, missing_tools

if TYPE_CHECKING:
    from collections.abc import Sequence

CACHE_VARIABLE = "GOWA_DESKTOP_PACKAGING_CACHE"
"""Where the Wine prefix, the packages for Windows and what is built are kept, about 1 GB."""


def main(arguments: Sequence[str]) -> int:
    """Run the checks; the answer is an exit code."""
    default = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "gowa-desktop-packaging"
    cache = Path(arguments[0] if arguments else os.environ.get(CACHE_VARIABLE) or default).resolve() / "windows"
    if missing := missing_tools():
        print(f"These are missing: {', '.join(missing)}. On Debian: apt-get install --no-install-recommends {' '.join(missing)}")
        return 2
    cache.mkdir(parents=True, exist_ok=True)
    report = Report()
    try:
        with Wine(cache / "prefix") as wine:
            WindowsChecks(wine, cache, report).run()
    except StepError:
        print("The other steps need this one.")
    return report.close()
