"""`python -m tests.benchmarks.logs [--megabytes N]`: how long a large log takes to open, to be counted and to be searched."""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import psutil

from gowa_desktop.domain.log_line import LogLevel
from gowa_desktop.domain.log_query import LogQuery
from gowa_desktop.infra.line_table import LineTable, next_table
from gowa_desktop.infra.log_reader import LogReader
from gowa_desktop.infra.log_search import search

_LINE = b'time="2026-08-22T10:00:00Z" level=info msg="GET /app/devices took 12ms for client %07d abcdef"\n'
_LAST = b'time="2026-08-22T10:00:00Z" level=error msg="the needle in the hay"\n'
_QUERIES = {
    "text": LogQuery("needle in the hay", is_regex=False),
    "regex with a fixed piece": LogQuery(r"n.edle in \w+ hay"),
    "regex, two alternatives": LogQuery("needle|haystack"),
    "regex without a fixed piece": LogQuery(r"\d{9}"),
    "errors": LogQuery(least_level=LogLevel.ERROR),
}


def main() -> int:
    """Write a log, measure, and print the figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.logs")
    parser.add_argument("--megabytes", type=int, default=1024)
    megabytes = parser.parse_args().megabytes
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "gowa.log"
        write(log, megabytes * 1024 * 1024)
        measure(log)
    return 0


def write(log: Path, size: int) -> None:
    """Write a log of ordinary lines with one of its own at the end."""
    with log.open("wb") as file:
        number = 0
        while file.tell() < size:
            file.write(b"".join(_LINE % (number + index) for index in range(10_000)))
            number += 10_000
        file.write(_LAST)


def measure(log: Path) -> None:
    """Open, count, read the middle and search."""
    process = psutil.Process()
    before = process.memory_info().rss
    reader = LogReader(log)
    begun = time.perf_counter()
    table = next_table(LineTable(), reader, reader.refresh(), 2 * 1024 * 1024)
    last = table.read(table.rows - 60, 60, reader)
    tell("first screen, at the end", begun)
    assert last[-1].data + b"\n" == _LAST
    begun = time.perf_counter()
    while not table.is_complete:
        table = next_table(table, reader, reader.refresh(), 16 * 1024 * 1024)
    snapshot = reader.snapshot
    print(f"{'all lines counted':<34} {rate(snapshot.end, begun):8.0f} MB/s   {table.rows:,} lines")
    begun = time.perf_counter()
    assert len(table.read(table.rows // 2, 60, reader)) == 60
    tell("a screen in the middle", begun)
    print(f"{'memory of an open log':<34} {(process.memory_info().rss - before) / 1e6:8.1f} MB")
    for name, query in _QUERIES.items():
        begun = time.perf_counter()
        result = search(reader, snapshot, 0, query)
        print(f"{'search: ' + name:<34} {rate(snapshot.end, begun):8.0f} MB/s   {len(result.positions)} found")


def tell(what: str, begun: float) -> None:
    """Print how long something took."""
    print(f"{what:<34} {(time.perf_counter() - begun) * 1e3:8.1f} ms")


def rate(size: int, begun: float) -> float:
    """Give megabytes per second."""
    return size / 1e6 / (time.perf_counter() - begun)


if __name__ == "__main__":
    raise SystemExit(main())
