"""Fonts derived from the platform's own, so that no family and no size is fixed here."""

from __future__ import annotations

from PySide6.QtGui import QFont, QFontDatabase


def scaled_font(base: QFont, factor: float, *, bold: bool = False) -> QFont:
    """Make a larger or smaller version of a font."""
    font = QFont(base)
    if base.pointSizeF() > 0:
        font.setPointSizeF(base.pointSizeF() * factor)
    else:
        font.setPixelSize(round(base.pixelSize() * factor))
    if bold:
        font.setWeight(QFont.Weight.DemiBold)
    return font


def fixed_font(base: QFont) -> QFont:
    """Give the platform's fixed-width font, a little smaller than the text around it as such fonts look larger."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    if base.pointSizeF() > 0:
        font.setPointSizeF(base.pointSizeF() * 0.95)
    return font
