"""What is wrong around the program stays in the window for as long as it is; a window that only looks lets nothing be changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QWidget

from gowa_desktop.bootstrap import Access, build
from gowa_desktop.domain.errors import FolderUnusableError
from gowa_desktop.launch import window_parts
from gowa_desktop.services.data.conditions import Condition, Conditions, Remedy
from gowa_desktop.ui.main_window import MainWindow
from gowa_desktop.ui.parts.condition_bar import ConditionBar
from gowa_desktop.ui.window_face import WindowFace
from tests.ui.conftest import find, running, simulated

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.ui.look.theme import Theme
    from gowa_desktop.ui.window_state import WindowState

LOCKED = Condition("locked", "The database is in use by sqlite3 (process 7).", "Wait until it is done.")
AWAY = Condition("away", "The data folder is not there.", "Bring it back.", Remedy.TRY_AGAIN)


def texts(bar: ConditionBar) -> list[str]:
    rows = [row for row in bar.findChildren(QFrame) if row.objectName().startswith("condition_") and not row.isHidden()]
    return [label.text() for row in rows for label in row.findChildren(QLabel) if label.text()]


def test_bar_shows_what_holds_and_nothing_else(qtbot: QtBot, theme: Theme) -> None:
    conditions = Conditions()
    bar = ConditionBar(conditions)
    qtbot.addWidget(bar)
    assert bar.isHidden()

    conditions.set(LOCKED)
    conditions.set(AWAY)
    assert not bar.isHidden()
    assert texts(bar) == [LOCKED.sentence, LOCKED.next_step, AWAY.sentence, AWAY.next_step]

    conditions.clear("locked")
    assert texts(bar) == [AWAY.sentence, AWAY.next_step]
    conditions.clear("away")
    assert bar.isHidden()


def test_bar_has_no_way_to_close_a_row_and_a_button_where_there_is_a_remedy(qtbot: QtBot, theme: Theme) -> None:
    conditions = Conditions()
    bar = ConditionBar(conditions)
    qtbot.addWidget(bar)
    conditions.set(LOCKED)
    assert bar.findChildren(QPushButton) == []
    conditions.set(AWAY)
    button = find(bar, QPushButton, "conditionRemedy")
    assert button.text() == "Try again"
    assert AWAY.sentence in button.accessibleName()

    with qtbot.waitSignal(conditions.remedy_requested) as asked:
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    assert asked.args == ["away"]


def test_button_keeps_the_keyboard_when_the_sentence_changes(qtbot: QtBot, theme: Theme) -> None:
    conditions = Conditions()
    conditions.set(AWAY)
    window = QWidget()
    qtbot.addWidget(window)
    bar = ConditionBar(conditions, window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    find(bar, QPushButton, "conditionRemedy").setFocus()

    conditions.set(Condition("away", "The disk does not answer.", "", Remedy.TRY_AGAIN))

    assert texts(bar) == ["The disk does not answer."]
    assert find(bar, QPushButton, "conditionRemedy").hasFocus()


def looking_window(services: Services, window_state: WindowState, qtbot: QtBot) -> MainWindow:
    window = MainWindow(window_parts(services), window_state, is_looking=True)
    qtbot.addWidget(window)
    window.show()
    return window


def test_window_that_only_looks_shows_the_truth_and_offers_no_change(
    qtbot: QtBot, theme: Theme, services: Services, window_state: WindowState, data_dir: Path
) -> None:
    shop = running(qtbot, services, "shop")
    services.processes.store_states()
    viewer = build(data_dir, Access.LOOK)
    viewer.look(FolderUnusableError("The data folder cannot be written.", "Make it writable."))
    window = looking_window(viewer, window_state, qtbot)

    bar = find(window, ConditionBar, "conditionBar")
    assert bar.isVisible()
    assert "cannot be written" in texts(bar)[0]
    assert "what runs goes on running" in texts(bar)[1]
    assert viewer.instances.status(shop.id).pid == shop.pid
    actions = {action.objectName().removeprefix("action_"): action.isEnabled() for action in window.findChildren(type(window.actions()[0]))}
    offered = {name for name, is_enabled in actions.items() if is_enabled and name}
    assert not offered & {"newInstance", "importVersion", "settings", "start", "stop", "restart", "kill", "resetData", "delete", "supervision"}
    assert not offered & {"versions", "update", "snapshots"}
    assert not find(window, QPushButton, "statusVersions").isEnabled()
    assert {"find", "quit", "openBrowser", "copyUrl"} <= offered
    window.put_away()
    viewer.close()


def test_face_puts_one_window_in_the_place_of_another(qtbot: QtBot, theme: Theme, services: Services, window_state: WindowState) -> None:
    simulated(services, "shop")
    quits: list[bool] = []

    def make_window(of: Services, is_looking: bool) -> MainWindow:
        return MainWindow(window_parts(of), window_state, is_looking=is_looking)

    face: WindowFace[Services] = WindowFace(make_window, lambda: quits.append(True), minimized=False)
    face.open(services, is_looking=True)
    face.show()
    first = face.window
    assert first is not None
    first.resize(900, 640)
    face.close()
    face.open(services, is_looking=False)
    face.show()
    second = face.window
    assert second is not None

    assert second is not first
    assert first.isHidden()
    assert second.isVisible()
    assert (second.width(), second.height()) == (900, 640)
    assert quits == []
    face.tell("All is well.")
    second.close()
    assert quits == [True]
    face.close()
