"""The frame of every dialog with fields: a headline, the fields, what could not be done, and the buttons."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox, QLabel, QPushButton, QRadioButton, QSpinBox, QVBoxLayout, QWidget

from gowa_desktop.ui.look.fonts import scaled_font
from gowa_desktop.ui.look.labels import ElidedLabel, set_property, toned_label
from gowa_desktop.ui.look.sentences import told
from gowa_desktop.ui.parts.house_dialog import HouseDialog

FIELDS_WIDTH = 420
INDICATOR_WIDTH = 26
"""From the left edge of a radio button or check box to its text."""
SHORT_WIDTH = 120
"""Of a field for a number."""


class FormDialog(HouseDialog):
    """Fields between a headline and a row of buttons. Main thread; deletes itself when closed; Esc rejects.

    A subclass fills `body`, calls `add_buttons` last, and says in `accept` what could not be done with `show_problem`.
    """

    def __init__(self, title: str, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle(title)
        headline = QLabel(title, self)
        headline.setObjectName("dialogTitle")
        headline.setTextFormat(Qt.TextFormat.PlainText)
        headline.setWordWrap(True)
        headline.setFont(scaled_font(self.font(), 1.4, bold=True))
        self.body = QVBoxLayout()
        self.body.setSpacing(8)
        self._problem = toned_label("", "error", self, f"{name}Problem")
        self._problem.setWordWrap(True)
        self._problem.hide()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(24, 24, 24, 16)
        self._layout.setSpacing(16)
        self._layout.addWidget(headline)
        self._layout.addLayout(self.body)
        self._layout.addWidget(self._problem)
        self._layout.setSizeConstraint(QVBoxLayout.SizeConstraint.SetFixedSize)

    def add_buttons(self, text: str, name: str, kind: str = "primary") -> QPushButton:
        """Add the button that accepts, which Enter presses unless it is dangerous, and Cancel; give the first."""
        buttons = QDialogButtonBox(self)
        buttons.setObjectName("dialogButtons")
        accept = buttons.addButton(text, QDialogButtonBox.ButtonRole.AcceptRole)
        accept.setObjectName(name)
        set_property(accept, "kind", kind)
        accept.setAutoDefault(False)
        accept.setDefault(kind == "primary")
        cancel = buttons.addButton(self.tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        cancel.setObjectName("cancelButton")
        cancel.setAutoDefault(False)
        cancel.setDefault(kind != "primary")
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self._layout.addWidget(buttons)
        return accept

    def add_last(self, row: QWidget) -> None:
        """Add the row of buttons of a dialog that has others than `add_buttons` makes."""
        self._layout.addWidget(row)

    def show_problem(self, problem: str) -> None:
        """Say what could not be done; empty when all is well."""
        self._problem.setText(told(problem))
        self._problem.setVisible(bool(problem))


class NumberBox(QSpinBox):
    """A field for a whole number."""

    def __init__(self, title: str, name: str, least: int, most: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setRange(least, most)
        self.setFixedWidth(SHORT_WIDTH)
        # The stylesheet's padding does not reach the text once it places the arrows (Qt 6.8-6.11).
        self.lineEdit().setTextMargins(6, 0, 0, 0)


class Choice(QWidget):
    """A radio button with a line below it that says what choosing it means."""

    def __init__(self, text: str, meaning: str, name: str, parent: QWidget, width: int = FIELDS_WIDTH) -> None:
        super().__init__(parent)
        self.button = QRadioButton(text, self)
        self.button.setObjectName(name)
        self.button.setAccessibleDescription(meaning)
        layout = with_hint(self.button, hint_below(meaning, f"{name}Meaning", self, width))
        layout.addStretch(1)
        self.setLayout(layout)


def hint_below(text: str, name: str, parent: QWidget, width: int = FIELDS_WIDTH) -> QLabel:
    """Make a muted explanation that stands below a check box or radio button, in line with its text."""
    label = toned_label(text, "muted", parent, name)
    label.setWordWrap(True)
    label.setContentsMargins(INDICATOR_WIDTH, 0, 0, 0)
    label.setFixedWidth(width)
    return label


def with_hint(button: QWidget, hint: QLabel) -> QVBoxLayout:
    """Put a check box or radio button, which has room around itself, right above its explanation."""
    layout = QVBoxLayout()
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    layout.addWidget(button)
    layout.addWidget(hint)
    return layout


def section_title(text: str, parent: QWidget) -> QLabel:
    """Make the title of a group of fields."""
    return toned_label(text, "strong", parent)


def names_line(names: list[str], parent: QWidget) -> ElidedLabel:
    """Make the line that says which instances a dialog is about."""
    label = ElidedLabel(", ".join(names), parent)
    label.setObjectName("dialogNames")
    label.setProperty("tone", "muted")
    return label
