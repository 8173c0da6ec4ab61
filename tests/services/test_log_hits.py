"""What was found in a log: counted to the end, kept as far as there is room, and known as far as was looked."""

from __future__ import annotations

import pytest

from gowa_desktop.domain.log_query import LogQuery
from gowa_desktop.services.logs.log_hits import LogHits


@pytest.fixture
def hits() -> LogHits:
    """Twenty hits, a hundred apart, of which the newest ten are kept; the log ends at 2000."""
    made = LogHits(LogQuery("x"), most=10)
    made.add(range(0, 1000, 100), 1000)
    made.add(range(1000, 2000, 100), 2000)
    return made


def test_more_hits_than_are_kept_are_counted_all_the_same(hits: LogHits) -> None:
    assert (hits.count, hits.left_out, list(hits.positions)) == (20, 10, list(range(1000, 2000, 100)))
    assert (hits.number_of(1500), hits.number_of(1501), hits.number_of(500)) == (15, None, None)


@pytest.mark.parametrize(
    ("position", "is_back", "expected"),
    [
        (1500, False, 1600), (1500, True, 1400), (1450, False, 1500), (2000, True, 1900),
        (1900, False, None), (1000, True, None), (300, False, None), (950, False, None),
    ],
)  # fmt: skip
def test_neighbor_that_is_not_kept_is_not_guessed(hits: LogHits, position: int, is_back: bool, expected: int | None) -> None:
    assert hits.neighbor(position, is_back=is_back, is_complete=True) == expected


def test_neighbor_goes_round_only_when_everything_was_looked_at() -> None:
    hits = LogHits(LogQuery("x"))
    hits.add([10, 20], 30)
    assert hits.neighbor(20, is_back=False, is_complete=True) == 10
    assert hits.neighbor(10, is_back=True, is_complete=True) == 20
    assert hits.neighbor(20, is_back=False, is_complete=False) is None
    assert hits.neighbor(10, is_back=True, is_complete=False) is None
    assert hits.neighbor(90, is_back=True, is_complete=False) is None  # there may be some between 30 and 90


def test_hits_follow_a_log_that_is_cut_emptied_and_grows() -> None:
    hits = LogHits(LogQuery("x"), most=3)
    hits.add([10, 20, 30, 40], 50)
    assert hits.is_complete(50)
    assert not hits.is_complete(60)
    hits.quiet_at = 60  # a line without its end is left
    assert hits.is_complete(60)
    hits.drop_before(35)
    assert (hits.count, list(hits.positions)) == (1, [40])
    hits.begin_again()
    assert (hits.count, hits.looked_to, hits.is_complete(60)) == (0, 0, False)
