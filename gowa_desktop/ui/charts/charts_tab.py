"""The Charts tab: what one instance used, or several beside each other, over a time that a person chooses."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from gowa_desktop.domain.errors import GowaError
from gowa_desktop.domain.instance import LIVE_STATES
from gowa_desktop.ui.charts.chart_colors import MOST_LINES, line_look
from gowa_desktop.ui.charts.chart_files import ChartFiles, Shown
from gowa_desktop.ui.charts.chart_range import ChartRange, refresh_s
from gowa_desktop.ui.charts.chart_text import range_phrase, range_text
from gowa_desktop.ui.charts.legend import Legend
from gowa_desktop.ui.charts.unique_memory import UniqueMemory
from gowa_desktop.ui.look.labels import WrappedLabel, toned_label
from gowa_desktop.ui.look.theme import colors_of
from gowa_desktop.ui.parts.segment_bar import SegmentBar
from gowa_desktop.ui.parts.sliced_work import SlicedWork

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from PySide6.QtGui import QHideEvent, QShowEvent

    from gowa_desktop.domain.instance import InstanceStatus
    from gowa_desktop.ui.charts.chart_desk import ChartDesk
    from gowa_desktop.ui.charts.chart_figures import Figures
    from gowa_desktop.ui.charts.metric_plot import MetricPlot
    from gowa_desktop.ui.charts.usage_view import UsageView

_MOVED_MS = 40
"""So long after the last move of the mouse figures in the right resolution are fetched."""
_MARGIN = 0.02
"""Share of the shown time that is fetched on each side, so that lines reach the edges."""


class ChartsTab(QWidget):
    """Shows charts. Main thread; one for the whole window, re-used for every selection."""

    start_requested = Signal(int)
    """There is nothing to show yet, and this instance is to be started."""

    def __init__(self, desk: ChartDesk, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("chartsTab")
        self._desk = desk
        self._statuses: list[InstanceStatus] = []
        self._view: UsageView | None = None
        self._plots: list[MetricPlot] = []
        self._figures: Figures | None = None
        self._range = ChartRange.HOUR
        self._follows = True
        self._refresh = self._make_timer(self._on_refresh_timeout)
        self._moved = self._make_timer(self._draw)
        self._moved.setInterval(_MOVED_MS)
        self._making = SlicedWork(self._make_plot, self)
        self._making.done.connect(self._make_view)
        self._ranges = self._make_ranges()
        self._of_machine = QCheckBox(self.tr("CPU of the machine"), self)
        self._of_machine.setObjectName("ofMachine")
        self._of_machine.setToolTip(self.tr("Off: 100 % is one core. On: 100 % is all cores of this computer."))
        self._back = QPushButton(self.tr("Back to now"), self)
        self._back.setObjectName("backToNow")
        self._back.setProperty("kind", "link")
        self._back.hide()
        self._sheet = QWidget(self)
        self._files = ChartFiles(desk, self._sheet, self._shown, self)
        self._summary = WrappedLabel("", "muted", self, "chartSummary")
        self._unique = UniqueMemory(desk.monitor, self)
        self._legend = Legend(self)
        self._legend.hide()
        self._message = toned_label("", "muted", self, "chartMessage")
        self._start = QPushButton(self.tr("Start"), self)
        self._pages = QStackedWidget(self)
        self._lay_out()
        self._make_shortcuts()
        self._ranges.segment_changed.connect(self._on_ranges_segment_changed)
        self._of_machine.toggled.connect(self._draw)
        self._back.clicked.connect(self.follow)
        self._start.clicked.connect(self._on_start_clicked)
        desk.name_start_keys(self._start)
        desk.history.changed.connect(self._on_history_changed)
        desk.libraries_loaded.connect(self._on_libraries_loaded)

    @property
    def view(self) -> UsageView | None:
        """The charts; None before they were first shown."""
        return self._view

    @property
    def chosen_range(self) -> ChartRange:
        """How much time is shown while nobody has zoomed."""
        return self._range

    def show_instances(self, statuses: Sequence[InstanceStatus]) -> None:
        """Show these instances; the same again when their state may have changed."""
        are_others = [status.id for status in statuses] != [status.id for status in self._statuses]
        self._statuses = list(statuses)
        self._unique.show_instance(statuses[0] if len(statuses) == 1 else None)
        if are_others:
            if self._view is not None:
                self._view.cross(None)
            self._draw()
        elif self._pages.currentIndex() == 0:
            self._draw()

    @Slot()
    def follow(self) -> None:
        """Show the chosen range up to now again, and go on with the time."""
        self._follows = True
        self._back.hide()
        self._draw()

    def showEvent(self, event: QShowEvent) -> None:
        """Bring up to date what happened while nobody looked."""
        super().showEvent(event)
        self._draw()

    def hideEvent(self, event: QHideEvent) -> None:
        """Rest while nobody looks."""
        super().hideEvent(event)
        self._refresh.stop()

    def changeEvent(self, event: QEvent) -> None:
        """Draw the lines in the colours of another theme."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange and self._view is not None:
            self._moved.start()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose a range by its number."""
        ranges, number = list(ChartRange), event.key() - Qt.Key.Key_1
        if event.modifiers() == Qt.KeyboardModifier.NoModifier and 0 <= number < len(ranges):
            self.choose_range(ranges[number])
        else:
            super().keyPressEvent(event)

    def choose_range(self, chosen: ChartRange) -> None:
        """Show so much time up to now."""
        if chosen is self._range:
            self.follow()
        else:
            self._ranges.choose(chosen.value)

    # Making

    def _make_timer(self, slot: object) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.timeout.connect(slot)
        return timer

    def _make_ranges(self) -> SegmentBar:
        ranges = SegmentBar("chartRanges", [one.value for one in ChartRange], self)
        ranges.setAccessibleName(self.tr("How much time is shown"))
        ranges.setProperty("density", "compact")
        ranges.show_texts({one.value: range_text(one) for one in ChartRange})
        ranges.choose(self._range.value)
        return ranges

    def _make_shortcuts(self) -> None:
        """Arrows, plus and minus work wherever the focus is inside the tab, once the charts have it."""
        focus = QShortcut(QKeySequence(Qt.Key.Key_F6), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
        focus.activated.connect(self._focus_view)

    def _lay_out(self) -> None:
        upper = QHBoxLayout()
        upper.setSpacing(8)
        upper.addWidget(self._ranges)
        upper.addStretch(1)
        upper.addWidget(self._files.button)
        lower = QHBoxLayout()
        lower.addWidget(self._of_machine)
        lower.addStretch(1)
        lower.addWidget(self._back)
        sheet = QVBoxLayout(self._sheet)
        sheet.setContentsMargins(0, 0, 0, 0)
        sheet.setSpacing(6)
        sheet.addWidget(self._legend)
        empty = QWidget(self)
        notice = QVBoxLayout(empty)
        notice.setSpacing(12)
        self._message.setWordWrap(True)
        self._message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._start.setObjectName("chartStart")
        notice.addStretch(1)
        notice.addWidget(self._message)
        notice.addWidget(self._start, 0, Qt.AlignmentFlag.AlignHCenter)
        notice.addStretch(2)
        self._pages.addWidget(empty)
        self._pages.addWidget(self._sheet)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(8)
        layout.addLayout(upper)
        layout.addLayout(lower)
        layout.addWidget(self._pages, 1)
        layout.addWidget(self._summary)
        layout.addWidget(self._unique)

    # Showing

    @Slot()
    def _draw(self) -> None:
        """Fetch the figures of the time that is shown, and show them."""
        if not self.isVisible() or not self._statuses:
            return
        if not self._desk.is_loaded:
            self._say(self.tr("Preparing the charts…"))
            self._desk.load()
            return
        view = self._view
        if view is None:
            self._make_charts()
            return
        now = time.time()
        if self._follows:
            view.show_span(now - self._range.seconds, now)
        try:
            figures = self._figures = self._collect(view.span)
        except GowaError as error:
            self._say(str(error))
            return
        if not figures.has_figures and self._follows:
            self._say_nothing()
            return
        summary = figures.summary(range_phrase(self._range), now) if self._follows else ""
        view.setAccessibleName(self.tr("Charts of CPU, memory and disk. {summary}").format(summary=summary))
        self._summary.setText(summary if len(self._statuses) == 1 else "")
        view.show_traces(figures.traces, figures.events, is_of_machine=self._of_machine.isChecked())
        self._pages.setCurrentIndex(1)
        self._show_legend()

    def _collect(self, span: tuple[float, float]) -> Figures:
        from gowa_desktop.ui.charts.chart_figures import collect  # noqa: PLC0415 - imports numpy

        colors, shown = colors_of(self.palette()), self._statuses[:MOST_LINES]
        lines = [(status.id, status.name, line_look(colors, number)) for number, status in enumerate(shown)]
        margin = (span[1] - span[0]) * _MARGIN
        # The last hour exactly is kept second by second; a little more would come ten seconds by ten.
        wider = (span[0] + 1 if self._follows else span[0] - margin, span[1] + margin)
        return collect(self._desk.history, lines, wider, self._desk.cores(), is_of_machine=self._of_machine.isChecked())

    def _make_charts(self) -> None:
        """Make the charts once, in several turns of the event loop: all at once would let the window stand still."""
        from gowa_desktop.ui.charts.usage_view import METRICS  # noqa: PLC0415 - imports pyqtgraph

        if not self._making.is_under_way:
            self._say(self.tr("Preparing the charts…"))
            self._plots.clear()
            self._making.begin(range(len(METRICS)))

    def _make_plot(self, number: int) -> None:
        from gowa_desktop.ui.charts.usage_view import METRICS, make_plot  # noqa: PLC0415 - imports pyqtgraph

        self._plots.append(make_plot(METRICS[number], self.font()))

    @Slot()
    def _make_view(self) -> None:
        from gowa_desktop.ui.charts.usage_view import UsageView  # noqa: PLC0415 - imports pyqtgraph

        self._view = UsageView(self._sheet, self._plots)
        self._view.moved.connect(self._on_view_moved)
        self._view.reset_requested.connect(self.follow)
        layout = self._sheet.layout()
        assert layout is not None  # noqa: S101 - set when the sheet was made
        layout.addWidget(self._view)
        self._moved.start()

    def _show_legend(self) -> None:
        colors, count = colors_of(self.palette()), len(self._statuses)
        self._legend.setVisible(count > 1)
        self._legend.show_entries([(status.name, line_look(colors, number)) for number, status in enumerate(self._statuses[:MOST_LINES])])
        if count > MOST_LINES:
            text = self.tr("The first {shown} of {count} selected instances are shown.").format(shown=MOST_LINES, count=count)
            self._summary.setText(text)

    def _say_nothing(self) -> None:
        """Say why there is nothing to see, and what to do about it."""
        single = self._statuses[0] if len(self._statuses) == 1 else None
        is_live = any(status.status in LIVE_STATES for status in self._statuses)
        phrase = range_phrase(self._range)
        if is_live:
            self._say(self.tr("No history yet.\nThe first figures come within a few seconds."))
        elif single is not None:
            text = self.tr("No history yet.\n{name} did not run in {time}. Start it, or choose a longer time above.")
            self._say(text.format(name=single.name, time=phrase), offers_start=not single.is_busy)
        else:
            self._say(self.tr("No history yet.\nNone of them ran in {time}. Choose a longer time above.").format(time=phrase))

    def _say(self, text: str, *, offers_start: bool = False) -> None:
        self._message.setText(text)
        self._start.setVisible(offers_start)
        self._summary.setText("")
        self._pages.setCurrentIndex(0)

    # Following

    @Slot()
    def _on_history_changed(self) -> None:
        if self._follows and self.isVisible() and not self._refresh.isActive():
            self._refresh.start(1 if self._pages.currentIndex() == 0 else round(refresh_s(self._range.seconds) * 1000) - 200)

    @Slot()
    def _on_refresh_timeout(self) -> None:
        if self._follows:
            self._draw()

    @Slot()
    def _on_libraries_loaded(self) -> None:
        self._draw()

    @Slot(str)
    def _on_ranges_segment_changed(self, value: str) -> None:
        self._range = ChartRange(value)
        self.follow()

    @Slot()
    def _on_view_moved(self) -> None:
        self._follows = False
        self._back.show()
        self._moved.start()

    @Slot()
    def _focus_view(self) -> None:
        if self._view is not None:
            self._view.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @Slot()
    def _on_start_clicked(self) -> None:
        if len(self._statuses) == 1:
            self.start_requested.emit(self._statuses[0].id)

    # Export

    def export_png(self, target: Path) -> None:
        """Write what is shown as a picture."""
        self._files.export_png(target)

    def export_csv(self, target: Path) -> None:
        """Write all figures of the time that is shown."""
        self._files.export_csv(target)

    def _shown(self) -> Shown:
        names = [status.name for status in self._statuses]
        return Shown(names, self._range, self._figures, is_of_machine=self._of_machine.isChecked())
