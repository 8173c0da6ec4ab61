"""The history of use: what was measured comes back by time, with gaps where nothing ran."""

from __future__ import annotations

import math

import pytest

from gowa_desktop.domain.usage import THIS_COMPUTER, Metric, UsageEvent, UsageEventKind
from gowa_desktop.services.monitoring.usage_history import UsageHistory

_T0 = 1_800_000_000.0


def _record_cpu(history: UsageHistory, at: float, figure: float, lasts_s: float = 1.0, subject: int = 1) -> None:
    history.record(at, lasts_s, {Metric.CPU: {subject: figure}})


def test_series_within_the_last_hour_has_a_figure_for_each_second() -> None:
    history = UsageHistory(now=lambda: _T0 + 10)
    for second in range(10):
        _record_cpu(history, _T0 + second, float(second))
    series = history.series(1, Metric.CPU, _T0 + 2, _T0 + 5)
    assert list(series.times) == [_T0 + second + 0.5 for second in (2, 3, 4, 5)]
    assert list(series.mean) == list(series.most) == list(series.least) == [2.0, 3.0, 4.0, 5.0]
    assert series.step_s == 1


def test_series_has_a_gap_where_it_did_not_run() -> None:
    history = UsageHistory(now=lambda: _T0 + 10)
    _record_cpu(history, _T0, 1.0)
    _record_cpu(history, _T0 + 3, 2.0)
    series = history.series(1, Metric.CPU, _T0 - 60, _T0 + 60)
    assert len(series) == 4
    assert [math.isnan(figure) for figure in series.mean] == [False, True, True, False]


def test_series_of_slower_samples_has_no_gaps() -> None:
    history = UsageHistory(now=lambda: _T0 + 20)
    for second in (0, 5, 10):
        _record_cpu(history, _T0 + second, 3.0, lasts_s=5.0)
    series = history.series(1, Metric.CPU, _T0, _T0 + 10)
    assert list(series.mean) == [3.0] * 11


def test_series_of_what_was_never_measured_is_empty() -> None:
    history = UsageHistory()
    assert len(history.series(THIS_COMPUTER, Metric.DISK, _T0, _T0 + 10)) == 0


def test_forget_drops_figures_and_events_of_that_instance_alone() -> None:
    history = UsageHistory(now=lambda: _T0 + 10)
    for subject in (1, 2):
        _record_cpu(history, _T0, 1.0, subject=subject)
        history.note(subject, UsageEvent(_T0, UsageEventKind.START))
    history.forget(1)
    assert len(history.series(1, Metric.CPU, _T0, _T0 + 1)) == 0
    assert history.events(1, _T0, _T0 + 1) == []
    assert len(history.series(2, Metric.CPU, _T0, _T0 + 1)) == 1
    assert history.events(2, _T0, _T0 + 1) == [UsageEvent(_T0, UsageEventKind.START)]


@pytest.mark.parametrize(("begin", "end", "count"), [(_T0 - 5, _T0 + 0.5, 1), (_T0 + 1, _T0 + 5, 0)])
def test_events_are_given_for_the_asked_time_only(begin: float, end: float, count: int) -> None:
    history = UsageHistory()
    history.note(1, UsageEvent(_T0, UsageEventKind.CRASH, "It ended with code 2."))
    assert len(history.events(1, begin, end)) == count
