"""ReplacedProgram: a file that was replaced is noticed, one that is the same or gone is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QObject

from gowa_desktop.services.data.conditions import Conditions, Remedy
from gowa_desktop.services.data.replaced_program import REPLACED_KEY, ReplacedProgram

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot


@pytest.fixture
def program(tmp_path: Path) -> Path:
    file = tmp_path / "program"
    file.write_text("one")
    return file


def test_a_new_file_in_its_place_offers_a_restart(program: Path, qtbot: QtBot) -> None:
    owner, conditions = QObject(), Conditions()
    ReplacedProgram(program, conditions, owner, every_ms=1)
    fresh = program.with_name("fresh")
    fresh.write_text("another")
    fresh.replace(program)
    qtbot.waitUntil(lambda: conditions.get(REPLACED_KEY) is not None, timeout=20_000)
    condition = conditions.get(REPLACED_KEY)
    assert condition is not None
    assert condition.remedy is Remedy.RESTART


def test_the_same_file_and_none_say_nothing(program: Path, qtbot: QtBot) -> None:
    owner, conditions = QObject(), Conditions()
    watch = ReplacedProgram(program, conditions, owner)
    watch.look()
    program.unlink()
    watch.look()
    assert conditions.all() == []
