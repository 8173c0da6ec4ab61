"""The activity of macOS, against a runtime that writes down what it is asked."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from gowa_desktop.infra.mac_activity import ALLOWING_SLEEP, MacActivity, system_runtime

CLASSES = {"NSProcessInfo": 1, "NSString": 2}
ANSWERS = {"processInfo": 10, "stringWithUTF8String:": 20, "beginActivityWithOptions:reason:": 30, "retain": 30}


class WrittenRuntime:
    def __init__(self, answers: dict[str, int]) -> None:
        self.log: list[tuple[int, str, list[object]]] = []
        self._answers = answers

    def class_named(self, name: str) -> int:
        return CLASSES[name]

    def send(self, receiver: int, selector: str, *arguments: Any) -> int:
        self.log.append((receiver, selector, [one.value for one in arguments]))
        return self._answers.get(selector, 0)


def test_activity_is_begun_once_kept_and_ended_once() -> None:
    runtime = WrittenRuntime(ANSWERS)
    activity = MacActivity("Watches servers", runtime)
    activity.switch(is_on=False)
    assert runtime.log == []
    activity.switch(is_on=True)
    activity.switch(is_on=True)
    assert activity.is_on
    assert runtime.log == [
        (1, "processInfo", []), (2, "stringWithUTF8String:", [b"Watches servers"]),
        (10, "beginActivityWithOptions:reason:", [ALLOWING_SLEEP, 20]), (30, "retain", []),
    ]  # fmt: skip
    runtime.log.clear()
    activity.switch(is_on=False)
    activity.switch(is_on=False)
    assert runtime.log == [(1, "processInfo", []), (10, "endActivity:", [30]), (30, "release", [])]
    assert not activity.is_on


def test_the_computer_may_sleep_by_itself() -> None:
    assert ALLOWING_SLEEP == 0x00EFFFFF  # NSActivityUserInitiatedAllowingIdleSystemSleep of NSProcessInfo.h


def test_a_system_that_gives_no_activity_is_not_asked_to_end_one() -> None:
    runtime = WrittenRuntime({**ANSWERS, "beginActivityWithOptions:reason:": 0})
    activity = MacActivity("Watches servers", runtime)
    activity.switch(is_on=True)
    activity.switch(is_on=False)
    assert "endActivity:" not in [selector for _receiver, selector, _ in runtime.log]


@pytest.mark.skipif(sys.platform == "darwin", reason="there is one")
def test_elsewhere_there_is_no_such_runtime() -> None:
    assert system_runtime() is None
    MacActivity("Watches servers", None).switch(is_on=True)


@pytest.mark.skipif(sys.platform != "darwin", reason="asks macOS")
def test_macos_gives_an_activity_and_takes_it_back() -> None:
    activity = MacActivity("Watches servers", system_runtime())
    activity.switch(is_on=True)
    assert activity.is_on
    activity.switch(is_on=False)
    assert not activity.is_on
