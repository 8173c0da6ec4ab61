"""The database is checked while the program works: once a day, and when somebody met damage."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QObject

from gowa_desktop.domain.errors import DatabaseDamagedError, DatabaseError
from gowa_desktop.domain.instance import InstanceChanges
from gowa_desktop.services.data import damage_watch
from gowa_desktop.services.data.conditions import Conditions, Remedy
from gowa_desktop.services.data.damage_watch import DAMAGE_KEY, DamageWatch
from gowa_desktop.services.tasks import TaskRunner
from tests.services.test_instance_service import simulated
from tests.services.test_program_run import spoil

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services


class Checked:
    """A watch over a database that is as a test wants it, with a clock of its own."""

    def __init__(self, qtbot: QtBot, patch: pytest.MonkeyPatch, owner: QObject, tasks: TaskRunner, path: Path) -> None:
        self._qtbot = qtbot
        self.now_s = 0.0
        self.checks = 0
        self.problem: DatabaseError | None = None
        self.conditions = Conditions(owner)
        self.watch = DamageWatch(path, self.conditions, tasks, owner, clock=lambda: self.now_s)
        patch.setattr(damage_watch, "check_live", self._check)

    def _check(self, _path: Path) -> None:
        self.checks += 1
        if self.problem is not None:
            raise self.problem

    def settle(self) -> None:
        self._qtbot.waitUntil(lambda: not self.watch.is_checking, timeout=5_000)


@pytest.fixture
def checked(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, data_dir: Path) -> Iterator[Checked]:
    owner = QObject()
    tasks = TaskRunner(owner)
    yield Checked(qtbot, monkeypatch, owner, tasks, data_dir / "gowa.db")
    tasks.close()


def test_check_is_made_once_a_day(checked: Checked) -> None:
    for hour in range(50):
        checked.now_s = hour * 3_600
        checked.watch.look()
        checked.settle()
    assert checked.checks == 2
    assert checked.conditions.all() == []


def test_suspicion_is_looked_into_at_once_but_not_by_everybody(checked: Checked) -> None:
    for second in range(100):
        checked.now_s = float(second)
        checked.watch.suspect()
        checked.settle()
    assert checked.checks == 2


def test_damage_is_told_with_its_remedy_until_it_is_over(checked: Checked) -> None:
    checked.problem = DatabaseDamagedError("It is damaged.")
    checked.watch.suspect()
    checked.settle()
    condition = checked.conditions.get(DAMAGE_KEY)
    assert condition is not None
    assert condition.remedy is Remedy.RESTORE

    checked.problem = None
    checked.now_s = 100.0
    checked.watch.suspect()
    checked.settle()
    assert checked.conditions.all() == []


def test_database_that_cannot_be_checked_is_no_damage(checked: Checked) -> None:
    checked.problem = DatabaseError("It is away.")
    checked.watch.suspect()
    checked.settle()
    assert checked.conditions.all() == []


def test_sound_database_in_use_passes(qtbot: QtBot, services: Services) -> None:
    simulated(services)
    services.upkeep.damage.suspect()
    qtbot.waitUntil(lambda: not services.upkeep.damage.is_checking, timeout=5_000)
    assert services.upkeep.conditions.all() == []


def test_copy_that_is_no_good_leads_to_a_check(qtbot: QtBot, services: Services, data_dir: Path) -> None:
    simulated(services)
    spoil(data_dir)

    services.safekeeping.begin()

    qtbot.waitUntil(lambda: services.upkeep.conditions.get(DAMAGE_KEY) is not None, timeout=5_000)


def test_reading_that_meets_damage_leads_to_a_check(qtbot: QtBot, services: Services, data_dir: Path) -> None:
    simulated(services)
    spoil(data_dir)
    services.database.execute_sql("PRAGMA shrink_memory")
    with pytest.raises(DatabaseDamagedError):
        services.instances.update(1, InstanceChanges(name="renamed"))

    qtbot.waitUntil(lambda: services.upkeep.conditions.get(DAMAGE_KEY) is not None, timeout=5_000)
