"""The fleet view: every instance with its curves side by side, for the person who runs fifty."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from gowa_desktop.domain.usage import THIS_COMPUTER
from gowa_desktop.ui.charts.chart_range import ChartRange, refresh_s
from gowa_desktop.ui.charts.chart_text import range_text
from gowa_desktop.ui.charts.fleet_grid import FleetCell, FleetGrid
from gowa_desktop.ui.instances.instance_filter import natural_key
from gowa_desktop.ui.instances.status_text import is_uneasy, state_text
from gowa_desktop.ui.look.format import NOTHING, format_bytes, format_cpu
from gowa_desktop.ui.look.labels import toned_label
from gowa_desktop.ui.parts.read_window import ReadWindow
from gowa_desktop.ui.parts.screen_keeper import room_for
from gowa_desktop.ui.parts.segment_bar import SegmentBar
from gowa_desktop.ui.parts.sliced_work import SlicedWork

if TYPE_CHECKING:
    from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent

    from gowa_desktop.domain.instance import InstanceStatus
    from gowa_desktop.ui.charts.chart_sources import ChartSources
    from gowa_desktop.ui.charts.fleet_curves import FleetCurves
    from gowa_desktop.ui.charts.fleet_grid import Curves

USUAL_SIZE = QSize(1020, 680)
RANGES = (ChartRange.HOUR, ChartRange.FIVE_MINUTES, ChartRange.DAY)
_LEAST_REFRESH_MS = 2_000
_ACT_MS = 60


class Order(StrEnum):
    """By what the instances are sorted."""

    CPU = "cpu"
    MEMORY = "memory"
    NAME = "name"


class FleetWindow(ReadWindow):
    """A window of its own. Main thread; rests while it is hidden."""

    instance_requested = Signal(int)
    """This instance is wanted in the main window."""

    def __init__(self, desk: ChartSources, window: QWidget) -> None:
        super().__init__(window, Qt.WindowType.Window)
        self.setObjectName("fleetWindow")
        self.setWindowTitle(self.tr("All instances side by side"))
        self.resize(USUAL_SIZE.boundedTo(room_for(self)))
        self._desk = desk
        self._curves: FleetCurves | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.renew)
        self._reading = SlicedWork(self._read, self)
        self._ranges = SegmentBar("fleetRanges", [one.value for one in sorted(RANGES, key=lambda one: one.seconds)], self)
        self._ranges.setAccessibleName(self.tr("How much time is shown"))
        self._ranges.show_texts({one.value: range_text(one) for one in RANGES})
        self._ranges.choose(ChartRange.HOUR.value)
        self._order = QComboBox(self)
        self._order.setObjectName("fleetOrder")
        self._order.setAccessibleName(self.tr("Sort by"))
        for order, text in ((Order.CPU, self.tr("CPU")), (Order.MEMORY, self.tr("Memory")), (Order.NAME, self.tr("Name"))):
            self._order.addItem(text, order.value)
        self._count = toned_label("", "muted", self, "fleetCount")
        self.grid = FleetGrid(self._curves_of, self)
        self._message = toned_label("", "muted", self, "fleetMessage")
        self._message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages = QStackedWidget(self)
        self._lay_out()
        self._ranges.segment_changed.connect(self._on_ranges_segment_changed)
        self._order.currentIndexChanged.connect(self._show_cells)
        self.grid.opened.connect(self.instance_requested)
        desk.history.changed.connect(self._refresh_soon)
        desk.libraries_loaded.connect(self.renew)
        for signal in (desk.instances.state_changed, desk.instances.instance_added, desk.instances.instance_removed):
            signal.connect(self._act_soon)

    def showEvent(self, event: QShowEvent) -> None:
        """Bring everything up to date."""
        super().showEvent(event)
        if not self._desk.is_loaded:
            self._say(self.tr("Preparing the charts…"))
            self._desk.load()
        self.renew()
        self.grid.setFocus()

    def hideEvent(self, event: QHideEvent) -> None:
        """Rest."""
        super().hideEvent(event)
        self._timer.stop()
        self._reading.stop()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close on Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        bar = QFrame(self)
        bar.setProperty("kind", "bar")
        upper = QHBoxLayout(bar)
        upper.setContentsMargins(12, 8, 12, 8)
        upper.setSpacing(8)
        sort = QLabel(self.tr("&Sort by"), self)
        sort.setBuddy(self._order)
        upper.addWidget(self._ranges)
        upper.addSpacing(8)
        upper.addWidget(sort)
        upper.addWidget(self._order)
        upper.addStretch(1)
        upper.addWidget(self._count)
        self._pages.addWidget(self._message)
        self._pages.addWidget(self.grid)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(bar)
        layout.addWidget(self._pages, 1)

    def _say(self, text: str) -> None:
        self._message.setText(text)
        self._pages.setCurrentWidget(self._message)

    def _curves_of(self, key: int) -> Curves:
        """Give what a cell is painted with; what has just come into view is read soon and empty until then."""
        known = self._curves.known(key) if self._curves is not None else None
        if known is None:
            self._reading.add(key)
        return known or ([], [])

    def _read(self, key: int) -> None:
        if not self._desk.is_loaded:
            return
        if self._curves is None:
            from gowa_desktop.ui.charts.fleet_curves import FleetCurves  # noqa: PLC0415 - imports numpy

            self._curves = FleetCurves(self._desk.history, self._computer_tops)
            self._curves.set_span(ChartRange(self._ranges.chosen).seconds)
        self._curves.read(key)
        self.grid.update_cell(key)

    def _computer_tops(self) -> tuple[float, float]:
        computer = self._desk.monitor.computer
        return (computer.cores * 100.0, float(computer.memory_total)) if computer is not None else (0.0, 0.0)

    @Slot()
    def _show_cells(self) -> None:
        statuses = self._desk.statuses()
        if not statuses:
            self._say(self.tr("No instances yet. Create one in the main window; its curves appear here."))
            return
        order = Order(self._order.currentData())
        if order is Order.NAME:
            statuses.sort(key=lambda status: natural_key(status.name))
        else:
            statuses.sort(key=lambda status: (-_figure(status, order), natural_key(status.name)))
        self._count.setText(self.tr("{count} instances").format(count=len(statuses)))
        self.grid.show_cells([self._computer_cell(), *(self._cell(status) for status in statuses)])
        if self._desk.is_loaded:
            self._pages.setCurrentWidget(self.grid)

    def _cell(self, status: InstanceStatus) -> FleetCell:
        sample = status.sample
        cpu = NOTHING if sample is None or sample.cpu_percent is None else format_cpu(sample.cpu_percent)
        memory = NOTHING if sample is None else format_bytes(sample.memory_bytes)
        words = self.tr("{name}, {state}, CPU {cpu}, memory {memory}")
        told = words.format(name=status.name, state=state_text(status), cpu=cpu, memory=memory)
        return FleetCell(status.id, status.name, status.status, cpu, memory, told, is_uneasy(status))

    def _computer_cell(self) -> FleetCell:
        computer, name = self._desk.monitor.computer, self.tr("This computer")
        cpu = NOTHING if computer is None or computer.cpu_percent is None else format_cpu(computer.cpu_percent / computer.cores)
        memory = NOTHING if computer is None else format_bytes(computer.memory_bytes)
        told = self.tr("{name}, CPU {cpu} of the machine, memory {memory}").format(name=name, cpu=cpu, memory=memory)
        return FleetCell(THIS_COMPUTER, name, None, cpu, memory, told)

    @Slot()
    def renew(self) -> None:
        """Read everything anew, unless nobody looks."""
        if self.isVisible():
            self._show_cells()
            keys = self.grid.visible_keys()
            if self._curves is not None:
                self._curves.keep(keys)
            self._reading.begin(keys)

    @Slot()
    def _refresh_soon(self) -> None:
        if self.isVisible() and not self._timer.isActive():
            seconds = refresh_s(ChartRange(self._ranges.chosen).seconds)
            self._timer.start(max(_LEAST_REFRESH_MS, round(seconds * 1000)))

    @Slot()
    def _act_soon(self) -> None:
        if self.isVisible():
            self._timer.start(_ACT_MS)

    @Slot(str)
    def _on_ranges_segment_changed(self, value: str) -> None:
        if self._curves is not None:
            self._curves.set_span(ChartRange(value).seconds)
        self.grid.viewport().update()


def _figure(status: InstanceStatus, order: Order) -> float:
    sample = status.sample
    if sample is None:
        return -1.0
    return (sample.cpu_percent or 0.0) if order is Order.CPU else float(sample.memory_bytes)
