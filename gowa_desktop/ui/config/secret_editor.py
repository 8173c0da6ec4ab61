"""Editors for secrets: hidden until revealed, copied without being shown, generated on demand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from gowa_desktop.ui.config.option_editor import LineEditor, OptionEditor, shown_text
from gowa_desktop.ui.look.icons import Tint, icon
from gowa_desktop.ui.parts.clipboard import SAID_MS
from gowa_desktop.ui.parts.hiding_line import HidingLine, masked_address
from gowa_desktop.ui.parts.icon_button import IconButton

if TYPE_CHECKING:
    from collections.abc import Callable

    from gowa_desktop.domain.json_types import Json
    from gowa_desktop.domain.options import Option


class SecretLine(QWidget):
    """A hidden line with buttons to reveal, copy and, where that makes sense, generate."""

    text_changed = Signal(str)
    """The text is another one."""

    def __init__(self, name: str, parent: QWidget, generate: Callable[[], str] | None) -> None:
        super().__init__(parent)
        self._generate_text = generate
        self.line = QLineEdit(self)
        self.line.setObjectName(name)
        self.line.setEchoMode(QLineEdit.EchoMode.Password)
        self._reveal = IconButton(f"{name}Reveal", "eye", self.tr("Reveal"), self)
        self._reveal.setCheckable(True)
        self._copy = IconButton(f"{name}Copy", "copy", self.tr("Copy"), self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.line, 1)
        layout.addSpacing(2)
        layout.addWidget(self._reveal)
        layout.addWidget(self._copy)
        self._generate: IconButton | None = None
        if generate is not None:
            self._generate = IconButton(f"{name}Generate", "wand", self.tr("Generate"), self)
            self._generate.clicked.connect(self._on_generate_clicked)
            layout.addWidget(self._generate)
        self._reveal.toggled.connect(self._on_reveal_toggled)
        self._copy.clicked.connect(self._on_copy_clicked)
        self._said = QTimer(self)
        self._said.setSingleShot(True)
        self._said.setInterval(SAID_MS)
        self._said.timeout.connect(self._on_said_timeout)
        self.line.textChanged.connect(self._on_line_text_changed)
        self._copy.setEnabled(False)

    def set_text(self, text: str) -> None:
        """Show another secret, hidden."""
        self._reveal.setChecked(False)
        self.line.setText(text)
        self.line.setCursorPosition(0)

    def describe(self, name: str) -> None:
        """Name the buttons after what they work on."""
        self._reveal.set_words(self.tr("Reveal: {name}").format(name=name))
        self._copy.set_words(self.tr("Copy: {name}").format(name=name))
        if self._generate is not None:
            self._generate.set_words(self.tr("Generate: {name}").format(name=name))

    def stops(self) -> list[QWidget]:
        """Give what Tab goes through, in order."""
        return [self.line, self._reveal, self._copy, *([self._generate] if self._generate is not None else [])]

    @Slot(bool)
    def _on_reveal_toggled(self, is_revealed: bool) -> None:
        self.line.setEchoMode(QLineEdit.EchoMode.Normal if is_revealed else QLineEdit.EchoMode.Password)
        self._reveal.setIcon(icon("eye-closed" if is_revealed else "eye", Tint.MUTED))

    @Slot()
    def _on_copy_clicked(self) -> None:
        QGuiApplication.clipboard().setText(self.line.text())
        self._copy.setIcon(icon("check", Tint.ACCENT))
        self._said.start()

    @Slot()
    def _on_said_timeout(self) -> None:
        self._copy.setIcon(icon("copy", Tint.MUTED))

    @Slot()
    def _on_generate_clicked(self) -> None:
        if self._generate_text is not None:
            self.line.setText(self._generate_text())

    @Slot(str)
    def _on_line_text_changed(self, text: str) -> None:
        self._copy.setEnabled(bool(text))
        self.text_changed.emit(text)


class SecretEditor(OptionEditor):
    """A password, key or token."""

    def __init__(self, option: Option, parent: QWidget, generate: Callable[[], str] | None) -> None:
        super().__init__(option, parent)
        self._secret = SecretLine(f"option_{option.key}", self, generate)
        self.lay_in_row(self._secret)
        self._secret.text_changed.connect(self.note_edit)

    def describe(self, name: str, description: str) -> None:
        """Name every part after the option."""
        super().describe(name, description)
        self._secret.describe(name)

    def _target(self) -> QWidget:
        return self._secret.line

    def stops(self) -> list[QWidget]:
        """Give what Tab goes through, in order."""
        return self._secret.stops()

    def _read(self) -> Json:
        return self._secret.line.text()

    def _write(self, value: Json) -> None:
        self._secret.set_text(shown_text(value))


class AddressEditor(LineEditor):
    """An address that may carry a password, such as that of a database or a proxy."""

    def __init__(self, option: Option, parent: QWidget) -> None:
        super().__init__(option, parent, HidingLine(parent, masked_address))
        self.lay_in_row(self._line)
