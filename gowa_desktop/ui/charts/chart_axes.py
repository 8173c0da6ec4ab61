"""The axes of charts: figures with their units at the left, local time at the bottom."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from pyqtgraph import AxisItem, DateAxisItem
from PySide6.QtCore import QLocale
from PySide6.QtGui import QColor

from gowa_desktop.domain.usage import Metric

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gowa_desktop.ui.look.color_tables import Colors

_UNITS = ("bytes", "kB", "MB", "GB", "TB")


def tick_texts(metric: Metric, values: Sequence[float], spacing: float) -> list[str]:
    """Write figures beside an axis: all with the same unit, and with as many digits as tell them apart."""
    scale, unit = 1.0, "%"
    if metric is not Metric.CPU:
        power = min(len(_UNITS) - 1, max(0, int(math.log10(max((abs(v) for v in values), default=1.0) or 1.0)) // 3))
        scale, unit = 1000.0**power, _UNITS[power]
    digits = max(0, -math.floor(math.log10(spacing / scale) + 1e-9)) if spacing > 0 else 0
    return [f"{QLocale().toString(value / scale, 'f', min(3, digits))} {unit}" for value in values]


class ValueAxis(AxisItem):  # type: ignore[misc]
    """Figures of one metric."""

    def __init__(self, metric: Metric) -> None:
        super().__init__("left")
        self._metric = metric
        self.enableAutoSIPrefix(False)
        self.setStyle(tickLength=-4, maxTickLevel=0, autoExpandTextSpace=False)
        self.setWidth(62)

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:  # noqa: N802
        """Give the words of the marks."""
        del scale
        return tick_texts(self._metric, values, spacing)


class TimeAxis(DateAxisItem):  # type: ignore[misc]
    """Local time. Only the lowest plot says it in words."""

    def __init__(self, *, has_words: bool) -> None:
        super().__init__("bottom")
        self.setStyle(tickLength=-4, showValues=has_words)
        if not has_words:
            self.setHeight(6)


def color_axis(axis: AxisItem, colors: Colors) -> None:
    """Paint an axis in the colours of a theme."""
    axis.setPen(QColor(colors.line))
    axis.setTextPen(QColor(colors.muted))
