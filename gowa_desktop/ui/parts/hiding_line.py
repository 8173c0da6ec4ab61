"""A line of text that shows its secrets only while it is being edited; in between dots stand in their places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import QLineEdit, QStyle, QStyleOptionFrame, QWidget

from gowa_desktop.domain.log_lines import hide_secrets
from gowa_desktop.domain.redaction import address_secrets

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QFocusEvent, QPaintEvent

TEXT_MARGIN = 2
"""What Qt leaves free between the edge of a line's contents and its text."""


class HidingLine(QLineEdit):
    """Edits a text that may carry a secret; `masked` gives the text without it."""

    def __init__(self, parent: QWidget, masked: Callable[[str], str]) -> None:
        super().__init__(parent)
        self._masked = masked
        self.textChanged.connect(self.hide_secret)

    @property
    def shown_text(self) -> str:
        """What is seen."""
        return self.text() if self.echoMode() is QLineEdit.EchoMode.Normal else self._masked(self.text())

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show what is edited."""
        self.setEchoMode(QLineEdit.EchoMode.Normal)
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide it again; not while the context menu is open, whose Copy would do nothing then."""
        super().focusOutEvent(event)
        if event.reason() is not Qt.FocusReason.PopupFocusReason:
            self.hide_secret()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the text without its secret in place of the text, which Qt leaves out then."""
        super().paintEvent(event)
        if self.echoMode() is QLineEdit.EchoMode.Normal:
            return
        option = QStyleOptionFrame()
        self.initStyleOption(option)
        room = self.style().subElementRect(QStyle.SubElement.SE_LineEditContents, option, self).adjusted(TEXT_MARGIN, 0, -TEXT_MARGIN, 0)
        text = self.fontMetrics().elidedText(self.shown_text, Qt.TextElideMode.ElideRight, room.width())
        painter = QPainter(self)
        alignment = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        self.style().drawItemText(painter, room, alignment, self.palette(), self.isEnabled(), text, QPalette.ColorRole.Text)
        painter.end()

    @Slot()
    def hide_secret(self) -> None:
        """Hide the secret where there is one."""
        if not self.hasFocus():
            carries = self._masked(self.text()) != self.text()
            self.setEchoMode(QLineEdit.EchoMode.NoEcho if carries else QLineEdit.EchoMode.Normal)


def masked_address(text: str) -> str:
    """Give an address without its password or token."""
    return hide_secrets(text, address_secrets(text))
