"""Pictures of charts: one instance over an hour and a month, several compared, without a past, the fleet view, alerts and the disk."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtGui import QAction  # noqa: TID251 - this drives the user interface

from gowa_desktop.bootstrap import build
from gowa_desktop.domain.alerts import AlertKind, AlertRule
from gowa_desktop.domain.app_settings import PORT_RANGE
from gowa_desktop.domain.instance import NewInstance
from gowa_desktop.domain.versions import SIMULATOR
from gowa_desktop.launch import window_parts
from gowa_desktop.ui.charts.chart_range import ChartRange
from gowa_desktop.ui.charts.charts_tab import ChartsTab
from gowa_desktop.ui.charts.fleet_window import FleetWindow
from gowa_desktop.ui.instances.instance_panel import InstancePanel
from gowa_desktop.ui.instances.instance_table_view import InstanceTableView
from gowa_desktop.ui.main_window import MainWindow
from gowa_desktop.ui.window_state import WindowState
from tests.screenshots.camera import find, open_dialog
from tests.usage_samples import fill_file, fill_last_hour

if TYPE_CHECKING:
    from gowa_desktop.bootstrap import Services
    from tests.screenshots.camera import Camera

SIZE = (1200, 760)
FLEET = 24
_DAY_S = 86_400


def take_charts(camera: Camera) -> None:
    """Take every picture about what instances use."""
    with tempfile.TemporaryDirectory(prefix="gowa-desktop-pictures-", ignore_cleanup_errors=True) as folder:
        services = build(Path(folder) / "data")
        services.settings.set(PORT_RANGE, (8001, 8999))
        names = ["toko-jakarta", "toko-bandung", "support", *(f"cabang-{number}" for number in range(1, FLEET - 2))]
        ids = [services.instances.create(NewInstance(name=name, gowa_version=SIMULATOR)).id for name in names]
        wait(200)
        while services.history.is_storing:
            wait(20)
        fill_file(services.paths.usage, ids[:3], time.time())
        fill_last_hour(services.history, ids[:-1])
        put_media(services, ids[0])
        window = MainWindow(window_parts(services), WindowState(Path(folder) / "window.ini"))
        window.resize(*SIZE)
        window.show()
        wait(200)
        shoot_all(camera, services, window, ids)
        window.deleteLater()
        wait(50)
        services.close()


def shoot_all(camera: Camera, services: Services, window: MainWindow, ids: list[int]) -> None:
    """Go through the pictures."""
    table = find(window, InstanceTableView, "instanceTable")
    table.select_ids(ids[:1])
    find(window, InstancePanel, "instancePanel").show_charts()
    tab = find(window, ChartsTab, "chartsTab")
    while tab.view is None:
        wait(20)
    for name, chosen in (("chart-hour", ChartRange.HOUR), ("chart-day", ChartRange.DAY), ("chart-month", ChartRange.MONTH)):
        tab.choose_range(chosen)
        if chosen is ChartRange.DAY:
            tab.view.cross(time.time() - 4 * 3600 - 900)
        camera.shoot(name, window, pause=wait)
        tab.view.cross(None)
    tab.choose_range(ChartRange.DAY)
    table.select_ids(ids[:3])
    camera.shoot("chart-compared", window, pause=wait)
    table.select_ids(ids[-1:])
    camera.shoot("chart-empty", window, pause=wait)
    table.select_ids(ids[:1])
    action = window.findChild(QAction, "action_fleet")
    assert isinstance(action, QAction)
    action.trigger()
    wait(300)
    fleet = find(window, FleetWindow, "fleetWindow")
    camera.shoot("fleet", fleet, pause=wait)
    fleet.close()
    services.alerts.set_rule(AlertRule(AlertKind.MEMORY, 60e6, 1))
    services.alerts.look()
    for name, opener, dialog in (("alerts", "action_alerts", "alertsDialog"), ("disk", "action_cleanDisk", "cleanDialog")):
        opened = open_dialog(window, opener, dialog)
        wait(800)
        camera.shoot(name, opened, pause=wait)
        opened.reject()
        wait(50)


def put_media(services: Services, instance_id: int) -> None:
    """Put received media into the folder of an instance, some of them old."""
    folder = services.instances.folder(instance_id) / "statics" / "media"
    for number in range(9):
        path = folder / f"62812{number}" / f"{number * 7919:032x}.mp4"
        path.parent.mkdir(parents=True)
        path.write_bytes(b"x" * (900_000 * (9 - number)))
        at = time.time() - (70 + 10 * number) * _DAY_S
        os.utime(path, (at, at))


def wait(milliseconds: int) -> None:
    """Let events happen; unlike `QTest.qWait` workers have their turn meanwhile."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()
