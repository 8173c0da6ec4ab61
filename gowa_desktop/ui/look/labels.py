"""Labels that never clip silently: elided text with the full text at hand, and small building blocks for cards."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QStyle, QWidget


class ElidedLabel(QLabel):
    """One line of text that ends in … when there is no room; the tool tip then has it all."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        """Give the least size: a few letters."""
        return QSize(24, super().sizeHint().height())

    def sizeHint(self) -> QSize:
        """Give the room for the whole text."""
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + 2, super().sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint as much of the text as there is room for."""
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        self.setToolTip("" if text == self.text() else self.text())
        painter = QPainter(self)
        self.style().drawItemText(
            painter, self.rect(), int(self.alignment()), self.palette(), self.isEnabled(), text, self.foregroundRole()
        )
        painter.end()


class WrappedLabel(QLabel):
    """Text of several lines that remembers how high it is at each width.

    Qt lays the text out anew each time a layout asks, several times for each label (Qt 6.8-6.11); in a form of sixty rows that is
    10 ms with every letter of a search.
    """

    def __init__(self, text: str, tone: str, parent: QWidget, name: str = "") -> None:
        super().__init__(text, parent)
        self._heights: dict[int, int] = {}
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setProperty("tone", tone)
        self.setObjectName(name)

    def heightForWidth(self, width: int) -> int:
        """Give the height at a width."""
        height = self._heights.get(width)
        if height is None:
            height = self._heights[width] = super().heightForWidth(width)
        return height

    def setText(self, text: str) -> None:
        """Show another text."""
        self._heights.clear()
        super().setText(text)

    def changeEvent(self, event: QEvent) -> None:
        """Measure anew in another font or style."""
        self._heights.clear()
        super().changeEvent(event)


def toned_label(text: str, tone: str, parent: QWidget, name: str = "") -> QLabel:
    """Make a plain-text label in one of the stylesheet's tones: muted, strong, error, accent."""
    label = QLabel(text, parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("tone", tone)
    label.setObjectName(name)
    return label


def set_property(widget: QWidget, name: str, value: object) -> None:
    """Set a property that the stylesheet looks at, and let the widget be styled anew when it differs."""
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    style: QStyle = widget.style()
    style.unpolish(widget)
    style.polish(widget)
