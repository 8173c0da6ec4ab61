"""The file of the history: figures come back as they were put in, coarser ones follow from them, and damage costs charts only."""

from __future__ import annotations

import contextlib
import random
import sqlite3
import stat
import sys
from typing import TYPE_CHECKING

import pytest

from gowa_desktop.domain.errors import DatabaseBusyError
from gowa_desktop.domain.usage import STORED, Metric, UsageEvent, UsageEventKind
from gowa_desktop.domain.usage_ring import Rollup
from gowa_desktop.store import usage_file
from gowa_desktop.store.usage_file import TILE_SLOTS, Tile, UsageBatch, UsageFile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_NOW = 1_800_000_000.0
_SLOT = int(_NOW // 10)


@pytest.fixture
def file(tmp_path: Path) -> Iterator[UsageFile]:
    opened = UsageFile(tmp_path / "usage.db")
    yield opened
    opened.close()


def _batch(*figures: float, first: int = _SLOT, subject: int = 1, metric: Metric = Metric.CPU, now: float = _NOW) -> UsageBatch:
    slots = {first + index: Rollup(figure, figure - 1, figure + 1) for index, figure in enumerate(figures)}
    return UsageBatch(now, {(subject, metric): slots})


def _rows(file: UsageFile, step_s: int, subject: int = 1, metric: Metric = Metric.CPU) -> dict[int, tuple[float, float, float]]:
    found = {}
    for number, tile in file.tiles(subject, metric, step_s, 0, 2**40).items():
        for index in range(TILE_SLOTS):
            if tile.mean[index] == tile.mean[index]:
                found[number * TILE_SLOTS + index] = (tile.mean[index], tile.least[index], tile.most[index])
    return found


def test_figures_come_back_with_their_band(file: UsageFile) -> None:
    file.store(_batch(5.0, 7.0))
    assert _rows(file, 10) == {_SLOT: (5.0, 4.0, 6.0), _SLOT + 1: (7.0, 6.0, 8.0)}


def test_coarser_figures_are_the_mean_and_keep_the_peaks(file: UsageFile) -> None:
    assert _SLOT % 60 == 0
    file.store(_batch(*([2.0] * 59), 100.0))
    minutes = _rows(file, 60)
    assert len(minutes) == 10
    assert minutes[_SLOT // 6] == (2.0, 1.0, 3.0)
    assert minutes[_SLOT // 6 + 9] == pytest.approx((110 / 6, 1.0, 101.0))
    assert list(_rows(file, 600)) == [_SLOT // 60]
    assert _rows(file, 600)[_SLOT // 60] == pytest.approx((218 / 60, 1.0, 101.0))


def test_batches_one_after_the_other_give_the_same_as_one(file: UsageFile, tmp_path: Path) -> None:
    """Also when a run of the program ends in the middle of a coarse slot, and when a batch is stored twice."""
    figures = [float(number % 13) for number in range(700)]
    other = UsageFile(tmp_path / "other.db")
    other.store(_batch(*figures))
    for first in range(0, 700, 7):
        for _ in range(2):
            file.store(_batch(*figures[first : first + 7], first=_SLOT + first))
    for kept in STORED:
        assert _rows(file, kept.step_s) == _rows(other, kept.step_s)
    other.close()


def test_tiles_are_asked_for_by_number(file: UsageFile) -> None:
    file.store(_batch(*([1.0] * 800)))
    first = _SLOT // TILE_SLOTS
    assert set(file.tiles(1, Metric.CPU, 10, first + 1, first + 1)) == {first + 1}
    assert file.tiles(2, Metric.CPU, 10, 0, 2**40) == {}
    assert file.tiles(1, Metric.MEMORY, 10, 0, 2**40) == {}


def test_disk_is_kept_by_the_minute_only(file: UsageFile) -> None:
    file.store(_batch(5.0, first=int(_NOW // 60), metric=Metric.DISK))
    assert _rows(file, 10, metric=Metric.DISK) == {}
    assert _rows(file, 60, metric=Metric.DISK) == {int(_NOW // 60): (5.0, 4.0, 6.0)}
    assert len(_rows(file, 600, metric=Metric.DISK)) == 1


def test_old_tiles_and_events_go(file: UsageFile) -> None:
    batch = _batch(1.0)
    batch.events = {1: [UsageEvent(_NOW, UsageEventKind.START)]}
    file.store(batch)
    for kept, expected in zip(STORED, [(0, 1, 1), (0, 0, 1), (0, 0, 0)], strict=True):
        file.store(UsageBatch(_NOW + kept.kept_s + 2 * kept.step_s * TILE_SLOTS))
        assert tuple(len(_rows(file, one.step_s)) for one in STORED) == expected
    assert file.events(1, 0, 2 * _NOW) == []


def test_events_come_back_in_order_of_time(file: UsageFile) -> None:
    events = [UsageEvent(_NOW + 5, UsageEventKind.CRASH, "It ended with code 2."), UsageEvent(_NOW, UsageEventKind.START)]
    file.store(UsageBatch(_NOW, events={1: events, 2: [UsageEvent(_NOW, UsageEventKind.STOP)]}))
    assert file.events(1, _NOW - 1, _NOW + 9) == events[::-1]
    assert file.events(1, _NOW + 1, _NOW + 9) == events[:1]


def test_forgotten_instance_has_nothing_but_what_came_after(file: UsageFile) -> None:
    for subject in (1, 2):
        file.store(_batch(1.0, 2.0, subject=subject))
    batch = _batch(9.0, first=_SLOT + 1)
    batch.forgotten = {1}
    file.store(batch)
    assert _rows(file, 10) == {_SLOT + 1: (9.0, 8.0, 10.0)}
    assert len(_rows(file, 10, subject=2)) == 2


def test_file_is_private_and_apart_from_the_database(file: UsageFile, tmp_path: Path) -> None:
    file.store(_batch(1.0))
    if sys.platform != "win32":
        assert stat.S_IMODE((tmp_path / "usage.db").stat().st_mode) == 0o600
    assert not (tmp_path / "gowa.db").exists()


def test_locked_file_keeps_no_reader_waiting_and_refuses_a_writer(file: UsageFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usage_file, "_WRITE_TIMEOUT_S", 0.01)
    file.store(_batch(1.0))
    with contextlib.closing(sqlite3.connect(tmp_path / "usage.db", isolation_level=None)) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        with pytest.raises(DatabaseBusyError):
            file.store(_batch(2.0))
        assert len(_rows(file, 10)) == 1
        holder.execute("ROLLBACK")
    file.store(_batch(2.0))
    assert _rows(file, 10)[_SLOT][0] == 2.0


@pytest.mark.parametrize("content", [b"no database at all" * 100, b""])
def test_damaged_file_is_set_aside_and_begun_anew(file: UsageFile, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "usage.db").write_bytes(content)
    assert file.tiles(1, Metric.CPU, 10, 0, 2**40) == {}
    assert file.events(1, 0, 2 * _NOW) == []
    file.close()
    file.store(_batch(1.0))
    assert len(_rows(file, 10)) == 1
    assert (tmp_path / "usage.db.damaged").exists() == bool(content)


def test_tile_that_cannot_be_read_is_empty() -> None:
    tile = Tile(b"nonsense")
    assert all(figure != figure for figure in tile.mean)  # noqa: PLR0124 - NaN
    assert Tile(tile.pack()).pack() == tile.pack()


def test_ninety_days_stay_small(file: UsageFile, tmp_path: Path) -> None:
    """100 instances must not fill a disk, and noise is what compresses worst."""
    count = STORED[-1].kept_s // 600
    noise = random.Random(1)
    slots = {_SLOT - 60 * back: Rollup(noise.random(), noise.random(), noise.random()) for back in range(count)}
    file.store(UsageBatch(_NOW, {(1, Metric.CPU): slots}))
    assert len(_rows(file, 600)) >= count
    with contextlib.closing(sqlite3.connect(tmp_path / "usage.db")) as connection:
        tiles, size = connection.execute("SELECT count(*), sum(length(figures)) FROM tiles WHERE step_s = 600").fetchone()
    assert tiles <= 38
    assert size < 170_000
