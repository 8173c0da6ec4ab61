"""The window of all logs, the Logs tab, errors of our own, and diagnostics that are shown before they are saved."""

from __future__ import annotations

import sys
import zipfile
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QListWidget, QMenu, QPlainTextEdit, QPushButton, QTabBar, QWidget

from gowa_desktop.domain.log_advice import KNOWN_LINES
from gowa_desktop.domain.log_lines import MASK
from gowa_desktop.services.logs.log_store import LogEvent
from gowa_desktop.ui.config.text_dialogs import DiagnosticsDialog, ErrorWindow
from gowa_desktop.ui.logs.log_view import LogView
from gowa_desktop.ui.logs.log_window import LogWindow
from gowa_desktop.ui.logs.saved_searches import SavedSearchMenu, SearchNameDialog
from tests.services.test_log_store import instance_with_log, logrus
from tests.ui.conftest import find

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest
    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.ui.error_reporter import ErrorReporter
    from gowa_desktop.ui.main_window import MainWindow


def texts(window: LogWindow) -> list[str]:
    return [row.line.text for row in window.rows.visible_rows()]


def test_all_logs_in_one_window_lead_to_the_instance(qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]) -> None:
    instance_with_log(services, "a", logrus(1, "first") + logrus(3, "third", "error"))
    instance_with_log(services, "b", logrus(2, "second"))
    window = open_window()
    QTest.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    logs = find(window, LogWindow, "logWindow")
    qtbot.waitUntil(lambda: texts(logs) == ["first", "second", "third"])
    assert [getattr(row, "name", "") for row in logs.rows.visible_rows()] == ["a", "b", "a"]
    logs.rows.go_to(logs.rows.visible_rows()[1].position)
    QTest.keyClick(logs.rows, Qt.Key.Key_Return)
    view = find(window, LogView, "logView")
    qtbot.waitUntil(lambda: [row.line.text for row in view.rows.visible_rows()] == ["second"])
    assert find(window, QTabBar, "panelTabs").currentIndex() == 2
    logs.close()
    view.show_log(None)


def test_searches_over_all_logs_are_saved_and_come_back(qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]) -> None:
    instance_with_log(services, "a", logrus(1, "first") + logrus(3, "third", "error"))
    window = open_window()
    logs = LogWindow(services.logs, services.settings, window)
    logs.show()
    level = find(logs, QComboBox, "logLevel")
    level.setCurrentIndex(level.count() - 1)
    qtbot.waitUntil(lambda: texts(logs) == ["third"])
    saved_searches(logs).save("only errors")
    logs.close()
    again = LogWindow(services.logs, services.settings, window)
    again.show()
    qtbot.waitUntil(lambda: len(texts(again)) == 2)
    choose(again, "only errors")
    qtbot.waitUntil(lambda: texts(again) == ["third"])
    again.close()


def saved_searches(place: QWidget) -> SavedSearchMenu:
    menu = find(place, SavedSearchMenu, "savedSearches")
    menu.fill()
    return menu


def choose(place: QWidget, text: str) -> None:
    next(action for action in saved_searches(place).actions() if action.text() == text).trigger()


def test_search_saved_in_one_log_is_there_in_every_other_and_can_be_forgotten(
    qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]
) -> None:
    key = instance_with_log(services, "a", logrus(1, "first") + logrus(3, "third", "error"))
    view = LogView(services.logs, services.settings)
    qtbot.addWidget(view)
    view.show()
    view.show_log(key)
    qtbot.waitUntil(lambda: len(view.rows.visible_rows()) == 2)
    view.restore({"pattern": "thi", "only": True})
    saved_searches(view).actions()[-2].trigger()
    dialog = find(view, SearchNameDialog, "searchNameDialog")
    name = find(dialog, QLineEdit, "searchName")
    assert name.text() == "thi"
    name.clear()
    dialog.accept()
    assert dialog.isVisible()
    assert "needs a name" in find(dialog, QLabel, "searchNameError").text()
    name.setText("R&D")
    dialog.accept()
    assert services.settings.log_searches["R&D"]["pattern"] == "thi"

    logs = LogWindow(services.logs, services.settings, open_window())
    logs.show()
    qtbot.waitUntil(lambda: len(texts(logs)) == 2)
    choose(logs, "R&&D")
    qtbot.waitUntil(lambda: texts(logs) == ["third"])
    logs.close()
    view.restore({})
    qtbot.waitUntil(lambda: len(view.rows.visible_rows()) == 2)
    choose(view, "R&&D")
    qtbot.waitUntil(lambda: [row.line.text for row in view.rows.visible_rows()] == ["third"])

    forget = saved_searches(view).actions()[-1].menu()
    assert isinstance(forget, QMenu)
    forget.actions()[0].trigger()
    assert services.settings.log_searches == {}
    assert not saved_searches(view).actions()[-1].isEnabled()
    view.show_log(None)


def test_why_there_is_nothing_is_said(qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]) -> None:
    instance_with_log(services, "a", logrus(1, "first"))
    logs = LogWindow(services.logs, services.settings, open_window())
    logs.show()
    qtbot.waitUntil(lambda: texts(logs) == ["first"])
    assert logs.rows.instead == ""
    find(logs, QLineEdit, "logSearch").setText("nobody wrote this")
    qtbot.waitUntil(lambda: logs.rows.instead == "No line fits.")
    find(logs, QLineEdit, "logSearch").clear()
    qtbot.waitUntil(lambda: texts(logs) == ["first"])
    logs.close()


def test_instance_made_later_can_be_chosen_too(qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]) -> None:
    first = instance_with_log(services, "a", logrus(1, "first"))
    logs = LogWindow(services.logs, services.settings, open_window())
    logs.show()
    qtbot.waitUntil(lambda: texts(logs) == ["first"], timeout=10_000)
    only = find(logs, QComboBox, "logInstances")
    only.setCurrentIndex(only.findData(first))
    later = instance_with_log(services, "b", logrus(2, "second"))
    with services.logs.path(first).open("ab") as file:
        file.write(logrus(3, "third"))
    qtbot.waitUntil(lambda: only.findData(later) > 0, timeout=10_000)
    assert only.currentData() == first
    only.setCurrentIndex(only.findData(later))
    qtbot.waitUntil(lambda: texts(logs) == ["second"], timeout=10_000)
    logs.close()


def test_known_line_that_matters_is_told_in_the_window(qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]) -> None:
    key = instance_with_log(services, "shop", b"")
    window = open_window()
    services.logs.event_seen.emit(LogEvent(key, KNOWN_LINES[0], "x", 1))
    told = " ".join(label.text() for label in window.findChildren(QLabel))
    assert "shop: WhatsApp says that this GOWA is too old" in told.replace("\u200b", "")
    find(window, QPushButton, "messageAction").click()
    assert find(window, QTabBar, "panelTabs").currentIndex() == 2
    find(window, LogView, "logView").show_log(None)


def test_uncaught_error_opens_one_window_without_secrets(
    qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow], monkeypatch: pytest.MonkeyPatch
) -> None:
    instance_with_log(services, "shop", b"")
    window = open_window()
    seen: list[object] = []
    monkeypatch.setattr(sys, "excepthook", lambda *args: seen.append(args))
    assert window.contents._logs is not None
    reporter: ErrorReporter = window.contents._logs.watch_errors()
    for number in range(2):
        error = ValueError(f"number {number} hush1234 password=x")
        sys.excepthook(ValueError, error, None)
    qtbot.waitUntil(lambda: bool(window.findChildren(ErrorWindow)))
    qtbot.waitUntil(lambda: "number 1" in find(window, QPlainTextEdit, "errorWindowText").toPlainText())
    reporter.remove()
    text = find(window, QPlainTextEdit, "errorWindowText").toPlainText()
    assert f"number 0 {MASK} password={MASK}" in text
    assert len(seen) == 2
    assert len(window.findChildren(ErrorWindow)) == 1
    window.findChildren(ErrorWindow)[0].close()


def test_diagnostics_are_shown_and_saved_as_shown(
    qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow], tmp_path: Path
) -> None:
    instance_with_log(services, "shop", logrus(1, "sign-in hush1234"))
    window = open_window()
    assert window.contents._logs is not None
    window.contents._logs.open_diagnostics()
    qtbot.waitUntil(lambda: bool(window.findChildren(DiagnosticsDialog)))
    dialog = window.findChildren(DiagnosticsDialog)[0]
    names = find(dialog, QListWidget, "diagnosticsFiles")
    shown = {}
    for row in range(names.count()):
        names.setCurrentRow(row)
        shown[names.item(row).text()] = dialog.text.toPlainText()
    dialog.save_to(tmp_path / "d.zip")
    qtbot.waitUntil((tmp_path / "d.zip").exists)
    with zipfile.ZipFile(tmp_path / "d.zip") as archive:
        assert {name: archive.read(name).decode().rstrip("\n") for name in archive.namelist()} == {k: v.rstrip("\n") for k, v in shown.items()}
    assert "hush1234" not in str(shown)
