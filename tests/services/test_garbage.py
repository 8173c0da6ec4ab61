"""Cyclic garbage goes on the main thread, whoever allocates."""

from __future__ import annotations

import gc
import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject
from shiboken6 import delete

from gowa_desktop.services.garbage import GarbageKeeper

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


class Ring:
    """Refers to itself, so that only the collector can end it; says on which thread that was."""

    def __init__(self, ended: list[str]) -> None:
        self.me = self
        self._ended = ended

    def __del__(self) -> None:
        self._ended.append(threading.current_thread().name)


def test_what_workers_leave_is_collected_on_the_main_thread(qtbot: QtBot) -> None:
    ended: list[str] = []
    owner = QObject()
    keeper = GarbageKeeper(owner)

    def allocate() -> None:
        for _ in range(5):
            Ring(ended)
        kept = [[number] for number in range(50_000)]
        assert len(kept) == 50_000

    worker = threading.Thread(target=allocate, name="worker")
    worker.start()
    worker.join()
    assert not gc.isenabled()
    assert ended == []

    try:
        keeper.look()
        keeper.spare_nothing()
        keeper.look()
    finally:
        gc.unfreeze()

    assert ended == [threading.main_thread().name] * 5


def test_what_is_there_at_the_first_look_is_spared_until_it_goes(qtbot: QtBot) -> None:
    ended: list[str] = []
    owner = QObject()
    keeper = GarbageKeeper(owner)
    try:
        Ring(ended)
        keeper.look()
        gc.collect()
        assert ended == []

        Ring(ended)
        gc.collect()
        assert len(ended) == 1

        keeper.spare_nothing()
        keeper.look()
        assert len(ended) == 2
    finally:
        gc.unfreeze()


def test_keeper_of_the_program_is_found(qtbot: QtBot) -> None:
    application = QCoreApplication.instance()
    assert application is not None
    assert GarbageKeeper.at_work() is None

    keeper = GarbageKeeper(application)
    try:
        assert GarbageKeeper.at_work() is keeper
    finally:
        delete(keeper)
