"""The page of the settings dialog that shows the data folder, and how another one is used."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QLineEdit, QPushButton

from gowa_desktop.infra.program_command import command_text, program_command
from gowa_desktop.ui.config.form_dialog import section_title
from gowa_desktop.ui.look.labels import toned_label
from gowa_desktop.ui.settings.settings_pages import SettingsPage

if TYPE_CHECKING:
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
            "Instances with their WhatsApp sessions, versions of GOWA, logs and these settings. Each folder has a program of its own: "
            "choose another one to get the command that starts GOWA Desktop with it. "
            "To move this one, stop all instances, quit, move it as a whole, and choose its new place here."
        )
        words = toned_label(meaning, "muted", self, "dataFolderWords")
        words.setWordWrap(True)
        button = QPushButton(self.tr("&Open folder"), self)
        button.setObjectName("dataFolderOpen")
        button.setAutoDefault(False)
        button.clicked.connect(self._on_button_clicked)
        for widget in (section_title(self.title, self), place, words):
            self.column.addWidget(widget)
        self._add_other_folder(button)
        self.search_text = f"{self.title}\n{meaning}\n{data_dir}".casefold()

    def _add_other_folder(self, opener: QPushButton) -> None:
        choose = QPushButton(self.tr("&Another folder…"), self)
        choose.setObjectName("dataFolderChoose")
        choose.setAutoDefault(False)
        choose.clicked.connect(self._on_choose_clicked)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (opener, choose):
            buttons.addWidget(button)
        buttons.addStretch(1)
        self.column.addLayout(buttons)
        self._command = QLineEdit(self)
        self._command.setObjectName("dataFolderCommand")
        self._command.setAccessibleName(self.tr("Command for this folder"))
        self._command.setReadOnly(True)
        self._copy = QPushButton(self.tr("&Copy command"), self)
        self._copy.setObjectName("dataFolderCopy")
        self._copy.setAutoDefault(False)
        self._copy.clicked.connect(self._on_copy_clicked)
        across = QHBoxLayout()
        across.setSpacing(8)
        across.addWidget(self._command, 1)
        across.addWidget(self._copy)
        self.column.addLayout(across)
        for widget in (self._command, self._copy):
            widget.hide()

    @Slot()
    def _on_choose_clicked(self) -> None:
        chooser = QFileDialog(self, self.tr("Choose a data folder"), str(self._data_dir.parent))
        chooser.setObjectName("dataFolderDialog")
        chooser.setFileMode(QFileDialog.FileMode.Directory)
        chooser.setOption(QFileDialog.Option.ShowDirsOnly)
        chooser.fileSelected.connect(self.show_command)
        chooser.finished.connect(chooser.deleteLater)
        chooser.open()

    @Slot(str)
    def show_command(self, folder: str) -> None:
        """Show the command that starts the program with this folder."""
        self._command.setText(command_text(program_command(Path(folder))))
        self._command.setCursorPosition(0)
        for widget in (self._command, self._copy):
            widget.show()
        self._copy.setFocus()

    @Slot()
    def _on_copy_clicked(self) -> None:
        QGuiApplication.clipboard().setText(self._command.text())

    @Slot()
    def _on_button_clicked(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._data_dir)))
