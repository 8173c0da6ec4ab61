"""`python -m tests.benchmarks.logs [--megabytes N] [--rounds N]`: how long a large log takes to open, to be counted and searched.

The floors are taken in the same run: reading the file through, and reading it and looking at each megabyte with `bytes.find` or with
Python's `re`. Rates of floors and searches are of processor time, so that other programs do not count. The exit code is 1 when a
search reads less than 150 MB/s or the first screen takes more than 100 ms.
"""

from __future__ import annotations

import argparse
import re
import statistics
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from gowa_desktop.domain.log_line import LogLevel
from gowa_desktop.domain.log_query import LogQuery
from gowa_desktop.infra.line_table import LineTable, next_table
from gowa_desktop.infra.log_reader import LogReader
from gowa_desktop.infra.log_search import nearest_hit, search

if TYPE_CHECKING:
    from collections.abc import Callable

_LINE = b'time="2026-08-22T10:00:00Z" level=info msg="GET /app/devices took 12ms for client %07d abcdef"\n'
_LAST = b'time="2026-08-22T10:00:00Z" level=error msg="the needle in the hay"\n'
_TEXT = b"needle in the hay"
_QUERIES = {
    "text": LogQuery("needle in the hay", is_regex=False),
    "regex with a fixed piece": LogQuery(r"n.edle in \w+ hay"),
    "regex, two alternatives": LogQuery("needle|haystack"),
    "regex without a fixed piece": LogQuery(r"\d{9}"),
    "regex that Python never ends": LogQuery(r"(\w+\s?)+x{9}"),
    "errors": LogQuery(least_level=LogLevel.ERROR),
}
_LEAST_RATE = 150.0
_LONGEST_FIRST_MS = 100.0
_BLOCK = 1024 * 1024


def main() -> int:
    """Write a log, measure, and print the figures; the answer is 1 when a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.logs")
    parser.add_argument("--megabytes", type=int, default=1024)
    parser.add_argument("--rounds", type=int, default=3)
    words = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "gowa.log"
        write(log, words.megabytes * 1024 * 1024)
        return 0 if measure(log, words.rounds) else 1


def write(log: Path, size: int) -> None:
    """Write a log of ordinary lines with one of its own at the end."""
    with log.open("wb") as file:
        number = 0
        while file.tell() < size:
            file.write(b"".join(_LINE % (number + index) for index in range(10_000)))
            number += 10_000
        file.write(_LAST)


def measure(log: Path, rounds: int) -> bool:
    """Open, count, read the middle and search; the answer tells whether all is as promised."""
    process = psutil.Process()
    before = process.memory_info().rss
    reader = LogReader(log)
    begun = time.perf_counter()
    table = next_table(LineTable(), reader, reader.refresh(), 2 * 1024 * 1024)
    last = table.read(table.rows - 60, 60, reader)
    first_ms = (time.perf_counter() - begun) * 1e3
    print(f"{'first screen, at the end':<36} {first_ms:8.1f} ms")
    assert last[-1].data + b"\n" == _LAST
    begun = time.perf_counter()
    while not table.is_complete:
        table = next_table(table, reader, reader.refresh(), 16 * 1024 * 1024)
    size = reader.snapshot.end
    print(f"{'all lines counted':<36} {size / 1e6 / (time.perf_counter() - begun):8.0f} MB/s   {table.rows:,} lines")
    begun = time.perf_counter()
    assert len(table.read(table.rows // 2, 60, reader)) == 60
    print(f"{'a screen in the middle':<36} {(time.perf_counter() - begun) * 1e3:8.1f} ms")
    print(f"{'memory of an open log':<36} {(process.memory_info().rss - before) / 1e6:8.1f} MB")
    show("floor: reading alone", [rate(size, lambda: each_block(log, lambda _: None)) for _ in range(rounds)])
    show("floor: bytes.find", [rate(size, lambda: each_block(log, lambda data: data.find(_TEXT))) for _ in range(rounds)])
    for pattern in (rb"\d{9}", rb"needle|haystack"):
        compiled = re.compile(pattern, re.IGNORECASE)
        show(f"floor: re, {pattern.decode()}", [rate(size, partial(each_block, log, compiled.search)) for _ in range(rounds)])
    measure_dense(reader)
    slowest = min(measure_search(name, query, reader, rounds) for name, query in _QUERIES.items())
    return slowest >= _LEAST_RATE and first_ms <= _LONGEST_FIRST_MS


def measure_search(name: str, query: LogQuery, reader: LogReader, rounds: int) -> float:
    """Search and print the median of the rates, which is the answer."""
    rates, found = [], 0
    for _ in range(rounds):
        begun = time.thread_time()
        found = len(search(reader, reader.snapshot, 0, query).positions)
        rates.append(reader.snapshot.end / 1e6 / (time.thread_time() - begun))
    return show(f"search: {name}", rates, f"   {found} found")


def measure_dense(reader: LogReader) -> None:
    """Print how long one goes from hit to hit at the end, and how quickly is counted, where nearly every line is one."""
    query, end = LogQuery(r"took \d+ms"), reader.snapshot.end
    begun = time.perf_counter()
    assert nearest_hit(reader, reader.snapshot, end, query, is_back=True) is not None
    print(f"{'dense: the hit before the end':<36} {(time.perf_counter() - begun) * 1e3:8.1f} ms")
    begun, spent = time.perf_counter(), time.thread_time()
    result = search(reader, reader.snapshot, 0, query, most_s=1.0)
    waited_s, used_s = time.perf_counter() - begun, time.thread_time() - spent
    print(f"{'dense: counted in a second':<36} {result.end / 1e6 / used_s:8.0f} MB/s   {len(result.positions)} found, {waited_s:.2f} s")


def each_block(log: Path, look: Callable[[bytes], object]) -> None:
    """Read a file through and look at each megabyte of it."""
    with log.open("rb", buffering=0) as file:
        while data := file.read(_BLOCK):
            look(data)


def rate(size: int, work: Callable[[], None]) -> float:
    """Give megabytes per second of processor time."""
    begun = time.thread_time()
    work()
    return size / 1e6 / (time.thread_time() - begun)


def show(what: str, rates: list[float], more: str = "") -> float:
    """Print the median rate, which is the answer."""
    median = statistics.median(rates)
    print(f"{what:<36} {median:8.0f} MB/s{more}")
    return median


if __name__ == "__main__":
    raise SystemExit(main())
