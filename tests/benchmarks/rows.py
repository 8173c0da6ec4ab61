"""What a benchmark found, each figure beside its floor of the same run."""

from __future__ import annotations

import json
import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. `floor` is what the least that could do the same costs; `limit` is what the figure, or else the ratio, may be."""

    what: str
    unit: str
    ours: float
    floor: float | None = None
    most_ratio: float | None = None
    most: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """How many times the floor it is."""
        return self.ours / self.floor if self.floor else None

    @property
    def is_kept(self) -> bool:
        """Whether it is within its limits."""
        is_small = self.most is None or self.ours <= self.most
        return is_small and (self.most_ratio is None or self.ratio is None or self.ratio <= self.most_ratio)


def median(figures: Sequence[float]) -> float:
    """Give the middle of several rounds."""
    return statistics.median(figures)


def show(rows: Iterable[Row], *, as_json: bool) -> bool:
    """Print rows; the answer is whether all limits are kept."""
    rows = list(rows)
    if as_json:
        found = [
            {
                "what": row.what, "unit": row.unit, "ours": row.ours, "floor": row.floor, "ratio": row.ratio, "most": row.most,
                "most_ratio": row.most_ratio, "is_kept": row.is_kept, "note": row.note,
            }
            for row in rows
        ]  # fmt: skip
        print(json.dumps(found, indent=2))
        return all(row.is_kept for row in rows)
    print(f"{'what':<46} {'ours':>9} {'floor':>9} {'ratio':>6}  limit")
    for row in rows:
        floor = "" if row.floor is None else f"{row.floor:.2f}"
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
        limits = [f"{row.most_ratio} x" if row.most_ratio is not None else "", f"{row.most} {row.unit}" if row.most is not None else ""]
        words = " ".join((*filter(None, limits), "" if row.is_kept else "MISSED", row.note)).strip()
        print(f"{row.what:<46} {row.ours:9.2f} {floor:>9} {ratio:>6}  {words}  [{row.unit}]", flush=True)
    return all(row.is_kept for row in rows)
