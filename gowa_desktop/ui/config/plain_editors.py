"""Editors for one value: a line, several lines, on or off, a number, a time, one of a few words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QPlainTextEdit, QWidget

from gowa_desktop.ui.config.duration_words import duration_words
from gowa_desktop.ui.config.form_dialog import NumberBox
from gowa_desktop.ui.config.option_editor import LineEditor, OptionEditor, shown_text
from gowa_desktop.ui.look.labels import toned_label

if TYPE_CHECKING:
    from PySide6.QtGui import QWheelEvent

    from gowa_desktop.domain.json_types import Json
    from gowa_desktop.domain.options import Option

MOST_NUMBER = 999_999_999
"""The largest number that can be typed; GOWA's own limits are smaller."""
SHORT_FIELD = 160
"""Width of a field for a number or a time."""
MOST_LINES = 6
"""How high a field for several lines grows before it scrolls."""


class TextEditor(LineEditor):
    """One line of text."""

    def __init__(self, option: Option, parent: QWidget) -> None:
        super().__init__(option, parent)
        is_short = option.text_format == "port"
        self.lay_in_row(self._line, stretches=not is_short)
        if is_short:
            self._line.setFixedWidth(SHORT_FIELD)


class LinesEditor(OptionEditor):
    """Text of several lines, such as an automatic answer. Tab leaves it."""

    def __init__(self, option: Option, parent: QWidget) -> None:
        super().__init__(option, parent)
        self._text = QPlainTextEdit(self)
        self._text.setObjectName(f"option_{option.key}")
        self._text.setProperty("kind", "field")
        self._text.setTabChangesFocus(True)
        self.lay_in_row(self._text)
        self._text.textChanged.connect(self._on_text_changed)
        self._fit()

    def _target(self) -> QWidget:
        return self._text

    def _read(self) -> Json:
        # `toPlainText` would turn a no-break space into a space.
        return self._text.document().toRawText().replace("\u2029", "\n")

    def _write(self, value: Json) -> None:
        self._text.setPlainText(shown_text(value))

    def _on_text_changed(self) -> None:
        self._fit()
        self.note_edit()

    def _fit(self) -> None:
        """Be as high as the text, within limits."""
        lines = min(MOST_LINES, max(2, self._text.blockCount()))
        height = lines * self._text.fontMetrics().lineSpacing() + 20
        if self._text.height() != height:
            self._text.setFixedHeight(height)


class BoolEditor(OptionEditor):
    """On or off; the check box carries the label, so the row needs none."""

    def __init__(self, option: Option, parent: QWidget) -> None:
        super().__init__(option, parent)
        self._box = QCheckBox(self)
        self._box.setObjectName(f"option_{option.key}")
        self.lay_in_row(self._box, stretches=False)
        self._box.toggled.connect(self.note_edit)

    def describe(self, name: str, description: str) -> None:
        """Name every part after the option."""
        super().describe(name, description)
        self._box.setText(name.replace("&", "&&"))

    def _target(self) -> QWidget:
        return self._box

    def _read(self) -> Json:
        return self._box.isChecked()

    def _write(self, value: Json) -> None:
        self._box.setChecked(value is True)


class NumberEditor(OptionEditor):
    """A whole number within the option's limits, with its unit."""

    def __init__(self, option: Option, parent: QWidget) -> None:
        super().__init__(option, parent)
        least = 0 if option.minimum is None else option.minimum
        most = MOST_NUMBER if option.maximum is None else option.maximum
        self._box = CalmNumberBox("", f"option_{option.key}", least, most, self)
        self._box.setFixedWidth(SHORT_FIELD)
        self.lay_in_row(self._box, toned_label(option.unit or "", "muted", self), stretches=False)
        self._box.valueChanged.connect(self.note_edit)

    def _target(self) -> QWidget:
        return self._box

    def _read(self) -> Json:
        return self._box.value()

    def _write(self, value: Json) -> None:
        number = int(value) if isinstance(value, int | float) and abs(value) < 2**31 else self._box.minimum()
        self._box.setValue(number)


class DurationEditor(LineEditor):
    """A time as GOWA writes it, such as 1h30m, with the same in words beside it."""

    def __init__(self, option: Option, parent: QWidget) -> None:
        super().__init__(option, parent)
        self._line.setFixedWidth(SHORT_FIELD)
        self._line.setPlaceholderText(self.tr("30s, 5m, 48h"))
        self._words = toned_label("", "muted", self, f"option_{option.key}Words")
        self.lay_in_row(self._line, self._words, stretches=False)
        self._line.textChanged.connect(self._on_line_text_changed)

    def _on_line_text_changed(self, text: str) -> None:
        self._words.setText(duration_words(text))


class ChoiceEditor(OptionEditor):
    """One of a few words. A stored word that is not among them is offered too, so that it can stay."""

    def __init__(self, option: Option, parent: QWidget) -> None:
        super().__init__(option, parent)
        self._box = CalmComboBox(self)
        self._box.setObjectName(f"option_{option.key}")
        self._box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._box.addItems(list(option.choices))
        self.lay_in_row(self._box, stretches=False)
        self._box.currentIndexChanged.connect(self.note_edit)

    def _target(self) -> QWidget:
        return self._box

    def _read(self) -> Json:
        return self._box.currentText()

    def _write(self, value: Json) -> None:
        text = shown_text(value)
        while self._box.count() > len(self.option.choices):
            self._box.removeItem(self._box.count() - 1)
        if text not in self.option.choices:
            self._box.addItem(text)
        self._box.setCurrentIndex(self._box.findText(text, Qt.MatchFlag.MatchExactly | Qt.MatchFlag.MatchCaseSensitive))


class OpenChoiceEditor(OptionEditor):
    """A text for which a few words are proposed."""

    def __init__(self, option: Option, parent: QWidget) -> None:
        super().__init__(option, parent)
        self._box = CalmComboBox(self)
        self._box.setObjectName(f"option_{option.key}")
        self._box.setEditable(True)
        # Whoever types a 0 must not be given 0.0.0.0.
        self._box.setCompleter(None)  # type: ignore[arg-type]
        self._box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self._box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._box.addItems(list(option.choices))
        self.lay_in_row(self._box)
        self._box.editTextChanged.connect(self.note_edit)
        self._line = self._box.lineEdit()

    def describe(self, name: str, description: str) -> None:
        """Name the box, and the line in it that has the text."""
        super().describe(name, description)
        if self._line is not None:
            self._line.setObjectName(f"option_{self.option.key}Line")
            self._line.setAccessibleName(name)
            self._line.setAccessibleDescription(description)

    def _target(self) -> QWidget:
        return self._box

    def _read(self) -> Json:
        return self._box.currentText()

    def _write(self, value: Json) -> None:
        self._box.setEditText(shown_text(value))


class CalmNumberBox(NumberBox):
    """Leaves the wheel to the form, so that scrolling changes nothing."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Let the form scroll."""
        event.ignore()


class CalmComboBox(QComboBox):
    """Leaves the wheel to the form, so that scrolling changes nothing."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Let the form scroll."""
        event.ignore()
