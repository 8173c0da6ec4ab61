"""The wait that can be shown while it lasts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QObject

from gowa_desktop.services.countdown import Countdown

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def test_countdown_tells_what_is_left_and_then_that_it_is_over(qtbot: QtBot) -> None:
    now = [100.0]
    owner = QObject()
    countdown = Countdown(owner, clock=lambda: now[0])
    left = [countdown.left_s]
    with qtbot.waitSignal(countdown.over, timeout=10_000):
        countdown.begin(0.05)
        for moment in (100.0, 100.03, 101.0):
            now[0] = moment
            left.append(countdown.left_s)
    left.append(countdown.left_s)
    assert left == [None, pytest.approx(0.05), pytest.approx(0.02), 0.0, None]


def test_countdown_that_was_called_off_says_nothing(qtbot: QtBot) -> None:
    owner = QObject()
    countdown, later = Countdown(owner), Countdown(owner)
    told: list[str] = []
    countdown.over.connect(lambda: told.append("over"))
    countdown.begin(0.01)
    countdown.call_off()
    assert countdown.left_s is None
    with qtbot.waitSignal(later.over, timeout=10_000):
        later.begin(0.05)
    assert told == []
