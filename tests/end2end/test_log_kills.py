"""A million numbered lines while the program is killed again and again: the viewer has every line, once."""

from __future__ import annotations

import random
import re
import sys
import urllib.request
from typing import TYPE_CHECKING

import pytest

from gowa_desktop.bootstrap import build
from gowa_desktop.domain.app_settings import LOG_LIMITS
from gowa_desktop.domain.log_query import LogQuery
from gowa_desktop.infra.log_parts import older_parts
from gowa_desktop.services.commands.command_protocol import Verb
from gowa_desktop.services.logs.log_document import LogDocument
from gowa_desktop.services.tasks import TaskRunner
from tests.faults.harness import Program, end_process, free_ports, temporary_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a log is cut between the runs of its instance only")
LINES = 1_000_000
LINE_BYTES = 130
KILLS = 5
_NUMBER = re.compile(r"flood line (\d{12}) ")


def prepare(data_dir: Path) -> None:
    """Small files, so that one is moved several times a second, and room for all lines."""
    services = build(data_dir)
    services.settings.set(LOG_LIMITS, (4, 50))
    services.close()


def count_to_a_million(port: int) -> None:
    text = f"flood=100000:{LINES * LINE_BYTES}"
    urllib.request.urlopen(urllib.request.Request(f"http://127.0.0.1:{port}/sim/faults", text.encode(), method="POST"), timeout=10).close()


def wait_until_the_last_is_shown(qtbot: QtBot, document: LogDocument) -> None:
    def is_shown() -> bool:
        return document.is_complete and LINES - 1 in numbers(document, document.rows - 20, 20)

    qtbot.waitUntil(is_shown, timeout=60_000)


def numbers(document: LogDocument, first: int, count: int) -> list[int]:
    return [number for number, _ in numbered_rows(document, first, count)]


def numbered_rows(document: LogDocument, first: int, count: int) -> list[tuple[int, int]]:
    rows = document.read(max(0, first), count)
    return [(int(match[1]), row.position) for row in rows if (match := _NUMBER.search(row.line.text))]


@pytest.fixture
def tasks(qapp: object) -> Iterator[TaskRunner]:
    runner = TaskRunner()
    yield runner
    runner.close()


def test_million_lines_survive_five_kills_of_the_program(qtbot: QtBot, tasks: TaskRunner) -> None:
    dice = random.Random(7)
    with temporary_folder() as folder:
        data_dir = folder / "data"
        prepare(data_dir)
        (port,) = free_ports(1)
        with Program(data_dir) as program:
            instance_id = program.create("counting", port)
            program.all(Verb.START)
            pids = program.pids()
            log = program.folder(instance_id) / "logs" / "gowa.log"
            followed = LogDocument(log, frozenset, tasks)
            followed.begin()
            count_to_a_million(port)
            for _ in range(KILLS):
                qtbot.wait(dice.randrange(200, 1200))
                end_process(program.process)
                followed.pause()
                program.begin()
                assert program.pids() == pids
                followed.begin()
            wait_until_the_last_is_shown(qtbot, followed)
            fresh = LogDocument(log, frozenset, tasks)
            fresh.begin()
            wait_until_the_last_is_shown(qtbot, fresh)
            qtbot.waitUntil(lambda: followed.rows == fresh.rows, timeout=20_000)
            assert len(older_parts(log)) > 2 * KILLS
            shown = [row for first in range(0, fresh.rows, 4000) for row in numbered_rows(fresh, first, 4000)]
            assert [number for number, _ in shown] == list(range(LINES))
            # The one that was there all along has the very same rows; its search reads them all.
            followed.find(LogQuery("flood line", is_regex=False))
            qtbot.waitUntil(lambda: followed.hits is not None and len(followed.hits.positions) >= LINES, timeout=60_000)
            assert followed.hits is not None
            assert list(followed.hits.positions) == [position for _, position in shown]
            for document in (followed, fresh):
                document.close()
