"""One row of a list: its text, a switch where it has one, and buttons to move and remove it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from gowa_desktop.ui.config.option_editor import shown_text
from gowa_desktop.ui.look.labels import WrappedLabel, set_property
from gowa_desktop.ui.parts.hiding_line import HidingLine, masked_address
from gowa_desktop.ui.parts.icon_button import IconButton
from gowa_desktop.ui.parts.settling import settle

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from gowa_desktop.domain.json_types import Json


class ListRow(QWidget):
    """Edits one item. A pasted text of several lines is handed to the list, which makes rows of it."""

    changed = Signal()
    """The text or the switch is different."""
    lines_pasted = Signal(list)
    """Several lines of text take the place of this row."""
    move_requested = Signal(int)
    """The row is to go up (-1) or down (+1)."""
    remove_requested = Signal()
    """The row is to go."""

    def __init__(self, name: str, parent: QWidget, *, has_switch: bool, is_address: bool) -> None:
        super().__init__(parent)
        self._loaded: Json = ""
        self._shown = ""
        self._is_showing = False
        self._problem: QLabel | None = None
        self._problem_text = self._description = ""
        self.setObjectName(name)
        self.line = HidingLine(self, masked_address) if is_address else QLineEdit(self)
        self.line.setObjectName(f"{name}Line")
        self.switch = QCheckBox(self) if has_switch else None
        self._up = IconButton(f"{name}Up", "arrow-up", "", self)
        self._down = IconButton(f"{name}Down", "arrow-down", "", self)
        self._remove = IconButton(f"{name}Remove", "close", "", self)
        parts = QHBoxLayout()
        parts.setSpacing(2)
        if self.switch is not None:
            self.switch.setObjectName(f"{name}Switch")
            self.switch.setChecked(True)
            self.switch.toggled.connect(self.changed)
            parts.addWidget(self.switch)
        parts.addWidget(self.line, 1)
        for button in (self._up, self._down, self._remove):
            parts.addWidget(button)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(2)
        self._layout.addLayout(parts)
        self.line.textChanged.connect(self._on_line_text_changed)
        self._up.clicked.connect(lambda: self.move_requested.emit(-1))
        self._down.clicked.connect(lambda: self.move_requested.emit(1))
        self._remove.clicked.connect(self.remove_requested)

    @property
    def has_problem(self) -> bool:
        """True while something is said to be wrong with the row."""
        return bool(self._problem_text)

    @property
    def is_blank(self) -> bool:
        """True while nothing is typed; such a row is no item yet."""
        return self.item() == ""

    def item(self) -> Json:
        """Give the item; one that no text can stand for is given back as it was, until it is edited."""
        return self._loaded if self.line.text() == self._shown else self.line.text()

    def show_item(self, item: Json) -> None:
        """Show another item."""
        self._is_showing = True
        self._loaded = item
        self.line.setText(shown_text(item))
        self.line.setCursorPosition(0)
        self._shown = self.line.text()
        self._is_showing = False

    def show_place(self, title: str, description: str, number: int, count: int) -> None:
        """Name everything after the place of this row in its list."""
        self._description = description
        self._describe()
        place = self.tr("{title}, {number} of {count}").format(title=title, number=number, count=count)
        self.line.setAccessibleName(place)
        if self.switch is not None:
            self.switch.setAccessibleName(self.tr("On: {place}").format(place=place))
        for button, words in (
            (self._up, self.tr("Move up: {place}")), (self._down, self.tr("Move down: {place}")),
            (self._remove, self.tr("Remove: {place}")),
        ):  # fmt: skip
            button.set_words(words.format(place=place))
        self._up.setVisible(count > 1)
        self._down.setVisible(count > 1)
        self._up.setEnabled(number > 1)
        self._down.setEnabled(number < count)

    def show_problem(self, problem: str) -> None:
        """Say below the row what is wrong with it; empty when all is well."""
        if problem == self._problem_text:
            return
        self._problem_text = problem
        set_property(self.line, "invalid", bool(problem))
        self._describe()
        if self._problem is None and problem:
            self._problem = WrappedLabel("", "error", self, f"{self.objectName()}Problem")
            self._layout.addWidget(self._problem)
        if self._problem is not None:
            self._problem.setText(problem)
            self._problem.setVisible(bool(problem))
            settle(self)

    def stops(self) -> list[QWidget]:
        """Give what Tab goes through, in order."""
        parts: list[QWidget | None] = [self.switch, self.line, self._up, self._down, self._remove]
        return [part for part in parts if part is not None]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the row with Alt and an arrow key."""
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        if event.modifiers() == Qt.KeyboardModifier.AltModifier and event.key() in steps:
            self.move_requested.emit(steps[Qt.Key(event.key())])
            return
        super().keyPressEvent(event)

    def _describe(self) -> None:
        self.line.setAccessibleDescription(f"{self._problem_text} {self._description}".strip())

    @Slot(str)
    def _on_line_text_changed(self, text: str) -> None:
        if self._is_showing:
            return
        lines = text.splitlines()
        if len(lines) > max(1, len(self._shown.splitlines())):
            self.lines_pasted.emit([line.strip() for line in lines if line.strip()])
            return
        self.changed.emit()
