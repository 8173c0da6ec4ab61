"""The window of versions on the real services and a release server on this computer."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QDialog,
    QLabel,
    QProgressBar,
    QPushButton,
    QSpinBox,
    QToolButton,
    QWidget,
)

from gowa_desktop.domain.instance import NewInstance
from gowa_desktop.infra.platform_facts import cpu_name, os_name
from gowa_desktop.ui.parts.drop_overlay import DropOverlay
from gowa_desktop.ui.parts.markdown_view import MarkdownView
from gowa_desktop.ui.parts.message_bar import Message, MessageBar
from gowa_desktop.ui.versions.version_import import VersionImport
from gowa_desktop.ui.versions.version_rows import VersionState
from gowa_desktop.ui.versions.version_runner import VersionRunner
from gowa_desktop.ui.versions.version_table import VersionColumn, VersionTableView
from gowa_desktop.ui.versions.versions_window import VersionsWindow
from tests.ui.conftest import find

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.ui.look.theme import Theme
    from gowa_desktop.ui.window_state import WindowState
    from tests.release_server import ReleaseServer

LEFT = Qt.MouseButton.LeftButton
WAIT_MS = 20_000


@pytest.fixture
def open_versions(qtbot: QtBot, theme: Theme, online: Services, window_state: WindowState) -> Iterator[Callable[[], VersionsWindow]]:
    """Open the window as the main window would."""
    parent = QWidget()
    qtbot.addWidget(parent)

    def open_one() -> VersionsWindow:
        runner = VersionRunner(online.versions, parent)
        importer = VersionImport(online.versions, lambda: window, parent)
        window = VersionsWindow(online.versions, runner, importer, window_state, parent)
        for source in (runner, importer):
            source.told.connect(window.messages.show_message)
        window.show()
        qtbot.waitUntil(lambda: not runner.is_refreshing, timeout=WAIT_MS)
        return window

    yield open_one
    parent.deleteLater()


def table_of(window: VersionsWindow) -> VersionTableView:
    return find(window, VersionTableView, "versionTable")


def tags(window: VersionsWindow) -> list[str]:
    return [row.tag for row in table_of(window).rows]


def state_of(window: VersionsWindow, tag: str) -> VersionState:
    return next(row.state for row in table_of(window).rows if row.tag == tag)


def cell(window: VersionsWindow, tag: str, column: VersionColumn) -> str:
    return str(table_of(window).model().index(tags(window).index(tag), column).data())


def messages(window: VersionsWindow) -> list[Message]:
    return find(window, MessageBar, "messageBar").messages


def text_of(window: QWidget, name: str) -> str:
    return find(window, QLabel, name).text()


def click(window: QWidget, name: str) -> None:
    button = find(window, QPushButton, name)
    assert button.isVisible()
    assert button.isEnabled()
    QTest.mouseClick(button, LEFT)


def install(qtbot: QtBot, window: VersionsWindow, tag: str) -> None:
    window.select_tag(tag)
    click(window, "versionInstall")
    qtbot.waitUntil(lambda: state_of(window, tag) is VersionState.INSTALLED, timeout=WAIT_MS)


def test_releases_are_listed_by_version_with_what_is_known_of_them(
    release_server: ReleaseServer, open_versions: Callable[[], VersionsWindow], gowa_zip: bytes
) -> None:
    release_server.add("v7.11.4", gowa_zip, published_at="2026-11-01T10:00:00Z")
    release_server.add("v9.2.0", gowa_zip, notes="## New\n* [voice](https://example.com/x.png)")
    release_server.add("v9.3.0-rc.1", gowa_zip, is_prerelease=True)

    window = open_versions()

    assert tags(window) == ["v9.2.0", "v7.11.4"]
    assert cell(window, "v7.11.4", VersionColumn.RELEASED) == "1 Nov 2026"
    assert cell(window, "v9.2.0", VersionColumn.STATE) == "Available"
    assert find(window, MarkdownView, "versionNotes").toPlainText() == "New\nvoice"
    assert text_of(window, "versionsChecked").startswith("Releases looked for today")
    find(window, QCheckBox, "versionsPrereleases").setChecked(True)
    assert tags(window) == ["v9.3.0-rc.1", "v9.2.0", "v7.11.4"]
    assert cell(window, "v9.3.0-rc.1", VersionColumn.STATE) == "Pre-release"


def test_install_shows_progress_and_ends_verified(
    qtbot: QtBot, online: Services, release_server: ReleaseServer, open_versions: Callable[[], VersionsWindow], gowa_zip: bytes
) -> None:
    served = release_server.add("v9.2.0", gowa_zip)
    served.gate = threading.Event()
    window = open_versions()

    click(window, "versionInstall")

    qtbot.waitUntil(lambda: "of" in text_of(window, "versionProgressWords"), timeout=WAIT_MS)
    assert state_of(window, "v9.2.0") is VersionState.INSTALLING
    assert cell(window, "v9.2.0", VersionColumn.STATE).endswith("%")
    assert find(window, QProgressBar, "versionProgressBar").maximum() > 0
    served.gate.set()
    qtbot.waitUntil(lambda: state_of(window, "v9.2.0") is VersionState.INSTALLED, timeout=WAIT_MS)
    assert text_of(window, "versionVerified") == "Verified"
    assert cell(window, "v9.2.0", VersionColumn.SOURCE) == "Downloaded"
    assert text_of(window, "versionsDisk").startswith("One version takes")
    assert [version.tag for version in online.versions.installed() if not version.is_simulator] == ["v9.2.0"]


def test_an_installation_goes_on_while_the_window_is_closed(
    qtbot: QtBot, online: Services, release_server: ReleaseServer, open_versions: Callable[[], VersionsWindow], gowa_zip: bytes
) -> None:
    served = release_server.add("v9.2.0", gowa_zip)
    served.gate = threading.Event()
    window = open_versions()
    click(window, "versionInstall")
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not window.isVisible()

    served.gate.set()
    qtbot.waitUntil(lambda: not online.versions.installing(), timeout=WAIT_MS)
    window.show()

    assert state_of(window, "v9.2.0") is VersionState.INSTALLED


def test_cancel_leaves_nothing_installed_and_says_nothing_more(
    qtbot: QtBot, online: Services, release_server: ReleaseServer, open_versions: Callable[[], VersionsWindow], gowa_zip: bytes
) -> None:
    served = release_server.add("v9.2.0", gowa_zip)
    served.gate = threading.Event()
    window = open_versions()
    click(window, "versionInstall")
    qtbot.waitUntil(lambda: "of" in text_of(window, "versionProgressWords"), timeout=WAIT_MS)

    click(window, "versionProgressCancel")
    served.gate.set()

    qtbot.waitUntil(lambda: state_of(window, "v9.2.0") is VersionState.AVAILABLE, timeout=WAIT_MS)
    assert messages(window) == []
    assert online.versions.installing() == {}


def test_a_wrong_checksum_is_explained_and_can_be_tried_again(
    qtbot: QtBot, release_server: ReleaseServer, open_versions: Callable[[], VersionsWindow], gowa_zip: bytes
) -> None:
    release_server.add("v9.2.0", gowa_zip, wrong_digest=True)
    window = open_versions()

    click(window, "versionInstall")

    qtbot.waitUntil(lambda: bool(messages(window)), timeout=WAIT_MS)
    message = messages(window)[0]
    assert message.title == "GOWA v9.2.0 could not be installed"
    assert message.detail
    assert message.action_text == "Try again"
    assert state_of(window, "v9.2.0") is VersionState.AVAILABLE


def test_a_release_without_its_file_is_not_there_yet_or_not_for_this_computer(
    release_server: ReleaseServer, open_versions: Callable[[], VersionsWindow], gowa_zip: bytes
) -> None:
    release_server.add("v9.3.0", None, published_at=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}")
    release_server.add("v9.2.0", gowa_zip)
    release_server.add("v8.0.0", None)

    window = open_versions()

    assert cell(window, "v9.3.0", VersionColumn.STATE) == "Not there yet"
    assert cell(window, "v8.0.0", VersionColumn.STATE) == "Not for this computer"
    window.select_tag("v9.3.0")
    assert "refresh" in text_of(window, "versionExplanation")
    assert not find(window, QPushButton, "versionInstall").isVisible()


def test_offline_keeps_the_list_and_says_what_to_do(
    qtbot: QtBot, online: Services, release_server: ReleaseServer, open_versions: Callable[[], VersionsWindow], gowa_zip: bytes
) -> None:
    release_server.add("v9.2.0", gowa_zip)
    window = open_versions()
    release_server.statuses += [503] * 20

    click(window, "versionsRefresh")

    qtbot.waitUntil(lambda: bool(messages(window)), timeout=WAIT_MS)
    assert messages(window)[0].title == "The list of releases could not be fetched"
    assert messages(window)[0].detail
    assert tags(window) == ["v9.2.0"]
    release_server.statuses.clear()
    click(window, "messageAction")
    qtbot.waitUntil(lambda: not messages(window), timeout=WAIT_MS)


def test_a_rate_limit_is_explained_with_the_time_it_ends(
    qtbot: QtBot, release_server: ReleaseServer, open_versions: Callable[[], VersionsWindow]
) -> None:
    ends = int(time.time()) + 1800
    release_server.limited_until = ends

    window = open_versions()

    qtbot.waitUntil(lambda: bool(messages(window)), timeout=WAIT_MS)
    text = f"{messages(window)[0].text} {messages(window)[0].detail}"
    assert f"{datetime.fromtimestamp(ends).astimezone():%H:%M}" in text
    assert "import a release file" in text_of(window, "versionsNothing")


def test_a_version_in_use_is_not_removed_and_its_users_are_named(
    qtbot: QtBot, online: Services, release_server: ReleaseServer, open_versions: Callable[[], VersionsWindow], gowa_zip: bytes
) -> None:
    release_server.add("v9.2.0", gowa_zip)
    window = open_versions()
    install(qtbot, window, "v9.2.0")
    online.instances.create(NewInstance(name="toko", gowa_version="v9.2.0"))
    window.show_versions()
    assert cell(window, "v9.2.0", VersionColumn.USED_BY) == "toko"

    QTest.keyClick(table_of(window), Qt.Key.Key_Delete)

    assert messages(window)[-1].text == "It is used by toko."
    assert not window.findChildren(QDialog, "confirmDialog")
    assert state_of(window, "v9.2.0") is VersionState.INSTALLED


def test_remove_asks_and_then_removes(
    qtbot: QtBot, online: Services, release_server: ReleaseServer, open_versions: Callable[[], VersionsWindow], gowa_zip: bytes
) -> None:
    release_server.add("v9.2.0", gowa_zip)
    window = open_versions()
    install(qtbot, window, "v9.2.0")

    click(window, "versionRemove")
    dialog = find(window, QDialog, "confirmDialog")
    assert find(dialog, QPushButton, "cancelButton").isDefault()
    click(dialog, "confirmButton")

    qtbot.waitUntil(lambda: state_of(window, "v9.2.0") is VersionState.AVAILABLE, timeout=WAIT_MS)
    assert online.versions.installed()[0].is_simulator


def test_clean_up_says_what_goes_and_keeps_what_is_in_use(
    qtbot: QtBot, online: Services, release_server: ReleaseServer, open_versions: Callable[[], VersionsWindow], gowa_zip: bytes
) -> None:
    for tag in ("v9.2.0", "v9.1.0", "v9.0.0", "v8.11.0"):
        release_server.add(tag, gowa_zip)
    window = open_versions()
    for tag in ("v9.2.0", "v9.1.0", "v9.0.0", "v8.11.0"):
        install(qtbot, window, tag)
    online.instances.create(NewInstance(name="toko", gowa_version="v8.11.0"))

    click(window, "versionsCleanUp")
    dialog = find(window, QDialog, "cleanUpDialog")
    assert not find(dialog, QPushButton, "cleanUpAccept").isEnabled()
    find(dialog, QSpinBox, "cleanUpKeep").setValue(1)
    assert text_of(dialog, "cleanUpEffect").startswith("Removes v9.1.0, v9.0.0 and frees")
    click(dialog, "cleanUpAccept")

    qtbot.waitUntil(lambda: state_of(window, "v9.0.0") is VersionState.AVAILABLE, timeout=WAIT_MS)
    assert [version.tag for version in online.versions.installed() if not version.is_simulator] == ["v9.2.0", "v8.11.0"]


def test_a_dropped_file_is_imported_here_too(
    qtbot: QtBot, open_versions: Callable[[], VersionsWindow], gowa_zip: bytes, tmp_path: Path
) -> None:
    path = tmp_path / f"whatsapp_9.1.0_{os_name()}_{cpu_name()}.zip"
    path.write_bytes(gowa_zip)
    window = open_versions()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    QApplication.sendEvent(window, QDragEnterEvent(QPoint(50, 50), Qt.DropAction.CopyAction, data, LEFT, Qt.KeyboardModifier.NoModifier))
    assert find(window, DropOverlay, "dropOverlay").isVisible()

    QApplication.sendEvent(window, QDropEvent(QPointF(50, 50), Qt.DropAction.CopyAction, data, LEFT, Qt.KeyboardModifier.NoModifier))

    qtbot.waitUntil(lambda: tags(window) == ["v9.1.0"], timeout=WAIT_MS)
    assert cell(window, "v9.1.0", VersionColumn.SOURCE) == "Imported"
    assert "come with the list of releases" in find(window, MarkdownView, "versionNotes").toPlainText()


def test_the_selection_stays_with_its_version_when_the_list_changes(
    qtbot: QtBot, release_server: ReleaseServer, open_versions: Callable[[], VersionsWindow], gowa_zip: bytes
) -> None:
    for number in range(40):
        release_server.add(f"v8.{number}.0", gowa_zip)
    window = open_versions()
    window.select_tag("v8.5.0")
    release_server.add("v9.0.0", gowa_zip)

    click(window, "versionsRefresh")
    qtbot.waitUntil(lambda: tags(window)[0] == "v9.0.0", timeout=WAIT_MS)

    selected = table_of(window).selected
    assert selected is not None
    assert selected.tag == "v8.5.0"
    QTest.mouseClick(find(window, QToolButton, "segment_installed_versions"), LEFT)
    assert text_of(window, "versionsNothing").startswith("No version is installed.")


def test_every_control_has_a_name(open_versions: Callable[[], VersionsWindow], release_server: ReleaseServer, gowa_zip: bytes) -> None:
    release_server.add("v9.2.0", gowa_zip)
    window = open_versions()

    for control in [*window.findChildren(QPushButton), *window.findChildren(QToolButton), *window.findChildren(QCheckBox)]:
        assert control.objectName()
        assert control.accessibleName() or control.text()
