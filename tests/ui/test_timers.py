"""Timers that make one of many changes keep their interval, whatever the changes carry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from gowa_desktop.ui.tray.tray import Tray
from tests.ui.conftest import simulated

if TYPE_CHECKING:
    from collections.abc import Callable

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.ui.main_window import MainWindow


def test_no_timer_takes_the_id_of_an_instance_for_its_interval(services: Services, open_window: Callable[[], MainWindow]) -> None:
    key = simulated(services, "shop").id
    window = open_window()
    tray = Tray(window)
    tray.follow(services.instances)
    timers = [timer for timer in window.findChildren(QTimer) if timer.isSingleShot()]
    before = [timer.interval() for timer in timers]
    assert len(timers) > 5

    for signal in (services.instances.state_changed, services.instances.instance_added, services.instances.instance_removed):
        signal.emit(key)

    assert [timer.interval() for timer in timers] == before
    tray.close()
