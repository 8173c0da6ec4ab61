"""How quickly charts are drawn again, how quickly a hundred rows and a hundred small curves are, and what charts cost in memory.

A redraw is everything from the history in its file to the last pixel: reading, thinning out, paths, painting. The offscreen platform
paints in memory as a window would, without the compositor. The floor is the same number of points in a bare PlotWidget of pyqtgraph.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication  # noqa: TID251 - this drives the user interface

from gowa_desktop.bootstrap import build
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
from tests.usage_samples import fill_file, fill_last_hour

if TYPE_CHECKING:
    from collections.abc import Callable

    from gowa_desktop.services.monitoring.usage_history import UsageHistory

REDRAW_LIMIT_MS, TABLE_LIMIT_MS = 16.0, 5.0
INSTANCES = 100


def measure_charts(rounds: int) -> bool:
    """Measure and print medians in milliseconds; the answer is whether the limits are kept."""
    figures: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        services = build(Path(folder))
        services.settings.set(PORT_RANGE, (19_500, 19_900))
        ids = [services.instances.create(NewInstance(name=f"shop-{number}", gowa_version=SIMULATOR)).id for number in range(INSTANCES)]
        settle(services.history)
        fill_file(services.paths.usage, ids[:3], time.time())
        fill_last_hour(services.history, ids)
        services.history.flush()
        settle(services.history)
        window = MainWindow(window_parts(services), WindowState(Path(folder) / "window.ini"))
        window.show()
        wait(200)
        before = rss_mb()
        table, panel = window.findChildren(InstanceTableView)[0], window.findChildren(InstancePanel)[0]
        table.select_ids(ids[:1])
        figures["table, 100 rows sampled"] = [timed(services.instances.sampled.emit) for _ in range(rounds)]
        panel.show_charts()
        tab = window.findChildren(ChartsTab)[0]
        while tab.view is None:
            wait(20)
        figures["bare plot, 30 days"] = bare_plot(rounds)
        for chosen in (ChartRange.HOUR, ChartRange.DAY, ChartRange.MONTH, ChartRange.QUARTER):
            tab.choose_range(chosen)
            wait(50)
            figures[f"chart, {chosen.value}"] = [timed(tab.follow) for _ in range(rounds)]
        after = rss_mb()
        table.select_ids(ids[:3])
        tab.choose_range(ChartRange.MONTH)
        wait(50)
        figures["chart, 30d of 3 instances"] = [timed(tab.follow) for _ in range(rounds)]
        window.hide()
        figures.update(measure_fleet(window, rounds))
        window.deleteLater()
        wait(50)
        services.close()
    print(f"{'what':<28} {'median ms':>9} {'worst ms':>9}   ({rounds} rounds)")
    for what, times in figures.items():
        print(f"{what:<28} {statistics.median(times):9.1f} {max(times):9.1f}")
    print(f"memory before and with charts: {before:.0f} and {after:.0f} MB")
    print(f"limits: chart of 30 days {REDRAW_LIMIT_MS:.0f} ms, table {TABLE_LIMIT_MS:.0f} ms")
    limits = {"chart, 30d": REDRAW_LIMIT_MS, "table, 100 rows sampled": TABLE_LIMIT_MS}
    return all(statistics.median(figures[what]) <= limit for what, limit in limits.items())


def measure_fleet(window: MainWindow, rounds: int) -> dict[str, list[float]]:
    """Scroll through the fleet view, and bring it up to date."""
    window.findChildren(InstancePanel)[0].show_overview()
    from PySide6.QtGui import QAction  # noqa: PLC0415, TID251

    action = window.findChild(QAction, "action_fleet")
    assert isinstance(action, QAction)
    action.trigger()
    wait(200)
    fleet = window.findChildren(FleetWindow)[0]
    bar = fleet.grid.verticalScrollBar()
    places = [round(bar.maximum() * number / max(1, rounds - 1)) for number in range(rounds)]
    scrolled = [timed(partial(bar.setValue, place)) for place in places]
    renewed = [timed(fleet.renew) for _ in range(rounds)]
    fleet.close()
    return {"fleet, a step of scrolling": scrolled, "fleet, new figures": renewed}


def bare_plot(rounds: int) -> list[float]:
    """Draw three lines of as many points in a bare widget of pyqtgraph."""
    import numpy as np  # noqa: PLC0415 - with the charts, not before
    from pyqtgraph import PlotWidget  # noqa: PLC0415, TID251

    widget = PlotWidget()
    widget.resize(400, 400)
    xs = np.arange(4320.0)
    lines = [widget.plot(xs, np.random.default_rng(seed).random(4320)) for seed in range(3)]
    widget.show()
    wait(50)

    def draw() -> None:
        for seed, line in enumerate(lines):
            line.setData(xs, np.random.default_rng(seed).random(4320))

    times = [timed(draw) for _ in range(rounds)]
    widget.close()
    widget.deleteLater()
    return times


def settle(history: UsageHistory) -> None:
    """Wait until the file knows which instances are new, so that what is put into it stays."""
    wait(100)
    while history.is_storing:
        wait(20)
    wait(50)


def wait(milliseconds: int) -> None:
    """Let events happen; unlike `QTest.qWait` workers have their turn meanwhile."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def rss_mb() -> float:
    """Give the resident memory of this process."""
    return float(psutil.Process().memory_info().rss) / 1e6


def timed(act: Callable[[], object]) -> float:
    """Do something and let everything follow that follows from it, painting included; the answer is in milliseconds."""
    begun = time.perf_counter()
    act()
    QApplication.sendPostedEvents()
    QApplication.processEvents()
    taken = (time.perf_counter() - begun) * 1e3
    QTest.qWait(1)
    return taken
