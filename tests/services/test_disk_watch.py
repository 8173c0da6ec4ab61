"""What is said about the disk of the data folder, and when that is over."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QObject

from gowa_desktop.domain.errors import FolderUnusableError
from gowa_desktop.infra.folder_access import FolderLook
from gowa_desktop.infra.own_log import close_own_log, open_own_log
from gowa_desktop.infra.paths import DataPaths
from gowa_desktop.services.data import disk_watch
from gowa_desktop.services.data.conditions import Conditions, Remedy
from gowa_desktop.services.data.disk_watch import ALERT_MS, CALM_MS, FOLDER_KEY, SPACE_KEY, DiskWatch
from gowa_desktop.services.tasks import TaskRunner

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services

MB = 1_000_000
LARGE = 2_000_000 * MB
SMALL = 10_000 * MB


class Disk:
    """A disk as a test wants it, and the watch over it."""

    def __init__(self, watch: DiskWatch, conditions: Conditions, qtbot: QtBot, patch: pytest.MonkeyPatch) -> None:
        self._watch, self._qtbot, self._patch = watch, qtbot, patch
        self.conditions = conditions
        self.scarce: list[bool] = []
        self.events: list[str] = []
        watch.scarcity_changed.connect(self.scarce.append)
        watch.folder_returned.connect(lambda: self.events.append("returned"))
        watch.database_replaced.connect(lambda: self.events.append("replaced"))

    def show(self, look: FolderLook) -> None:
        self._patch.setattr(disk_watch, "look_at", lambda _root, _database: look)
        self._watch.look()
        self._qtbot.waitUntil(lambda: not self._watch.is_looking, timeout=5_000)

    def has(self, free: int, total: int = LARGE, database: tuple[int, int] | None = (1, 1)) -> None:
        self.show(FolderLook(None, free, total, database))

    def refuses(self, sentence: str) -> None:
        self.show(FolderLook(FolderUnusableError(sentence, "Do something.")))

    def said(self, key: str) -> str:
        condition = self.conditions.get(key)
        return "" if condition is None else str(condition)


@pytest.fixture
def disk(qtbot: QtBot, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Disk]:
    owner = QObject()
    tasks, conditions = TaskRunner(owner), Conditions(owner)
    watch = DiskWatch(DataPaths(data_dir), conditions, tasks, owner)
    yield Disk(watch, conditions, qtbot, monkeypatch)
    watch.close()
    tasks.close()


@pytest.mark.parametrize(
    ("free", "total", "is_told"),
    [
        (2_000 * MB, LARGE, False),
        (999 * MB, LARGE, True),
        (999 * MB, SMALL, False),  # nearly 10 % of it
        (499 * MB, SMALL, True),
        (1_001 * MB, LARGE, False),
        (199 * MB, 1_000 * MB, True),
    ],
)
def test_little_room_is_told_below_a_gigabyte_and_five_percent(disk: Disk, free: int, total: int, is_told: bool) -> None:
    disk.has(free, total)
    assert bool(disk.said(SPACE_KEY)) is is_told
    if is_told:
        assert f"Only {free // MB // 10 * 10} MB are free" in disk.said(SPACE_KEY)


def test_scarce_room_begins_and_ends_once_and_does_not_flicker(disk: Disk) -> None:
    for free in (500, 210, 199, 201, 215, 190, 230, 5_000):
        disk.has(free * MB)
    assert disk.scarce == [True, False]
    assert disk.said(SPACE_KEY) == ""


def test_no_room_at_all_is_told_without_a_number(disk: Disk) -> None:
    disk.has(0)
    assert "Only less than 10 MB are free" not in disk.said(SPACE_KEY)
    assert "Less than 10 MB are free" in disk.said(SPACE_KEY)


def test_folder_that_cannot_be_used_is_told_until_it_can(disk: Disk) -> None:
    disk.has(LARGE)
    disk.refuses("The folder is away.")
    condition = disk.conditions.get(FOLDER_KEY)
    assert condition is not None
    assert condition.remedy is Remedy.TRY_AGAIN
    assert "What runs goes on running" in condition.next_step

    disk.has(LARGE)
    assert disk.said(FOLDER_KEY) == ""
    assert disk.events == ["returned"]


def test_database_that_went_alone_is_told(disk: Disk) -> None:
    disk.has(LARGE)
    disk.has(LARGE, database=None)
    assert "has gone" in disk.said(FOLDER_KEY)
    assert disk.events == []


def test_another_database_in_its_place_is_noticed_once(disk: Disk) -> None:
    disk.has(LARGE)
    disk.refuses("The folder is away.")
    disk.has(LARGE, database=(2, 7))
    disk.has(LARGE, database=(2, 7))
    assert disk.events == ["replaced"]
    assert disk.said(FOLDER_KEY) == ""


def test_looks_come_more_often_while_something_is_wrong(disk: Disk, qtbot: QtBot) -> None:
    disk.has(LARGE)
    calm = disk._watch.interval_ms
    disk.has(100 * MB)
    assert (calm, disk._watch.interval_ms) == (CALM_MS, ALERT_MS)


def test_disk_that_does_not_answer_is_told(qtbot: QtBot, data_dir: Path) -> None:
    owner = QObject()
    tasks, conditions, now = TaskRunner(owner), Conditions(owner), [0.0]
    watch = DiskWatch(DataPaths(data_dir), conditions, tasks, owner, clock=lambda: now[0])
    watch.look()
    now[0] = 11.0
    watch.look()  # the first has not come back: no event was handled since
    condition = conditions.get(FOLDER_KEY)
    assert condition is not None
    assert "does not answer" in condition.sentence
    tasks.close()


def test_scarce_room_lets_copies_wait_and_they_follow(qtbot: QtBot, services: Services, data_dir: Path) -> None:
    services.upkeep.disk.scarcity_changed.emit(True)
    services.safekeeping.begin()
    qtbot.wait(50)
    assert not (data_dir / "backups").exists()

    services.upkeep.disk.scarcity_changed.emit(False)

    qtbot.waitUntil(lambda: bool(list((data_dir / "backups").glob("gowa-last-*.db"))), timeout=5_000)


def test_own_log_waits_in_memory_and_is_written_later(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = open_own_log(tmp_path / "own.log")
    assert log is not None
    logger = logging.getLogger("gowa_desktop.test")
    log.pause(is_paused=True)
    logger.warning("kept in mind")
    assert (tmp_path / "own.log").read_text() == ""
    log.pause(is_paused=False)
    logger.warning("written at once")
    close_own_log(log)
    text = (tmp_path / "own.log").read_text()
    assert text.index("kept in mind") < text.index("written at once")
    assert capsys.readouterr().err == ""


def test_own_log_that_the_disk_refuses_says_nothing_on_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = open_own_log(tmp_path / "own.log")
    assert log is not None
    (tmp_path / "own.log").unlink()
    (tmp_path / "own.log").mkdir()  # nothing can be written there
    logging.getLogger("gowa_desktop.test").warning("refused")
    (tmp_path / "own.log").rmdir()
    log.pause(is_paused=False)
    close_own_log(log)
    assert "refused" in (tmp_path / "own.log").read_text()
    assert capsys.readouterr().err == ""


def test_own_log_in_a_folder_that_is_not_there_is_none(tmp_path: Path) -> None:
    assert open_own_log(tmp_path / "away" / "own.log") is None
