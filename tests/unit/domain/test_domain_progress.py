"""Progress: speed from the last seconds, and time left."""

from __future__ import annotations

from gowa_desktop.domain.progress import Progress, SpeedMeter


def test_speed_is_none_before_there_is_enough_to_tell() -> None:
    meter = SpeedMeter()
    assert meter.speed is None
    assert meter.progress("Downloading", 100) == Progress("Downloading", 0, 100, "bytes", None, None)
    meter.add(10.0, 0)
    meter.add(10.2, 5_000_000)
    assert meter.speed is None


def test_speed_and_time_left_come_from_the_counts() -> None:
    meter = SpeedMeter()
    meter.add(100.0, 0)
    meter.add(102.0, 4_000)

    assert meter.progress("Downloading", 10_000) == Progress("Downloading", 4_000, 10_000, "bytes", 2_000.0, 3.0)


def test_speed_forgets_what_is_older_than_five_seconds() -> None:
    meter = SpeedMeter()
    for second in range(20):
        meter.add(float(second), second * 1_000)
    for second in range(20, 30):
        meter.add(float(second), 20_000)

    assert meter.speed == 0.0
    assert meter.progress("Downloading", 50_000).eta_s is None


def test_speed_begins_anew_when_the_count_falls() -> None:
    meter = SpeedMeter()
    meter.add(0.0, 0)
    meter.add(1.0, 9_000)
    meter.add(2.0, 100)

    assert meter.speed is None
    assert meter.progress("Downloading", None) == Progress("Downloading", 100, None, "bytes", None, None)
