"""Figures as people read them."""

from __future__ import annotations

from datetime import datetime

import pytest

from gowa_desktop.ui.look.format import format_bytes, format_clock, format_cpu, format_duration, format_instant, format_moment


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (8.9, "8 s"), (60, "1 min"), (720, "12 min"), (7440, "2 h 04 m"), (35_460, "9 h 51 m"), (273_700, "3 d 4 h")],
)
def test_format_duration_has_the_two_largest_units(seconds: float, text: str) -> None:
    assert format_duration(seconds) == text


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 bytes"), (999, "999 bytes"), (38_000_000, "38 MB"), (999_600_000, "1.0 GB"), (12_300_000_000, "12 GB")]
)
def test_format_bytes_has_at_most_three_digits(count: int, text: str) -> None:
    assert format_bytes(count) == text


@pytest.mark.parametrize(("percent", "text"), [(0.0, "0.0 %"), (1.24, "1.2 %"), (140.4, "140 %")])
def test_format_cpu_is_short(percent: float, text: str) -> None:
    assert format_cpu(percent) == text


def test_format_moment_names_the_day_only_when_it_is_not_today() -> None:
    now = datetime(2026, 3, 10, 14, 30).astimezone()

    assert format_moment(600, now).startswith("today 14:20")
    assert format_moment(86_400, now).startswith("yesterday 14:30")
    assert format_moment(5 * 86_400, now).startswith("5 Mar, 14:30")
    assert format_moment(400 * 86_400, now).startswith("3 Feb 2025")


def test_format_instant_is_exact_to_the_second() -> None:
    now = datetime(2026, 3, 10, 14, 30).astimezone()
    moment = datetime(2026, 3, 10, 8, 2, 31).astimezone()

    assert format_instant(moment.timestamp(), now) == "today 08:02:31"
    assert format_instant(moment.timestamp() - 86_400, now) == "yesterday 08:02:31"


def test_format_clock_is_short_today_and_has_the_day_before() -> None:
    now = datetime(2026, 3, 10, 14, 30).astimezone()
    moment = datetime(2026, 3, 10, 8, 2, 31).astimezone()

    assert format_clock(moment.timestamp(), now) == "08:02:31"
    assert format_clock(moment.timestamp() - 5 * 86_400, now) == "5 Mar, 08:02"
