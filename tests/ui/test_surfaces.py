"""Every window and dialog: Tab goes as people read, the focus is seen, Enter and Esc do what they should, all is large enough and fits."""

from __future__ import annotations

import itertools
import sys
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QAction, QScreen
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QScrollArea, QTabBar, QWidget

from gowa_desktop.domain.config_plan import ConfigPlan
from gowa_desktop.domain.errors import GowaError, UsageError
from gowa_desktop.domain.instance import NewInstance
from gowa_desktop.domain.versions import SIMULATOR
from gowa_desktop.infra.manager_folders import ManagerFolder
from gowa_desktop.services.self_test_run import SelfTestRun
from gowa_desktop.ui.config.template_dialogs import ApplyTemplateDialog, SaveTemplateDialog
from gowa_desktop.ui.config.text_dialogs import ErrorWindow
from gowa_desktop.ui.config.unsaved_guard import UnsavedDialog
from gowa_desktop.ui.fatal_error import fatal_error_box
from gowa_desktop.ui.help.self_test_dialog import SelfTestDialog
from gowa_desktop.ui.instances.instance_table_view import InstanceTableView
from gowa_desktop.ui.leave_dialogs import CloseQuestion, QuitQuestion, StopProgress
from gowa_desktop.ui.logs.saved_searches import SearchNameDialog
from gowa_desktop.ui.look.color_tables import DARK, LIGHT, LIGHT_CONTRAST
from gowa_desktop.ui.manager_offer import ManagerDialog
from gowa_desktop.ui.parts.dialogs import PairingHelp, VersionTagDialog
from gowa_desktop.ui.parts.screen_keeper import HANDLE, room_for
from gowa_desktop.ui.versions.clean_up_dialog import CleanUpDialog
from gowa_desktop.ui.versions.import_dialog import ImportDialog
from gowa_desktop.ui.versions.snapshots_dialog import SnapshotsDialog
from gowa_desktop.ui.versions.update_dialog import UpdateDialog
from tests import surface_checks as checks
from tests.simulated_versions import install_simulated
from tests.ui.conftest import find

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.ui.look.color_tables import Colors
    from gowa_desktop.ui.look.theme import Theme
    from gowa_desktop.ui.main_window import MainWindow
    from gowa_desktop.ui.window_state import WindowState

ONE = ("newInstance", "settings", "supervision", "versions", "shortcuts", "trash", "alerts", "templates", "exportConfig", "tags", "cleanDisk",
       "delete", "palette", "fleet", "about", "allLogs", "ownLog",
       "diagnostics")  # fmt: skip
"""Actions that open something, for one instance."""
SEVERAL = ("bulkEdit", "copyConfig", "supervision", "delete", "tags")
"""Actions that open something else for several."""
SMALL = QSize(640, 360)
"""What a screen of 1280 x 800 at 200 % leaves beside its panels, in logical pixels."""


@pytest.fixture
def fleet(services: Services, open_window: Callable[[], MainWindow]) -> MainWindow:
    """A window on three instances that do not run."""
    for name in ("alpha", "beta", "gamma"):
        services.instances.create(NewInstance(name=name, gowa_version=SIMULATOR, config={"flags": {"debug": True}}))
    return open_window()


def made(window: QWidget) -> Iterator[QWidget]:
    """Make what no action opens."""
    yield ErrorWindow("KeyError: 'port'\n" * 40, window)
    yield PairingHelp(window)
    yield VersionTagDialog("gowa-linux-amd64", window)
    yield SearchNameDialog(lambda _: None, "webhook", window)
    yield UnsavedDialog(["alpha", "beta"], window)
    yield CloseQuestion(window, has_tray=True)
    yield QuitQuestion(3, window)
    yield fatal_error_box(UsageError("The data folder cannot be written.", "Choose another one with --data-dir."))


def made_of(qtbot: QtBot, window: MainWindow, services: Services, folder: Path) -> Iterator[QWidget]:
    """Make what needs more than a click: a template, a file of settings, another program's folder, a version."""
    statuses = services.instances.statuses()
    yield SaveTemplateDialog(services.configs, statuses[0], window)
    template = services.configs.templates.save("Loud", statuses[0].id, with_secrets=False, replaces=True)
    yield ApplyTemplateDialog(services.configs, statuses, template.id, window)
    path, plans, errors = folder / "shop.env", list[ConfigPlan](), list[GowaError]()
    path.write_text("APP_DEBUG=true\n")
    services.configs.plan_import(statuses[0].id, path, plans.append, errors.append)
    qtbot.waitUntil(lambda: bool(plans or errors))
    yield ImportDialog(plans[0], statuses[0].name, path, window)
    yield ManagerDialog(ManagerFolder(folder, 2, is_in_use=False), window)
    yield CleanUpDialog(services.versions, window)
    yield SnapshotsDialog(services.snapshots, services.instances, services.settings, statuses[0], window)
    yield SelfTestDialog(SelfTestRun(window, [sys.executable, "-c", "print('  ok      create an instance')"]), window)
    yield StopProgress(services.instances, statuses, window)
    if sys.platform != "win32":  # what passes for GOWA here is a script
        for tag in ("v8.11.0", "v9.2.0"):
            install_simulated(services.paths.versions, tag)
        older = services.instances.create(NewInstance(name="delta", gowa_version="v8.11.0"))
        update = UpdateDialog(services.updater, services.instances, services.versions, window.contents._updates.runner, window)
        update.open_for("v9.2.0", [older.id])
        yield update


MADE = 8 + (9 if sys.platform != "win32" else 8)


def surfaces(qtbot: QtBot, window: MainWindow, services: Services, folder: Path) -> Iterator[tuple[str, QWidget]]:
    """Open each window and dialog, give it, and close it if it is still there."""
    table = find(window, InstanceTableView, "instanceTable")
    ids = [int(row) for row in (1, 2, 3)]
    for names, chosen in ((ONE, ids[:1]), (SEVERAL, ids)):
        table.select_ids(chosen)
        for name in names:
            QApplication.processEvents()
            yield name, open_by(qtbot, window, name)
            close_all(window)
    for surface in itertools.chain(made(window), made_of(qtbot, window, services, folder)):
        assert isinstance(surface, QDialog)
        surface.open()
        surface.activateWindow()
        QApplication.processEvents()
        yield type(surface).__name__, surface
        surface.close()
        surface.deleteLater()
        QApplication.processEvents()


def open_by(qtbot: QtBot, window: MainWindow, name: str) -> QWidget:
    """Trigger an action, and give the window that it opens."""
    before = set(shown())
    action = window.findChild(QAction, f"action_{name}")
    assert action is not None
    assert action.isEnabled(), name
    action.trigger()
    qtbot.waitUntil(lambda: bool(set(shown()) - before), timeout=20_000)
    surface = next(iter(set(shown()) - before))
    surface.activateWindow()
    QApplication.processEvents()
    return surface


def shown() -> list[QWidget]:
    """Give all windows that are seen."""
    return [one for one in QApplication.topLevelWidgets() if one.isVisible()]


def close_all(window: QWidget) -> None:
    """Close every window but this."""
    for one in shown():
        if one is not window:
            one.close()
    QApplication.processEvents()


def told(name: str, faults: list[str]) -> list[str]:
    return [f"{name}: {fault}" for fault in faults]


def test_tab_focus_enter_targets_and_esc_are_right_everywhere(qtbot: QtBot, fleet: MainWindow, services: Services, tmp_path: Path) -> None:
    actions = fleet.actions()
    faults: list[str] = []
    seen = 0
    for name, surface in surfaces(qtbot, fleet, services, tmp_path):
        seen += 1
        for check in (checks.focus_faults, checks.enter_faults, checks.target_faults):
            faults += told(name, check(surface))
        faults += told(name, checks.order_faults(surface))
        faults += told(name, checks.tooltip_faults(surface, actions))
        faults += told(name, checks.escape_faults(surface))
    assert faults == []
    assert seen == len(ONE) + len(SEVERAL) + MADE


@pytest.mark.parametrize("width", [1200, 900])
def test_tab_targets_and_tips_are_right_on_every_page_of_the_window(fleet: MainWindow, width: int) -> None:
    fleet.resize(width, 760)
    find(fleet, InstanceTableView, "instanceTable").select_ids([1])
    tabs = find(fleet, QTabBar, "panelTabs")
    faults: list[str] = []
    for number in range(tabs.count()):
        tabs.setCurrentIndex(number)
        QApplication.processEvents()
        for check in (checks.order_faults, checks.target_faults):
            faults += told(tabs.tabText(number), check(fleet))
        faults += told(tabs.tabText(number), checks.tooltip_faults(fleet, fleet.actions()))
    assert tabs.count() >= 4
    assert faults == []


@pytest.mark.parametrize("colors", [LIGHT, DARK, LIGHT_CONTRAST], ids=["light", "dark", "contrast"])
def test_focus_is_seen_on_every_control(
    qtbot: QtBot, fleet: MainWindow, services: Services, tmp_path: Path, theme: Theme, colors: Colors
) -> None:
    theme.wear(colors)
    faults: list[str] = []
    seen: set[tuple[object, ...]] = set()
    tabs = find(fleet, QTabBar, "panelTabs")
    for number in range(tabs.count()):
        tabs.setCurrentIndex(number)
        QApplication.processEvents()
        faults += told(tabs.tabText(number), checks.ring_faults(fleet, seen))
    for name, surface in surfaces(qtbot, fleet, services, tmp_path):
        faults += told(name, checks.ring_faults(surface, seen))
    assert faults == []
    assert len(seen) > 20


def test_every_window_fits_a_small_screen(
    qtbot: QtBot, fleet: MainWindow, services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QScreen, "availableGeometry", lambda _screen: QRect(0, 0, SMALL.width(), SMALL.height()))
    assert room_for(fleet) == SMALL - QSize(0, HANDLE)
    faults = [told(name, checks.room_faults(surface, SMALL)) for name, surface in surfaces(qtbot, fleet, services, tmp_path)]
    assert [fault for found in faults for fault in found] == []


def test_a_dialog_comes_back_with_the_size_it_was_given(qtbot: QtBot, fleet: MainWindow, window_state: WindowState) -> None:
    dialog = open_by(qtbot, fleet, "settings")
    usual = dialog.size()
    close_all(fleet)
    assert not window_state.dialog_size("settingsDialog").isValid()

    dialog = open_by(qtbot, fleet, "settings")
    assert dialog.size() == usual
    dialog.resize(usual + QSize(17, 31))
    QApplication.processEvents()
    close_all(fleet)

    assert window_state.dialog_size("settingsDialog") == usual + QSize(17, 31)
    assert open_by(qtbot, fleet, "settings").size() == usual + QSize(17, 31)
    close_all(fleet)


def test_a_size_that_the_screen_has_no_room_for_any_more_is_cut_down(qtbot: QtBot, fleet: MainWindow, window_state: WindowState) -> None:
    window_state.save_dialog_size("settingsDialog", QSize(5000, 4000))
    dialog = open_by(qtbot, fleet, "settings")
    room = room_for(dialog)
    assert dialog.width() <= room.width()
    assert dialog.height() <= room.height()
    close_all(fleet)


def test_what_comes_into_a_dialog_on_a_small_screen_scrolls_and_leaves_the_buttons_alone(
    qtbot: QtBot, fleet: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QScreen, "availableGeometry", lambda _screen: QRect(0, 0, SMALL.width(), SMALL.height()))
    dialog = open_by(qtbot, fleet, "newInstance")
    find(dialog, QWidget, "allSettings").setFocus()
    name = find(dialog, QLineEdit, "newName")
    find(dialog, QWidget, "allSettings").click()  # type: ignore[attr-defined]  # a button
    qtbot.waitUntil(lambda: bool(dialog.findChildren(QWidget, "formSearch")), timeout=20_000)
    QApplication.processEvents()
    assert checks.room_faults(dialog, SMALL) == []
    assert checks.order_faults(dialog) == []
    assert name.text()
    close_all(fleet)


def test_tips_follow_a_changed_shortcut(fleet: MainWindow) -> None:
    find(fleet, InstanceTableView, "instanceTable").select_ids([1])
    tip = find(fleet, QWidget, "statusVersions").toolTip()
    action = fleet.findChild(QAction, "action_versions")
    assert action is not None
    assert "Ctrl+G" in tip
    fleet.contents._commands.keeper.assign(action, action.shortcut().fromString("Ctrl+Alt+G"))
    assert "Ctrl+Alt+G" in find(fleet, QWidget, "statusVersions").toolTip()
    fleet.contents._commands.keeper.assign(action, action.shortcut().fromString(""))
    assert "Ctrl" not in find(fleet, QWidget, "statusVersions").toolTip()


def test_dialog_that_has_room_shows_no_scroll_bar(qtbot: QtBot, fleet: MainWindow) -> None:
    dialog = open_by(qtbot, fleet, "newInstance")
    area = find(dialog, QScrollArea, "dialogScroll")  # it may grow, and the screen of the tests is small

    assert not area.horizontalScrollBar().isVisible()
    assert not area.verticalScrollBar().isVisible()
    close_all(fleet)
