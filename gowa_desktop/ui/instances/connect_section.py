"""How to reach an instance: base URL, sign-in, webhooks and a ready-made curl line. Passwords show only when asked for."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gowa_desktop.ui.look.fonts import fixed_font
from gowa_desktop.ui.look.labels import ElidedLabel, toned_label
from gowa_desktop.ui.parts.clipboard import CopyButton

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gowa_desktop.domain.connection import ConnectionDetails

_HIDDEN = "••••••••••••"


class ConnectSection(QWidget):
    """Lists addresses with a copy button each. Main thread; keeps no secrets beyond the details it was given."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("connectSection")
        self._details: ConnectionDetails | None = None
        self._rows = QWidget(self)
        self._layout = layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(toned_label(self.tr("Connect"), "strong", self))
        layout.addWidget(self._rows)

    def show_details(self, details: ConnectionDetails | None) -> None:
        """Show how to reach an instance; None when it cannot be reached at all. Anything revealed is hidden again on a change."""
        if details == self._details:
            return
        self._details = details
        self.setVisible(details is not None)
        fresh = QWidget(self)
        if details is not None:
            self._fill(fresh, details)
        self._layout.replaceWidget(self._rows, fresh)
        self._rows.hide()
        self._rows.deleteLater()
        self._rows = fresh
        fresh.show()

    def _fill(self, rows: QWidget, details: ConnectionDetails) -> None:
        grid = QGridLayout(rows)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        copy = self._copy("baseUrl", self.tr("Copy the base URL"), details.base_url)
        self._add_row(grid, self.tr("Base URL"), "baseUrl", details.base_url, [copy])
        if not details.users:
            self._add_note(grid, self.tr("Sign-in"), self.tr("No password: any program on this computer may use the API"))
        for number, (user, password) in enumerate(details.users):
            self._add_user(grid, number, user, password)
        for number, webhook in enumerate(details.webhooks):
            title, name = self.tr("Webhooks") if number == 0 else "", f"webhook{number}"
            self._add_row(grid, title, name, webhook, [self._copy(name, self.tr("Copy the webhook"), webhook)])
        if not details.webhooks:
            self._add_note(grid, self.tr("Webhooks"), self.tr("None"))
        copy_name = self.tr("Copy the curl line with its password") if details.users else self.tr("Copy the curl line")
        copy = self._copy("curl", copy_name, details.curl(masked=False))
        self._add_row(grid, self.tr("curl"), "curl", details.curl(masked=True), [copy])

    def _copy(self, name: str, accessible_name: str, text: str) -> CopyButton:
        return CopyButton(f"{name}Copy", accessible_name, partial(str, text), self)

    def _add_row(self, grid: QGridLayout, title: str, name: str, value: str, buttons: Sequence[QPushButton]) -> ElidedLabel:
        """Add a title, a value and buttons; returns the label of the value."""
        row = grid.rowCount()
        label = ElidedLabel(value, self)
        label.setObjectName(f"{name}Value")
        label.setFont(fixed_font(self.font()))
        content = QHBoxLayout()
        content.setSpacing(0)
        content.addWidget(label, 1)
        content.addSpacing(8)
        for button in buttons:
            content.addWidget(button)
        grid.addWidget(toned_label(title, "muted", self), row, 0)
        grid.addLayout(content, row, 1)
        return label

    def _add_note(self, grid: QGridLayout, title: str, note: str) -> None:
        row = grid.rowCount()
        grid.addWidget(toned_label(title, "muted", self), row, 0)
        label = toned_label(note, "muted", self)
        label.setWordWrap(True)
        label.setContentsMargins(0, 4, 0, 4)
        grid.addWidget(label, row, 1)

    def _add_user(self, grid: QGridLayout, number: int, user: str, password: str) -> None:
        name, hidden = f"signIn{number}", f"{user} · {_HIDDEN}"
        reveal = QPushButton(self.tr("Reveal"), self)
        reveal.setObjectName(f"{name}Reveal")
        reveal.setProperty("kind", "link")
        reveal.setCheckable(True)
        reveal.setAccessibleName(self.tr("Reveal the password of {user}").format(user=user))
        buttons = [reveal, self._copy(name, self.tr("Copy the password"), password)]
        value = self._add_row(grid, self.tr("Sign-in") if number == 0 else "", name, hidden, buttons)

        def on_toggled(is_revealed: bool) -> None:
            value.setText(f"{user} · {password}" if is_revealed else hidden)
            reveal.setText(self.tr("Hide") if is_revealed else self.tr("Reveal"))

        reveal.toggled.connect(on_toggled)
