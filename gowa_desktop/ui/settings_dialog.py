"""The dialog for the program's own settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gowa_desktop.domain.errors import GowaError, PortInvalidError
from gowa_desktop.domain.restart_policy import FAILURE_LIMIT, FAILURE_WINDOW_S, SLOW_RETRY_S
from gowa_desktop.services.settings import LAST_PORT
from gowa_desktop.ui.form_dialog import FIELDS_WIDTH, FormDialog, NumberBox, hint_below
from gowa_desktop.ui.form_field import FormField
from gowa_desktop.ui.labels import set_property

if TYPE_CHECKING:
    from gowa_desktop.services.settings import AppSettings

MOST_PARALLEL_STARTS = 16


class SettingsDialog(FormDialog):
    """Shows and saves the settings. Main thread."""

    def __init__(self, settings: AppSettings, parent: QWidget) -> None:
        super().__init__(self.tr("Settings"), "settingsDialog", parent)
        self._settings = settings
        self._first = NumberBox(self.tr("First port"), "portFirst", 0, LAST_PORT, self)
        self._last = NumberBox(self.tr("Last port"), "portLast", 0, LAST_PORT, self)
        self._ports = FormField(self.tr("&Ports for new instances"), self._port_row(), self, "portRange", is_short=True)
        self._ports.show_hint(self.tr("A new instance gets the first free one."))
        for box, port in zip((self._first, self._last), settings.port_range, strict=True):
            box.setValue(port)
        self._starts = NumberBox("", "", 1, MOST_PARALLEL_STARTS, self)
        self._starts.setValue(settings.parallel_starts)
        self._starts_field = FormField(self.tr("&Instances that start at a time"), self._starts, self, "parallelStarts", is_short=True)
        self._starts_field.show_hint(self.tr("When the program starts. More is faster, and asks more of the computer at once."))
        retries = self.tr("&Try a given-up instance again every {minutes} minutes").format(minutes=round(SLOW_RETRY_S / 60))
        self._retries = QCheckBox(retries, self)
        self._retries.setObjectName("retriesSlowly")
        self._retries.setChecked(settings.retries_slowly)
        self._lay_out()
        self.add_buttons(self.tr("Save"), "settingsSave")
        for box in (self._first, self._last):
            box.valueChanged.connect(self._on_port_changed)
        self._first.setFocus()
        self._first.selectAll()

    def accept(self) -> None:
        """Save; stay open and say why when that is not possible."""
        self.show_problem("")
        try:
            self._settings.set_port_range(self._first.value(), self._last.value())
            self._settings.set_parallel_starts(self._starts.value())
            self._settings.set_retries_slowly(is_on=self._retries.isChecked())
        except PortInvalidError as error:
            self._show_port_error(str(error))
            self._first.setFocus()
            self._first.selectAll()
        except GowaError as error:
            self.show_problem(str(error))
        else:
            super().accept()

    def _port_row(self) -> QWidget:
        row = QWidget(self)
        row.setFocusProxy(self._first)
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._first)
        layout.addWidget(QLabel(self.tr("to"), row))
        layout.addWidget(self._last)
        return row

    def _lay_out(self) -> None:
        self._ports.setMinimumWidth(FIELDS_WIDTH)
        meaning = self.tr("One that failed {count} times in {minutes} minutes is given up. Off, it stays down until you start it.")
        meaning = meaning.format(count=FAILURE_LIMIT, minutes=round(FAILURE_WINDOW_S / 60))
        self.body.addWidget(self._ports)
        self.body.addWidget(self._starts_field)
        group = QVBoxLayout()
        group.setSpacing(0)
        group.addWidget(self._retries)
        group.addWidget(hint_below(meaning, "retriesSlowlyMeaning", self))
        self.body.addLayout(group)

    @Slot()
    def _on_port_changed(self) -> None:
        self._show_port_error("")

    def _show_port_error(self, error: str) -> None:
        self._ports.show_error(error)
        for box in (self._first, self._last):
            set_property(box, "invalid", bool(error))
