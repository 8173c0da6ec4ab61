"""The theme: palette and stylesheet, which follow the settings and the system while the program runs.

Widgets never hold a theme: they ask `colors_of` with their own palette, so a change of theme is a change of palette.
"""

from __future__ import annotations

import os
from dataclasses import asdict
from functools import lru_cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QGuiApplication, QPalette

from gowa_desktop.domain.theme_choice import ThemeChoice
from gowa_desktop.infra.paths import resources_dir
from gowa_desktop.ui.look.color_tables import DARK, DARK_CONTRAST, LIGHT, LIGHT_CONTRAST, THEMES, Colors
from gowa_desktop.ui.look.stylesheet import stylesheet

if TYPE_CHECKING:
    from PySide6.QtCore import QCoreApplication
    from PySide6.QtWidgets import QApplication

THEME_VARIABLE = "GOWA_DESKTOP_THEME"
"""Environment variable that pins the theme, for screenshots: light, dark or contrast."""


@lru_cache(maxsize=256)
def color_of(name: str) -> QColor:
    """Give a colour by its name. It is shared by all who ask, thousands of times in a second of painting: copy it before changing it."""
    return QColor(name)


_ALL = {(QColor(c.accent_text).rgb(), QColor(c.line).rgb()): c for c in THEMES}


def colors_of(palette: QPalette) -> Colors:
    """Give the colours behind a palette; of a foreign palette, those that are nearest in brightness."""
    # A rule of the stylesheet puts its own text and ground into the palette of a widget, but no link and no line.
    link, line = palette.color(QPalette.ColorRole.Link), palette.color(QPalette.ColorRole.Mid)
    is_dark = palette.color(QPalette.ColorRole.Window).lightness() < 128
    return _ALL.get((link.rgb(), line.rgb()), DARK if is_dark else LIGHT)


def contrast(first: str, second: str) -> float:
    """Give the contrast of two colours, 1 to 21, as WCAG 2.2 defines it."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(name: str) -> float:
    color = QColor(name)
    parts = (color.redF(), color.greenF(), color.blueF())
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def palette_of(colors: Colors) -> QPalette:
    """Make the palette that Fusion paints with."""
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    palette = QPalette(QColor(colors.panel), QColor(colors.background))
    for target, value in (
        (role.Window, colors.background), (role.WindowText, colors.text), (role.Base, colors.panel), (role.Text, colors.text),
        (role.AlternateBase, colors.background), (role.Button, colors.panel), (role.ButtonText, colors.text),
        (role.BrightText, colors.failed), (role.PlaceholderText, colors.muted), (role.Highlight, colors.accent_fill),
        (role.HighlightedText, colors.on_accent), (role.Link, colors.accent_text), (role.LinkVisited, colors.accent_text),
        (role.ToolTipBase, colors.panel), (role.ToolTipText, colors.text), (role.Accent, colors.accent_fill),
        (role.Light, colors.panel), (role.Midlight, colors.hover), (role.Mid, colors.line), (role.Dark, colors.edge),
        (role.Shadow, colors.edge),
    ):  # fmt: skip
        palette.setColor(target, QColor(value))
    for target in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(group.Disabled, target, QColor(colors.disabled))
    return palette


class Theme(QObject):
    """Keeps the application's palette and stylesheet in step with the system. Main thread; lives as long as its application."""

    changed = Signal()
    """The application shows other colours now."""

    def __init__(self, application: QApplication, choice: ThemeChoice = ThemeChoice.SYSTEM) -> None:
        super().__init__(application)
        self._application = application
        pinned = os.environ.get(THEME_VARIABLE, "")
        self._is_pinned = pinned in set(ThemeChoice)
        self._choice = ThemeChoice(pinned) if self._is_pinned else choice
        self._preferred = choice
        self._is_still = False
        self._colors: Colors | None = None
        hints = application.styleHints()
        hints.colorSchemeChanged.connect(self._on_hints_scheme_changed)
        accessibility = getattr(hints, "accessibility", None)
        if accessibility is not None:
            accessibility().contrastPreferenceChanged.connect(self._on_hints_scheme_changed)
        self.apply()

    @classmethod
    def of(cls, application: QCoreApplication | None) -> Theme | None:
        """Give the theme of an application; None where it has none."""
        return application.findChild(cls) if application is not None else None

    @property
    def colors(self) -> Colors:
        """The colours that are shown now."""
        return self._colors or LIGHT

    def choose(self, choice: ThemeChoice) -> None:
        """Follow the system, or stay as chosen."""
        self._choice = choice
        self.apply()

    def prefer(self, choice: ThemeChoice) -> None:
        """Take over what the settings say, unless it did already or the environment pins another choice."""
        if choice is not self._preferred:
            self._preferred = choice
            if not self._is_pinned:
                self.choose(choice)

    def set_still(self, *, is_on: bool) -> None:
        """Let no widget move by itself, or move as the style does."""
        self._is_still = is_on
        self._dress()

    def apply(self) -> None:
        """Bring palette and stylesheet in line with the choice and the system."""
        hints = self._application.styleHints()
        schemes = {ThemeChoice.LIGHT: Qt.ColorScheme.Light, ThemeChoice.DARK: Qt.ColorScheme.Dark}
        # Native dialogs and title bars follow the hint; on bare X11 it changes nothing, hence our own palette below.
        hints.setColorScheme(schemes.get(self._choice, Qt.ColorScheme.Unknown))
        self.wear(self._wanted_colors())

    def wear(self, colors: Colors) -> None:
        """Show these colours until the choice or the system changes, as pictures do that show what the system cannot be asked for."""
        if colors == self._colors:
            return
        self._colors = colors
        self._application.setPalette(palette_of(colors))
        self._dress()
        self.changed.emit()

    def _dress(self) -> None:
        self._application.setStyleSheet(stylesheet(asdict(self.colors), resources_dir() / "icons", is_still=self._is_still))

    def _wanted_colors(self) -> Colors:
        if self._choice in {ThemeChoice.LIGHT, ThemeChoice.DARK}:
            dark = self._choice is ThemeChoice.DARK
        else:
            dark = self._application.styleHints().colorScheme() is Qt.ColorScheme.Dark
        if self._choice is ThemeChoice.CONTRAST or _wants_contrast():
            return DARK_CONTRAST if dark else LIGHT_CONTRAST
        return DARK if dark else LIGHT

    @Slot()
    def _on_hints_scheme_changed(self) -> None:
        self.apply()


def _wants_contrast() -> bool:
    """Tell whether the system asks for high contrast; only Qt 6.10 and later know."""
    accessibility = getattr(QGuiApplication.styleHints(), "accessibility", None)
    if accessibility is None:
        return False
    return bool(accessibility().contrastPreference().name == "HighContrast")
