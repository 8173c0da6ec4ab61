"""The log of an instance stays small, nothing is lost or doubled on the way, and its last lines are found wherever they were moved."""

import gzip
import itertools
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from gowa_desktop.infra import log_moves
from gowa_desktop.infra.collapse import empty_beginning
from gowa_desktop.infra.log_files import LogLimits, RunLog, SizeAt, append_line, compress_old_parts, end_position, rotate_before_run
from gowa_desktop.infra.log_parts import moving_path, older_parts, part_path, settle
from gowa_desktop.infra.log_reader import LogReader, tail_bytes

LIMITS = LogLimits(file_bytes=200_000, files=3)
unix = pytest.mark.skipif(sys.platform == "win32", reason="a file that is open cannot be shortened on Windows")


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "gowa.log"


def lines(first: int, count: int) -> bytes:
    return b"".join(b"line %06d\n" % number for number in range(first, first + count))


def append(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(descriptor, data)
    os.close(descriptor)


@pytest.fixture(params=["shortened", "with a hole"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The two ways in which the beginning of a file can be taken away; the second is that of tmpfs, Btrfs and APFS."""
    if request.param == "with a hole":
        monkeypatch.setattr(log_moves, "take_beginning", lambda *_: False)
    return str(request.param)


def slow_clock() -> Callable[[], float]:
    """A clock that shows a minute more each time it is read: what comes so slowly is no flood."""
    return map(float, itertools.count(0, 60)).__next__


def numbers(data: bytes) -> list[int]:
    return [int(number) for number in re.findall(rb"line (\d{6})\n", data)]


def whole(log: Path) -> bytes:
    reader = LogReader(log)
    return b"".join(reader.read(region.begin, region.end) for region in reader.refresh().regions)


def test_small_log_is_left_alone(log: Path) -> None:
    log.write_bytes(lines(0, 10))
    rotate_before_run(log, LIMITS)
    assert RunLog(log, 0).cap(LIMITS) == 0
    assert log.read_bytes() == lines(0, 10)
    assert [path.name for path in log.parent.iterdir()] == ["gowa.log"]


def test_half_full_log_is_renamed_before_a_run_and_only_so_many_are_kept(log: Path) -> None:
    for number in range(5):
        log.write_bytes(lines(number * 10_000, 10_000))
        rotate_before_run(log, LIMITS)
    assert not log.exists()
    assert [(part.begin, part.end) for part in older_parts(log)] == [(360_000, 480_000), (480_000, 600_000)]
    assert end_position(log) == 600_000
    assert numbers(whole(log)) == list(range(30_000, 50_000))


def test_log_that_grew_while_nobody_looked_is_cut_before_a_run(log: Path) -> None:
    log.write_bytes(lines(0, 100_000))
    rotate_before_run(log, LIMITS)
    assert sum(path.stat().st_size for path in log.parent.iterdir()) <= LIMITS.file_bytes * LIMITS.files + 70_000
    assert numbers(whole(log))[-1] == 99_999
    assert end_position(log) == 1_200_000


def test_rotation_of_a_missing_log_does_nothing(log: Path) -> None:
    rotate_before_run(log, LIMITS)
    assert list(log.parent.iterdir()) == []


@unix
def test_full_log_is_shortened_under_the_writer_without_losing_a_line(log: Path, way: str) -> None:
    run = RunLog(log, 0)
    writer = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(writer, lines(0, 16_000))
    assert run.cap(LIMITS) >= 128 * 1024
    os.write(writer, lines(16_000, 5))
    os.close(writer)
    (part,) = older_parts(log)
    assert part.path.stat().st_mode & 0o077 == 0
    assert way == "shortened" or log.stat().st_size > 16_000 * 12
    assert log.stat().st_blocks * 512 < 140_000
    assert run.size() < 70_000
    assert end_position(log) == 16_005 * 12
    assert run.start == 0
    assert numbers(whole(log)) == list(range(16_005))
    assert numbers(tail_bytes(log, 0)) == list(range(16_005))


@unix
def test_flood_never_makes_a_larger_part_and_keeps_the_newest_lines(log: Path) -> None:
    log.write_bytes(lines(0, 100_000))
    RunLog(log, 0).cap(LIMITS)
    (part,) = older_parts(log)
    assert part.path.stat().st_size <= LIMITS.file_bytes
    assert part.path.stat().st_size == part.end - part.begin
    found = numbers(whole(log))
    assert found == list(range(found[0], 100_000))
    assert tail_bytes(log, 0).startswith(b"line ")


@unix
def test_flood_that_fills_file_after_file_does_not_push_out_what_was_before_it(log: Path, way: str) -> None:
    part_path(log, 0, 7).write_bytes(b"useful\n")
    run = RunLog(log, 7, clock=lambda: 5.0)
    for first in range(0, 160_000, 16_000):
        append(log, lines(first, 16_000))
        assert run.cap(LIMITS)
        assert end_position(log) == 7 + 12 * (first + 16_000), way
    parts = older_parts(log)
    assert parts[0].path.read_bytes() == b"useful\n"
    assert len(parts) == 2
    found = numbers(whole(log))
    assert found == list(range(found[0], 160_000))
    assert whole(log).startswith(b"useful\nline ")


@unix
@pytest.mark.parametrize("pause_s", [0.05, 1.0], ids=["torrent", "flood"])
def test_position_of_a_line_stays_the_same_whatever_a_flood_pushes_out(log: Path, way: str, pause_s: float) -> None:
    times = itertools.count(5.0, pause_s)
    run, reader, kept = RunLog(log, 0, clock=lambda: float(next(times))), LogReader(log), 0
    for first in range(0, 240_000, 16_000):
        append(log, lines(first, 16_000))
        assert run.cap(LIMITS)
        snapshot = reader.refresh()
        assert snapshot.end == 12 * (first + 16_000), way
        assert all(not part.is_empty for part in snapshot.parts)
        for region in snapshot.regions:
            begin = -(-region.begin // 12) * 12
            assert reader.read(begin, begin + 12) == b"line %06d\n" % (begin // 12)
        kept = sum(part.path.stat().st_size for part in older_parts(log))
        assert kept <= LIMITS.file_bytes * LIMITS.files
    assert kept


@unix
def test_newest_part_that_has_to_go_leaves_its_position(log: Path, way: str) -> None:
    single = LogLimits(file_bytes=200_000, files=1)
    run = RunLog(log, 0, slow_clock())
    for first in range(0, 64_000, 16_000):
        append(log, lines(first, 16_000))
        assert run.cap(single)
        assert end_position(log) == 12 * (first + 16_000), way
        assert [part.is_empty for part in older_parts(log)] == [True]
    compress_old_parts(log)
    found = numbers(whole(log))
    assert found == list(range(found[0], 64_000))


def test_program_that_dies_between_the_empty_part_and_the_removal_leaves_nothing_twice(log: Path) -> None:
    part_path(log, 0, 12).write_bytes(lines(0, 1))
    part_path(log, 12, 12).touch()
    log.write_bytes(lines(1, 1))
    assert numbers(whole(log)) == [0, 1]
    part_path(log, 12, 24).write_bytes(lines(1, 1))
    log.write_bytes(lines(2, 1))
    assert [(part.begin, part.end) for part in older_parts(log)] == [(0, 12), (12, 12), (12, 24)]
    assert numbers(whole(log)) == [0, 1, 2]


@unix
def test_torrent_is_copied_less_and_less_so_that_it_is_not_fallen_behind(log: Path) -> None:
    times = itertools.chain([0.0], itertools.count(5.0, 0.05))
    run = RunLog(log, 0, clock=lambda: float(next(times)))
    for first in range(0, 240_000, 16_000):
        append(log, lines(first, 16_000))
        assert run.cap(LIMITS)
        if first > 48_000:
            newest = older_parts(log)[-1]
            assert newest.end - newest.begin <= LIMITS.file_bytes // 4
    assert numbers(whole(log))[-1] == 239_999


@unix
@pytest.mark.parametrize(("small_s", "kept"), [(4.9995, 0.25), (4.9, 1.0)], ids=["faster than it can be copied", "slower"])
def test_log_that_is_long_at_its_first_look_is_judged_by_how_fast_it_came(log: Path, small_s: float, kept: float) -> None:
    run = RunLog(log, 0, clock=lambda: 5.0)
    append(log, lines(0, 10))
    assert run.cap(LIMITS) == 0  # nothing was there before somebody looked
    append(log, lines(10, 3 * LIMITS.file_bytes // 12))
    gone = run.cap(LIMITS, SizeAt(small_s, 120))
    (part,) = older_parts(log)
    is_torrent = kept < 1
    assert part.end - part.begin <= LIMITS.file_bytes * kept
    assert gone > 2.5 * LIMITS.file_bytes if is_torrent else gone <= LIMITS.file_bytes
    assert numbers(whole(log))[-1] == 9 + 3 * LIMITS.file_bytes // 12
    assert (numbers(whole(log))[0] == 0) is not is_torrent


@unix
def test_tail_of_a_run_goes_through_the_parts_and_stops_where_the_run_began(log: Path, way: str) -> None:
    limits = LogLimits(file_bytes=400_000, files=3)
    append(log, lines(900_000, 20))  # an earlier run
    run = RunLog(log, end_position(log), slow_clock())
    for first, count in ((0, 31_000), (31_000, 27_000)):
        append(log, lines(first, count))
        assert run.cap(limits)
    append(log, lines(58_000, 3))
    assert numbers(tail_bytes(log, run.start, limit=10**6)) == list(range(58_003))
    assert numbers(tail_bytes(log, run.start, limit=120)) == list(range(57_993, 58_003))
    assert numbers(tail_bytes(log, 0, limit=10**6))[:20] == list(range(900_000, 900_020))


def test_start_behind_the_end_reads_all_that_is_there(log: Path) -> None:
    part_path(log, 0, 600).write_bytes(lines(0, 50))
    log.write_bytes(lines(50, 2))
    assert numbers(tail_bytes(log, 5000)) == list(range(52))


@unix
def test_refusing_disk_leaves_the_log_and_gives_the_oldest_part_up(log: Path) -> None:
    log.write_bytes(lines(0, 16_000))
    part_path(log, 0, 5).write_bytes(b"older")
    part_path(log, 5, 10).write_bytes(b"newer")
    moving_path(log, 10).mkdir()  # where the copy would go
    assert RunLog(log, 0).cap(LIMITS) == 0
    assert log.read_bytes() == lines(0, 16_000)
    assert [part.begin for part in older_parts(log)] == [5]


def test_move_cut_short_before_its_bytes_were_taken_away_leaves_no_copy(log: Path) -> None:
    log.write_bytes(lines(0, 1000))
    moving_path(log, 0).write_bytes(lines(0, 700))
    settle(log)
    assert older_parts(log) == []
    assert numbers(whole(log)) == list(range(1000))
    assert [path.name for path in log.parent.iterdir()] == ["gowa.log"]


def test_move_cut_short_after_its_bytes_were_taken_away_is_finished(log: Path) -> None:
    moving_path(log, 0).write_bytes(lines(0, 700))
    log.write_bytes(lines(700, 300))
    settle(log)
    assert numbers(whole(log)) == list(range(1000))
    assert [(part.begin, part.end) for part in older_parts(log)] == [(0, 8400)]


def test_compressed_parts_read_like_others_and_with_ordinary_tools(log: Path) -> None:
    for number in range(3):
        part_path(log, number * 600_000, (number + 1) * 600_000).write_bytes(lines(number * 50_000, 50_000))
    log.write_bytes(lines(150_000, 10))
    compress_old_parts(log)
    parts = older_parts(log)
    assert [part.is_compressed for part in parts] == [True, True, False]
    assert gzip.decompress(parts[0].path.read_bytes()) == lines(0, 50_000)
    assert parts[0].path.stat().st_mode & 0o077 == 0
    assert numbers(whole(log)) == list(range(150_010))
    reader = LogReader(log)
    reader.refresh()
    assert reader.read(12 * 49_990, 12 * 50_010) == lines(49_990, 20)
    assert numbers(tail_bytes(log, 0, limit=12 * 120_000)) == list(range(30_010, 150_010))


def test_damaged_compressed_part_reads_as_nothing(log: Path) -> None:
    path = part_path(log, 0, 1200)
    path.with_name(path.name + ".gz").write_bytes(b"no gzip at all")
    log.write_bytes(lines(100, 5))
    assert numbers(tail_bytes(log, 0)) == list(range(100, 105))


def test_marker_never_sticks_to_a_cut_line(log: Path) -> None:
    append_line(log, b"nobody\n")
    assert not log.exists()
    log.write_bytes(b"cut")
    append_line(log, b"marker\n")
    append_line(log, b"second\n")
    assert log.read_bytes() == b"cut\nmarker\nsecond\n"


@unix
def test_log_of_a_busy_writer_stays_small_and_nothing_is_lost(log: Path, way: str) -> None:
    limits = LogLimits(file_bytes=300_000, files=20)
    script = (
        "import os, sys\n"
        "log = os.open(sys.argv[1], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)\n"
        "for number in range(200_000): os.write(log, b'line %06d\\n' % number)\n"
    )
    run = RunLog(log, 0, slow_clock())
    with subprocess.Popen([sys.executable, "-c", script, os.fspath(log)]) as writer:
        while writer.poll() is None:
            run.cap(limits)
            run.compress()
            time.sleep(0.001)
    kept = whole(log)
    assert b"\0" not in kept
    found = numbers(kept)
    assert found == list(range(found[0], 200_000))
    assert found[0] == 0 or len(older_parts(log)) == 19
    assert sum(path.stat().st_blocks for path in log.parent.iterdir()) * 512 <= limits.file_bytes * limits.files + 100_000


@unix
def test_log_with_a_hole_begins_anew_before_a_run_and_when_it_is_emptied_by_hand(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_moves, "take_beginning", lambda *_: False)
    append(log, lines(0, 16_000))
    assert RunLog(log, 0).cap(LIMITS)
    append(log, lines(16_000, 9_000))
    rotate_before_run(log, LIMITS)
    assert not log.exists()
    append(log, lines(25_000, 5))
    compress_old_parts(log)
    assert numbers(whole(log)) == list(range(25_005))

    append(log, lines(25_005, 16_000))
    assert RunLog(log, 0).cap(LIMITS)
    log.write_bytes(lines(41_005, 3))
    assert numbers(whole(log))[-3:] == [41_005, 41_006, 41_007]
    append(log, lines(41_008, 20_000))
    assert numbers(whole(log))[-20_003:] == list(range(41_005, 61_008))


@unix
@pytest.mark.parametrize("is_emptied", [False, True])
def test_move_cut_short_around_its_hole_loses_and_doubles_nothing(log: Path, monkeypatch: pytest.MonkeyPatch, is_emptied: bool) -> None:
    monkeypatch.setattr(log_moves, "take_beginning", lambda *_: False)
    append(log, lines(0, 16_000))
    assert RunLog(log, 0).cap(LIMITS)
    append(log, lines(16_000, 16_000))
    begin = older_parts(log)[-1].end

    def end(*words: int) -> bool:
        if is_emptied:
            empty_beginning(*words)
        raise KeyboardInterrupt

    monkeypatch.setattr(log_moves, "empty_beginning", end)
    with pytest.raises(KeyboardInterrupt):
        RunLog(log, 0).cap(LIMITS)
    assert moving_path(log, begin).exists()
    settle(log)
    assert not moving_path(log, begin).exists()
    assert numbers(whole(log)) == list(range(32_000))
