"""Cyclic garbage goes on the main thread, whoever allocates."""

from __future__ import annotations

import gc
import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

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

    keeper.look()
    gc.collect()

    assert ended == [threading.main_thread().name] * 5
