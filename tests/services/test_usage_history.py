"""The history of use: what was measured comes back by time, with gaps where nothing ran."""

from __future__ import annotations

import gc
import math
import tracemalloc
from typing import TYPE_CHECKING

import pytest

from gowa_desktop.domain.usage import THIS_COMPUTER, Metric, UsageEvent, UsageEventKind
from gowa_desktop.services.monitoring.usage_history import UsageHistory
from gowa_desktop.services.tasks import TaskRunner
from gowa_desktop.store.usage_file import UsageFile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

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


# With a file


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = _T0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tasks(qapp: object) -> Iterator[TaskRunner]:
    runner = TaskRunner()
    yield runner
    runner.close()


def _open(tmp_path: Path, clock: Clock, tasks: TaskRunner) -> UsageHistory:
    return UsageHistory(tasks, clock, file=UsageFile(tmp_path / "usage.db"), tasks=tasks)


def _run(history: UsageHistory, clock: Clock, seconds: int, step_s: int = 1, subjects: tuple[int, ...] = (1,)) -> None:
    """Let so many seconds pass, each with a reading; the figure is the minute of the hour."""
    for _ in range(0, seconds, step_s):
        clock.now += step_s
        figure = clock.now // 60 % 60
        history.record(clock.now, step_s, {Metric.CPU: dict.fromkeys(subjects, figure), Metric.MEMORY: dict.fromkeys(subjects, figure * 1e6)})


def _stored(qtbot: QtBot, history: UsageHistory) -> None:
    history.flush()
    qtbot.waitUntil(lambda: not history.is_storing, timeout=20_000)


def test_history_is_there_again_after_the_program_ran_anew(tmp_path: Path, clock: Clock, tasks: TaskRunner) -> None:
    history = _open(tmp_path, clock, tasks)
    _run(history, clock, 600)
    history.note(1, UsageEvent(clock.now, UsageEventKind.STOP))
    history.close()
    clock.now += 1800
    again = _open(tmp_path, clock, tasks)
    _run(again, clock, 60)
    series = again.series(1, Metric.CPU, _T0, clock.now)
    assert series.step_s == 10
    assert series.times[0] == _T0 + 5
    gap = [time for time, figure in zip(series.times, series.mean, strict=True) if math.isnan(figure)]
    assert 170 <= len(gap) <= 180
    assert gap[0] >= _T0 + 600
    assert gap[-1] <= _T0 + 2400
    assert [event.kind for event in again.events(1, _T0, clock.now)] == [UsageEventKind.STOP]
    again.close()


def test_resolution_is_the_finest_that_covers_the_range(qtbot: QtBot, tmp_path: Path, clock: Clock, tasks: TaskRunner) -> None:
    history = _open(tmp_path, clock, tasks)
    _run(history, clock, 3 * 3600, step_s=5)
    _stored(qtbot, history)
    day_s = 86400
    ranges_s = (300, 3600, 7200, day_s, 2 * day_s, 7 * day_s, 30 * day_s)
    steps = [history.series(1, Metric.CPU, clock.now - back, clock.now).step_s for back in ranges_s]
    assert steps == [1, 1, 10, 10, 60, 60, 600]
    history.close()


def test_long_ranges_reach_up_to_the_present_before_it_is_stored(qtbot: QtBot, tmp_path: Path, clock: Clock, tasks: TaskRunner) -> None:
    history = _open(tmp_path, clock, tasks)
    _run(history, clock, 2 * 3600, step_s=5)
    _stored(qtbot, history)
    _run(history, clock, 100)
    for back, step in ((2 * 3600, 10), (2 * 86400, 60), (8 * 86400, 600)):
        series = history.series(1, Metric.CPU, clock.now - back, clock.now)
        assert series.step_s == step
        assert clock.now - series.times[-1] <= step
        assert not any(math.isnan(figure) for figure in series.mean)
    history.close()


def test_what_cannot_be_stored_is_stored_later(qtbot: QtBot, tmp_path: Path, clock: Clock, tasks: TaskRunner) -> None:
    (tmp_path / "usage.db").mkdir()  # no file can be made in its place
    history = _open(tmp_path, clock, tasks)
    _run(history, clock, 300)
    history.note(1, UsageEvent(clock.now, UsageEventKind.CRASH, "It ended with code 2."))
    _stored(qtbot, history)
    assert len(history.series(1, Metric.CPU, _T0, clock.now)) >= 299
    assert len(history.events(1, _T0, clock.now)) == 1
    (tmp_path / "usage.db").rmdir()
    _run(history, clock, 300)
    _stored(qtbot, history)
    tiles = UsageFile(tmp_path / "usage.db").tiles(1, Metric.CPU, 10, 0, 2**40)
    assert sum(figure == figure for tile in tiles.values() for figure in tile.mean) == 60  # noqa: PLR0124 - NaN
    assert len(history.events(1, _T0, clock.now)) == 1
    history.close()


def test_forgotten_instance_is_gone_at_once_and_for_good(qtbot: QtBot, tmp_path: Path, clock: Clock, tasks: TaskRunner) -> None:
    history = _open(tmp_path, clock, tasks)
    _run(history, clock, 5000, step_s=5, subjects=(1, 2))
    history.note(1, UsageEvent(clock.now, UsageEventKind.START))
    _stored(qtbot, history)
    history.forget(1)
    assert len(history.series(1, Metric.CPU, _T0, clock.now)) == 0
    assert history.events(1, _T0, clock.now) == []
    _stored(qtbot, history)
    history.close()
    again = _open(tmp_path, clock, tasks)
    assert len(again.series(1, Metric.CPU, _T0, clock.now)) == 0
    assert len(again.series(2, Metric.CPU, _T0, clock.now)) > 0
    again.close()


def test_memory_and_file_stay_flat_over_a_day(qtbot: QtBot, tmp_path: Path, clock: Clock, tasks: TaskRunner) -> None:
    """24 hours pass by an injected clock: rings keep their size, and nothing piles up beside them."""
    history = _open(tmp_path, clock, tasks)
    subjects = tuple(range(3))

    def hours(count: int) -> int:
        for _ in range(count):
            _run(history, clock, 3600, step_s=60, subjects=subjects)
            history.note(1, UsageEvent(clock.now, UsageEventKind.START))
            _stored(qtbot, history)
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        early, late = hours(3), hours(21)
    finally:
        tracemalloc.stop()
    assert late - early < 100_000
    assert len(history.events(1, _T0, clock.now)) == 24
    history.close()
