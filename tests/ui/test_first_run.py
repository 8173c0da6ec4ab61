"""The way to the first instance, and what is said of newer versions: empty window, New instance dialog, status line."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QDialog, QLabel, QPushButton, QToolButton, QWidget

from gowa_desktop.domain.instance import LATEST, NewInstance
from gowa_desktop.ui.instances.new_instance_dialog import NewInstanceDialog
from gowa_desktop.ui.parts.message_bar import MessageBar
from tests.simulated_versions import install_simulated
from tests.ui.conftest import find

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.ui.main_window import MainWindow
    from gowa_desktop.ui.window_state import WindowState
    from tests.release_server import ReleaseServer

LEFT = Qt.MouseButton.LeftButton
WAIT_MS = 20_000


def click(parent: QWidget, name: str) -> None:
    button = find(parent, QPushButton, name)
    assert button.isVisible()
    assert button.isEnabled()
    QTest.mouseClick(button, LEFT)


def label(parent: QWidget, name: str) -> str:
    return find(parent, QLabel, name).text()


def refresh(qtbot: QtBot, services: Services) -> None:
    operation = services.versions.refresh()
    qtbot.waitUntil(lambda: operation.is_finished, timeout=WAIT_MS)


def real_tags(services: Services) -> list[str]:
    return [version.tag for version in services.versions.installed() if not version.is_simulator]


def test_the_first_step_gets_the_newest_gowa_with_progress(
    qtbot: QtBot, online: Services, release_server: ReleaseServer, open_window: Callable[[], MainWindow], gowa_zip: bytes
) -> None:
    release_server.add("v9.1.0", gowa_zip)
    release_server.add("v9.3.0", None)  # its file is still on the way
    served = release_server.add("v9.2.0", gowa_zip)
    served.gate = threading.Event()
    window = open_window()

    click(window, "emptyGet")

    qtbot.waitUntil(lambda: "B of" in label(window, "emptyProgressWords"), timeout=WAIT_MS)
    assert find(window, QPushButton, "statusWork").text().startswith("Installing GOWA v9.2.0 · ")
    assert find(window, QPushButton, "emptyProgressCancel").isVisible()
    served.gate.set()
    qtbot.waitUntil(lambda: label(window, "step1Text") == "GOWA v9.2.0 is installed.", timeout=WAIT_MS)
    assert not find(window, QPushButton, "emptyGet").isVisible()
    assert find(window, QPushButton, "emptyCreate").property("kind") == "primary"
    assert find(window, QPushButton, "statusVersions").text() == "GOWA v9.2.0"
    assert [message.text for message in find(window, MessageBar, "messageBar").messages] == ["GOWA v9.2.0 is ready."]


def test_offline_the_first_step_is_no_dead_end(
    qtbot: QtBot, online: Services, release_server: ReleaseServer, open_window: Callable[[], MainWindow], gowa_zip: bytes
) -> None:
    release_server.statuses += [503] * 20
    window = open_window()

    click(window, "emptyGet")

    qtbot.waitUntil(lambda: find(window, QLabel, "emptyProblem").isVisible(), timeout=WAIT_MS)
    assert "import a file" in label(window, "emptyProblem")
    assert find(window, QPushButton, "emptyGet").text() == "Try again"
    for name in ("emptyImport", "emptySimulator", "emptyCreate"):
        assert find(window, QPushButton, name).isEnabled()
    release_server.statuses.clear()
    release_server.add("v9.2.0", gowa_zip)
    click(window, "emptyGet")
    qtbot.waitUntil(lambda: real_tags(online) == ["v9.2.0"], timeout=WAIT_MS)
    assert not find(window, QLabel, "emptyProblem").isVisible()


def test_cancel_of_the_first_step_takes_it_back(
    qtbot: QtBot, online: Services, release_server: ReleaseServer, open_window: Callable[[], MainWindow], gowa_zip: bytes
) -> None:
    served = release_server.add("v9.2.0", gowa_zip)
    served.gate = threading.Event()
    window = open_window()
    click(window, "emptyGet")
    qtbot.waitUntil(lambda: "B of" in label(window, "emptyProgressWords"), timeout=WAIT_MS)

    click(window, "emptyProgressCancel")
    served.gate.set()

    qtbot.waitUntil(lambda: find(window, QPushButton, "emptyGet").isEnabled(), timeout=WAIT_MS)
    assert not find(window, QLabel, "emptyProblem").isVisible()
    assert real_tags(online) == []


def test_new_instance_installs_the_newest_first_when_there_is_none(
    qtbot: QtBot, online: Services, release_server: ReleaseServer, open_window: Callable[[], MainWindow], gowa_zip: bytes
) -> None:
    served = release_server.add("v9.2.0", gowa_zip)
    served.gate = threading.Event()
    refresh(qtbot, online)
    window = open_window()
    QTest.mouseClick(find(window, QToolButton, "button_newInstance"), LEFT)
    dialog = find(window, NewInstanceDialog, "newInstanceDialog")
    assert find(dialog, QComboBox, "newVersion").currentText() == "Newest, v9.2.0: install it first"
    find(dialog, QWidget, "startNow").setProperty("checked", False)

    click(dialog, "createButton")

    qtbot.waitUntil(lambda: "B of" in label(dialog, "newProgressWords"), timeout=WAIT_MS)
    assert not find(dialog, QPushButton, "createButton").isEnabled()
    assert online.instances.statuses() == []
    served.gate.set()
    qtbot.waitUntil(lambda: len(online.instances.statuses()) == 1, timeout=WAIT_MS)
    status = online.instances.statuses()[0]
    assert (status.gowa_version, status.resolved_version) == (LATEST, "v9.2.0")


def test_new_instance_says_why_the_newest_cannot_be_had(
    qtbot: QtBot, online: Services, release_server: ReleaseServer, open_window: Callable[[], MainWindow], gowa_zip: bytes
) -> None:
    release_server.add("v9.2.0", gowa_zip, wrong_digest=True)
    refresh(qtbot, online)
    window = open_window()
    QTest.mouseClick(find(window, QToolButton, "button_newInstance"), LEFT)
    dialog = find(window, NewInstanceDialog, "newInstanceDialog")

    click(dialog, "createButton")

    qtbot.waitUntil(lambda: find(dialog, QLabel, "newInstanceDialogProblem").isVisible(), timeout=WAIT_MS)
    assert dialog.isVisible()
    assert find(dialog, QPushButton, "createButton").isEnabled()
    assert online.instances.statuses() == []


@pytest.fixture
def outdated(qtbot: QtBot, online: Services, release_server: ReleaseServer, gowa_zip: bytes) -> Services:
    """Services with two instances of an older version, and a newer release."""
    install_simulated(online.paths.versions, "v8.11.0")
    for name in ("a", "b"):
        online.instances.create(NewInstance(name=name, gowa_version="v8.11.0"))
    release_server.add("v9.2.0", gowa_zip)
    refresh(qtbot, online)
    return online


def test_the_notice_names_the_version_and_leads_to_every_outdated_instance(outdated: Services, open_window: Callable[[], MainWindow]) -> None:
    window = open_window()

    click(window, "updateNotice")

    dialog = find(window, QDialog, "updateDialog")
    assert find(dialog, QPushButton, "updateNext").text() == "&Update 2 instances"


def test_a_dismissed_version_is_not_mentioned_again_but_the_next_one_is(
    qtbot: QtBot,
    outdated: Services,
    open_window: Callable[[], MainWindow],
    window_state: WindowState,
    release_server: ReleaseServer,
    gowa_zip: bytes,
) -> None:
    window = open_window()
    assert find(window, QPushButton, "panelUpdate").isVisible()

    QTest.mouseClick(find(window, QToolButton, "updateNoticeDismiss"), LEFT)

    assert not find(window, QPushButton, "updateNotice").isVisible()
    assert not find(window, QPushButton, "panelUpdate").isVisible()
    assert window_state.dismissed_version == "v9.2.0"
    assert not find(open_window(), QPushButton, "updateNotice").isVisible()
    release_server.add("v9.3.0", gowa_zip)
    refresh(qtbot, outdated)
    assert find(window, QPushButton, "updateNotice").text() == "GOWA v9.3.0 is available · Update…"


def test_an_installed_version_that_instances_do_not_use_yet_is_mentioned(outdated: Services, open_window: Callable[[], MainWindow]) -> None:
    install_simulated(outdated.paths.versions, "v9.2.0")

    window = open_window()

    assert find(window, QPushButton, "updateNotice").text() == "2 instances use an older GOWA · Update…"


def test_the_versions_window_opens_from_menu_shortcut_and_status_line(
    qtbot: QtBot, online: Services, open_window: Callable[[], MainWindow]
) -> None:
    window = open_window()
    action = window.findChild(QAction, "action_versions")
    assert isinstance(action, QAction)
    assert action.shortcut().toString() == "Ctrl+G"

    click(window, "statusVersions")

    versions = find(window, QDialog, "versionsWindow")
    assert versions.isVisible()
    assert not versions.isModal()
    versions.close()
    action.trigger()
    assert versions.isVisible()
    qtbot.waitUntil(lambda: online.versions.checked_at is not None, timeout=WAIT_MS)
