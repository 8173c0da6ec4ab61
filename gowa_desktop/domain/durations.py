"""Durations as Go reads them: numbers with units, no days, and a bare number means nanoseconds (GOWA facts 1.2)."""

from __future__ import annotations

import re
from decimal import Decimal

_PART = re.compile(r"([0-9]+(?:\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)")
_SECONDS = {
    "ns": Decimal("1e-9"), "us": Decimal("1e-6"), "µs": Decimal("1e-6"), "μs": Decimal("1e-6"), "ms": Decimal("1e-3"),
    "s": Decimal(1), "m": Decimal(60), "h": Decimal(3600),
}  # fmt: skip
_LONGEST_S = Decimal(9_223_372_036)
"""Go counts nanoseconds in 64 bits, about 292 years."""


def seconds_of(text: str) -> Decimal | None:
    """Read a duration such as `1h30m`, in seconds; None when Go would refuse it or it is too long."""
    if not re.fullmatch(rf"(?:{_PART.pattern})+", text):
        return None
    total = sum((Decimal(number) * _SECONDS[unit] for number, unit in _PART.findall(text)), Decimal(0))
    return total if total <= _LONGEST_S else None


def check_duration(text: str, minimum_s: int) -> str | None:
    """Say what is wrong with a duration; None when GOWA takes it as it is meant."""
    if re.fullmatch(r"[0-9]+", text):
        return f"Add a unit: {text}s for seconds, {text}m for minutes. Without one GOWA reads nanoseconds."
    if days := re.fullmatch(r"([0-9]{1,5})d", text):
        return f"GOWA knows no days. Write {int(days[1]) * 24}h instead."
    total = seconds_of(text)
    if total is None:
        return "Write a time with its unit, such as 30s, 5m or 48h."
    if total < minimum_s:
        return f"The time must be {minimum_s} s or longer."
    return None
