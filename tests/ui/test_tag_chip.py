"""The chips of tags in the detail have the colours of the theme that is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from gowa_desktop.domain.theme_choice import ThemeChoice
from gowa_desktop.ui.instances.labels_section import TagChip
from gowa_desktop.ui.look.chips import chip_colors

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from gowa_desktop.ui.look.theme import Theme


@pytest.mark.parametrize("choice", [ThemeChoice.LIGHT, ThemeChoice.DARK])
def test_chip_has_the_ground_of_the_theme(qtbot: QtBot, theme: Theme, choice: ThemeChoice) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    chip = TagChip("shop", window)
    window.show()
    theme.choose(choice)
    ground, _text = chip_colors("shop", theme.colors)
    qtbot.waitUntil(lambda: QColor(chip.grab().toImage().pixel(6, chip.height() // 2)).name() == ground.name(), timeout=20_000)
