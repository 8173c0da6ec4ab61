"""Figures as people read them: durations, sizes, shares of a core. Plain functions, no widgets."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache

from PySide6.QtCore import QCoreApplication, QDate, QLocale, QTime

NOTHING = "–"  # noqa: RUF001 - the sign that tables use
"""What stands where there is no figure."""

_UNITS = ("kB", "MB", "GB", "TB")


def _tr(text: str) -> str:
    return QCoreApplication.translate("format", text)


def format_duration(seconds: float) -> str:
    """Write a duration with its two largest units, such as `2 h 04 m`, `3 d 4 h`, `12 min`, `8 s`."""
    total = max(0, int(seconds))
    days, hours, minutes = total // 86400, total % 86400 // 3600, total % 3600 // 60
    if days:
        return _tr("{days} d {hours} h").format(days=days, hours=hours)
    if hours:
        return _tr("{hours} h {minutes:02d} m").format(hours=hours, minutes=minutes)
    if minutes:
        return _tr("{minutes} min").format(minutes=minutes)
    return _tr("{seconds} s").format(seconds=total)


def format_bytes(count: int) -> str:
    """Write a size in decimal units with at most three digits, such as `38 MB` or `1.2 GB`."""
    if count < 1000:
        return _tr("{count} bytes").format(count=count)
    value, unit = float(count), ""
    for unit in _UNITS:  # noqa: B007 - the last unit is the answer when none is large enough
        value /= 1000
        if value < 999.5:
            break
    digits = 1 if value < 9.95 and unit not in {"kB", "MB"} else 0
    return f"{_number(value, digits)} {unit}"


def format_cpu(percent: float) -> str:
    """Write a share of one core, such as `1.2 %` or `140 %`."""
    return f"{_number(percent, 1 if percent < 99.95 else 0)} %"


def format_moment(ago_s: float, now: datetime) -> str:
    """Say when something was `ago_s` seconds ago: the time today, else day and time."""
    moment = now - timedelta(seconds=ago_s)
    time = QLocale().toString(QTime(moment.hour, moment.minute), QLocale.FormatType.ShortFormat)
    return _with_day(moment, now, time)


def format_instant(time_s: float, now: datetime) -> str:
    """Say to the second when something was, as log lines do: `today 08:02:31`; `time_s` is seconds since the epoch."""
    moment = datetime.fromtimestamp(time_s).astimezone()
    return _with_day(moment, now, f"{moment:%H:%M:%S}")


def format_clock(time_s: float, now: datetime) -> str:
    """Say when something was, in few letters for a list: `08:02:31` today, else with the day."""
    moment = datetime.fromtimestamp(time_s).astimezone()
    return f"{moment:%H:%M:%S}" if moment.date() == now.date() else _with_day(moment, now, f"{moment:%H:%M}")


def format_date(moment: datetime) -> str:
    """Write a day in few letters: `12 Nov 2026`, in the computer's own time zone."""
    local = moment.astimezone()
    return QLocale().toString(QDate(local.year, local.month, local.day), "d MMM yyyy")


def format_when(moment: datetime, now: datetime) -> str:
    """Say when something was: `today 08:14`, `yesterday 17:40`, `12 Nov, 08:14`."""
    return format_moment((now - moment).total_seconds(), now)


def _number(value: float, digits: int) -> str:
    return _number_of(round(value, digits), digits, QLocale().name())


@lru_cache(maxsize=2048)
def _number_of(value: float, digits: int, _locale: str) -> str:
    """Write a number as the language of now does. Tables write hundreds each second, and mostly the same ones."""
    return QLocale().toString(value, "f", digits)


def _with_day(moment: datetime, now: datetime, time: str) -> str:
    if moment.date() == now.date():
        return _tr("today {time}").format(time=time)
    if moment.date() == (now - timedelta(days=1)).date():
        return _tr("yesterday {time}").format(time=time)
    day = QLocale().toString(QDate(moment.year, moment.month, moment.day), "d MMM" if moment.year == now.year else "d MMM yyyy")
    return f"{day}, {time}"
