"""A million numbered lines, and whoever moves them is killed again and again: every line is there, once."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from gowa_desktop.infra.line_table import LineTable, next_table
from gowa_desktop.infra.log_parts import older_parts, settle
from gowa_desktop.infra.log_reader import LogReader

if TYPE_CHECKING:
    from pathlib import Path

LINES = 1_000_000
KILLS = 5
WRITER = """
import os, sys, time
log = os.open(sys.argv[1], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
for number in range(int(sys.argv[2])):
    os.write(log, b"%07d\\n" % number)
    if number % 5_000 == 0:
        time.sleep(0.02)
"""
MOVER = """
import itertools, pathlib, sys, time
from gowa_desktop.infra.log_files import LogLimits, RunLog
from gowa_desktop.infra.log_parts import settle
log = pathlib.Path(sys.argv[1])
settle(log)  # as every program does when it begins
run = RunLog(log, 0, map(float, itertools.count(0, 60)).__next__)
while True:
    run.cap(LogLimits(1_500_000, 60))
    run.compress()
    time.sleep(0.001)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a line may be lost between the last look at a full log and its emptying")
def test_million_lines_survive_five_kills_of_the_program(tmp_path: Path) -> None:
    log = tmp_path / "gowa.log"
    log.touch()
    dice = random.Random(11)
    writer = subprocess.Popen([sys.executable, "-c", WRITER, os.fspath(log), str(LINES)])
    reader, table = LogReader(log), LineTable()
    kills = 0
    while writer.poll() is None or kills < KILLS:
        mover = subprocess.Popen([sys.executable, "-c", MOVER, os.fspath(log)], env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})
        time.sleep(dice.uniform(0.25, 0.6))
        mover.kill()
        mover.wait()
        kills += 1
        settle(log)
        table = next_table(table, reader, reader.refresh(), 1 << 30)
    assert kills >= KILLS
    table = next_table(table, reader, reader.refresh(), 1 << 30)
    fresh = next_table(LineTable(), reader, reader.refresh(), 1 << 30)
    assert table.rows == fresh.rows == LINES
    assert len(older_parts(log)) >= 3
    expected = 0
    for first in range(0, LINES, 50_000):
        for line in table.read(first, 50_000, reader):
            assert int(line.data) == expected
            expected += 1
    assert expected == LINES
