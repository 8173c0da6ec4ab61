"""The windows that help: About with its licences, and the self-test."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QListWidget, QMenu, QPlainTextEdit, QPushButton, QWidget

from gowa_desktop import __version__
from gowa_desktop.infra.licences import read_components
from gowa_desktop.services.self_test_run import SelfTestRun
from gowa_desktop.ui.help.about_dialog import AboutDialog
from gowa_desktop.ui.help.self_test_dialog import SelfTestDialog
from tests.ui.conftest import find

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from gowa_desktop.ui.main_window import MainWindow

GOOD = "print('ok   create an instance  0.1 s'); print('All went well.')"
BAD = "import sys; print('FAIL start  0.1 s'); sys.exit(1)"
ENDLESS = "import time; print('begun', flush=True); time.sleep(600)"


def test_help_menu_has_everything_that_helps(open_window: Callable[[], MainWindow]) -> None:
    menu = find(open_window(), QMenu, "helpMenu")
    assert [action.text() for action in menu.actions()] == ["Keyboard shortcuts…", "Self-test…", "Diagnostics file…", "About GOWA Desktop…"]


def test_about_tells_version_and_the_licence_of_each_part(qtbot: QtBot, open_window: Callable[[], MainWindow]) -> None:
    window = open_window()
    action = window.findChild(QAction, "action_about")
    assert isinstance(action, QAction)
    action.trigger()
    qtbot.waitUntil(lambda: window.findChild(AboutDialog, "aboutDialog") is not None, timeout=20_000)
    dialog = find(window, AboutDialog, "aboutDialog")
    assert find(dialog, QLabel, "dialogTitle").text() == f"GOWA Desktop {__version__}"
    listed = find(dialog, QListWidget, "aboutComponents")
    names = [listed.item(row).text().split()[0] for row in range(listed.count())]
    assert {"GOWA", "Python", "psutil", "httpx", "peewee"} <= set(names)

    listed.setCurrentRow(names.index("psutil"))

    assert "Redistribution and use in source and binary forms" in find(dialog, QPlainTextEdit, "aboutLicence").toPlainText()
    QTest.mouseClick(find(dialog, QPushButton, "aboutCopy"), Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text().startswith(f"GOWA Desktop {__version__}\nPython ")
    dialog.reject()


def test_components_of_a_built_program_come_from_its_own_list(tmp_path: Path) -> None:
    (tmp_path / "licences").mkdir()
    for name in ("one.txt", "two.txt"):
        (tmp_path / "licences" / name).write_text(f"text of {name}\n")
    part = {"name": "Qt", "version": "6.11.3", "licence": "LGPL-3.0-only", "homepage": "https://www.qt.io"}
    texts = ["licences/one.txt", "licences/two.txt", "licences/missing.txt"]
    (tmp_path / "licences.json").write_text(json.dumps({"components": [{**part, "texts": texts}]}))

    [found] = read_components(tmp_path)

    assert (found.name, found.licence, found.text) == ("Qt", "LGPL-3.0-only", "text of one.txt\n\ntext of two.txt")


def test_a_broken_list_is_as_good_as_none(tmp_path: Path) -> None:
    (tmp_path / "licences.json").write_text('{"components": [{"name": 3}]}')
    assert {"GOWA Desktop", "Python", "psutil"} <= {one.name for one in read_components(tmp_path)}


def dialog_of(qtbot: QtBot, program: str) -> tuple[SelfTestDialog, SelfTestRun, QObject]:
    owner = QWidget()
    qtbot.addWidget(owner)
    run = SelfTestRun(owner, [sys.executable, "-c", program])
    return SelfTestDialog(run, owner), run, owner


def word(dialog: SelfTestDialog) -> str:
    return find(dialog, QLabel, "selfTestWord").text()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere its window is a usual one")
def test_self_test_shows_nothing_of_what_qt_says_of_a_window_that_nobody_sees(qtbot: QtBot) -> None:
    owner = QObject()
    code = "from PySide6.QtCore import qWarning\nqWarning('cannot be raised')\nprint('ok', flush=True)"
    run = SelfTestRun(owner, [sys.executable, "-c", code])
    lines: list[str] = []
    run.printed.connect(lines.append)
    with qtbot.waitSignal(run.ended, timeout=20_000):
        run.begin()
    assert lines == ["ok"]


@pytest.mark.usefixtures("theme")
def test_self_test_shows_its_steps_and_how_it_went(qtbot: QtBot) -> None:
    dialog, _, _owner = dialog_of(qtbot, GOOD)
    dialog.open()
    assert word(dialog) == "Running…"

    qtbot.waitUntil(lambda: word(dialog) == "All steps went well.", timeout=20_000)

    assert "create an instance" in find(dialog, QPlainTextEdit, "selfTestLines").toPlainText()
    assert find(dialog, QPushButton, "selfTestAgain").isEnabled()
    dialog.reject()


@pytest.mark.usefixtures("theme")
def test_self_test_that_fails_says_so_and_can_be_run_again(qtbot: QtBot) -> None:
    dialog, run, _owner = dialog_of(qtbot, BAD)
    dialog.open()
    qtbot.waitUntil(lambda: word(dialog).startswith("Not all steps"), timeout=20_000)

    QTest.mouseClick(find(dialog, QPushButton, "selfTestAgain"), Qt.MouseButton.LeftButton)

    assert run.is_running
    qtbot.waitUntil(lambda: word(dialog).startswith("Not all steps"), timeout=20_000)
    dialog.reject()


@pytest.mark.usefixtures("theme")
def test_closing_the_dialog_calls_the_self_test_off(qtbot: QtBot) -> None:
    dialog, run, _owner = dialog_of(qtbot, ENDLESS)
    dialog.open()
    qtbot.waitUntil(lambda: "begun" in find(dialog, QPlainTextEdit, "selfTestLines").toPlainText(), timeout=20_000)

    dialog.reject()

    qtbot.waitUntil(lambda: not run.is_running, timeout=20_000)


@pytest.mark.usefixtures("theme")
def test_a_program_that_cannot_be_started_is_told(qtbot: QtBot, tmp_path: Path) -> None:
    owner = QWidget()
    qtbot.addWidget(owner)
    run = SelfTestRun(owner, [str(tmp_path / "missing")])
    with qtbot.waitSignal(run.ended, timeout=20_000) as caught:
        run.begin()
    assert caught.args == [False]
