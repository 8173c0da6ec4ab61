"""Chips: short words on a coloured ground, the same colour wherever the same word stands, readable in every theme."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zlib import crc32

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from gowa_desktop.ui.look.theme import contrast

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QFontMetrics

    from gowa_desktop.ui.look.color_tables import Colors

HUES = (150, 205, 265, 320, 25, 48, 180, 0, 230, 95, 290)
"""Degrees on the colour wheel, far enough from each other to be told apart."""
LEAST_CONTRAST = 4.5
PADDING = 7
GAP = 4


def chip_colors(word: str, colors: Colors) -> tuple[QColor, QColor]:
    """Give ground and text of the chip of a word, of at least 4.5:1."""
    hue = HUES[crc32(word.casefold().encode()) % len(HUES)] / 360
    is_dark = QColor(colors.panel).lightness() < 128
    ground = QColor.fromHslF(hue, 0.30, 0.24) if is_dark else QColor.fromHslF(hue, 0.55, 0.91)
    lightness = 0.75 if is_dark else 0.32
    text = QColor.fromHslF(hue, 0.55, lightness)
    while contrast(text.name(), ground.name()) < LEAST_CONTRAST and 0.0 < lightness < 1.0:
        lightness = min(1.0, lightness + 0.03) if is_dark else max(0.0, lightness - 0.03)
        text = QColor.fromHslF(hue, 0.55, lightness)
    return ground, text


def chip_width(word: str, metrics: QFontMetrics) -> int:
    """Give how wide a chip is."""
    return metrics.horizontalAdvance(word) + 2 * PADDING


def paint_chips(painter: QPainter, rect: QRect, words: Sequence[str], colors: Colors) -> None:
    """Paint chips from the left as far as there is room; `+2` says how many have none."""
    metrics = painter.fontMetrics()
    height = min(rect.height() - 6, metrics.height() + 4)
    left, last = rect.left(), rect.right()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for number, word in enumerate(words):
        rest = len(words) - number - 1
        more = metrics.horizontalAdvance(f"+{rest}") + GAP if rest else 0
        width = min(chip_width(word, metrics), last - left - more)
        if width < 3 * PADDING:
            painter.setPen(QColor(colors.muted))
            painter.drawText(QRect(left, rect.top(), last - left, rect.height()), Qt.AlignmentFlag.AlignVCenter, f"+{rest + 1}")
            break
        ground, text = chip_colors(word, colors)
        box = QRectF(left, rect.center().y() - height / 2 + 0.5, width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(box, height / 2, height / 2)
        painter.setPen(text)
        shown = metrics.elidedText(word, Qt.TextElideMode.ElideRight, width - 2 * PADDING + 2)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, shown)
        left += width + GAP
    painter.restore()
