"""Lines by number, searches and tails over a log whose parts are moved, compressed, cut and dropped."""

from __future__ import annotations

import itertools
import random
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gowa_desktop.domain.errors import UsageError
from gowa_desktop.domain.log_line import LogLevel
from gowa_desktop.domain.log_query import LogQuery
from gowa_desktop.domain.run_markers import START_BYTES
from gowa_desktop.infra.line_table import LineTable, next_table
from gowa_desktop.infra.log_files import LogLimits, RunLog, compress_old_parts
from gowa_desktop.infra.log_parts import older_parts, part_path
from gowa_desktop.infra.log_reader import LogReader
from gowa_desktop.infra.log_search import find_marks, nearest_hit, search
from gowa_desktop.infra.log_tail import LogTail

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "gowa.log"


def lines(first: int, count: int) -> bytes:
    return b"".join(b"line %06d\n" % number for number in range(first, first + count))


def append(log: Path, data: bytes) -> None:
    with log.open("ab") as file:
        file.write(data)


def table_of(reader: LogReader, table: LineTable | None = None, budget: int = 1 << 30) -> LineTable:
    table = next_table(table or LineTable(), reader, reader.refresh(), budget)
    for _ in range(10_000):
        if table.is_complete:
            return table
        table = next_table(table, reader, reader.refresh(), budget)
    raise AssertionError("the table never becomes complete")


def texts(table: LineTable, reader: LogReader, first: int = 0, count: int = 10**9) -> list[bytes]:
    return [line.data for line in table.read(first, count, reader)]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.sampled_from([0, 1, 5, 80, 17_000, 70_000]), max_size=12),
    st.booleans(),
    st.sampled_from([3_000, 16_384, 100_000, 1 << 30]),
    st.lists(st.integers(0, 100_000), max_size=3),
)
def test_table_finds_every_line_whatever_its_length_and_parts(
    tmp_path_factory: pytest.TempPathFactory, lengths: list[int], has_end: bool, budget: int, cuts: list[int]
) -> None:
    log = tmp_path_factory.mktemp("log") / "gowa.log"
    content = b"\n".join(bytes([97 + index % 26]) * length for index, length in enumerate(lengths))
    content += b"\n" if has_end and lengths else b""
    edges = [0, *sorted(cut for cut in set(cuts) if 0 < cut < len(content))]
    for begin, end in itertools.pairwise(edges):
        part_path(log, begin, end).write_bytes(content[begin:end])
    log.write_bytes(content[edges[-1] :])
    compress_old_parts(log)
    reader = LogReader(log)
    table = table_of(reader, budget=budget)
    expected = content.split(b"\n")
    if not expected[-1]:
        expected.pop()
    found = table.read(0, 10**6, reader)
    assert table.rows == len(expected)
    assert [line.data for line in found] == [line[: 64 * 1024] for line in expected]
    for row, line in enumerate(found):
        assert table.row_of(line.position, reader) == row
        assert table.read(row, 1, reader) == [line]


def test_table_grows_and_follows_moves_without_counting_anew(log: Path) -> None:
    limits = LogLimits(file_bytes=200_000, files=3)
    reader, run, table = LogReader(log), RunLog(log, 0, clock=iter(range(0, 10_000, 60)).__next__), LineTable()
    written = 0
    dice = random.Random(5)
    for _ in range(40):
        count = dice.randrange(0, 4000)
        append(log, lines(written, count))
        written += count
        run.cap(limits)
        if dice.random() < 0.3:
            compress_old_parts(log)
        table = table_of(reader, table)
        newest = texts(table, reader, table.rows - 3, 3)
        assert newest == [b"line %06d" % number for number in range(written - 3, written)]
        everything = [line for line in texts(table, reader) if line.startswith(b"line ")]
        assert everything == [b"line %06d" % n for n in range(written - len(everything), written)]
    assert len(older_parts(log)) == 2


def test_dropped_middle_part_leaves_one_row_that_says_so(log: Path) -> None:
    part_path(log, 0, 1200).write_bytes(lines(0, 100))
    part_path(log, 1200, 2400).write_bytes(lines(100, 100))
    part_path(log, 2400, 3600).write_bytes(lines(200, 100))
    log.write_bytes(lines(300, 10))
    reader = LogReader(log)
    table = table_of(reader)
    part_path(log, 1200, 2400).unlink()
    table = table_of(reader, table)
    rows = table.read(98, 5, reader)
    assert table.rows == 211
    assert [(row.data, row.gap) for row in rows] == [
        (b"line 000098", 0), (b"line 000099", 0), (b"", 1200), (b"line 000200", 0), (b"line 000201", 0),
    ]  # fmt: skip
    assert table.row_of(rows[3].position, reader) == 101


def test_log_emptied_by_hand_and_deleted_begins_again(log: Path) -> None:
    log.write_bytes(lines(0, 1000))
    reader = LogReader(log)
    table = table_of(reader)
    reader.keep_tail()
    log.write_bytes(lines(500, 3))
    table = table_of(reader, table)
    assert texts(table, reader) == [b"line 000500", b"line 000501", b"line 000502"]
    log.unlink()
    table = table_of(reader, table)
    assert table.rows == 0
    assert reader.read(0, 100) == b""


def test_half_a_line_is_shown_as_it_comes(log: Path) -> None:
    log.write_bytes(b"one\ntw")
    reader = LogReader(log)
    table = table_of(reader)
    assert texts(table, reader) == [b"one", b"tw"]
    append(log, b"o\n")
    table = table_of(reader, table)
    assert texts(table, reader) == [b"one", b"two"]


def found(log: Path, query: LogQuery, begin: int = 0, secrets: tuple[str, ...] = ()) -> list[bytes]:
    reader = LogReader(log)
    result = search(reader, reader.refresh(), begin, query, secrets)
    return [reader.read(position, position + 200).split(b"\n")[0] for position in result.positions]


@pytest.mark.parametrize("pattern", [r"line 0\d*77$", "LINE 000077|line 000078", r"^line 00012\d$", r"\d5\d{2}7$", "nothing like it"])
def test_search_finds_what_the_expression_finds(log: Path, pattern: str) -> None:
    log.write_bytes(lines(0, 30_000))
    expected = [line for line in lines(0, 30_000).split(b"\n") if line and re.search(pattern, line.decode(), re.IGNORECASE)]
    assert found(log, LogQuery(pattern)) == expected


def test_search_looks_at_lines_as_people_see_them(log: Path) -> None:
    log.write_bytes(b"a \x1b[31mred\x1b[0m end\nmap[key:hush]\n--- x ---\nsays hush\n\xff\xfe odd\n")
    assert len(found(log, LogQuery("red end$"))) == 1
    assert found(log, LogQuery("hush"), secrets=("hush",)) == []
    assert found(log, LogQuery("odd")) == [b"\xff\xfe odd"]


def test_search_by_level_and_from_a_position_on(log: Path) -> None:
    log.write_bytes(
        b'time="2026-03-10T11:22:33Z" level=info msg="an error"\ntime="2026-03-10T11:22:33Z" level=error msg=bad\n23:48:21.238 [Main ERROR] x\n'
    )
    query = LogQuery(least_level=LogLevel.ERROR)
    assert [line[-8:] for line in found(log, query)] == [b" msg=bad", b"ERROR] x"]
    assert len(found(log, query, begin=60)) == 1
    assert len(found(log, LogQuery("bad", least_level=LogLevel.ERROR))) == 1
    assert found(log, LogQuery("an error", least_level=LogLevel.ERROR)) == []


def test_search_finds_nothing_in_settings_with_line_breaks(log: Path) -> None:
    stamp = b'time="2026-03-10T11:22:33Z" level=info msg=hush\n'
    begin = stamp + b"map[a:hush\n" + b"hush two hush three\n"
    log.write_bytes(begin + b"b:hush]\n" + stamp + lines(0, 40_000) + b"map[a:hush\nhush]\n" + stamp)
    assert found(log, LogQuery("hush")) == [stamp[:-1]] * 3
    assert found(log, LogQuery("hush"), begin=len(begin)) == [stamp[:-1]] * 2  # as when a search goes on there
    assert found(log, LogQuery("three|two")) == []


def test_search_is_gone_on_with_where_it_stopped(log: Path) -> None:
    log.write_bytes(lines(0, 60_000))
    reader = LogReader(log)
    snapshot, at, steps, positions = reader.refresh(), 0, 0, list[int]()
    while at < snapshot.end:
        result = search(reader, snapshot, at, LogQuery("line"), most_hits=7_000, most_s=0)
        positions += result.positions
        assert result.end > at
        at, steps = result.end, steps + 1
    assert positions == list(range(0, 60_000 * 12, 12))
    assert steps > 2


@pytest.mark.parametrize("pattern", ["line 000077", r"line 0[0-9]*7$", "line", "line 059999"])
def test_nearest_hit_is_the_one_beside_a_position(log: Path, pattern: str) -> None:
    part_path(log, 0, 12 * 30_000).write_bytes(lines(0, 30_000))
    log.write_bytes(lines(30_000, 30_000))
    reader = LogReader(log)
    snapshot = reader.refresh()
    positions = list(search(reader, snapshot, 0, LogQuery(pattern)).positions)
    for number in (0, 1, 77, 78, 29_999, 30_000, 30_001, 59_999):
        at = number * 12
        after = nearest_hit(reader, snapshot, at, LogQuery(pattern), is_back=False)
        before = nearest_hit(reader, snapshot, at, LogQuery(pattern), is_back=True)
        assert after == next((position for position in positions if position >= at), None)
        assert before == next((position for position in reversed(positions) if position < at), None)


def test_search_leaves_an_unfinished_line_for_later_and_can_be_cancelled(log: Path) -> None:
    log.write_bytes(b"hit one\nhit tw")
    reader = LogReader(log)
    result = search(reader, reader.refresh(), 0, LogQuery("hit"))
    assert (list(result.positions), result.end) == ([0], 8)
    append(log, b"o\n")
    assert list(search(reader, reader.refresh(), result.end, LogQuery("hit")).positions) == [8]
    assert list(search(reader, reader.refresh(), 0, LogQuery("hit"), is_cancelled=lambda: True).positions) == []


def test_search_across_parts_finds_a_line_that_lies_in_two(log: Path) -> None:
    part_path(log, 0, 6).write_bytes(b"a\nfirs")
    log.write_bytes(b"t hit\nb\n")
    assert found(log, LogQuery("first hit")) == [b"first hit"]


def test_monstrous_line_without_end_is_passed_by(log: Path) -> None:
    log.write_bytes(b"x" * 3_000_000 + b"\nhit\n")
    assert found(log, LogQuery("hit")) == [b"hit"]


def test_search_refuses_what_is_no_expression(log: Path) -> None:
    log.write_bytes(b"x\n")
    with pytest.raises(UsageError):
        found(log, LogQuery("("))


def test_find_marks_are_found(log: Path) -> None:
    part_path(log, 0, 100).write_bytes((START_BYTES + b", GOWA v1 ---\n").ljust(99, b"x") + b"\n")
    log.write_bytes(b"text\n" + START_BYTES + b" ---\nmore\n")
    reader = LogReader(log)
    assert list(find_marks(reader, reader.refresh(), START_BYTES)) == [0, 105]


def test_tail_reads_on_from_where_it_was_across_moves(log: Path) -> None:
    limits = LogLimits(file_bytes=200_000, files=50)
    reader, run = LogReader(log), RunLog(log, 0, clock=iter(range(0, 100_000, 60)).__next__)
    tail, got, written = LogTail(reader, 0), b"", 0
    dice = random.Random(7)
    for _ in range(60):
        count = dice.randrange(0, 8000)
        append(log, lines(written, count))
        written += count
        if dice.random() < 0.7:
            run.cap(limits)
        got += tail.read(reader.refresh()).data
    while data := tail.read(reader.refresh()).data:
        got += data
    assert got == lines(0, written)


def test_tail_says_what_it_leaves_out_of_a_flood(log: Path) -> None:
    log.write_bytes(lines(0, 10))
    reader = LogReader(log)
    tail = LogTail(reader)
    assert tail.read(reader.refresh()).is_empty
    append(log, lines(10, 100_000))
    chunk = tail.read(reader.refresh())
    assert len(chunk.data) <= 256 * 1024
    assert chunk.data.startswith(b"line ")
    assert chunk.skipped_lines is not None
    assert chunk.skipped_lines + chunk.data.count(b"\n") == 100_000
    assert chunk.data.endswith(b"line 100009\n")


def test_tail_waits_for_the_end_of_a_line_but_not_for_ever(log: Path) -> None:
    log.write_bytes(b"half")
    reader = LogReader(log)
    tail = LogTail(reader, 0)
    assert tail.read(reader.refresh()).is_empty
    append(log, b" done\n")
    assert tail.read(reader.refresh()).data == b"half done\n"
    append(log, b"y" * 200_000)
    assert tail.read(reader.refresh()).data == b"y" * 200_000


def test_tail_begins_again_when_the_log_was_emptied_by_hand(log: Path) -> None:
    log.write_bytes(lines(0, 100))
    reader = LogReader(log)
    tail = LogTail(reader)
    tail.read(reader.refresh())
    log.write_bytes(b"fresh\n")
    assert tail.read(reader.refresh()).data == b"fresh\n"
    log.unlink()
    assert tail.read(reader.refresh()).is_empty
