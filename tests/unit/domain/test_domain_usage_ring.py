"""The ring of the newest figures: gaps stay gaps, the oldest makes room, and a clock may jump."""

from __future__ import annotations

import math
from array import array

from hypothesis import given
from hypothesis import strategies as st

from gowa_desktop.domain.usage_ring import UsageRing, roll_up


def _shown(figures: array[float]) -> list[float | None]:
    return [None if math.isnan(figure) else figure for figure in figures]


def test_ring_slots_that_were_skipped_are_no_values() -> None:
    ring = UsageRing(10)
    ring.write(100, 1, 1.0)
    ring.write(103, 1, 2.0)
    assert _shown(ring.read(99, 105)) == [None, 1.0, None, None, 2.0, None]


def test_ring_figure_for_several_slots_fills_them_all() -> None:
    ring = UsageRing(10)
    ring.write(100, 1, 1.0)
    ring.write(105, 5, 2.0)
    assert _shown(ring.read(100, 106)) == [1.0, 2.0, 2.0, 2.0, 2.0, 2.0]


def test_ring_that_is_full_forgets_the_oldest() -> None:
    ring = UsageRing(3)
    for slot in range(5):
        ring.write(slot, 1, float(slot))
    assert _shown(ring.read(0, 6)) == [None, None, 2.0, 3.0, 4.0, None]


def test_ring_after_a_long_gap_holds_nothing_old() -> None:
    ring = UsageRing(3)
    ring.write(1, 1, 1.0)
    ring.write(1000, 1, 2.0)
    assert _shown(ring.read(998, 1001)) == [None, None, 2.0]


def test_ring_when_the_clock_is_set_back_writes_over() -> None:
    ring = UsageRing(10)
    for slot in range(100, 106):
        ring.write(slot, 1, 1.0)
    ring.write(103, 1, 7.0)
    assert _shown(ring.read(100, 106)) == [1.0, 1.0, 1.0, 7.0, 1.0, 1.0]


def test_ring_when_the_clock_is_set_back_far_begins_anew() -> None:
    ring = UsageRing(10)
    ring.write(1000, 1, 1.0)
    ring.write(5, 1, 2.0)
    assert ring.newest_slot == 5
    assert _shown(ring.read(4, 7)) == [None, 2.0, None]


@given(st.lists(st.tuples(st.integers(0, 80), st.integers(1, 12)), min_size=1, max_size=40), st.integers(1, 30))
def test_ring_answers_as_a_plain_dictionary_would(writes: list[tuple[int, int]], capacity: int) -> None:
    kept: dict[int, float] = {}
    ring, newest = UsageRing(capacity), -1
    for number, (slot, count) in enumerate(writes):
        if newest - slot >= capacity:
            kept.clear()
            newest = -1
        newest = max(newest, slot)
        ring.write(slot, count, float(number))
        for each in range(slot - count + 1, slot + 1):
            kept[each] = float(number)
        kept = {each: figure for each, figure in kept.items() if newest - capacity < each <= newest}
    assert _shown(ring.read(-15, 100)) == [kept.get(each) for each in range(-15, 100)]


def test_roll_up_leaves_out_what_is_not_there() -> None:
    rolled = roll_up(array("f", [1.0, math.nan, 3.0]))
    assert rolled == (2.0, 1.0, 3.0)
    assert all(math.isnan(part) for part in roll_up(array("f", [math.nan])))
