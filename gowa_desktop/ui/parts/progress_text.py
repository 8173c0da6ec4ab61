"""How far a piece of work is, in words: share, size, speed, time left. Plain functions, no widgets."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from gowa_desktop.ui.look.format import format_bytes, format_duration

if TYPE_CHECKING:
    from gowa_desktop.domain.progress import Progress

BAR_STEPS = 1000
"""How finely a progress bar moves: sizes in bytes do not fit its 32 bits."""


def _tr(text: str) -> str:
    return QCoreApplication.translate("progress", text)


def share_done(progress: Progress | None) -> float | None:
    """Give the share that is done, 0-1; None while nobody knows it: a single step is done or not, which shows no way."""
    if progress is None or not progress.total or (progress.unit == "steps" and progress.total == 1):
        return None
    return min(1.0, max(0.0, progress.done / progress.total))


def short_words(progress: Progress | None) -> str:
    """Say the share that is done, `45 %` or `2 of 5`; empty while nobody knows the whole."""
    share = share_done(progress)
    if share is None or progress is None:
        return ""
    return _tr("{percent} %").format(percent=int(share * 100)) if progress.unit == "bytes" else _steps(progress)


def bar_range(progress: Progress | None) -> tuple[int, int]:
    """Give the maximum and value of a progress bar; a maximum of 0 lets it show that something goes on."""
    share = share_done(progress)
    return (0, 0) if share is None else (BAR_STEPS, int(share * BAR_STEPS))


def progress_words(progress: Progress | None) -> str:
    """Say how far it is: `5 MB of 11 MB · 2 MB/s · 3 s left`."""
    if progress is None:
        return ""
    if progress.unit != "bytes":
        return _steps(progress)
    parts = [
        _tr("{done} of {total}").format(done=format_bytes(progress.done), total=format_bytes(progress.total))
        if progress.total
        else format_bytes(progress.done)
    ]
    if progress.speed_bps:
        parts.append(_tr("{size}/s").format(size=format_bytes(int(progress.speed_bps))))
    if progress.eta_s is not None:
        parts.append(_tr("{duration} left").format(duration=format_duration(ceil(progress.eta_s))))
    return " · ".join(parts)


def _steps(progress: Progress) -> str:
    is_many = progress.total is not None and progress.total > 1
    return _tr("{done} of {total}").format(done=progress.done, total=progress.total) if is_many else ""
