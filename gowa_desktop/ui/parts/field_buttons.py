"""Names for the small buttons that Qt puts into text fields, for people who cannot see their pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QLineEdit, QToolButton

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


def name_field_buttons(field: QWidget) -> None:
    """Name the buttons inside a text field, or inside the fields of a widget: the last one clears it, one before that is its sign."""
    for edit in [field] if isinstance(field, QLineEdit) else field.findChildren(QLineEdit):
        buttons = edit.findChildren(QToolButton)
        for button in buttons:
            button.setAccessibleName(edit.accessibleName() or field.accessibleName())
        if buttons:
            buttons[-1].setAccessibleName(QCoreApplication.translate("FieldButtons", "Clear the text"))
