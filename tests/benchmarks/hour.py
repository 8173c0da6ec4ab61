"""`python -m tests.benchmarks hour [--minutes N]`: how long the main thread ever stands still while 100 instances run.

The whole program with its window and the charts of an instance in sight, beside a bare process that waits for the same computer. For
the longest stalls it is told what the main thread was doing (`StallWatch`). Without words it takes an hour, so it is measured on demand alone.
"""

from __future__ import annotations

import time

from gowa_desktop.domain.versions import SIMULATOR
from gowa_desktop.services.commands.command_protocol import Verb
from tests.benchmarks.rows import Row
from tests.benchmarks.stall_watch import StallWatch, show_longest
from tests.faults.harness import Program, temporary_folder
from tests.faults.rows_fleet import make_fleet
from tests.faults.stalls import StallMeter

INSTANCES = 100
STALL_LIMIT_MS = 50.0
MINUTES = 60
_SETTLE_S = 30
SHOW_CHARTS = """
_SHOWN_AFTER_MS = 6000
from PySide6.QtCore import QTimer as _ChartTimer
from gowa_desktop import bootstrap as _chart_bootstrap
_begin_without_charts = _chart_bootstrap.Services.begin
def _show_charts():
    from PySide6.QtWidgets import QApplication
    from gowa_desktop.ui.instances.instance_panel import InstancePanel
    from gowa_desktop.ui.instances.instance_table_view import InstanceTableView
    for window in QApplication.topLevelWidgets():
        for table in window.findChildren(InstanceTableView):
            table.selectRow(0)
        for panel in window.findChildren(InstancePanel):
            panel.show_charts()
def _begin_with_charts(self):
    _begin_without_charts(self)
    _ChartTimer.singleShot(_SHOWN_AFTER_MS, self.owner, lambda: _show_charts())
_chart_bootstrap.Services.begin = _begin_with_charts
"""
"""Prelude of a program that shows the charts of an instance by itself."""


def measure_hour(minutes: float) -> list[Row]:
    """Let the program run for so long with everything up, and tell of the longest stall."""
    with temporary_folder() as folder, StallMeter(folder) as meter:
        make_fleet(folder / "data", INSTANCES, SIMULATOR)
        watch = StallWatch(folder)
        prelude = meter.prelude + watch.prelude + SHOW_CHARTS
        with Program(folder / "data", has_window=True, prelude=prelude) as program:
            program.all(Verb.START)
            time.sleep(_SETTLE_S)
            watch.reset()
            meter.reset()
            time.sleep(minutes * 60)
            worst_ms, beside_ms = meter.worst_s * 1e3, meter.beside_s * 1e3
            found = watch.found()
    show_longest(found)
    what = f"worst stall in {minutes:g} min, {INSTANCES} running"
    note = f"over a bare process ({beside_ms:.0f} ms); alone {worst_ms:.0f} ms"
    busy_ms = max((stall.busy_s for stall in found), default=0.0) * 1e3
    return [
        Row(what, "ms", max(0.0, worst_ms - beside_ms), most=STALL_LIMIT_MS, note=note),
        Row("most work of the main thread in a stall", "ms", busy_ms, most=STALL_LIMIT_MS, note=f"{len(found)} stalls of more than 25 ms"),
    ]
