"""How long it takes from the launch to the first painted window, and what the window weighs, against a bare one with a table."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from tests.benchmarks.rows import Row, median
from tests.faults.harness import LEDGER, REPOSITORY, temporary_folder

MOST_RATIO = 1.5
_FIRST = """
import os, sys, time
def first_paint(widget):
    from PySide6.QtCore import QEvent, QObject
    class Watch(QObject):
        def eventFilter(self, watched, event):
            if event.type() == QEvent.Type.Paint and not getattr(self, "is_told", False):
                self.is_told = True
                os.write(1, f"{time.monotonic()}\\n".encode())
            return False
    widget.installEventFilter(Watch(widget))
"""
_OURS = (
    _FIRST
    + """
from gowa_desktop.bare_imports import import_qt
import_qt()
from gowa_desktop.ui import main_window
made, furnished = main_window.MainWindow.__init__, main_window.MainWindow.furnish
def make(self, *args, **kwargs):
    made(self, *args, **kwargs)
    first_paint(self)
def furnish(self, *args, **kwargs):
    furnished(self, *args, **kwargs)
    first_paint(self.centralWidget())
main_window.MainWindow.__init__, main_window.MainWindow.furnish = make, furnish
from gowa_desktop.__main__ import main
sys.exit(main(sys.argv[1:]))
"""
)
BARE = """
import sys
from PySide6.QtWidgets import QApplication, QMainWindow, QTableWidget, QTableWidgetItem
application = QApplication(sys.argv[:1])
window, rows = QMainWindow(), int(sys.argv[1])
table = QTableWidget(rows, 9)
for row in range(rows):
    for column in range(9):
        table.setItem(row, column, QTableWidgetItem(f"{row} {column}"))
window.setCentralWidget(table)
window.resize(1200, 760)
"""
_BARE = _FIRST + BARE + "first_paint(window)\nwindow.show()\nsys.exit(application.exec())\n"


def measure_first_paint(*, is_quick: bool) -> list[Row]:
    """Launch both in turn; the first launch of each compiles its modules and is not counted."""
    ours: list[list[float]] = []
    bare: list[float] = []
    for number in range((3 if is_quick else 9) + 1):
        with temporary_folder() as folder:
            floor = _launch([sys.executable, "-c", _BARE, "20"], 1)
            times = _launch([sys.executable, "-c", _OURS, "--data-dir", str(folder / "data")], 2)
        if number:
            bare += floor
            ours.append(times)
    frames, contents = zip(*ours, strict=True)
    return [
        Row("launch to first painted window", "ms", median(frames), median(bare), MOST_RATIO, note="its frame"),
        Row("launch to what the window shows", "ms", median(contents), median(bare)),
    ]


def _launch(command: list[str], count: int) -> list[float]:
    """Give how long after the launch each of the first paints came, in ms."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPYCACHEPREFIX": os.fspath(Path(LEDGER.bytecode()))}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    begun = time.monotonic()
    nothing = subprocess.DEVNULL
    child = subprocess.Popen(command, cwd=REPOSITORY, env=environment, stdin=nothing, stdout=subprocess.PIPE, stderr=nothing)
    try:
        assert child.stdout is not None
        lines = [child.stdout.readline() for _ in range(count)]
    finally:
        child.kill()
        child.communicate()
    if not all(lines):
        raise SystemExit(f"nothing was painted by {command[:2]}")
    return [(float(line) - begun) * 1e3 for line in lines]
