"""Importing a GOWA version: from the menu, by dropping a file, and what is said when it is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QLineEdit, QPushButton

from gowa_desktop.ui.parts.dialogs import VersionTagDialog
from gowa_desktop.ui.parts.drop_overlay import DropOverlay, dropped_file
from gowa_desktop.ui.parts.message_bar import MessageBar
from tests.ui.conftest import find

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from gowa_desktop.ui.main_window import MainWindow

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def bad_zip(tmp_path: Path) -> Path:
    """A release file that is not one."""
    path = tmp_path / "whatsapp_9.2.0_linux_amd64.zip"
    path.write_bytes(b"PK\x03\x04 nonsense")
    return path


def mime(path: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    return data


def drag(window: MainWindow, path: Path) -> None:
    data = mime(path)  # the event only points to it
    event = QDragEnterEvent(QPoint(50, 50), Qt.DropAction.CopyAction, data, LEFT, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(window, event)


def drop(window: MainWindow, path: Path) -> None:
    data = mime(path)  # the event only points to it
    event = QDropEvent(QPointF(50, 50), Qt.DropAction.CopyAction, data, LEFT, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(window, event)


def message_text(window: MainWindow) -> str:
    return "\n".join(f"{m.title} {m.text} {m.detail}" for m in find(window, MessageBar, "messageBar").messages)


def test_empty_state_offers_import_simulator_and_pairing(qtbot: QtBot, open_window: Callable[[], MainWindow]) -> None:
    window = open_window()

    for name in ("emptyImport", "emptySimulator", "emptyCreate", "emptyPair"):
        assert find(window, QPushButton, name).isVisible()
    QTest.mouseClick(find(window, QPushButton, "emptyPair"), LEFT)
    assert any("Linked devices" in label.text() for label in window.findChildren(QLabel))


def test_import_opens_a_file_dialog(qtbot: QtBot, open_window: Callable[[], MainWindow], monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QFileDialog, "open", lambda self: opened.append(self.objectName()))
    window = open_window()

    QTest.mouseClick(find(window, QPushButton, "emptyImport"), LEFT)

    assert opened == ["importDialog"]


def test_dropped_file_is_one_local_zip_or_program(tmp_path: Path, bad_zip: Path) -> None:
    two = QMimeData()
    two.setUrls([QUrl.fromLocalFile(str(bad_zip))] * 2)
    web = QMimeData()
    web.setUrls([QUrl("https://example.com/a.zip")])

    assert dropped_file(mime(bad_zip)) == bad_zip
    assert dropped_file(mime(tmp_path / "picture.png")) is None
    assert dropped_file(two) is None
    assert dropped_file(web) is None


def test_drop_shows_where_to_let_go_and_explains_a_refusal(qtbot: QtBot, open_window: Callable[[], MainWindow], bad_zip: Path) -> None:
    window = open_window()
    drag(window, bad_zip)
    assert find(window, DropOverlay, "dropOverlay").isVisible()

    drop(window, bad_zip)

    assert not find(window, DropOverlay, "dropOverlay").isVisible()
    assert "Importing" in message_text(window)
    qtbot.waitUntil(lambda: "could not be imported" in message_text(window), timeout=10_000)
    assert bad_zip.name in message_text(window)


def test_import_of_an_unnamed_file_asks_for_its_version(qtbot: QtBot, open_window: Callable[[], MainWindow], tmp_path: Path) -> None:
    path = tmp_path / "gowa"
    path.write_bytes(b"no program")
    window = open_window()
    drag(window, path)
    drop(window, path)
    dialog = find(window, VersionTagDialog, "versionTagDialog")

    find(dialog, QLineEdit, "versionTag").setText("nonsense")
    QTest.mouseClick(find(dialog, QPushButton, "versionTagAccept"), LEFT)
    assert dialog.isVisible()
    find(dialog, QLineEdit, "versionTag").setText("9.2.0")
    QTest.mouseClick(find(dialog, QPushButton, "versionTagAccept"), LEFT)

    qtbot.waitUntil(lambda: "could not be imported" in message_text(window), timeout=10_000)
