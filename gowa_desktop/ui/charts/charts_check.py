"""The self-test's look at the charts: their libraries load, and curves of a running instance are painted."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from gowa_desktop.domain.errors import StartFailedError
from gowa_desktop.services.instances.operation import Operation
from gowa_desktop.ui.charts.chart_desk import ChartDesk

if TYPE_CHECKING:
    from PySide6.QtGui import QImage
    from PySide6.QtWidgets import QWidget

_LOOK_MS = 250
_LOOKS = 160
"""Figures come every second or two; a computer under load needs longer."""
_FEWEST_COLORS = 12
"""Axes, words and smoothed curves have many more; an empty sheet has one or two."""


def has_libraries() -> bool:
    """Tell whether this program comes with what charts need."""
    return find_spec("numpy") is not None and find_spec("pyqtgraph") is not None


class ChartsCheck(QObject):
    """Opens the charts of an instance in the main window and waits until they are painted. Main thread."""

    def __init__(self, window: QWidget, parent: QObject) -> None:
        super().__init__(parent)
        self._window = window
        self._operation = Operation("charts", self)
        self._left = _LOOKS
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self._on_timer_timeout)

    def begin(self, instance_id: int) -> Operation:
        """Open them; the operation ends when curves are there, or do not come."""
        desk = self._window.findChild(ChartDesk)
        if desk is None:
            self._operation.fail(StartFailedError("The window has no charts."))
            return self._operation
        desk.show_requested.emit(instance_id)
        self._timer.start()
        return self._operation

    @Slot()
    def _on_timer_timeout(self) -> None:
        self._left -= 1
        view = next((one for one in self._window.findChildren(QObject, "usageView") if one.isWidgetType()), None)
        if view is not None and view.isVisible() and _colors(view.grab().toImage()) >= _FEWEST_COLORS:  # type: ignore[attr-defined]
            self._timer.stop()
            self._operation.succeed()
        elif self._left <= 0:
            self._timer.stop()
            self._operation.fail(StartFailedError("No charts were painted." if view is not None else "The charts could not be loaded."))


def _colors(picture: QImage) -> int:
    """Count the different colours of a picture, by every third point."""
    return len({picture.pixel(x, y) for x in range(0, picture.width(), 3) for y in range(0, picture.height(), 3)})
