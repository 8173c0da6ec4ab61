"""The table of settings: every entry keeps its values, and reads what makes no sense as its default."""

from __future__ import annotations

import json
from datetime import time
from typing import TYPE_CHECKING, Any

import pytest

from gowa_desktop.domain.app_settings import (
    LANGUAGE,
    LOG_LIMITS,
    NOTIFICATIONS,
    PARALLEL_STARTS,
    PORT_RANGE,
    QUIET_HOURS,
    RELEASE_ADDRESS,
    SETTINGS,
    SHORTCUTS,
    Setting,
)
from gowa_desktop.domain.errors import SettingInvalidError
from tests.setting_values import OTHER_VALUES

if TYPE_CHECKING:
    from gowa_desktop.domain.json_types import Json

JUNK: list[Json] = [
    True, -1, 10**9, 1.5, "", "junk\x00", [], [1], [[]], ["a", "b"], [True, False], [5, 3, 1], {"": 1}, [None, None], "25:00", "[::",
]  # fmt: skip


def test_table_has_each_key_once_and_a_test_value_for_each() -> None:
    keys = [setting.key for setting in SETTINGS]
    assert len(keys) == len(set(keys)) > 20
    assert set(OTHER_VALUES) == set(keys)


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.key)
def test_setting_is_stored_only_when_it_differs_and_comes_back(setting: Setting[Any]) -> None:
    other = OTHER_VALUES[setting.key]

    assert setting.write(setting.default) is None
    assert setting.read(None) == setting.default
    assert other != setting.default
    assert setting.read(json.loads(json.dumps(setting.write(other)))) == other


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.key)
def test_setting_reads_junk_as_something_that_can_be_written(setting: Setting[Any]) -> None:
    for junk in JUNK:
        setting.write(setting.read(junk))  # refuses what makes no sense
    assert any(setting.read(junk) == setting.default for junk in JUNK)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        (PORT_RANGE, (80, 9000)), (PORT_RANGE, (9000, 8000)), (PORT_RANGE, (8000, 70_000)), (PARALLEL_STARTS, 0), (PARALLEL_STARTS, 17),
        (LOG_LIMITS, (0, 5)), (LOG_LIMITS, (5, 1)), (QUIET_HOURS, (time(8), time(8))), (LANGUAGE, "x" * 40), (LANGUAGE, "../etc"),
        (RELEASE_ADDRESS, "https://me:word@mirror"),
    ],
)  # fmt: skip
def test_setting_refuses_what_makes_no_sense_with_advice(setting: Setting[Any], value: object) -> None:
    with pytest.raises(SettingInvalidError) as caught:
        setting.write(value)
    assert caught.value.message


def test_words_of_a_newer_program_are_kept() -> None:
    assert NOTIFICATIONS.read(["crashed", "telepathy", 7]) == {"crashed", "telepathy"}
    assert SHORTCUTS.read({"find": "Ctrl+F", "odd": 3}) == {"find": "Ctrl+F"}


def test_quiet_hours_may_go_over_midnight_and_are_to_the_minute() -> None:
    assert QUIET_HOURS.write((time(22, 0, 59), time(7))) == ["22:00", "07:00"]
    assert QUIET_HOURS.read(["24:00", "07:00"]) is None
