"""What comes back from a worker for somebody who is gone is dropped."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from shiboken6 import delete

from gowa_desktop.domain.errors import GowaError
from gowa_desktop.services.tasks import TaskRunner

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def test_nobody_is_called_once_the_owner_is_deleted(qtbot: QtBot) -> None:
    tasks = TaskRunner(parent := QObject(), 2)
    gone, there = QObject(), QObject(parent)
    told: list[str] = []
    goes_on = threading.Event()

    def refuse() -> str:
        goes_on.wait(20)
        raise GowaError("It was refused.", "Try again.")

    def answer() -> str:
        goes_on.wait(20)
        return "done"

    tasks.run(answer, told.append, owner=gone)
    tasks.run(refuse, told.append, lambda _: told.append("refused"), owner=gone)
    delete(gone)
    goes_on.set()
    tasks.run(refuse, told.append, lambda error: told.append(error.message), owner=there)
    tasks.run(answer, told.append, owner=there)
    qtbot.waitUntil(lambda: len(told) == 2, timeout=20_000)
    assert sorted(told) == ["It was refused.", "done"]
    tasks.close()
