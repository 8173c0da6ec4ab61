"""Work for many instances in slices: everything gets its turn, and the event loop goes on meanwhile."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from gowa_desktop.ui.parts import sliced_work
from gowa_desktop.ui.parts.sliced_work import SlicedWork

if TYPE_CHECKING:
    import pytest
    from pytestqt.qtbot import QtBot


def test_each_has_its_turn_in_order_and_the_loop_goes_on_meanwhile(qtbot: QtBot) -> None:
    owner, done, turns = QObject(), list[int](), list[int]()

    def act(key: int) -> None:
        begun = perf_counter()
        while perf_counter() - begun < sliced_work.SLICE_S:
            pass
        done.append(key)

    other = QTimer(owner)
    other.timeout.connect(lambda: turns.append(len(done)))
    other.start(0)
    work = SlicedWork(act, owner)

    with qtbot.waitSignal(work.done, timeout=10_000):
        work.begin(range(5))
        assert done == []

    assert done == [0, 1, 2, 3, 4]
    assert set(turns) >= {1, 2, 3, 4}
    assert not work.is_under_way


def test_what_begins_anew_drops_the_rest_and_what_is_added_waits_once(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sliced_work, "SLICE_S", 0.0)
    owner, done = QObject(), list[int]()
    work = SlicedWork(done.append, owner)
    work.begin([1, 2, 3])

    with qtbot.waitSignal(work.done, timeout=10_000):
        work.begin([7, 8])
        work.add(9)
        work.add(9)

    assert done == [7, 8, 9]
    work.begin([1])
    work.stop()
    assert not work.is_under_way
    assert done == [7, 8, 9]
