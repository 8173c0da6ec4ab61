"""What every editor of an option has in common. What a person has not touched is given back exactly as it was stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from gowa_desktop.ui.look.labels import set_property

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gowa_desktop.domain.json_types import Json
    from gowa_desktop.domain.options import Option


class OptionEditor(QWidget):
    """Edits one value. Main thread; a subclass reads and writes its widgets and calls `note_edit` when a person changes them.

    A value that does not fit the editor, such as a number where text belongs, is kept until it is edited.
    """

    edited = Signal()
    """The person has changed the value."""

    def __init__(self, option: Option, parent: QWidget) -> None:
        super().__init__(parent)
        self.option = option
        self._loaded: Json = None
        self._is_touched = False
        self._was_shown = False
        self._is_showing = False

    def value(self) -> Json:
        """Give the value as it would be stored."""
        return self._read() if self._is_touched else self._loaded

    def show_value(self, value: Json) -> None:
        """Show a stored or effective value; nothing counts as edited then. The same value again leaves the cursor where it is."""
        if self._was_shown and value == self.value() and type(value) is type(self.value()):
            self._loaded, self._is_touched = value, False
            return
        self._was_shown = True
        self._loaded, self._is_touched, self._is_showing = value, False, True
        try:
            self._write(value)
        finally:
            self._is_showing = False

    def note_edit(self) -> None:
        """Take note that a widget has changed; while a value is being shown that was not the person."""
        if not self._is_showing:
            self._is_touched = True
            self.edited.emit()

    def show_problems(self, problems: Mapping[int | str | None, str]) -> None:
        """Mark what is wrong; the key None stands for the whole value, others for one row of a list."""
        set_property(self.target(), "invalid", bool(problems))

    def describe(self, name: str, description: str) -> None:
        """Tell assistive technology what this edits and what there is to know about it."""
        self.target().setAccessibleName(name)
        self.target().setAccessibleDescription(description)

    def target(self) -> QWidget:
        """Give the widget that takes the focus for the whole."""
        return self._target()

    def problem_target(self) -> QWidget:
        """Give the widget to correct first when something is wrong."""
        return self._target()

    def stops(self) -> list[QWidget]:
        """Give what Tab goes through, in order."""
        return [self._target()]

    def _target(self) -> QWidget:
        raise NotImplementedError

    def _read(self) -> Json:
        """Read the value from the widgets."""
        raise NotImplementedError

    def _write(self, value: Json) -> None:
        """Write a value into the widgets."""
        raise NotImplementedError

    def lay_in_row(self, *widgets: QWidget, stretches: bool = True) -> QHBoxLayout:
        """Put widgets side by side; the first one takes the room, or a gap at the end does."""
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for number, widget in enumerate(widgets):
            row.addWidget(widget, int(stretches and number == 0))
        if not stretches:
            row.addStretch(1)
        return row


class LineEditor(OptionEditor):
    """What editors of one line share; a subclass lays out `_line`, which may be of a kind of its own."""

    def __init__(self, option: Option, parent: QWidget, line: QLineEdit | None = None) -> None:
        super().__init__(option, parent)
        self._line = line if line is not None else QLineEdit()
        self._line.setParent(self)
        self._line.setObjectName(f"option_{option.key}")
        if isinstance(option.default, str):
            self._line.setPlaceholderText(option.default)
        self._line.textChanged.connect(self.note_edit)

    def _target(self) -> QWidget:
        return self._line

    def _read(self) -> Json:
        return self._line.text()

    def _write(self, value: Json) -> None:
        self._line.setText(shown_text(value))
        self._line.setCursorPosition(0)


def shown_text(value: Json) -> str:
    """Write a value of any type for a field of text."""
    return value if isinstance(value, str) else "" if value is None else str(value)
