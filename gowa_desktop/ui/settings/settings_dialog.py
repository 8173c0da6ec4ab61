"""The dialog for the program's own settings: a list of sections, and the fields of the one that is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QListWidget, QStackedWidget, QWidget

from gowa_desktop.domain.errors import GowaError
from gowa_desktop.ui.config.form_dialog import FormDialog
from gowa_desktop.ui.settings.settings_pages import FieldError, InstancesSection, NetworkSection, VersionsSection

if TYPE_CHECKING:
    from gowa_desktop.services.settings import AppSettings

LIST_WIDTH = 170


class SettingsDialog(FormDialog):
    """Shows and saves the settings. Main thread."""

    def __init__(self, settings: AppSettings, parent: QWidget) -> None:
        super().__init__(self.tr("Settings"), "settingsDialog", parent)
        self._instances = InstancesSection(settings, self)
        self._sections = [self._instances, VersionsSection(settings, self), NetworkSection(settings, self)]
        self._list = QListWidget(self)
        self._list.setObjectName("settingsSections")
        self._list.setAccessibleName(self.tr("Sections"))
        self._list.setProperty("kind", "sections")
        self._list.setFixedWidth(LIST_WIDTH)
        self._stack = QStackedWidget(self)
        for section in self._sections:
            self._list.addItem(section.title)
            self._stack.addWidget(section)
        across = QHBoxLayout()
        across.setSpacing(24)
        across.addWidget(self._list)
        across.addWidget(self._stack, 1)
        self.body.addLayout(across)
        self._list.currentRowChanged.connect(self._stack.setCurrentIndex)
        self._list.setCurrentRow(0)
        self.add_buttons(self.tr("Save"), "settingsSave")
        self._instances.focus_first()

    def accept(self) -> None:
        """Save; stay open and say why when that is not possible."""
        self.show_problem("")
        for number, section in enumerate(self._sections):
            try:
                section.save()
            except FieldError as error:
                self._list.setCurrentRow(number)
                error.editor.setFocus()
                return
            except GowaError as error:
                self.show_problem(str(error))
                return
        super().accept()
