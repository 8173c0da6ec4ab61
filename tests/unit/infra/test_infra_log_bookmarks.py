"""Bookmarks beside a log: they stay on their line, and never stand on another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gowa_desktop.infra.log_bookmarks import MOST_BOOKMARKS, bookmarks_file, read_bookmarks, write_bookmarks
from gowa_desktop.infra.log_files import LogLimits, compress_old_parts, drop_old_parts, rotate_before_run
from gowa_desktop.infra.log_parts import older_parts

if TYPE_CHECKING:
    from pathlib import Path

LINE = 16
LIMITS = LogLimits(40_000, 5)


def written(path: Path, lines: int, first: int = 0) -> Path:
    path.write_bytes(b"".join(b"line %010d\n" % number for number in range(first, first + lines)))
    return path


def test_bookmarks_come_back(tmp_path: Path) -> None:
    log = written(tmp_path / "gowa.log", 10)
    assert write_bookmarks(log, {3 * LINE, 0})
    assert read_bookmarks(log) == {0, 3 * LINE}
    assert bookmarks_file(log).stat().st_mode & 0o077 == 0


def test_without_bookmarks_there_is_no_file(tmp_path: Path) -> None:
    log = written(tmp_path / "gowa.log", 10)
    assert read_bookmarks(log) == set()
    write_bookmarks(log, {0})
    assert write_bookmarks(log, set())
    assert not bookmarks_file(log).exists()
    assert write_bookmarks(log, set())


def test_file_of_bookmarks_is_no_part_of_the_log(tmp_path: Path) -> None:
    log = written(tmp_path / "gowa.log", 10)
    write_bookmarks(log, {0})
    assert all(part.is_empty for part in older_parts(log))


def test_bookmark_stays_on_its_line_when_the_log_is_rotated_and_compressed(tmp_path: Path) -> None:
    log = written(tmp_path / "gowa.log", 2000)
    write_bookmarks(log, {1000 * LINE})
    rotate_before_run(log, LIMITS)
    written(log, 2000)
    rotate_before_run(log, LIMITS)
    compress_old_parts(log)
    assert ".gz" in older_parts(log)[0].path.name
    assert read_bookmarks(log) == {1000 * LINE}


def test_bookmark_goes_with_its_line(tmp_path: Path) -> None:
    log = written(tmp_path / "gowa.log", 2000)
    write_bookmarks(log, {1000 * LINE})
    rotate_before_run(log, LIMITS)
    written(log, 10)
    drop_old_parts(log, LogLimits(LIMITS.file_bytes, 1))
    assert all(part.is_empty for part in older_parts(log))
    assert read_bookmarks(log) == set()


def test_bookmark_never_stands_on_another_line(tmp_path: Path) -> None:
    log = written(tmp_path / "gowa.log", 10)
    write_bookmarks(log, {0, LINE})
    log.write_bytes(b"line 0000000000\nsomething else\n")
    assert read_bookmarks(log) == {0}


def test_damaged_file_counts_as_none(tmp_path: Path) -> None:
    log = written(tmp_path / "gowa.log", 10)
    for text in ("", "[", "[1]", '{"x": 1, "-1": 2, "0": "a", "²": 3}'):
        bookmarks_file(log).write_text(text, encoding="utf-8")
        assert read_bookmarks(log) == set()


def test_the_newest_are_kept_when_there_are_too_many(tmp_path: Path) -> None:
    log = written(tmp_path / "gowa.log", MOST_BOOKMARKS + 5)
    assert write_bookmarks(log, {number * LINE for number in range(MOST_BOOKMARKS + 5)})
    assert read_bookmarks(log) == {number * LINE for number in range(5, MOST_BOOKMARKS + 5)}


def test_disk_that_refuses_is_told(tmp_path: Path) -> None:
    log = written(tmp_path / "gowa.log", 1)
    bookmarks_file(log).mkdir()
    assert not write_bookmarks(log, {0})
    assert not write_bookmarks(log, set())
