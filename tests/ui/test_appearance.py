"""What the settings say about the look holds at once, and in the next window."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from gowa_desktop.domain.app_settings import REDUCED_MOTION, THEME
from gowa_desktop.domain.theme_choice import ThemeChoice
from gowa_desktop.ui.look.color_tables import DARK, DARK_CONTRAST, LIGHT, LIGHT_CONTRAST
from gowa_desktop.ui.look.theme import THEME_VARIABLE, Theme

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.ui.look.color_tables import Colors
    from gowa_desktop.ui.main_window import MainWindow


@pytest.fixture(autouse=True)
def _usual_look(theme: Theme) -> Iterator[None]:
    yield
    theme.prefer(ThemeChoice.SYSTEM)
    theme.choose(ThemeChoice.LIGHT)
    theme.set_still(is_on=False)
    QApplication.setCursorFlashTime(-1)


@pytest.mark.parametrize(
    ("choice", "shown"),
    [
        (ThemeChoice.DARK, {DARK}), (ThemeChoice.LIGHT, {LIGHT}), (ThemeChoice.CONTRAST, {LIGHT_CONTRAST, DARK_CONTRAST}),
        (ThemeChoice.SYSTEM, {LIGHT, DARK, LIGHT_CONTRAST, DARK_CONTRAST}),
    ],
)  # fmt: skip
def test_theme_of_the_settings_is_shown_at_once_and_in_the_next_window(
    choice: ThemeChoice, shown: set[Colors], theme: Theme, services: Services, open_window: Callable[[], MainWindow]
) -> None:
    window = open_window()
    services.settings.set(THEME, ThemeChoice.DARK if choice is not ThemeChoice.DARK else ThemeChoice.LIGHT)
    services.settings.set(THEME, choice)
    assert theme.colors in shown
    assert window.palette().window().color().name() == theme.colors.background

    window.hide()
    theme.prefer(ThemeChoice.DARK if choice is not ThemeChoice.DARK else ThemeChoice.LIGHT)
    open_window()
    assert theme.colors in shown


def test_theme_that_the_environment_pins_stays(theme: Theme, monkeypatch: pytest.MonkeyPatch, qapp: QApplication) -> None:
    monkeypatch.setenv(THEME_VARIABLE, "dark")
    pinned = Theme(qapp)
    pinned.prefer(ThemeChoice.LIGHT)
    assert pinned.colors is DARK
    pinned.setParent(None)
    theme.choose(ThemeChoice.DARK)  # so that the light one of the other tests is put on again


def test_nothing_moves_by_itself_when_motion_is_reduced_and_does_again_later(
    services: Services, open_window: Callable[[], MainWindow], qapp: QApplication
) -> None:
    effect = Qt.UIEffect.UI_AnimateCombo
    usual, flash = qapp.isEffectEnabled(effect), qapp.cursorFlashTime()
    open_window()

    services.settings.set(REDUCED_MOTION, value=True)
    assert not qapp.isEffectEnabled(effect)
    assert qapp.cursorFlashTime() == 0
    assert "widget-animation-duration: 0" in qapp.styleSheet()

    services.settings.set(REDUCED_MOTION, value=False)
    assert (qapp.isEffectEnabled(effect), qapp.cursorFlashTime()) == (usual, flash)
    assert "widget-animation-duration" not in qapp.styleSheet()


def test_motion_stays_reduced_in_the_next_window(services: Services, open_window: Callable[[], MainWindow], qapp: QApplication) -> None:
    services.settings.set(REDUCED_MOTION, value=True)
    open_window()
    assert "widget-animation-duration: 0" in qapp.styleSheet()
