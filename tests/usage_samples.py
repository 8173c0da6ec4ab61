"""A plausible past for instances, so that charts have something to show: days of figures, gaps, and what happened."""

from __future__ import annotations

import math
import random
import time
from typing import TYPE_CHECKING

from gowa_desktop.domain.usage import Metric, UsageEvent, UsageEventKind
from gowa_desktop.domain.usage_ring import Rollup
from gowa_desktop.store.usage_file import UsageBatch, UsageFile

if TYPE_CHECKING:
    from pathlib import Path

    from gowa_desktop.services.monitoring.usage_history import UsageHistory

_DAY_S = 86_400
_MEGABYTE = 1e6
_STEPS = ((1, 10), (7, 60), (90, 600))
"""Up to how many days ago, and how many seconds apart, figures are written: as they are kept."""


def figures_at(at: float, subject: int) -> tuple[float, float, float]:
    """Give CPU, memory and disk of an instance at a moment: busy by day, quiet by night, a little more disk each day."""
    day = 0.5 - 0.5 * math.cos((at % _DAY_S) / _DAY_S * 2 * math.pi)
    noise = random.Random(int(at) * 31 + subject).random()
    cpu = (0.4 + 5 * day * (0.5 + noise)) * (1 + subject % 3) + (22 * noise if noise > 0.985 else 0)
    memory = (38 + 9 * subject % 40 + 16 * day + 3 * noise + 5 * math.sin(at / 5000 + subject)) * _MEGABYTE
    return cpu, memory, (180 + 40 * subject + (at / _DAY_S % 90) * 3) * _MEGABYTE


def runs_at(at: float, now: float) -> bool:
    """Tell whether it ran: not for some hours three days ago, and not around a crash four hours ago."""
    ago = now - at
    return not (3 * _DAY_S < ago < 3.3 * _DAY_S or 4 * 3600 < ago < 4 * 3600 + 900)


def fill_file(path: Path, subjects: list[int], now: float, days: float = 90) -> None:
    """Write the past into the file of usage."""
    batch = UsageBatch(now)
    for subject in subjects:
        for place, metric in enumerate((Metric.CPU, Metric.MEMORY, Metric.DISK)):
            step_s = 60 if metric is Metric.DISK else 10
            slots: dict[int, Rollup] = {}
            newest = now
            for ago_days, every_s in _STEPS:
                oldest = now - min(days, ago_days) * _DAY_S
                for slot in range(int(oldest // step_s), int(newest // step_s), max(1, every_s // step_s)):
                    if runs_at(slot * step_s, now):
                        mean = figures_at(slot * step_s, subject)[place]
                        spread = {Metric.CPU: 0.3 + 0.1 * (slot % 4), Metric.MEMORY: 0.03}.get(metric, 0.0)
                        slots[slot] = Rollup(mean, mean * (1 - min(0.9, spread)), mean * (1 + spread))
                newest = oldest
            batch.figures[subject, metric] = slots
        batch.events[subject] = events_of(now)
    file = UsageFile(path)
    file.store(batch)
    file.close()


def events_of(now: float) -> list[UsageEvent]:
    """Give what happened: a stop and a start three days ago, an update two days ago, a crash four hours ago."""
    kind, hour = UsageEventKind, 3600
    happened = [
        (20 * _DAY_S, kind.UPDATE, "Updated from v9.1.0 to v9.2.0"), (3.3 * _DAY_S, kind.STOP, ""), (3 * _DAY_S, kind.START, ""),
        (2 * _DAY_S, kind.UPDATE, "Updated from v9.2.0 to v9.3.0"), (4 * hour + 900, kind.CRASH, "Ended with code 1: port 8004 is in use"),
        (4 * hour, kind.RESTART, ""), (1500, kind.RESTART, "Restarted by hand"),
    ]  # fmt: skip
    return [UsageEvent(now - ago, what, text) for ago, what, text in happened]


def fill_last_hour(history: UsageHistory, subjects: list[int], now: float | None = None, seconds: int = 3600) -> None:
    """Have the history keep a figure for each second of the last time; for the first two minutes nothing ran."""
    now = time.time() if now is None else now
    for ago in range(seconds, 0, -1):
        at = now - ago
        readings: dict[Metric, dict[int, float]] = {Metric.CPU: {}, Metric.MEMORY: {}}
        for subject in subjects:
            if ago < seconds - 120 and not 1440 < ago < 1500:
                readings[Metric.CPU][subject], readings[Metric.MEMORY][subject], _ = figures_at(at, subject)
        history.record(at, 1.0, readings)
        if ago % 60 == 0:
            history.record(at, 60.0, {Metric.DISK: {subject: figures_at(at, subject)[2] for subject in subjects}})
