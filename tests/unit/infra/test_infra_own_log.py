"""The program's own log outlives what happens to its folder."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from gowa_desktop.infra.own_log import OwnLog

if TYPE_CHECKING:
    from pathlib import Path


def say(log: OwnLog, text: str) -> None:
    log.handle(logging.LogRecord("gowa_desktop.test", logging.INFO, "f", 1, text, (), None))


def test_records_wait_for_a_folder_that_has_gone(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    log = OwnLog(folder / "gowa-desktop.log")

    say(log, "first")
    say(log, "second")
    folder.mkdir()
    say(log, "third")
    log.close()

    lines = (folder / "gowa-desktop.log").read_text(encoding="utf-8").splitlines()
    assert [line.rpartition(" ")[2] for line in lines] == ["first", "second", "third"]


def test_paused_log_writes_what_was_said_afterwards(tmp_path: Path) -> None:
    path = tmp_path / "gowa-desktop.log"
    log = OwnLog(path)

    log.pause(is_paused=True)
    say(log, "meanwhile")
    assert not path.exists()
    log.pause(is_paused=False)
    log.close()

    assert path.read_text(encoding="utf-8").rstrip().endswith("meanwhile")
