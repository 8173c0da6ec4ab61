"""Start at login in the settings dialog: shows what the system says now, and has it changed; nothing of it is stored by us."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from gowa_desktop.infra.login_start import LoginStart
from gowa_desktop.ui.config.form_dialog import FIELDS_WIDTH, hint_below

if TYPE_CHECKING:
    from gowa_desktop.infra.login_start import Autostart


class LoginRow(QWidget):
    """A check box with a line below it. Main thread."""

    def __init__(self, autostart: Autostart, parent: QWidget) -> None:
        super().__init__(parent)
        self._autostart = autostart
        self._before = autostart.state()
        self.box = QCheckBox(self.tr("Start at &login"), self)
        self.box.setObjectName("startAtLogin")
        self.box.setChecked(self._before is LoginStart.ON)
        hint = self.tr("Minimised, and with the instances that should run.")
        if self._before is LoginStart.SWITCHED_OFF:
            hint = self.tr("The system's own settings switched it off. Check this to switch it on again.")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.box)
        column.addWidget(hint_below(hint, "startAtLoginWords", self, FIELDS_WIDTH))
        self._search_text = f"{self.box.text().replace('&', '')}\n{hint}\nautostart".casefold()

    def save(self) -> None:
        """Have the system do as the box says, where it does not yet.

        Raises:
            GowaError: the system refuses.
        """
        is_on = self.box.isChecked()
        if is_on and self._before is not LoginStart.ON:
            self._autostart.turn_on()
        elif not is_on and self._before is LoginStart.ON:
            self._autostart.turn_off()

    def matches(self, words: list[str]) -> bool:
        """Tell whether all words, in small letters, occur in what the row says."""
        return all(word in self._search_text for word in words)
