"""The log of an instance stays small, and its last lines are found wherever they were moved."""

import itertools
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from gowa_desktop.infra.log_files import WHOLE_LOG, LogLimits, RunLog, older_part, rotate_before_run, tail_bytes

LIMITS = LogLimits(file_bytes=1000, files=3)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "gowa.log"


def lines(first: int, count: int) -> bytes:
    return b"".join(b"line %06d\n" % number for number in range(first, first + count))


def append(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(descriptor, data)
    os.close(descriptor)


def slow_clock() -> Callable[[], float]:
    """A clock that shows a minute more each time it is read: what comes so slowly is no flood."""
    return map(float, itertools.count(0, 60)).__next__


def numbers(data: bytes) -> list[int]:
    return [int(number) for number in re.findall(rb"line (\d{6})\n", data)]


def test_small_log_is_left_alone(log: Path) -> None:
    log.write_bytes(lines(0, 10))
    run = RunLog(log, 0)

    rotate_before_run(log, LIMITS)

    assert run.cap(LIMITS) == 0
    assert log.read_bytes() == lines(0, 10)
    assert [path.name for path in log.parent.iterdir()] == ["gowa.log"]


def test_half_full_log_is_renamed_before_a_run_and_only_so_many_are_kept(log: Path) -> None:
    for number in range(5):
        log.write_bytes(lines(number * 100, 50))
        rotate_before_run(log, LIMITS)

    assert not log.exists()
    assert older_part(log, 1).read_bytes() == lines(400, 50)
    assert older_part(log, 2).read_bytes() == lines(300, 50)
    assert not older_part(log, 3).exists()


def test_rotation_of_a_missing_log_does_nothing(log: Path) -> None:
    rotate_before_run(log, LIMITS)
    assert list(log.parent.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="a file that is open cannot be replaced on Windows")
def test_full_log_is_emptied_under_the_writer_without_losing_a_line(log: Path) -> None:
    run = RunLog(log, 0)
    writer = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(writer, lines(0, 80))

    assert run.cap(LIMITS) == 960
    os.write(writer, lines(80, 5))
    os.close(writer)

    assert log.read_bytes() == lines(80, 5)
    assert older_part(log, 1).read_bytes() == lines(0, 80)
    assert older_part(log, 1).stat().st_mode & 0o077 == 0
    assert run.start == -960
    assert numbers(run.tail()) == list(range(85))


@pytest.mark.skipif(sys.platform == "win32", reason="a file that is open cannot be replaced on Windows")
def test_flood_never_makes_a_larger_part_and_says_what_was_left_out(log: Path) -> None:
    log.write_bytes(lines(0, 1000))

    RunLog(log, 0).cap(LIMITS)

    part = older_part(log, 1).read_bytes()
    assert part.startswith(b"--- 11000 bytes are left out")
    assert len(part) < 1000 + 100
    assert numbers(part) == list(range(917, 1000))
    assert log.stat().st_size == 0


@pytest.mark.skipif(sys.platform == "win32", reason="a file that is open cannot be replaced on Windows")
def test_tail_of_a_run_goes_through_the_parts_and_stops_where_the_run_began(log: Path) -> None:
    append(log, lines(900_000, 20))  # an earlier run
    run = RunLog(log, log.stat().st_size, slow_clock())
    for first in (0, 80, 160):
        append(log, lines(first, 80))
        assert run.cap(LIMITS)
    append(log, lines(240, 3))

    # Two older parts are kept; the beginning of the run has gone with the third.
    assert numbers(run.tail()) == list(range(80, 243))
    assert numbers(tail_bytes(log, run.start, limit=120)) == list(range(234, 243))
    assert numbers(tail_bytes(log, -240)) == [*range(220, 240), 240, 241, 242]


@pytest.mark.skipif(sys.platform == "win32", reason="a file that is open cannot be replaced on Windows")
def test_flood_that_fills_file_after_file_does_not_push_out_what_was_before_it(log: Path) -> None:
    older_part(log, 1).write_bytes(b"useful")
    run = RunLog(log, 0, clock=lambda: 5.0)
    for first in range(0, 800, 80):
        append(log, lines(first, 80))
        assert run.cap(LIMITS)

    assert older_part(log, 2).read_bytes() == b"useful"
    assert numbers(older_part(log, 1).read_bytes()) == list(range(720, 800))


@pytest.mark.skipif(sys.platform == "win32", reason="a file that is open cannot be replaced on Windows")
def test_tail_leaves_out_the_run_before(log: Path) -> None:
    append(log, lines(900_000, 20))
    run = RunLog(log, log.stat().st_size)
    append(log, lines(0, 60))
    run.cap(LIMITS)
    append(log, lines(60, 2))

    assert numbers(run.tail()) == list(range(62))
    assert numbers(tail_bytes(log, WHOLE_LOG)) == [*range(900_000, 900_020), *range(62)]


def test_start_behind_the_end_reads_the_newest_part_too(log: Path) -> None:
    older_part(log, 1).write_bytes(lines(0, 50))
    log.write_bytes(lines(50, 2))

    assert numbers(tail_bytes(log, 500)) == list(range(52))


def test_refusing_disk_leaves_the_log_and_gives_the_oldest_part_up(log: Path) -> None:
    log.write_bytes(lines(0, 100))
    older_part(log, 1).write_bytes(b"newer")
    older_part(log, 2).write_bytes(b"oldest")
    log.with_name("gowa.log.new").mkdir()  # where the copy would go

    assert RunLog(log, 0).cap(LIMITS) == 0

    assert log.read_bytes() == lines(0, 100)
    assert older_part(log, 1).exists()
    assert not older_part(log, 2).exists()


@pytest.mark.skipif(sys.platform == "win32", reason="a file that is open cannot be replaced on Windows")
def test_log_of_a_busy_writer_stays_small_and_whole(log: Path) -> None:
    limits = LogLimits(file_bytes=100_000, files=3)
    script = (
        "import os, sys\n"
        "log = os.open(sys.argv[1], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)\n"
        "for number in range(200_000): os.write(log, b'line %06d\\n' % number)\n"
    )
    largest, run = 0, RunLog(log, 0)
    with subprocess.Popen([sys.executable, "-c", script, os.fspath(log)]) as writer:
        while writer.poll() is None:
            run.cap(limits)
            largest = max(largest, *(path.stat().st_size for path in log.parent.glob("gowa.log.?")), 0)
            time.sleep(0.001)
    assert largest <= 100_100
    kept = b"".join(part.read_bytes() for part in (older_part(log, 2), older_part(log, 1), log) if part.exists())
    assert b"\0" not in kept
    found = numbers(kept)
    assert found == sorted(set(found))
    assert found[-1] == 199_999
    assert numbers(run.tail())[-200:] == found[-200:]
