"""Colours of the window, light and dark, and the theme that follows the system while the program runs.

Widgets never hold a theme: they ask `colors_of` with their own palette, so a change of theme is a change of palette.
"""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QGuiApplication, QPalette

from gowa_desktop.domain.app_settings import ThemeChoice
from gowa_desktop.domain.instance import InstanceState
from gowa_desktop.infra.paths import resources_dir
from gowa_desktop.ui.look.stylesheet import stylesheet

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

THEME_VARIABLE = "GOWA_DESKTOP_THEME"
"""Environment variable that pins the theme, for screenshots: light or dark."""


@dataclass(frozen=True, slots=True)
class Colors:
    """Every colour of one theme as `#rrggbb`, and its name.

    `accent` and the state colours are for shapes; `accent_text` and `accent_fill` are the same hue where text is involved,
    because #1f8a5b with white reaches 4.3:1 only.
    """

    name: str
    """`light` or `dark`, which also names the pictures that the stylesheet uses."""
    background: str
    panel: str
    text: str
    muted: str
    line: str
    edge: str
    """Border of inputs and buttons, which must be found at 3:1 only where it alone tells a control from its ground."""
    hover: str
    pressed: str
    selection: str
    accent: str
    accent_text: str
    accent_fill: str
    accent_fill_hover: str
    on_accent: str
    starting: str
    retrying: str
    failed: str
    failed_ground: str
    notice_ground: str
    good_ground: str
    code_ground: str
    disabled: str
    danger_fill: str
    on_danger: str


LIGHT = Colors(
    name="light", background="#f6f7f9", panel="#ffffff", text="#1d232b", muted="#66707d", line="#dfe3e8", edge="#ccd2d9", hover="#f0f3f5",
    pressed="#e3e8ec", selection="#e6f0ec", accent="#1f8a5b", accent_text="#197a4f", accent_fill="#1b8054",
    accent_fill_hover="#176f49", on_accent="#ffffff", starting="#2f6fd0", retrying="#b26a00", failed="#c5352f",
    failed_ground="#fdf1f0", notice_ground="#fdf6e9", good_ground="#edf6f1", code_ground="#f4f6f8", disabled="#9aa3ad",
    danger_fill="#c5352f", on_danger="#ffffff",
)  # fmt: skip
DARK = Colors(
    name="dark", background="#1b1e23", panel="#23272e", text="#e6e9ee", muted="#98a2b0", line="#343a43", edge="#434b56", hover="#2b3038",
    pressed="#343a44", selection="#26382f", accent="#4cc38a", accent_text="#4cc38a", accent_fill="#4cc38a",
    accent_fill_hover="#62d09b", on_accent="#0e2419", starting="#6ea8ff", retrying="#f0a63a", failed="#ff7a70",
    failed_ground="#35262a", notice_ground="#332d22", good_ground="#22332b", code_ground="#1b1e23", disabled="#646e7b",
    danger_fill="#ff7a70", on_danger="#2b0e0c",
)  # fmt: skip
LIGHT_CONTRAST = replace(
    LIGHT, background="#fafafa", text="#000000", muted="#333a42", line="#6b7580", edge="#4a535d", accent="#0f6a41",
    accent_text="#0b5735", accent_fill="#0b5735", accent_fill_hover="#08452a", starting="#174ea6", retrying="#7a4800",
    failed="#9c1c17", danger_fill="#9c1c17", disabled="#6b7580",
)  # fmt: skip
DARK_CONTRAST = replace(
    DARK, background="#000000", panel="#0b0d10", text="#ffffff", muted="#d5dae1", line="#8a94a1", edge="#b4bcc7",
    accent="#6ee7ac", accent_text="#6ee7ac", accent_fill="#6ee7ac", code_ground="#000000", disabled="#8a94a1",
)  # fmt: skip

_ALL = {(QColor(c.background).rgb(), QColor(c.panel).rgb()): c for c in (LIGHT, DARK, LIGHT_CONTRAST, DARK_CONTRAST)}


def colors_of(palette: QPalette) -> Colors:
    """Give the colours behind a palette; of a foreign palette, those that are nearest in brightness."""
    window, base = palette.color(QPalette.ColorRole.Window), palette.color(QPalette.ColorRole.Base)
    return _ALL.get((window.rgb(), base.rgb()), DARK if window.lightness() < 128 else LIGHT)


def state_color(colors: Colors, state: InstanceState, *, is_uneasy: bool = False) -> str:
    """Give the colour of a state's shape; `is_uneasy` is for one that runs but does not answer."""
    return {
        InstanceState.RUNNING: colors.retrying if is_uneasy else colors.accent,
        InstanceState.STARTING: colors.starting,
        InstanceState.STOPPING: colors.starting,
        InstanceState.BACKOFF: colors.retrying,
        InstanceState.FAILED: colors.failed,
        InstanceState.STOPPED: colors.muted,
    }[state]


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
        self._choice = ThemeChoice(pinned) if pinned in set(ThemeChoice) else choice
        self._colors: Colors | None = None
        application.styleHints().colorSchemeChanged.connect(self._on_hints_scheme_changed)
        self.apply()

    @property
    def colors(self) -> Colors:
        """The colours that are shown now."""
        return self._colors or LIGHT

    def choose(self, choice: ThemeChoice) -> None:
        """Follow the system, or stay light or dark."""
        self._choice = choice
        self.apply()

    def apply(self) -> None:
        """Bring palette and stylesheet in line with the choice and the system."""
        hints = self._application.styleHints()
        schemes = {ThemeChoice.LIGHT: Qt.ColorScheme.Light, ThemeChoice.DARK: Qt.ColorScheme.Dark}
        # Native dialogs and title bars follow the hint; on bare X11 it changes nothing, hence our own palette below.
        hints.setColorScheme(schemes.get(self._choice, Qt.ColorScheme.Unknown))
        wanted = self._wanted_colors()
        if wanted == self._colors:
            return
        self._colors = wanted
        self._application.setPalette(palette_of(wanted))
        self._application.setStyleSheet(stylesheet(asdict(wanted), resources_dir() / "icons"))
        self.changed.emit()

    def _wanted_colors(self) -> Colors:
        if self._choice is ThemeChoice.SYSTEM:
            dark = self._application.styleHints().colorScheme() is Qt.ColorScheme.Dark
        else:
            dark = self._choice is ThemeChoice.DARK
        if _wants_contrast():
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
