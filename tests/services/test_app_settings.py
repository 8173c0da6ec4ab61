"""The program's settings in the database: only what differs, what is unknown stays, and everybody hears of a change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from gowa_desktop.domain.app_settings import CHECKS_DAILY, PARALLEL_STARTS, PORT_RANGE, SETTINGS, SHORTCUTS, THEME
from gowa_desktop.domain.errors import SettingInvalidError
from gowa_desktop.domain.theme_choice import ThemeChoice
from tests.setting_values import OTHER_VALUES

if TYPE_CHECKING:
    from collections.abc import Callable

    from gowa_desktop.bootstrap import Services


def stored(services: Services) -> dict[str, str]:
    return dict(services.database.execute_sql("SELECT key, value FROM settings").fetchall())


def test_settings_all_survive_a_restart_and_leave_no_trace_when_reset(services: Services, open_services: Callable[[], Services]) -> None:
    for setting in SETTINGS:
        services.settings.set(setting, OTHER_VALUES[setting.key])
    services.close()

    again = open_services()
    again.settings.set(PORT_RANGE, (9100, 9200))
    values: dict[str, Any] = {setting.key: again.settings.get(setting) for setting in SETTINGS}
    assert values == OTHER_VALUES
    for setting in SETTINGS:
        again.settings.reset(setting)
    assert stored(again) == {}


def test_settings_tell_of_a_change_once_it_is_stored_and_only_of_a_change(services: Services) -> None:
    heard: list[tuple[str, bool]] = []
    services.settings.changed.connect(lambda key: heard.append((key, key in stored(services))))

    services.settings.set(PARALLEL_STARTS, 7)
    services.settings.set(PARALLEL_STARTS, 7)
    services.settings.set(CHECKS_DAILY, value=True)
    with pytest.raises(SettingInvalidError):
        services.settings.set(PARALLEL_STARTS, 99)
    services.settings.reset(PARALLEL_STARTS)

    assert heard == [("parallel_starts", True), ("parallel_starts", False)]
    assert services.settings.parallel_starts == PARALLEL_STARTS.default


def test_settings_keep_what_they_do_not_know(services: Services, open_services: Callable[[], Services]) -> None:
    services.database.execute_sql("INSERT INTO settings VALUES ('of_tomorrow', '[1, 2]')")
    services.settings.set(THEME, ThemeChoice.DARK)
    services.close()

    assert stored(open_services())["of_tomorrow"] == "[1, 2]"


def test_settings_that_were_spoilt_count_as_default_and_can_be_set_again(services: Services, open_services: Callable[[], Services]) -> None:
    for setting in SETTINGS:
        services.database.execute_sql("INSERT OR REPLACE INTO settings VALUES (?, ?)", (setting.key, "[[[broken"))
    services.close()

    again = open_services()
    again.settings.set(PORT_RANGE, PORT_RANGE.default)
    assert all(again.settings.get(setting) == setting.default for setting in SETTINGS)
    again.settings.set(THEME, ThemeChoice.LIGHT)
    assert again.settings.get(THEME) is ThemeChoice.LIGHT


def test_settings_that_somebody_was_given_cannot_be_changed_from_outside(services: Services) -> None:
    services.settings.get(SHORTCUTS)["find"] = "Ctrl+Q"
    assert services.settings.shortcuts == {}
