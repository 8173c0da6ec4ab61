"""What the menu of the program's button on the task bar of Windows offers."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, QTimer

from gowa_desktop.infra.paths import default_data_dir
from gowa_desktop.infra.program_command import program_command
from gowa_desktop.infra.windows_jump_list import Task, write_jump_list

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

AFTER_MS = 1500
"""The window is painted first."""


def tasks(program: Sequence[str]) -> list[Task]:
    """Give the lines of the menu, in the language of now: the same two as in the menus of a Linux desktop."""
    start, stop = QCoreApplication.translate("JumpList", "Start all"), QCoreApplication.translate("JumpList", "Stop all")
    return [Task(start, (*program, "--then", "start-all")), Task(stop, (*program, "--then", "stop-all"))]


def offer_tasks(data_dir: Path, context: QObject, write: Callable[[Sequence[Task]], object] = write_jump_list) -> None:
    """Write the menu soon, unless `context` has gone by then; a program on another than the usual folder leaves it as it is."""
    if data_dir == default_data_dir():
        QTimer.singleShot(AFTER_MS, context, partial(write, tasks(program_command())))
