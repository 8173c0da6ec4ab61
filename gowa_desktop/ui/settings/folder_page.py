"""The page of the settings dialog that shows the data folder, and how another one is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QLabel, QPushButton

from gowa_desktop.ui.config.form_dialog import section_title
from gowa_desktop.ui.look.labels import toned_label
from gowa_desktop.ui.settings.settings_pages import SettingsPage

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QWidget


class FolderPage(SettingsPage):
    """Shows where everything is. Main thread."""

    def __init__(self, data_dir: Path, parent: QWidget) -> None:
        super().__init__("", "settingsFolder", parent)
        self.title = self.tr("Data folder")
        self._data_dir = data_dir
        place = QLabel(str(data_dir), self)
        place.setObjectName("dataFolder")
        place.setWordWrap(True)
        place.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard)
        meaning = self.tr(
            "Instances with their WhatsApp sessions, versions of GOWA, logs and these settings. "
            "To use another folder, quit and start GOWA Desktop with --data-dir and its path; each folder has a program of its own."
        )
        words = toned_label(meaning, "muted", self, "dataFolderWords")
        words.setWordWrap(True)
        button = QPushButton(self.tr("&Open folder"), self)
        button.setObjectName("dataFolderOpen")
        button.setAutoDefault(False)
        button.clicked.connect(self._on_button_clicked)
        for widget in (section_title(self.title, self), place, words):
            self.column.addWidget(widget)
        self.column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        self.search_text = f"{self.title}\n{meaning}\n{data_dir}".casefold()

    @Slot()
    def _on_button_clicked(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._data_dir)))
