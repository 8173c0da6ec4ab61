"""Editors for the values of settings: each shows one value in its widget, and gives it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTime, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLabel, QLineEdit, QTimeEdit, QToolButton, QVBoxLayout, QWidget

from gowa_desktop.ui.config.form_dialog import NumberBox
from gowa_desktop.ui.look.icons import Tint, icon
from gowa_desktop.ui.look.labels import set_property

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import time


class Editor(QObject):
    """Shows one value. Main thread; lives as long as its widget's parent."""

    edited = Signal()
    """The value is another one now, by a person's hand or by `show_value`."""
    has_title = True
    """Whether a title belongs above the widget; else the widget has it itself."""
    is_short = False

    def __init__(self, widget: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        self.widget = widget

    def value(self) -> Any:
        """Give the value that is shown."""
        raise NotImplementedError

    def show_value(self, value: Any) -> None:
        """Show a value."""
        raise NotImplementedError

    def beside(self) -> QWidget | None:
        """Give what belongs beside the widget."""
        return None

    def mark_wrong(self, *, is_wrong: bool) -> None:
        """Mark the widget where the value is typed."""
        set_property(self.widget, "invalid", is_wrong)


class FlagEditor(Editor):
    """A check box with the title."""

    has_title = False

    def __init__(self, title: str, parent: QWidget) -> None:
        self.box = QCheckBox(title, parent)
        super().__init__(self.box, parent)
        self.box.toggled.connect(self.edited)

    def value(self) -> bool:
        """Give whether it is checked."""
        return self.box.isChecked()

    def show_value(self, value: bool) -> None:
        """Check it or not."""
        self.box.setChecked(value)


class NumberEditor(Editor):
    """A whole number with its unit."""

    is_short = True

    def __init__(self, least: int, most: int, parent: QWidget, unit: str = "") -> None:
        self.box = NumberBox("", "", least, most, parent)
        self.box.setSuffix(unit)
        super().__init__(self.box, parent)
        self.box.valueChanged.connect(self.edited)

    def value(self) -> int:
        """Give the number."""
        return self.box.value()

    def show_value(self, value: int) -> None:
        """Show the number."""
        self.box.setValue(value)


class PairEditor(Editor):
    """Two whole numbers with a word between them. `parts` are name, title, least, most and unit of each."""

    is_short = True

    def __init__(self, parts: Sequence[tuple[str, str, int, int, str]], word: str, parent: QWidget) -> None:
        row = QWidget(parent)
        super().__init__(row, parent)
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        self.boxes: list[NumberBox] = []
        for name, title, least, most, unit in parts:
            box = NumberBox(title, name, least, most, row)
            box.setSuffix(unit)
            box.valueChanged.connect(self.edited)
            if self.boxes:
                layout.addWidget(QLabel(word, row))
            layout.addWidget(box)
            self.boxes.append(box)
        row.setFocusProxy(self.boxes[0])

    def value(self) -> tuple[int, int]:
        """Give both."""
        return self.boxes[0].value(), self.boxes[1].value()

    def show_value(self, value: tuple[int, int]) -> None:
        """Show both."""
        for box, number in zip(self.boxes, value, strict=True):
            box.setValue(number)

    def mark_wrong(self, *, is_wrong: bool) -> None:
        """Mark both."""
        super().mark_wrong(is_wrong=is_wrong)
        for box in self.boxes:
            set_property(box, "invalid", is_wrong)


class ChoiceEditor(Editor):
    """One of some values, with their words."""

    is_short = True

    def __init__(self, words: Mapping[Any, str], parent: QWidget) -> None:
        self.box = QComboBox(parent)
        super().__init__(self.box, parent)
        self._values = [*words]
        self.box.addItems([*words.values()])
        self.box.currentIndexChanged.connect(self.edited)

    def value(self) -> Any:
        """Give the chosen one."""
        return self._values[self.box.currentIndex()]

    def show_value(self, value: Any) -> None:
        """Choose it; one that is not offered is added, so that it is not lost."""
        if value not in self._values:
            self._values.append(value)
            self.box.addItem(str(value))
        self.box.setCurrentIndex(self._values.index(value))


class TextEditor(Editor):
    """A line of text."""

    def __init__(self, parent: QWidget, example: str = "") -> None:
        self.line = QLineEdit(parent)
        self.line.setPlaceholderText(example)
        super().__init__(self.line, parent)
        self.line.textChanged.connect(self.edited)

    def value(self) -> str:
        """Give the text."""
        return self.line.text()

    def show_value(self, value: str | None) -> None:
        """Show the text."""
        self.line.setText(value or "")


class SecretEditor(TextEditor):
    """A line of text that is hidden until it is asked for."""

    def __init__(self, name: str, words: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.line.setEchoMode(QLineEdit.EchoMode.Password)
        self._reveal = button = QToolButton(parent)
        button.setObjectName(name)
        button.setCheckable(True)
        button.setIcon(icon("eye", Tint.MUTED))
        button.setProperty("iconOnly", True)
        button.setAccessibleName(words)
        button.setToolTip(words)
        button.toggled.connect(self._on_reveal_toggled)

    def beside(self) -> QWidget:
        """Give the button that shows it."""
        return self._reveal

    @Slot(bool)
    def _on_reveal_toggled(self, is_on: bool) -> None:
        self.line.setEchoMode(QLineEdit.EchoMode.Normal if is_on else QLineEdit.EchoMode.Password)


class SetEditor(Editor):
    """Check boxes for words; a box that is off puts its word into the set. Words without a box stay as they are."""

    def __init__(self, boxes: Mapping[str, tuple[str, str]], parent: QWidget) -> None:
        column = QWidget(parent)
        super().__init__(column, parent)
        layout = QVBoxLayout(column)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self._others: frozenset[str] = frozenset()
        self.boxes: dict[str, QCheckBox] = {}
        for word, (name, title) in boxes.items():
            box = self.boxes[word] = QCheckBox(title, column)
            box.setObjectName(name)
            box.setChecked(True)
            box.toggled.connect(self.edited)
            layout.addWidget(box)
        column.setFocusProxy(next(iter(self.boxes.values())))

    def value(self) -> frozenset[str]:
        """Give the words whose boxes are off, and those without one."""
        return self._others | {word for word, box in self.boxes.items() if not box.isChecked()}

    def show_value(self, value: frozenset[str]) -> None:
        """Check the boxes of all other words."""
        self._others = value - set(self.boxes)
        for word, box in self.boxes.items():
            box.setChecked(word not in value)
        self.edited.emit()


class HoursEditor(Editor):
    """From a time of the day to another, or never. `titles` are those of the switch and of both times."""

    is_short = True
    has_title = False

    def __init__(self, titles: tuple[str, str, str], word: str, usual: tuple[QTime, QTime], parent: QWidget) -> None:
        row = QWidget(parent)
        super().__init__(row, parent)
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        self.switch = QCheckBox(titles[0], row)
        self.switch.setObjectName("quietHoursOn")
        self.begin, self.end = QTimeEdit(usual[0], row), QTimeEdit(usual[1], row)
        layout.addWidget(self.switch)
        for edit, name, title in ((self.begin, "quietFrom", titles[1]), (self.end, "quietTo", titles[2])):
            edit.setObjectName(name)
            edit.setAccessibleName(title)
            edit.setEnabled(False)
            edit.timeChanged.connect(self.edited)
            self.switch.toggled.connect(edit.setEnabled)
        layout.addWidget(self.begin)
        layout.addWidget(QLabel(word, row))
        layout.addWidget(self.end)
        row.setFocusProxy(self.switch)
        self.switch.toggled.connect(self.edited)

    def value(self) -> tuple[time, time] | None:
        """Give both times, or None while it is off."""
        if not self.switch.isChecked():
            return None
        begin, end = (edit.time().toPython() for edit in (self.begin, self.end))
        return begin, end  # type: ignore[return-value] # PySide's stubs say object

    def show_value(self, value: tuple[time, time] | None) -> None:
        """Show both times; those of one that is off stay as they are."""
        self.switch.setChecked(value is not None)
        for edit, one in zip((self.begin, self.end), value or (), strict=False):
            edit.setTime(QTime(one.hour, one.minute))

    def mark_wrong(self, *, is_wrong: bool) -> None:
        """Mark both times."""
        for edit in (self.widget, self.begin, self.end):
            set_property(edit, "invalid", is_wrong)
