"""How much time a chart shows, and how often it is brought up to date."""

from __future__ import annotations

from enum import StrEnum

_HOUR_S, _DAY_S = 3600, 86400
LONGEST_S = 90 * _DAY_S
"""So long history is kept."""
LEAST_S = 30.0
"""Nobody can zoom in further: the finest figures are a second apart."""


class ChartRange(StrEnum):
    """The lengths of time that a chart offers, shortest first."""

    FIVE_MINUTES = "5min"
    HOUR = "1h"
    DAY = "24h"
    WEEK = "7d"
    MONTH = "30d"
    QUARTER = "90d"

    @property
    def seconds(self) -> int:
        """How long it is."""
        return {
            ChartRange.FIVE_MINUTES: 300, ChartRange.HOUR: _HOUR_S, ChartRange.DAY: _DAY_S, ChartRange.WEEK: 7 * _DAY_S,
            ChartRange.MONTH: 30 * _DAY_S, ChartRange.QUARTER: LONGEST_S,
        }[self]  # fmt: skip


def refresh_s(span_s: float) -> float:
    """Say how often a chart of so many seconds is worth drawing again: a figure moves it by less than a pixel otherwise."""
    return min(60.0, max(1.0, span_s / 600))
