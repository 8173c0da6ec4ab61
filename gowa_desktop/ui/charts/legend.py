"""Which line is whose: samples of the lines with names, as many in a row as there is room for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gowa_desktop.ui.look.theme import colors_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPaintEvent

    from gowa_desktop.ui.charts.chart_colors import LineLook

_SAMPLE, _GAP, _ROW_GAP = 26, 14, 4
_MOST_NAME = 150


class Legend(QWidget):
    """Shows names beside samples of their lines. Main thread."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("chartLegend")
        self._entries: list[tuple[str, LineLook]] = []
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_entries(self, entries: Sequence[tuple[str, LineLook]]) -> None:
        """Show other lines."""
        if list(entries) != self._entries:
            self._entries = list(entries)
            self.setAccessibleName(self.tr("Shown: {names}").format(names=", ".join(name for name, _ in entries)))
            self.updateGeometry()
            self.update()

    def hasHeightForWidth(self) -> bool:
        """Tell that it wraps."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Give the height of all rows."""
        places = self._places(width)
        return places[-1].bottom() + 1 if places else 0

    def sizeHint(self) -> QSize:
        """Give the size it likes."""
        return QSize(240, self.heightForWidth(max(240, self.width())))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint samples and names."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        text = QColor(colors_of(self.palette()).text)
        for (name, look), place in zip(self._entries, self._places(self.width()), strict=True):
            y = place.center().y() + 1
            painter.setPen(QPen(QColor(look.color), 2, look.style, Qt.PenCapStyle.FlatCap))
            painter.drawLine(QPointF(place.left(), y), QPointF(place.left() + _SAMPLE - 6, y))
            painter.setPen(text)
            words = place.adjusted(_SAMPLE, 0, 0, 0)
            shown = self.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, words.width())
            painter.drawText(words, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
        painter.end()

    def _places(self, width: int) -> list[QRect]:
        metrics, places = self.fontMetrics(), []
        x = y = 0
        for name, _ in self._entries:
            needed = _SAMPLE + min(_MOST_NAME, metrics.horizontalAdvance(name) + 2)
            if x and x + needed > width:
                x, y = 0, y + metrics.height() + _ROW_GAP
            places.append(QRect(x, y, needed, metrics.height()))
            x += needed + _GAP
        return places
