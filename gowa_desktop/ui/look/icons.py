"""Icons from one family (Codicon), tinted from the palette at the moment they are painted.

The font and its list of names come with qtawesome; its code is not imported, because that takes 175 ms before the first paint
(measured on Linux, mostly qtpy pulling in QtOpenGL) and its icons keep the colour they were made with when the theme changes.
"""

from __future__ import annotations

import json
from enum import StrEnum
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QIcon, QIconEngine, QPainter, QPixmap

from gowa_desktop.ui.look.theme import colors_of

if TYPE_CHECKING:
    from gowa_desktop.ui.look.color_tables import Colors


class Tint(StrEnum):
    """Which colour of the theme an icon takes."""

    TEXT = "text"
    MUTED = "muted"
    ACCENT = "accent_text"
    ON_ACCENT = "on_accent"
    FAILED = "failed"
    NOTICE = "retrying"
    ACCENT_SHAPE = "accent"


@cache
def _glyphs() -> tuple[str, dict[str, str]]:
    """Give the font family and the characters by name; empty when the font is missing, then buttons show text alone."""
    spec = find_spec("qtawesome")
    for place in (spec.submodule_search_locations or []) if spec else []:
        fonts = Path(place) / "fonts"
        for font_file, names_file in zip(fonts.glob("codicon-*.ttf"), fonts.glob("codicon-*.json"), strict=False):
            families = QFontDatabase.applicationFontFamilies(QFontDatabase.addApplicationFont(str(font_file)))
            names = json.loads(names_file.read_text("utf-8"))
            if families:
                return families[0], {name: chr(int(code, 16)) for name, code in names.items()}
    return "", {}


class _GlyphEngine(QIconEngine):
    """Paints one character of the icon font in the colour that the application's palette gives at that moment."""

    def __init__(self, name: str, tint: Tint) -> None:
        super().__init__()
        self._name = name
        self._tint = tint

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, _state: QIcon.State) -> None:
        """Paint the character in the middle of the rectangle."""
        family, characters = _glyphs()
        if not family:
            return
        colors: Colors = colors_of(QGuiApplication.palette())
        color = colors.disabled if mode is QIcon.Mode.Disabled else getattr(colors, self._tint.value)
        font = QFont(family)
        font.setPixelSize(max(1, rect.height()))
        painter.save()
        painter.setPen(QColor(color))
        painter.setFont(font)
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, characters[self._name])
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """Paint on a transparent pixmap; a button without room asks for one without size."""
        if size.isEmpty():
            return QPixmap()
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return pixmap

    def clone(self) -> QIconEngine:
        """Make another of the same kind."""
        return _GlyphEngine(self._name, self._tint)


def icon(name: str, tint: Tint = Tint.TEXT) -> QIcon:
    """Make an icon that keeps up with the theme; `name` is a Codicon name such as `add`."""
    return QIcon(_GlyphEngine(name, tint))
