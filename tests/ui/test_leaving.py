"""What closing and quitting do: exactly what the settings say, asked once, and instances go on by default."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QDialog, QLabel, QPushButton

from gowa_desktop.domain.instance import InstanceState
from gowa_desktop.domain.leaving import CloseAction, QuitAction
from gowa_desktop.launch import window_parts
from gowa_desktop.ui.leave_dialogs import CloseQuestion, QuitQuestion, StopProgress
from gowa_desktop.ui.main_window import MainWindow
from gowa_desktop.ui.parts.message_bar import MessageBar
from gowa_desktop.ui.tray.tray import Tray
from tests.ui.conftest import find, running, simulated, wait_for_state

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.ui.look.theme import Theme
    from gowa_desktop.ui.window_state import WindowState

LEFT = Qt.MouseButton.LeftButton
END_MS = 30_000


@pytest.fixture
def has_tray() -> dict[str, bool]:
    """Whether the desktop has a tray; may change during a test."""
    return {"now": True}


@pytest.fixture
def window(qtbot: QtBot, theme: Theme, services: Services, window_state: WindowState, has_tray: dict[str, bool]) -> Iterator[MainWindow]:
    """The window of the real program: with a tray, nothing answered yet."""
    window_state.hides_close_notice = False
    owner = QObject()
    tray = Tray(owner, lambda: has_tray["now"])
    made = MainWindow(replace(window_parts(services), tray=tray), window_state)
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    yield made
    tray.close()
    made.put_away()
    owner.deleteLater()


def press(dialog: QDialog, name: str) -> None:
    QTest.mouseClick(find(dialog, QPushButton, name), LEFT)


def test_closing_asks_once_then_puts_the_window_into_the_tray(
    qtbot: QtBot, services: Services, window: MainWindow, window_state: WindowState
) -> None:
    status = running(qtbot, services, "shop")
    window.close()
    question = find(window, CloseQuestion, "closeQuestion")
    assert find(question, QPushButton, "closeStay").isDefault()
    press(question, "closeStay")
    qtbot.waitUntil(lambda: not window.isVisible())

    window.raise_and_focus()
    with qtbot.assertNotEmitted(window.quit_requested):
        window.close()
    assert not window.isVisible()
    assert window_state.knows_close
    assert services.settings.close_action is CloseAction.TRAY
    assert services.instances.status(status.id).status is InstanceState.RUNNING


def test_closing_that_is_not_remembered_asks_again(qtbot: QtBot, window: MainWindow) -> None:
    window.close()
    first = find(window, CloseQuestion, "closeQuestion")
    find(first, QCheckBox, "rememberCheck").setChecked(False)
    press(first, "closeStay")
    qtbot.waitUntil(lambda: not window.isVisible())

    window.raise_and_focus()
    window.close()
    assert find(window, CloseQuestion, "closeQuestion").isVisible()


def test_without_a_tray_the_window_stays_in_the_task_bar(qtbot: QtBot, window: MainWindow, has_tray: dict[str, bool]) -> None:
    has_tray["now"] = False
    window.close()
    question = find(window, CloseQuestion, "closeQuestion")
    assert "no tray" in " ".join(label.text() for label in question.findChildren(QLabel))
    press(question, "closeStay")
    qtbot.waitUntil(window.isMinimized)
    assert window.isVisible()


def test_tray_that_came_or_went_meanwhile_is_seen_at_each_close(
    qtbot: QtBot, window: MainWindow, has_tray: dict[str, bool], window_state: WindowState
) -> None:
    window_state.knows_close = True
    has_tray["now"] = False
    window.close()
    qtbot.waitUntil(window.isMinimized)
    has_tray["now"] = True
    window.raise_and_focus()
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible())


def test_quit_chosen_at_the_first_close_is_what_closing_means_from_then_on(qtbot: QtBot, services: Services, window: MainWindow) -> None:
    window.close()
    with qtbot.waitSignal(window.quit_requested):
        press(find(window, CloseQuestion, "closeQuestion"), "closeQuit")
    assert services.settings.close_action is CloseAction.QUIT


def test_quit_leaves_instances_running_by_default_and_says_so_once(qtbot: QtBot, services: Services, window: MainWindow) -> None:
    status = running(qtbot, services, "shop")
    services.settings.set_close_action(CloseAction.QUIT)
    window.close()
    question = find(window, QuitQuestion, "quitQuestion")
    assert question.windowTitle() == "Your instances keep running"
    assert find(question, QPushButton, "quitLeave").isDefault()
    with qtbot.waitSignal(window.quit_requested):
        QTest.keyClick(question, Qt.Key.Key_Return)

    assert services.settings.quit_action is QuitAction.LEAVE
    assert services.instances.status(status.id).status is InstanceState.RUNNING
    with qtbot.waitSignal(window.quit_requested):
        window.raise_and_focus()
        window.close()
    assert not [dialog for dialog in window.findChildren(QDialog) if dialog.isVisible()]


def test_quit_cancelled_changes_nothing(qtbot: QtBot, services: Services, window: MainWindow) -> None:
    running(qtbot, services, "shop")
    services.settings.set_close_action(CloseAction.QUIT)
    window.close()
    with qtbot.assertNotEmitted(window.quit_requested):
        press(find(window, QuitQuestion, "quitQuestion"), "cancelButton")
    assert window.isVisible()
    assert services.settings.quit_action is QuitAction.ASK


def test_quit_without_running_instances_asks_nothing(qtbot: QtBot, services: Services, window: MainWindow) -> None:
    simulated(services, "shop")
    services.settings.set_close_action(CloseAction.QUIT)
    with qtbot.waitSignal(window.quit_requested):
        window.close()
    assert not window.findChildren(QDialog)


def test_quit_that_stops_all_waits_for_them(qtbot: QtBot, services: Services, window: MainWindow) -> None:
    made = [running(qtbot, services, name) for name in ("shop", "lab")]
    services.settings.set_close_action(CloseAction.QUIT)
    services.settings.set_quit_action(QuitAction.STOP)

    with qtbot.waitSignal(window.quit_requested, timeout=END_MS):
        window.close()

    assert [services.instances.status(one.id).status for one in made] == [InstanceState.STOPPED] * 2


def test_stopping_all_can_be_called_off_and_taken_back(qtbot: QtBot, services: Services, window: MainWindow) -> None:
    status = simulated(services, "shop", "slow-drain=1500")
    services.instances.start(status.id)
    wait_for_state(qtbot, services, status.id, InstanceState.RUNNING)
    services.settings.set_close_action(CloseAction.QUIT)
    services.settings.set_quit_action(QuitAction.STOP)
    window.close()
    progress = find(window, StopProgress, "stopProgress")
    with qtbot.assertNotEmitted(window.quit_requested):
        press(progress, "stopCallOff")
        wait_for_state(qtbot, services, status.id, InstanceState.STOPPED)

    assert window.isVisible()
    bar = find(window, MessageBar, "messageBar")
    QTest.mouseClick(find(bar, QPushButton, "messageAction"), LEFT)
    wait_for_state(qtbot, services, status.id, InstanceState.RUNNING)


def test_answer_given_to_an_earlier_version_is_kept(qtbot: QtBot, services: Services, theme: Theme, window_state: WindowState) -> None:
    window_state.hides_close_notice = True
    made = MainWindow(window_parts(services), window_state)
    qtbot.addWidget(made)
    assert services.settings.quit_action is QuitAction.LEAVE
    assert not window_state.hides_close_notice
    made.put_away()


def test_demonstration_ends_without_a_question(
    qtbot: QtBot, services: Services, theme: Theme, window_state: WindowState, open_window: Callable[[], MainWindow]
) -> None:
    window_state.hides_close_notice = False
    running(qtbot, services, "shop")
    made = MainWindow(window_parts(services), window_state, is_demo=True)
    qtbot.addWidget(made)
    made.show()
    with qtbot.waitSignal(made.quit_requested):
        made.close()


def test_request_of_the_system_to_quit_is_the_persons(qtbot: QtBot, services: Services, window: MainWindow) -> None:
    running(qtbot, services, "shop")
    assert window.answer_quit()
    question = find(window, QuitQuestion, "quitQuestion")
    press(question, "cancelButton")
    window.prepare_session_end()
    assert not window.answer_quit()


ASKED_TO_QUIT = """
from PySide6.QtCore import QTimer
from gowa_desktop.ui.application import create_application
application = create_application(["test"])
asked = []
def answer():
    asked.append(True)
    return len(asked) < 3
application.answer_quit_with(answer)
timer = QTimer()
timer.timeout.connect(application.quit)
timer.start(1)
code = application.exec()
print(len(asked), code)
"""


def test_application_quits_only_when_its_answer_lets_it() -> None:
    done = subprocess.run([sys.executable, "-c", ASKED_TO_QUIT], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.split() == ["3", "0"], done.stderr
