"""One row of two fields and a button to remove it: a user with a password, or a name with a value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QWidget

from gowa_desktop.domain.redaction import masked_variable
from gowa_desktop.ui.config.secret_editor import SecretLine
from gowa_desktop.ui.look.labels import WrappedLabel, set_property
from gowa_desktop.ui.parts.hiding_line import HidingLine
from gowa_desktop.ui.parts.icon_button import IconButton
from gowa_desktop.ui.parts.settling import settle

if TYPE_CHECKING:
    from collections.abc import Callable


class PairRow(QWidget):
    """Edits two texts that belong together; the second one may be a secret."""

    changed = Signal()
    """One of the texts is different."""
    remove_requested = Signal()
    """The row is to go."""

    def __init__(self, name: str, parent: QWidget, generate: Callable[[], str] | None, *, is_secret: bool) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.first = QLineEdit(self)
        self.first.setObjectName(f"{name}First")
        self._secret = SecretLine(f"{name}Second", self, generate) if is_secret else None
        self.second = self._secret.line if self._secret is not None else HidingLine(self, self._masked)
        self.second.setObjectName(f"{name}Second")
        self._remove = IconButton(f"{name}Remove", "close", "", self)
        self._problem: QLabel | None = None
        self._problem_text = self._description = ""
        self._layout = QGridLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setHorizontalSpacing(4)
        self._layout.setVerticalSpacing(2)
        self._layout.addWidget(self.first, 0, 0)
        self._layout.addWidget(self._secret or self.second, 0, 1)
        self._layout.addWidget(self._remove, 0, 2)
        self._layout.setColumnStretch(0, 2)
        self._layout.setColumnStretch(1, 3)
        self.first.textChanged.connect(self.changed)
        self.second.textChanged.connect(self.changed)
        if isinstance(self.second, HidingLine):
            self.first.textChanged.connect(self.second.hide_secret)
        self._remove.clicked.connect(self.remove_requested)

    @property
    def has_problem(self) -> bool:
        """True while something is said to be wrong with the row."""
        return bool(self._problem_text)

    @property
    def is_blank(self) -> bool:
        """True while neither field has a text; such a row does not count."""
        return not self.first.text() and not self.second.text()

    def texts(self) -> tuple[str, str]:
        """Give both texts."""
        return self.first.text(), self.second.text()

    def show_texts(self, first: str, second: str) -> None:
        """Show other texts; a secret is hidden."""
        self.first.setText(first)
        if self._secret is not None:
            self._secret.set_text(second)
        else:
            self.second.setText(second)
        for line in (self.first, self.second):
            line.setCursorPosition(0)

    def name_parts(self, first: str, second: str, remove: str, description: str) -> None:
        """Name the fields and the button, and describe the fields."""
        self._description = description
        self._describe()
        self.first.setAccessibleName(first)
        self.second.setAccessibleName(second)
        if self._secret is not None:
            self._secret.describe(second)
        self._remove.set_words(remove)

    def show_problem(self, problem: str) -> None:
        """Say below the row what is wrong with it; empty when all is well."""
        if problem == self._problem_text:
            return
        self._problem_text = problem
        for line in (self.first, self.second):
            set_property(line, "invalid", bool(problem))
        self._describe()
        if self._problem is None and problem:
            self._problem = WrappedLabel("", "error", self, f"{self.objectName()}Problem")
            self._layout.addWidget(self._problem, 1, 0, 1, 3)
        if self._problem is not None:
            self._problem.setText(problem)
            self._problem.setVisible(bool(problem))
            settle(self)

    def stops(self) -> list[QWidget]:
        """Give what Tab goes through, in order."""
        middle: list[QWidget] = self._secret.stops() if self._secret is not None else [self.second]
        return [self.first, *middle, self._remove]

    def _describe(self) -> None:
        for line in (self.first, self.second):
            line.setAccessibleDescription(f"{self._problem_text} {self._description}".strip())

    def _masked(self, text: str) -> str:
        return masked_variable(self.first.text(), text)
