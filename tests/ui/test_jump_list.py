"""What the task bar of Windows offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from gowa_desktop.cli.command_line import parse
from gowa_desktop.infra.paths import default_data_dir
from gowa_desktop.ui import jump_list

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pytest
    from pytestqt.qtbot import QtBot

    from gowa_desktop.infra.windows_jump_list import Task


def test_tasks_are_commands_that_the_program_understands() -> None:
    found = jump_list.tasks(["program", "--data-dir", "folder"])
    assert [task.title for task in found] == ["Start all", "Stop all"]
    assert [parse(list(task.command[1:])).then for task in found] == ["start-all", "stop-all"]


def test_only_the_program_on_the_usual_folder_writes_the_menu(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jump_list, "AFTER_MS", 0)
    written: list[Sequence[Task]] = []
    context, gone = QObject(), QObject()
    jump_list.offer_tasks(tmp_path, context, written.append)
    jump_list.offer_tasks(default_data_dir(), gone, written.append)
    del gone
    jump_list.offer_tasks(default_data_dir(), context, written.append)
    qtbot.waitUntil(lambda: bool(written), timeout=20_000)
    assert len(written) == 1
