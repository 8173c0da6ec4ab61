"""How long the settings form takes to open, to show another instance, and to filter with every option shown.

Times include layout and painting: a turn ends when nothing is left to do in the event loop. The offscreen platform paints in memory
as a window would, without the compositor.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit  # noqa: TID251 - this drives the user interface

from gowa_desktop.bootstrap import build
from gowa_desktop.domain.app_settings import PORT_RANGE
from gowa_desktop.domain.instance import NewInstance
from gowa_desktop.domain.versions import SIMULATOR
from gowa_desktop.launch import window_parts
from gowa_desktop.ui.config.option_row import OptionRow
from gowa_desktop.ui.instances.instance_panel import InstancePanel
from gowa_desktop.ui.instances.instance_table_view import InstanceTableView
from gowa_desktop.ui.main_window import MainWindow
from gowa_desktop.ui.window_state import WindowState

if TYPE_CHECKING:
    from collections.abc import Callable

    from gowa_desktop.bootstrap import Services

OPEN_LIMIT_MS, FILTER_LIMIT_MS = 150.0, 16.0
EVERYTHING = "e"
"""A search that every option of the table admits."""
SEARCHES = ("web", "APP_", "chatwoot", "password", "zzz")


def measure_form(rounds: int) -> bool:
    """Measure and print medians in milliseconds; the answer is whether the limits are kept."""
    figures: dict[str, list[float]] = {"form open": [], "form other instance": [], "form filter": [], "form show all": []}
    shown = 0
    with tempfile.TemporaryDirectory() as folder:
        services = build(Path(folder))
        services.settings.set(PORT_RANGE, (19_500, 19_900))
        ids = [services.instances.create(NewInstance(name=name, gowa_version=SIMULATOR)).id for name in ("shop", "lab")]
        for number in range(rounds):
            window = open_window(services, Path(folder) / f"window-{number}.ini")
            figures["form open"].append(timed(window.findChildren(InstancePanel)[0].show_settings))
            QTest.qWait(300)  # the other rows are made in idle moments
            table = window.findChildren(InstanceTableView)[0]
            for instance_id in reversed(ids):
                figures["form other instance"].append(timed(partial(table.select_ids, [instance_id])))
            search = window.findChildren(QLineEdit, "formSearch")[0]
            for text in SEARCHES:
                figures["form show all"].append(timed(partial(search.setText, EVERYTHING)))
                shown = sum(row.isVisible() for row in window.findChildren(OptionRow))
                figures["form filter"].append(timed(partial(search.setText, text)))
            window.close()
            window.deleteLater()
            QTest.qWait(20)
        services.close()
    print(f"{'what':<20} {'median ms':>9} {'worst ms':>9}   ({rounds} windows, {shown} options shown)")
    for what, times in figures.items():
        print(f"{what:<20} {statistics.median(times):9.1f} {max(times):9.1f}")
    limits = {"form open": OPEN_LIMIT_MS, "form filter": FILTER_LIMIT_MS}
    print(f"limits: open {OPEN_LIMIT_MS:.0f} ms, filter {FILTER_LIMIT_MS:.0f} ms")
    return all(statistics.median(figures[what]) <= limit for what, limit in limits.items())


def open_window(services: Services, state: Path) -> MainWindow:
    """Open the window as the program does."""
    window = MainWindow(window_parts(services), WindowState(state))
    window.show()
    QTest.qWait(100)
    return window


def timed(act: Callable[[], object]) -> float:
    """Do something and let everything follow that follows from it; the answer is in milliseconds."""
    begun = time.perf_counter()
    act()
    QApplication.sendPostedEvents()
    QApplication.processEvents()
    return (time.perf_counter() - begun) * 1e3
