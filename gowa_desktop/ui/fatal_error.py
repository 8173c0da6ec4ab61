"""The last word of a program that cannot open its window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QMessageBox

from gowa_desktop.ui.look.icons import Tint, icon
from gowa_desktop.ui.look.sentences import told

if TYPE_CHECKING:
    from gowa_desktop.domain.errors import GowaError

SIGN_SIZE = 32
TEXT_WIDTH = 420
"""Qt would make the box as narrow as its headline."""
_TEXTS = frozenset({"qt_msgbox_label", "qt_msgbox_informativelabel"})
"""Qt's names for the two texts of a box."""


def show_fatal_error(error: GowaError) -> None:
    """Tell why the program cannot open its window; returns when the person has read it."""
    fatal_error_box(error).exec()


def fatal_error_box(error: GowaError) -> QMessageBox:
    """Make the box that tells it."""
    box = QMessageBox(QMessageBox.Icon.Critical, QGuiApplication.applicationDisplayName(), told(error.message))
    box.setObjectName("fatalError")
    box.setIconPixmap(icon("error", Tint.FAILED).pixmap(QSize(SIGN_SIZE, SIGN_SIZE), box.devicePixelRatio()))
    box.setInformativeText(told(error.next_step))
    for label in box.findChildren(QLabel):
        if label.objectName() in _TEXTS:
            label.setMinimumWidth(TEXT_WIDTH)
    # A standard button would bring Fusion's own picture along.
    box.addButton(QCoreApplication.translate("FatalError", "Close"), QMessageBox.ButtonRole.AcceptRole)
    return box
