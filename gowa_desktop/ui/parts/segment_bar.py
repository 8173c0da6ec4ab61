"""A few joined buttons of which one is chosen, such as All, Running, Needs attention."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QWidget

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class SegmentBar(QWidget):
    """Offers one of several values. Main thread; the first is chosen at the beginning."""

    segment_changed = Signal(str)
    """Another value was chosen."""

    def __init__(self, name: str, values: Sequence[str], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setProperty("kind", "segments")
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QToolButton] = {}
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for value in values:
            button = QToolButton(self)
            button.setObjectName(f"segment_{value}")
            place = {values[0]: "first", values[-1]: "last"}.get(value, "middle")
            button.setProperty("place", place)
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            button.setChecked(value == values[0])
            self._group.addButton(button)
            self._buttons[value] = button
            layout.addWidget(button)
        self._group.buttonToggled.connect(self._on_button_toggled)

    @property
    def chosen(self) -> str:
        """The value that is chosen."""
        return next(value for value, button in self._buttons.items() if button.isChecked())

    def choose(self, value: str) -> None:
        """Choose as a click would."""
        self._buttons[value].setChecked(True)

    def show_texts(self, texts: Mapping[str, str]) -> None:
        """Write on the buttons."""
        for value, text in texts.items():
            self._buttons[value].setText(text)

    @Slot(QToolButton, bool)
    def _on_button_toggled(self, _button: QToolButton, is_checked: bool) -> None:
        if is_checked:
            self.segment_changed.emit(self.chosen)
