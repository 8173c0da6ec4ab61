"""Alerts and the disk of an instance in the window: rules, badges, previews, clean-ups, and what the lines say."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QPushButton, QSpinBox, QTabBar, QTableWidget

from gowa_desktop.domain.alerts import AlertKind, AlertRule
from gowa_desktop.domain.samples import ComputerSample, DiskSpace
from gowa_desktop.ui.charts.alerts_dialog import AlertsDialog, Watch
from gowa_desktop.ui.charts.clean_dialog import CleanDialog
from gowa_desktop.ui.charts.monitor_text import computer_line
from gowa_desktop.ui.instances.instance_panel import CHARTS
from gowa_desktop.ui.instances.instance_table import Column, Role
from gowa_desktop.ui.instances.instance_table_view import InstanceTableView
from gowa_desktop.ui.parts.dialogs import ConfirmDialog
from tests.ui.conftest import find, simulated
from tests.usage_samples import fill_last_hour

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.ui.main_window import MainWindow

WAIT_MS = 20_000
_DAY_S = 86_400


def trigger(window: MainWindow, name: str) -> None:
    action = window.findChild(QAction, name)
    assert isinstance(action, QAction)
    assert action.isEnabled()
    action.trigger()


def choose(combo: QComboBox, value: object) -> None:
    combo.setCurrentIndex(combo.findData(value))


def too_much_memory(qtbot: QtBot, services: Services, instance_id: int) -> None:
    """Let an instance hold more memory than a rule allows."""
    qtbot.waitUntil(lambda: not services.history.is_storing, timeout=WAIT_MS)
    fill_last_hour(services.history, [instance_id], seconds=400)
    services.alerts.set_rule(AlertRule(AlertKind.MEMORY, 1e6, 1))
    services.alerts.look()


def test_a_rule_for_all_is_made_and_taken_away(services: Services, open_window: Callable[[], MainWindow]) -> None:
    simulated(services, "shop")
    window = open_window()
    trigger(window, "action_alerts")
    dialog = find(window, AlertsDialog, "alertsDialog")
    assert "Nothing is watched yet" in find(dialog, QLabel, "activeAlerts").text()

    choose(find(dialog, QComboBox, "alert_cpu_watch"), Watch.ON.value)
    find(dialog, QSpinBox, "alert_cpu_limit").setValue(150)
    find(dialog, QSpinBox, "alert_cpu_minutes").setValue(7)
    QTest.mouseClick(find(dialog, QPushButton, "alertsSave"), Qt.MouseButton.LeftButton)

    assert services.alerts.rules() == [AlertRule(AlertKind.CPU, 150.0, 7)]
    trigger(window, "action_alerts")
    dialog = find(window, AlertsDialog, "alertsDialog")
    choose(find(dialog, QComboBox, "alert_cpu_watch"), Watch.OFF.value)
    dialog.accept()
    assert services.alerts.rules() == []


def test_one_instance_may_have_a_limit_of_its_own_or_none(services: Services, open_window: Callable[[], MainWindow]) -> None:
    shop = simulated(services, "shop")
    services.alerts.set_rule(AlertRule(AlertKind.CPU, 80.0, 5))
    window = open_window()
    trigger(window, "action_alerts")
    dialog = find(window, AlertsDialog, "alertsDialog")

    choose(find(dialog, QComboBox, "alertScope"), shop.id)
    assert find(dialog, QComboBox, "alert_cpu_watch").currentData() == Watch.AS_ALL.value
    assert find(dialog, QSpinBox, "alert_cpu_limit").value() == 80
    assert not find(dialog, QSpinBox, "alert_disk_limit").isVisible()
    choose(find(dialog, QComboBox, "alert_cpu_watch"), Watch.OFF.value)
    choose(find(dialog, QComboBox, "alert_folder_watch"), Watch.ON.value)
    find(dialog, QSpinBox, "alert_folder_limit").setValue(300)
    choose(find(dialog, QComboBox, "alertScope"), None)
    dialog.accept()

    assert services.alerts.rule_for(AlertKind.CPU, None) == AlertRule(AlertKind.CPU, 80.0, 5)
    assert services.alerts.rule_for(AlertKind.CPU, shop.id) == AlertRule(AlertKind.CPU, 80.0, 5, shop.id, is_on=False)
    assert services.alerts.rule_for(AlertKind.FOLDER, shop.id) == AlertRule(AlertKind.FOLDER, 3e8, 5, shop.id)


def test_what_is_too_much_shows_on_row_tab_and_list(qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]) -> None:
    shop = simulated(services, "shop")
    window = open_window()
    model = find(window, InstanceTableView, "instanceTable").model()
    assert not model.index(0, Column.NAME).data(Role.IS_ALERTED)

    too_much_memory(qtbot, services, shop.id)

    tabs = find(window, QTabBar, "panelTabs")
    assert model.index(0, Column.NAME).data(Role.IS_ALERTED)
    assert "memory" in str(model.index(0, Column.NAME).data(Qt.ItemDataRole.ToolTipRole))
    assert "memory" in str(model.index(0, Column.NAME).data(Qt.ItemDataRole.AccessibleTextRole))
    qtbot.waitUntil(lambda: tabs.tabText(CHARTS) == "Charts •", timeout=WAIT_MS)
    trigger(window, "action_alerts")
    dialog = find(window, AlertsDialog, "alertsDialog")
    assert "shop: memory" in find(dialog, QLabel, "activeAlerts").text()
    dialog.reject()
    services.alerts.remove_rule(AlertKind.MEMORY, None)
    assert not model.index(0, Column.NAME).data(Role.IS_ALERTED)
    qtbot.waitUntil(lambda: tabs.tabText(CHARTS) == "Charts", timeout=WAIT_MS)


def put(folder: Path, place: str, size: int, days: float) -> Path:
    path = folder / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x" * size)
    at = time.time() - days * _DAY_S
    os.utime(path, (at, at))
    return path


def open_clean(qtbot: QtBot, window: MainWindow) -> CleanDialog:
    trigger(window, "action_cleanDisk")
    dialog = find(window, CleanDialog, "cleanDialog")
    qtbot.waitUntil(lambda: find(dialog, QLabel, "cleanOldWords").text() != "Looking…", timeout=WAIT_MS)
    qtbot.waitUntil(lambda: find(dialog, QLabel, "cleanSafeWords").text() != "Looking…", timeout=WAIT_MS)
    return dialog


def test_old_media_are_previewed_and_go_after_a_confirmation(qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]) -> None:
    shop = simulated(services, "shop")
    folder = services.instances.folder(shop.id)
    old = put(folder, "statics/media/old-video.mp4", 3_000_000, 120)
    young = put(folder, "statics/media/young.jpg", 1000, 3)
    session = put(folder, "storages/whatsapp.db", 5000, 200)
    dialog = open_clean(qtbot, open_window())
    table = find(dialog, QTableWidget, "cleanPreview")
    item = table.item(0, 0)
    assert item is not None
    assert (table.rowCount(), item.text()) == (1, "statics/media/old-video.mp4")
    assert "1 file, 3 MB" in find(dialog, QLabel, "cleanOldWords").text()

    QTest.mouseClick(find(dialog, QPushButton, "cleanOld"), Qt.MouseButton.LeftButton)
    assert old.exists()
    find(dialog, ConfirmDialog, "confirmDialog").accept()

    qtbot.waitUntil(lambda: not old.exists(), timeout=WAIT_MS)
    qtbot.waitUntil(lambda: any("3 MB are free again" in label.text() for label in dialog.findChildren(QLabel)), timeout=WAIT_MS)
    assert young.exists()
    assert session.exists()
    dialog.reject()


def test_what_nobody_misses_goes_with_one_click(qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]) -> None:
    shop = simulated(services, "shop")
    code = put(services.instances.folder(shop.id), "statics/qrcode/scan-qr.png", 4000, 2)
    dialog = open_clean(qtbot, open_window())
    assert "1 file, 4 kB" in find(dialog, QLabel, "cleanSafeWords").text()

    QTest.mouseClick(find(dialog, QPushButton, "cleanSafe"), Qt.MouseButton.LeftButton)

    qtbot.waitUntil(lambda: not code.exists(), timeout=WAIT_MS)
    qtbot.waitUntil(lambda: "nothing to clean up" in find(dialog, QLabel, "cleanSafeWords").text(), timeout=WAIT_MS)
    dialog.reject()


def test_retention_is_off_until_it_is_saved(qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]) -> None:
    shop = simulated(services, "shop")
    window = open_window()
    dialog = open_clean(qtbot, window)
    assert not find(dialog, QCheckBox, "cleanByItself").isChecked()
    assert services.retention.days(shop.id) is None

    find(dialog, QCheckBox, "cleanByItself").setChecked(True)
    find(dialog, QSpinBox, "cleanDays").setValue(30)
    QTest.mouseClick(find(dialog, QPushButton, "cleanSave"), Qt.MouseButton.LeftButton)

    assert services.retention.days(shop.id) == 30
    again = open_clean(qtbot, window)
    assert find(again, QCheckBox, "cleanByItself").isChecked()
    find(again, QCheckBox, "cleanByItself").setChecked(False)
    QTest.mouseClick(find(again, QPushButton, "cleanSave"), Qt.MouseButton.LeftButton)
    assert services.retention.days(shop.id) is None


def test_folder_is_told_by_parts_where_its_size_stands(qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]) -> None:
    shop = simulated(services, "shop")
    put(services.instances.folder(shop.id), "statics/media/video.mp4", 2_000_000, 1)
    window = open_window()

    services.monitor.measure_disk()

    qtbot.waitUntil(lambda: find(window, QLabel, "diskCardNote").text() == "mostly media", timeout=WAIT_MS)


def test_computer_line_tells_cpu_memory_and_disk() -> None:
    computer = ComputerSample(0.0, 120.0, 4, 5_100_000_000, 16_000_000_000)

    line = computer_line(computer, DiskSpace(500_000_000_000, 459_000_000_000, 41_000_000_000))

    assert line == "this computer: CPU 30.0 %, memory 5.1 GB of 16 GB, disk 41 GB free"
    assert computer_line(None, None) == ""


def test_totals_in_the_status_line_have_this_computer(qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]) -> None:
    simulated(services, "shop")
    services.monitor.sample_blocking(0.0)
    window = open_window()

    assert "this computer: " in find(window, QLabel, "totals").text()
    assert "memory" in find(window, QLabel, "totals").text()
