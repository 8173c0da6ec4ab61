"""What charts compute: as many points as a screen can show, with every peak and every gap."""

from __future__ import annotations

import math
from array import array

import numpy as np
import pytest

from gowa_desktop.domain.usage import Metric, UsageSeries
from gowa_desktop.ui.charts.chart_axes import tick_texts
from gowa_desktop.ui.charts.chart_colors import MOST_LINES, line_look
from gowa_desktop.ui.charts.chart_data import Points, points_of, runs, thin
from gowa_desktop.ui.charts.chart_text import summary_text
from gowa_desktop.ui.look.color_tables import DARK, LIGHT


def points(values: list[float], step_s: float = 10.0, first: float = 1_000_005.0) -> Points:
    mean = np.array(values)
    return Points((first + np.arange(len(values)) * step_s).astype(np.float64), mean, mean - 1, mean + 1, step_s)


def test_points_of_an_empty_series_is_empty() -> None:
    nothing = array("d")

    taken = points_of(UsageSeries(nothing, nothing, nothing, nothing, 60))

    assert len(taken) == 0
    assert not taken.has_figures
    assert taken.top == 0


def test_thin_keeps_the_peak_and_the_trough_of_each_group() -> None:
    values = [5.0] * 4320
    values[1234], values[4000] = 90.0, 0.5

    thinned = thin(points(values), 300)

    assert len(thinned) <= 302
    assert thinned.top == 91.0
    assert float(np.nanmin(thinned.least)) == -0.5
    assert float(np.nanmean(thinned.mean)) == pytest.approx(np.mean(values), rel=0.01)


def test_thin_keeps_gaps_and_does_not_smear_their_edges() -> None:
    values = [4.0] * 300 + [math.nan] * 300 + [8.0] * 300

    thinned = thin(points(values), 90)

    pieces = runs(thinned)
    assert len(pieces) == 2
    (_, end), (start, _) = pieces
    assert thinned.mean[end - 1] == 4.0
    assert thinned.mean[start] == 8.0


def test_thin_groups_the_same_slots_wherever_the_piece_begins() -> None:
    values = [float(number % 17) for number in range(1000)]
    earlier, later = points(values), points(values[7:], first=1_000_005.0 + 70)

    one, other = thin(earlier, 100), thin(later, 100)

    both = sorted(set(one.times.tolist()) & set(other.times.tolist()))[1:-1]
    assert len(both) > 90
    by_time = dict(zip(other.times.tolist(), other.most.tolist(), strict=True))
    assert all(by_time[at] == most for at, most in zip(one.times.tolist(), one.most.tolist(), strict=True) if at in both)


def test_thin_leaves_few_points_alone() -> None:
    few = points([1.0, 2.0, 3.0])

    assert thin(few, 100) is few


def test_index_at_a_moment_is_its_slot() -> None:
    some = points([1.0, 2.0, 3.0])

    assert some.index_at(1_000_013.0) == 1
    assert some.index_at(999_000.0) is None
    assert some.index_at(1_000_300.0) is None


@pytest.mark.parametrize(
    ("metric", "values", "spacing", "texts"),
    [
        (Metric.CPU, [0, 50, 100], 50, ["0 %", "50 %", "100 %"]),
        (Metric.CPU, [0, 0.5, 1], 0.5, ["0.0 %", "0.5 %", "1.0 %"]),
        (Metric.MEMORY, [0, 2e7, 4e7], 2e7, ["0 MB", "20 MB", "40 MB"]),
        (Metric.DISK, [1e9, 1.5e9], 5e8, ["1.0 GB", "1.5 GB"]),
    ],
)
def test_ticks_have_one_unit_and_as_many_digits_as_they_need(metric: Metric, values: list[float], spacing: float, texts: list[str]) -> None:
    assert tick_texts(metric, values, spacing) == texts


def test_summary_says_now_and_most() -> None:
    assert summary_text(Metric.CPU, 1.2, 14.0, "the last hour") == "CPU 1.2 % now, at most 14.0 % in the last hour."
    assert summary_text(Metric.MEMORY, None, 38e6, "the last hour") == "Memory at most 38 MB in the last hour."


@pytest.mark.parametrize("colors", [LIGHT, DARK], ids=["light", "dark"])
def test_no_two_lines_look_alike(colors: object) -> None:
    looks = [line_look(colors, number) for number in range(MOST_LINES)]  # type: ignore[arg-type]

    assert len({look.color for look in looks}) == MOST_LINES
    assert len({look.style for look in looks[:4]}) == 4
