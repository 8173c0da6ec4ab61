"""Progress from a worker, thinned out: the main thread is told about ten times a second, and of every new step."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from gowa_desktop.domain.progress import Progress

_EVERY_S = 0.1


def throttled(tell: Callable[[Progress], None]) -> Callable[[Progress], None]:
    """Make a function that passes progress on at most ten times a second, and every change of step at once."""
    step, told_s = "", 0.0

    def report(progress: Progress) -> None:
        nonlocal step, told_s
        now = time.monotonic()
        if progress.step != step or now - told_s >= _EVERY_S:
            step, told_s = progress.step, now
            tell(progress)

    return report
