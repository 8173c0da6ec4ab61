"""The line above a plot: what it shows at the left, what is at the crosshair at the right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QGraphicsWidget

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

_SPACE = 6.0
_INDENT = 6.0


class HeadLine(QGraphicsWidget):
    """Paints words in colours and asks for no width: words that have no room are left out from the left. Main thread."""

    def __init__(self, font: QFont) -> None:
        super().__init__()
        self.setFont(font)
        self._title: list[tuple[str, str]] = []
        self._words: list[tuple[str, str]] = []

    @property
    def text(self) -> str:
        """All words that are shown now."""
        return " ".join(word for word, _ in (*self._title, *self._words))

    def show_title(self, words: Sequence[tuple[str, str]]) -> None:
        """Show pairs of words and colour at the left; the first is bold."""
        self._title = [one for one in words if one[0]]
        self.update()

    def show_words(self, words: Sequence[tuple[str, str]]) -> None:
        """Show pairs of words and colour at the right."""
        if list(words) != self._words:
            self._words = list(words)
            self.update()

    def sizeHint(self, which: Qt.SizeHint, constraint: QSizeF | QSize | None = None) -> QSizeF:
        """Ask for one line."""
        del constraint
        height = QFontMetricsF(self.font()).height() + 4
        return QSizeF(0 if which is Qt.SizeHint.MinimumSize else 10_000, height)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint the words."""
        del option, widget
        area = self.rect()
        left, right = area.left() + _INDENT, area.right()
        bold = QFont(self.font())
        bold.setWeight(QFont.Weight.DemiBold)
        metrics = QFontMetricsF(self.font())
        used = 0.0
        for text, _ in reversed(self._words):
            used += metrics.horizontalAdvance(text) + _SPACE
        for number, (text, color) in enumerate(self._title):
            font = self.font() if number else bold
            width = QFontMetricsF(font).horizontalAdvance(text)
            if number and left + width > right - used:
                break
            self._write(painter, font, text, color, QRectF(left, area.top(), width + 2, area.height()))
            left += width + _SPACE
        for text, color in reversed(self._words):
            width = metrics.horizontalAdvance(text)
            if right - width < left:
                break
            self._write(painter, self.font(), text, color, QRectF(right - width, area.top(), width + 2, area.height()))
            right -= width + _SPACE

    @staticmethod
    def _write(painter: QPainter, font: QFont, text: str, color: str, place: QRectF) -> None:
        painter.setFont(font)
        painter.setPen(QColor(color))
        painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
