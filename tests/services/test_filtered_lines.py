"""Lines that a filter wants are shown at once, or as soon as a worker has unpacked them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from gowa_desktop.domain.log_query import LogQuery
from gowa_desktop.infra.log_files import LogLimits, RunLog
from gowa_desktop.infra.log_parts import older_parts
from gowa_desktop.services.logs.log_document import LogDocument
from gowa_desktop.services.tasks import TaskRunner

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a log is cut between the runs of its instance only")
LIMITS = LogLimits(file_bytes=600_000, files=9)
PARTS, NEEDLES = 4, 24


@pytest.fixture
def tasks(qapp: object) -> Iterator[TaskRunner]:
    runner = TaskRunner()
    yield runner
    runner.close()


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Three compressed parts, a newer one and the live file, with a needle at each tenth of a megabyte."""
    path = tmp_path / "gowa.log"
    path.touch()
    run = RunLog(path, 0, clock=iter(range(0, 60_000, 60)).__next__)
    for part in range(PARTS):
        with path.open("ab") as file:
            for number in range(NEEDLES // PARTS):
                file.write(b'time="2026-08-22T10:00:00Z" level=error msg="needle %02d"\n' % (part * NEEDLES // PARTS + number))
                file.write(b'time="2026-08-22T10:00:00Z" level=info msg="hay"\n' * 2_000)
        assert run.cap(LIMITS)
    run.compress()
    assert [part.is_compressed for part in older_parts(path)] == [True] * (PARTS - 1) + [False]
    return path


def texts(document: LogDocument) -> list[str]:
    return [row.line.text for row in document.glance(0, NEEDLES)]


def test_filtered_lines_in_compressed_parts_come_from_a_worker_and_stay(qtbot: QtBot, log: Path, tasks: TaskRunner) -> None:
    document = LogDocument(log, frozenset, tasks, tasks)
    document.filter(LogQuery("needle"))
    document.begin()
    qtbot.waitUntil(lambda: document.is_complete and document.rows == NEEDLES, timeout=15_000)
    document.pause()
    everything = [f"needle {number:02d}" for number in range(NEEDLES)]
    first = texts(document)
    assert first[-NEEDLES // PARTS :] == everything[-NEEDLES // PARTS :]  # not compressed: never waited for
    assert all(seen in {"…", meant} for seen, meant in zip(first, everything, strict=True))
    assert [row.line.text for row in document.read(0, NEEDLES)] == everything  # what is copied is whole, whatever it takes
    qtbot.waitUntil(lambda: texts(document) == everything, timeout=15_000)
    positions = [row.position for row in document.glance(0, NEEDLES)]
    assert [document.row_of(position) for position in positions] == list(range(NEEDLES))
    document.close()


def test_lines_that_were_fetched_are_forgotten_with_a_log_that_is_emptied(qtbot: QtBot, log: Path, tasks: TaskRunner) -> None:
    document = LogDocument(log, frozenset, tasks, tasks)
    document.filter(LogQuery("needle"))
    document.begin()
    qtbot.waitUntil(lambda: document.rows == NEEDLES and "…" not in texts(document), timeout=15_000)
    for part in older_parts(log):
        part.path.unlink()
    log.write_bytes(b'time="2026-08-22T10:00:00Z" level=error msg="another needle"\n')
    qtbot.waitUntil(lambda: [row.line.text for row in document.glance(0, 9)] == ["another needle"], timeout=15_000)
    document.close()
