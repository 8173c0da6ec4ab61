"""Work for many instances is spread over turns of the event loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QObject

from gowa_desktop.services import turn_queue
from gowa_desktop.services.turn_queue import TurnQueue

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [0.0]
    monkeypatch.setattr(turn_queue, "perf_counter", lambda: now[0])
    return now


def test_first_work_is_done_at_once_and_long_work_one_piece_in_each_turn(qtbot: QtBot, clock: list[float]) -> None:
    owner = QObject()
    queue, done = TurnQueue(owner), list[int]()
    seen: list[int] = []

    def work(key: int) -> Callable[[], None]:
        def do() -> None:
            clock[0] += 1.0
            done.append(key)

        return do

    assert queue.add(1, work(1))
    assert [queue.add(key, work(key)) for key in (2, 3, 4)] == [False] * 3
    assert done == [1]
    assert not queue.is_waiting(1)
    assert queue.is_waiting(4)
    queue._timer.timeout.connect(lambda: seen.append(len(done)))
    qtbot.waitUntil(lambda: len(done) == 4, timeout=10_000)

    assert done == [1, 2, 3, 4]
    assert seen[:3] == [2, 3, 4]


def test_short_work_is_done_at_once_as_long_as_the_turn_lasts(clock: list[float]) -> None:
    owner = QObject()
    queue, done = TurnQueue(owner), list[int]()

    assert queue.add(1, lambda: done.append(1))
    assert queue.add(2, lambda: done.append(2))
    clock[0] += turn_queue.TURN_S
    assert not queue.add(3, lambda: done.append(3))

    assert done == [1, 2]


def test_what_is_called_off_is_told_and_never_done(qtbot: QtBot, clock: list[float]) -> None:
    owner = QObject()
    queue, done, called_off = TurnQueue(owner), list[int](), list[int]()
    queue.add(1, lambda: clock.__setitem__(0, clock[0] + 1.0))
    for key in (2, 3, 4):
        queue.add(key, lambda key=key: done.append(key), lambda key=key: called_off.append(key))  # type: ignore[misc]

    queue.call_off(3)
    queue.hurry(4)
    assert (done, called_off) == ([4], [3])
    qtbot.waitUntil(lambda: 2 in done, timeout=10_000)
    queue.call_off_all()

    assert (done, called_off) == ([4, 2], [3])


def test_work_that_adds_work_does_not_go_before_what_waits(qtbot: QtBot, clock: list[float]) -> None:
    owner = QObject()
    queue, done = TurnQueue(owner), list[str]()

    def first() -> None:
        queue.add(3, lambda: done.append("added"))
        done.append("first")

    queue.add(1, first)
    queue.add(2, lambda: done.append("second"))
    qtbot.waitUntil(lambda: len(done) == 3, timeout=10_000)

    assert done == ["first", "added", "second"]
