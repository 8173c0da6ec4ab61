"""Says in words what a duration means that is written as GOWA reads it, such as `1h30m`."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from gowa_desktop.domain.durations import seconds_of


def _tr(text: str) -> str:
    return QCoreApplication.translate("durationWords", text)


def duration_words(text: str) -> str:
    """Write a duration with its two largest units, such as `= 1 day 12 hours`; empty when the text is none worth explaining."""
    seconds = seconds_of(text)
    if seconds is None or seconds < 1:
        return ""
    units = (
        (86400, _tr("day"), _tr("days")), (3600, _tr("hour"), _tr("hours")), (60, _tr("minute"), _tr("minutes")),
        (1, _tr("second"), _tr("seconds")),
    )  # fmt: skip
    words, rest = [], round(seconds)
    for size, one, several in units:
        count, rest = divmod(rest, size)
        if count:
            words.append(f"{count} {one if count == 1 else several}")
    return "= " + " ".join(words[:2])
