"""Every window that there is has a picture in the set that `python -m tests.screenshots` writes for people to judge."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from pathlib import Path

from PySide6.QtWidgets import QDialog, QMainWindow, QMenu, QMessageBox

import gowa_desktop.ui
import tests.screenshots
from tests.screenshots.pictured import PICTURED, missing_pictures

UI = Path(gowa_desktop.ui.__path__[0])
FLAG = re.compile(r"WindowType\.(Window|Popup|Tool|Dialog|ToolTip|SplashScreen)\b")
OPENERS = {"LogDesk": "LogView"}
"""What makes a window of another class's widget, and that class."""


def windows_by_class() -> set[str]:
    """Give the classes that are made as windows: those of the user interface from which no other derives."""
    for module in pkgutil.walk_packages(gowa_desktop.ui.__path__, "gowa_desktop.ui."):
        importlib.import_module(module.name)
    found: set[str] = set()
    to_see: list[type] = [QDialog, QMainWindow, QMenu]
    while to_see:
        kind = to_see.pop()
        derived: list[type] = kind.__subclasses__()
        below = [one for one in derived if one.__module__.startswith("gowa_desktop.ui") or one is QMessageBox]
        to_see += below
        if not below and (kind.__module__.startswith("gowa_desktop.ui") or kind is QMessageBox):
            found.add(kind.__name__)
    return found


def windows_by_flag() -> set[str]:
    """Give the classes in whose body a widget is told to be a window of its own."""
    found = set()
    for path in UI.rglob("*.py"):
        source = path.read_text("utf-8")
        for node in ast.parse(source).body:
            if isinstance(node, ast.ClassDef) and FLAG.search(ast.get_source_segment(source, node) or ""):
                found.add(OPENERS.get(node.name, node.name))
    return found


def test_every_window_has_a_picture() -> None:
    windows = windows_by_class() | windows_by_flag()

    assert {"MainWindow", "LogView", "LogWindow", "QMessageBox", "TrayMenu"} <= windows
    assert windows ^ set(PICTURED) == set()


def test_every_picture_is_taken_somewhere() -> None:
    folder = Path(tests.screenshots.__path__[0])
    source = "".join(path.read_text("utf-8") for path in folder.glob("*.py") if path.name != "pictured.py")

    assert [name for name in PICTURED.values() if f'"{name}"' not in source] == []


def test_a_picture_of_another_window_is_a_missing_one() -> None:
    taken = {name: kind for kind, name in PICTURED.items()}
    assert missing_pictures(taken) == []

    taken["about"] = "TrashDialog"
    del taken["disk"]

    assert missing_pictures(taken) == [
        "AboutDialog is not on the picture about, which shows TrashDialog",
        "CleanDialog is not on the picture disk, which shows nothing",
    ]
