"""Appearance: makes the program look as the settings say, at once and as long as a window is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QApplication

from gowa_desktop.domain.app_settings import REDUCED_MOTION, THEME
from gowa_desktop.ui.look.theme import Theme

if TYPE_CHECKING:
    from gowa_desktop.services.settings import AppSettings

_EFFECTS = (
    Qt.UIEffect.UI_AnimateMenu, Qt.UIEffect.UI_FadeMenu, Qt.UIEffect.UI_AnimateCombo, Qt.UIEffect.UI_AnimateTooltip,
    Qt.UIEffect.UI_FadeTooltip, Qt.UIEffect.UI_AnimateToolBox,
)  # fmt: skip


class Appearance(QObject):
    """Follows the settings. Main thread; lives as long as its window."""

    def __init__(self, settings: AppSettings, parent: QObject) -> None:
        super().__init__(parent)
        self._settings = settings
        self._usual_effects = {effect: QApplication.isEffectEnabled(effect) for effect in _EFFECTS}
        self._is_still = False
        settings.changed.connect(self._on_settings_changed)
        self._apply()

    def _apply(self) -> None:
        theme = Theme.of(QApplication.instance())
        if theme is not None:
            theme.prefer(self._settings.get(THEME))
        self._be_still(is_on=self._settings.get(REDUCED_MOTION), theme=theme)

    def _be_still(self, *, is_on: bool, theme: Theme | None) -> None:
        """Switch off what moves by itself, a blinking cursor too; back on is what the system has."""
        if is_on == self._is_still:
            return
        self._is_still = is_on
        for effect, usual in self._usual_effects.items():
            QApplication.setEffectEnabled(effect, usual and not is_on)
        QApplication.setCursorFlashTime(0 if is_on else -1)
        if theme is not None:
            theme.set_still(is_on=is_on)

    @Slot(str)
    def _on_settings_changed(self, key: str) -> None:
        if key in {THEME.key, REDUCED_MOTION.key}:
            self._apply()
