"""DailyCheck: once a day, only when switched on, quiet without internet, and again soon after a failure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, cast

import pytest
from PySide6.QtCore import QObject, Signal

from gowa_desktop.domain.errors import NetworkError
from gowa_desktop.services.instances.operation import Operation
from gowa_desktop.services.versions.daily_check import DailyCheck

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from gowa_desktop.services.settings import AppSettings
    from gowa_desktop.services.versions.release_catalog import ReleaseCatalog

NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)


class Catalog(QObject):
    """Stands for the catalog: counts how often it is asked."""

    asked = Signal()

    def __init__(self, checked_at: datetime | None) -> None:
        super().__init__()
        self.checked_at = checked_at
        self.count = 0
        self.fails = False

    def refresh(self) -> Operation:
        self.count += 1
        operation = Operation("look", self)
        if self.fails:
            operation.fail(NetworkError("There is no internet."))
        else:
            self.checked_at = NOW
            operation.succeed()
        self.asked.emit()
        return operation


class Settings:
    """Stands for the settings: counts how often it is asked."""

    is_on = True
    reads = 0

    @property
    def checks_daily(self) -> bool:
        self.reads += 1
        return self.is_on


class Fixture:
    def __init__(self, checked_at: datetime | None) -> None:
        self.catalog = Catalog(checked_at)
        self.settings = Settings()
        self.now = NOW
        self.looks = 0
        self.check = DailyCheck(
            cast("ReleaseCatalog", self.catalog), cast("AppSettings", self.settings), clock=self.clock, first_look_ms=0, look_every_ms=1
        )
        self.check.begin()

    def clock(self) -> datetime:
        self.looks += 1
        return self.now


@pytest.fixture
def fixture() -> Iterator[Fixture]:
    made = Fixture(NOW - timedelta(hours=1))
    yield made
    made.check.close()


def test_check_waits_until_a_day_has_passed(fixture: Fixture, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: fixture.looks > 5)
    assert fixture.catalog.count == 0

    fixture.now = NOW + timedelta(hours=23)
    qtbot.waitUntil(lambda: fixture.catalog.count == 1)
    fixture.looks = 0
    fixture.now = NOW
    qtbot.waitUntil(lambda: fixture.looks > 5)
    assert fixture.catalog.count == 1


def test_check_is_due_when_nobody_ever_asked(fixture: Fixture, qtbot: QtBot) -> None:
    fixture.catalog.checked_at = None

    qtbot.waitUntil(lambda: fixture.catalog.count == 1)


def test_check_is_due_when_the_clock_was_set_back(fixture: Fixture, qtbot: QtBot) -> None:
    fixture.catalog.checked_at = NOW + timedelta(days=400)

    qtbot.waitUntil(lambda: fixture.catalog.count == 1)


def test_check_that_is_switched_off_asks_nobody(qtbot: QtBot, fixture: Fixture) -> None:
    fixture.settings.is_on = False
    fixture.catalog.checked_at = None
    fixture.settings.reads = 0
    qtbot.waitUntil(lambda: fixture.settings.reads > 5)

    assert fixture.catalog.count == 0
    fixture.settings.is_on = True
    qtbot.waitUntil(lambda: fixture.catalog.count == 1)


def test_check_that_fails_is_quiet_and_tries_again(fixture: Fixture, qtbot: QtBot, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "gowa_desktop")
    fixture.catalog.fails = True
    fixture.catalog.checked_at = None

    qtbot.waitUntil(lambda: fixture.catalog.count >= 3)

    assert {record.levelname for record in caplog.records} == {"INFO"}
    fixture.catalog.fails = False
    qtbot.waitUntil(lambda: fixture.catalog.checked_at is not None)


def test_check_that_is_closed_looks_no_more(fixture: Fixture, qtbot: QtBot) -> None:
    fixture.check.close()
    fixture.catalog.checked_at = None

    qtbot.wait(20)

    assert fixture.catalog.count == 0
