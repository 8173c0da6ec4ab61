"""The program's imports do not pay for what it does not use of Qt's bindings, nor for what it needs later only."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_PROGRAM = """
import linecache, sys
from gowa_desktop.bare_imports import import_qt
import_qt()
import gowa_desktop.launch, gowa_desktop.ui.main_window, gowa_desktop.ui.application
print(len(linecache.cache))
print(*sorted({"numpy", "pyqtgraph", "httpx", "ssl", "http.client", "email.message"} & set(sys.modules)))
"""


def test_window_is_imported_without_reading_sources_and_without_what_comes_later() -> None:
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=True, cwd=root)
    sources_read, modules = done.stdout.split("\n")[:2]
    assert int(sources_read) < 20
    assert modules == ""
