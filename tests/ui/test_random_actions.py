"""A thousand random doings over a running fleet: nothing breaks, nothing leaks, and no instance is touched that nobody asked about."""

from __future__ import annotations

import gc
import os
import random
from collections import Counter
from typing import TYPE_CHECKING

import psutil
import pytest
from PySide6.QtCore import QEvent, QPoint, QSize, Qt, QTimer
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QTabBar,
    QWidget,
)

from gowa_desktop.domain.app_settings import RELEASE_ADDRESS
from gowa_desktop.domain.theme_choice import ThemeChoice
from tests.ui.conftest import running, simulated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.ui.look.theme import Theme
    from gowa_desktop.ui.main_window import MainWindow

ACTIONS = int(os.environ.get("GOWA_RANDOM_ACTIONS", "1000"))
SEED = int(os.environ.get("GOWA_RANDOM_SEED", "8"))
MEMORY_GROWTH = 60_000_000
MOST_OF_A_NAME = 8
ASKED_FOR = (
    "start",
    "stop",
    "restart",
    "kill",
    "reset",
    "delete",
    "remove",
    "quit",
    "confirm",
    "install",
    "import",
    "openbrowser",
    "openfolder",
    "open_",
    "update",
    "snapshot",
    "create",
    "save",
    "apply",
    "choose",
    "restore",
    "force",
    "retry",
    "undo",
    "folder",
    "panelopen",
    "export",
    "cleanup",
    "accept",
    "toggle",
    "palette",
    "primary",
    "browse",
    "diagnostics",
    "login",
    "link",
    "get",
    "try",
    "cleaning",
    "clean",
    "trash",
    "record",
    "releasepage",
)
"""Names of what changes instances or the computer, or leaves the program; a person who does not want that does not press it."""
KEYS = (
    Qt.Key.Key_Tab,
    Qt.Key.Key_Backtab,
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_Left,
    Qt.Key.Key_Right,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
    Qt.Key.Key_Escape,
    Qt.Key.Key_A,
    Qt.Key.Key_8,
    Qt.Key.Key_Backspace,
)
DEEPEST = 4
"""So many menus may be open over each other."""
COMBINATIONS = (Qt.Key.Key_F, Qt.Key.Key_A, Qt.Key.Key_G, Qt.Key.Key_L, Qt.Key.Key_Comma, Qt.Key.Key_K, Qt.Key.Key_M)


class Person:
    """Does one random thing after another, as a person who plays with the window and asks nothing of an instance."""

    def __init__(self, window: MainWindow, theme: Theme, chance: random.Random) -> None:
        self._window = window
        self._theme = theme
        self._chance = chance
        self._due = 0
        self._depth = 0
        self.done: list[str] = []

    @property
    def is_idle(self) -> bool:
        """Whether everything is done and every menu that ran a loop of its own is closed."""
        return self._due == 0 and self._depth == 0

    def act(self, count: int) -> None:
        """Begin to do so many things, one in each turn of the event loop, also of that of a menu."""
        self._due = count
        QTimer.singleShot(0, self._window, self._act)

    def _act(self) -> None:
        if self.is_idle:
            return
        QTimer.singleShot(0 if self._due else 5, self._window, self._act)
        self._depth += 1
        if self._due and self._depth < DEEPEST:
            self._due -= 1
            self.done.append(self._choose()())
        else:
            self._leave()
        self._depth -= 1

    def _choose(self) -> Callable[[], str]:
        choices: Sequence[tuple[Callable[[], str], int]] = (
            (self._click, 10),
            (self._press_key, 6),
            (self._press_combination, 2),
            (self._select_rows, 3),
            (self._resize, 1),
            (self._switch_theme, 1),
            (self._ask_for_menu, 1),
            (self._leave, 2),
        )
        return self._chance.choices([choice for choice, _ in choices], [weight for _, weight in choices])[0]

    def go_home(self) -> None:
        """Close everything but the window."""
        for _ in range(12):
            self._leave()
            QApplication.processEvents()
        for widget in QApplication.topLevelWidgets():
            if widget is not self._window and widget.isVisible():
                widget.close()
        QApplication.processEvents()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    @property
    def _place(self) -> QWidget:
        """Where a person can do something: a menu first, then a dialog, then any window."""
        popup = QApplication.activePopupWidget() or QApplication.activeModalWidget()
        if popup is not None:
            return popup
        windows = [widget for widget in QApplication.topLevelWidgets() if widget.isVisible() and widget.isWindow()]
        return self._chance.choice(windows) if windows else self._window

    def _click(self) -> str:
        place = self._place
        if isinstance(place, QMenu):
            return self._click_menu(place)
        kinds = (QAbstractButton, QComboBox, QLineEdit, QTabBar, QAbstractItemView, QAbstractSpinBox)
        found = [widget for widget in place.findChildren(QWidget) if isinstance(widget, kinds) and self._is_harmless(widget)]
        if not found:
            return "nothing to click"
        widget = self._chance.choice(found)
        target = widget.viewport() if isinstance(widget, QAbstractItemView) else widget
        point = QPoint(self._chance.randrange(max(1, target.width())), self._chance.randrange(max(1, target.height())))
        if isinstance(widget, QAbstractButton):
            point = target.rect().center()
        QTest.mouseClick(target, Qt.MouseButton.LeftButton, pos=point)
        return f"click {type(widget).__name__} {widget.objectName()}"

    def _click_menu(self, menu: QMenu) -> str:
        actions = [one for one in menu.actions() if one.isEnabled() and not one.isSeparator() and not is_asking(one.objectName() or one.text())]
        if not actions:
            menu.close()
            return "close menu"
        action = self._chance.choice(actions)
        QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())
        return f"menu {action.objectName() or action.text()}"

    def _press_key(self) -> str:
        key = self._chance.choice(KEYS)
        place = self._place
        target = QApplication.focusWidget() if QApplication.activePopupWidget() is None else place
        if target is None or (isinstance(target, QAbstractButton) and not self._is_harmless(target)):
            return "no focus"
        QTest.keyClick(target, key)
        return f"key {key.name}"

    def _press_combination(self) -> str:
        if QApplication.activePopupWidget() is not None or QApplication.activeModalWidget() is not None:
            return "busy"
        key = self._chance.choice(COMBINATIONS)
        QTest.keyClick(self._window, key, Qt.KeyboardModifier.ControlModifier)
        return f"with-ctrl {key.name}"

    def _select_rows(self) -> str:
        view = self._window.findChild(QAbstractItemView, "instanceTable")
        if view is None or QApplication.activeModalWidget() is not None or view.model().rowCount() == 0:
            return "no table"
        index = view.model().index(self._chance.randrange(view.model().rowCount()), 0)
        modifier = self._chance.choice([Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier])
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, modifier, view.visualRect(index).center())
        return "select"

    def _resize(self) -> str:
        size = QSize(self._chance.randrange(900, 1800), self._chance.randrange(600, 1100))
        self._place.window().resize(size)
        return f"resize {size.width()} x {size.height()}"

    def _switch_theme(self) -> str:
        choice = self._chance.choice(list(ThemeChoice))
        self._theme.choose(choice)
        return f"theme {choice}"

    def _ask_for_menu(self) -> str:
        place = self._place
        if isinstance(place, QMenu):
            return "menu already"
        found = [widget for widget in place.findChildren(QWidget) if widget.isVisible() and self._is_harmless(widget)]
        # Qt's own menus of text reach the clipboard of the person who runs this.
        found = [widget for widget in found if not isinstance(widget, QLineEdit | QPlainTextEdit)]
        if found:
            widget = self._chance.choice(found)
            centre = widget.rect().center()
            QApplication.sendEvent(widget, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, centre, widget.mapToGlobal(centre)))
        return "context menu"

    def _leave(self) -> str:
        place = QApplication.activePopupWidget() or QApplication.activeModalWidget()
        if place is None:
            others = [one for one in QApplication.topLevelWidgets() if one.isVisible() and one.isWindow() and one is not self._window]
            if not others:
                return "nowhere to leave"
            place = self._chance.choice(others)
        QTest.keyClick(place, Qt.Key.Key_Escape)
        return f"leave {type(place).__name__}"

    def _is_harmless(self, widget: QWidget) -> bool:
        if not widget.isVisible() or not widget.isEnabled() or widget.visibleRegion().isEmpty():
            return False
        names = [widget.objectName()]
        if isinstance(widget, QAbstractButton):
            names += [widget.text(), widget.accessibleName()]
        return not any(map(is_asking, names))


def is_asking(name: str) -> bool:
    """Tell whether a control of this name asks something of an instance or of the computer."""
    plain = name.casefold().replace("&", "").removeprefix("action_").replace(" ", "")
    return any(word.rstrip("_") in plain for word in ASKED_FOR)


def widgets_by_name() -> Counter[str]:
    """Count the widgets that have a name."""
    names = ((type(widget).__name__, widget.objectName()) for widget in QApplication.allWidgets())
    return Counter(f"{kind} {name}" for kind, name in names if name and not name.startswith("qt_"))


@pytest.fixture
def theme_left_as_it_was(theme: Theme) -> Iterator[Theme]:
    yield theme
    theme.choose(ThemeChoice.LIGHT)


@pytest.mark.timeout(300)
def test_random_doings_break_nothing_and_touch_no_instance(
    qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow], theme_left_as_it_was: Theme
) -> None:
    services.settings.set(RELEASE_ADDRESS, "http://127.0.0.1:9")
    alive = [running(qtbot, services, name) for name in ("alpha", "beta")]
    still = [simulated(services, name) for name in ("gamma", "delta")]
    before = {one.id: (one.pid, one.status, one.gowa_version, one.port, services.instances.config(one.id)) for one in [*alive, *still]}
    window = open_window()
    person = Person(window, theme_left_as_it_was, random.Random(SEED))
    process = psutil.Process()
    person.act(ACTIONS * 2 // 3)
    qtbot.waitUntil(lambda: person.is_idle, timeout=200_000)
    person.go_home()
    gc.collect()
    widgets, memory = widgets_by_name(), process.memory_info().rss
    person.act(ACTIONS // 3)
    qtbot.waitUntil(lambda: person.is_idle, timeout=100_000)
    person.go_home()
    gc.collect()

    # What is made when it is first needed comes once, or once for each of the four instances; what leaks comes each time.
    grown = {name: count for name, count in (widgets_by_name() - widgets).items() if count > MOST_OF_A_NAME}
    assert grown == {}
    assert process.memory_info().rss - memory < MEMORY_GROWTH
    statuses = {one.id: one for one in services.instances.statuses()}
    after = {key: (one.pid, one.status, one.gowa_version, one.port, services.instances.config(key)) for key, one in statuses.items()}
    assert after == before
    assert all(services.instances.status(one.id).restart_count == one.restart_count for one in alive)
    assert len({what.split()[0] for what in person.done}) > 8
