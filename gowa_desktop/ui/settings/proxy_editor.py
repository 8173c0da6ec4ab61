"""The editor for the proxy: the system's, none, or one of the person's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QButtonGroup, QLineEdit, QRadioButton, QVBoxLayout, QWidget

from gowa_desktop.domain.app_settings import NO_PROXY
from gowa_desktop.ui.config.form_dialog import INDICATOR_WIDTH
from gowa_desktop.ui.look.labels import set_property
from gowa_desktop.ui.settings.setting_editors import Editor

if TYPE_CHECKING:
    from collections.abc import Mapping

SYSTEM, NONE, OWN = "proxySystem", "proxyNone", "proxyOwn"
_MISSING = "http://"
"""What an empty address counts as: it is refused where nothing would mean the system's proxy."""


class ProxyEditor(Editor):
    """Three buttons and an address. `words` are the texts of the buttons by name."""

    def __init__(self, words: Mapping[str, str], title: str, parent: QWidget) -> None:
        column = QWidget(parent)
        super().__init__(column, parent)
        layout = QVBoxLayout(column)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self._group = QButtonGroup(self)
        for name, text in words.items():
            button = QRadioButton(text, column)
            button.setObjectName(name)
            self._group.addButton(button)
            layout.addWidget(button)
        self.line = QLineEdit(column)
        self.line.setObjectName("proxyAddress")
        self.line.setAccessibleName(title)
        self.line.setPlaceholderText("http://proxy.example:3128")
        inset = QVBoxLayout()
        inset.setContentsMargins(INDICATOR_WIDTH, 0, 0, 0)
        inset.addWidget(self.line)
        layout.addLayout(inset)
        self.line.textChanged.connect(self.edited)
        self._group.buttonToggled.connect(self._on_group_button_toggled)
        self._choose(SYSTEM)

    def value(self) -> str | None:
        """Give the address, `NO_PROXY`, or None for the system's."""
        chosen = self._chosen()
        if chosen == OWN:
            return self.line.text().strip() or _MISSING
        return NO_PROXY if chosen == NONE else None

    def show_value(self, value: str | None) -> None:
        """Choose the button, and show an address."""
        self._choose(SYSTEM if value is None else NONE if value == NO_PROXY else OWN)
        if value not in {None, NO_PROXY}:
            self.line.setText(value or "")

    def mark_wrong(self, *, is_wrong: bool) -> None:
        """Mark the address."""
        set_property(self.line, "invalid", is_wrong)
        set_property(self.widget, "invalid", is_wrong)

    def _choose(self, name: str) -> None:
        for button in self._group.buttons():
            button.setChecked(button.objectName() == name)
            if button.isChecked():
                self.widget.setFocusProxy(self.line if name == OWN else button)
        self.line.setEnabled(name == OWN)

    def _chosen(self) -> str:
        button = self._group.checkedButton()
        return button.objectName() if button is not None else SYSTEM

    @Slot()
    def _on_group_button_toggled(self) -> None:
        is_own = self._chosen() == OWN
        self.line.setEnabled(is_own)
        button = self._group.checkedButton()
        self.widget.setFocusProxy(self.line if is_own or button is None else button)
        self.edited.emit()
