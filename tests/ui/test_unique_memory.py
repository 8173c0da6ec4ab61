"""Unique memory in the Charts tab: offered for one live instance, measured when asked, never shown for another one."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton

from gowa_desktop.domain.instance import InstanceState
from gowa_desktop.ui.charts.unique_memory import UniqueMemory
from gowa_desktop.ui.instances.instance_panel import InstancePanel
from gowa_desktop.ui.instances.instance_table_view import InstanceTableView
from tests.ui.conftest import find, simulated

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.ui.main_window import MainWindow

WAIT_MS = 20_000


def test_unique_memory_is_measured_when_asked(qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]) -> None:
    shop, idle = simulated(services, "shop").id, simulated(services, "idle").id
    services.instances.start(shop)
    qtbot.waitUntil(lambda: services.instances.status(shop).status is InstanceState.RUNNING, timeout=WAIT_MS)
    window = open_window()
    table = find(window, InstanceTableView, "instanceTable")
    table.select_ids([shop])
    find(window, InstancePanel, "instancePanel").show_charts()
    line = find(window, UniqueMemory, "uniqueMemory")
    button, result = find(line, QPushButton, "measureUnique"), find(line, QLabel, "uniqueResult")
    qtbot.waitUntil(line.isVisible, timeout=WAIT_MS)
    assert result.text() == ""
    assert button.toolTip()

    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not button.isEnabled()
    qtbot.waitUntil(button.isEnabled, timeout=WAIT_MS)
    if sys.platform == "linux":
        assert result.text().endswith("MB")
    assert result.text() in result.accessibleName()

    table.select_ids([idle])
    qtbot.waitUntil(lambda: not line.isVisible(), timeout=WAIT_MS)
    table.select_ids([shop])
    qtbot.waitUntil(line.isVisible, timeout=WAIT_MS)
    assert result.text() == ""
    # An answer that comes when another instance is shown belongs to nobody.
    button.click()
    table.select_ids([idle])
    qtbot.waitUntil(lambda: not line.isVisible(), timeout=WAIT_MS)
    stopped = services.instances.kill(shop)
    qtbot.waitUntil(lambda: stopped.is_finished, timeout=WAIT_MS)
    assert result.text() == ""
    table.select_ids([shop])
    assert not line.isVisible()
