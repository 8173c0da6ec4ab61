"""`python -m tests.benchmarks.log_scroll [--lines N]`: what a frame costs while a log of a million lines is scrolled.

Times are those of the main thread's processor alone, so that a busy computer does not count. The exit code is 1 when the median
frame takes more than the 16.7 ms of 60 frames a second.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication

from gowa_desktop.services.garbage import GarbageKeeper
from gowa_desktop.services.logs.log_document import LogDocument
from gowa_desktop.services.tasks import TaskRunner
from gowa_desktop.ui.application import create_application
from gowa_desktop.ui.logs.log_rows_view import LogRowsView

if TYPE_CHECKING:
    from collections.abc import Iterable

_FRAME_MS = 1000 / 60
_LINES = (
    b'time="2026-08-22T10:%02d:00Z" level=info msg="GET /app/devices took 12ms for client %07d abcdef"\n',
    b"23:48:%02d.238 \x1b[36m[Client/Send INFO] message %07d with a token=abc and more\x1b[0m\n",
    b"23:48:%02d | 404 |  39.56\xc2\xb5s | 127.0.0.1 | GET | /app/devices/%07d | device not found\n",
    b'time="2026-08-22T10:%02d:00Z" level=error msg="Panic recovered in middleware: device not found %07d"\n',
)


def main() -> int:
    """Write a log, scroll it in four ways, and print what a frame costs."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.log_scroll")
    parser.add_argument("--lines", type=int, default=1_000_000)
    lines = parser.parse_args().lines
    application = create_application(sys.argv[:1])
    GarbageKeeper(application)
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "gowa.log"
        with log.open("wb") as file:
            for first in range(0, lines, 1000):
                file.write(b"".join(_LINES[n % 4] % (n % 60, n) for n in range(first, first + 1000)))
        median = measure(log)
    del application
    return 0 if median <= _FRAME_MS else 1


def measure(log: Path) -> float:
    """Scroll; the answer is the largest median in milliseconds."""
    tasks = TaskRunner()
    document = LogDocument(log, lambda: frozenset({"hush12345"}), tasks, tasks)
    view = LogRowsView()
    view.resize(1000, 640)
    view.set_source(document)
    document.changed.connect(view.refresh)
    view.show()
    begun = time.perf_counter()
    document.begin()
    while not document.rows:
        QCoreApplication.processEvents()
    print(f"first screen {(time.perf_counter() - begun) * 1e3:.1f} ms")
    while not document.is_complete:
        QCoreApplication.processEvents()
    rows, dice = document.rows, random.Random(1)
    print(f"{rows:,} rows; processor time of a frame:")
    found = [
        frames(view, "wheel down, 3 rows", range(rows // 3, rows // 3 + 1200, 3)),
        frames(view, "wheel up, 3 rows", range(rows // 2, rows // 2 - 1200, -3)),
        frames(view, "page by page", range(rows // 10, rows // 10 + 10_000, 25)),
        frames(view, "drawn anywhere", (dice.randrange(rows) for _ in range(300))),
    ]
    view.set_source(None)
    view.close()
    document.close()
    tasks.close()
    return max(found)


def frames(view: LogRowsView, what: str, places: Iterable[int]) -> float:
    """Show one row after the other at the top; the answer is the median in milliseconds."""
    times = []
    for place in places:
        begun = time.thread_time()
        view.verticalScrollBar().setValue(place)
        QCoreApplication.processEvents()
        times.append((time.thread_time() - begun) * 1e3)
    median = statistics.median(times)
    print(f"{what:<22} median {median:5.1f} ms   worst {max(times):5.1f} ms")
    return median


if __name__ == "__main__":
    raise SystemExit(main())
