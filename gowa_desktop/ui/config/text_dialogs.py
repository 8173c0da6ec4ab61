"""Windows that show text to read and copy: an error inside the program, and the diagnostics before they are saved."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt, Slot
from PySide6.QtWidgets import QDialogButtonBox, QFileDialog, QHBoxLayout, QListWidget, QPlainTextEdit, QVBoxLayout, QWidget

from gowa_desktop.ui.look.fonts import fixed_font, scaled_font
from gowa_desktop.ui.look.labels import set_property, toned_label
from gowa_desktop.ui.parts.clipboard import CopyButton
from gowa_desktop.ui.parts.house_dialog import HouseDialog

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gowa_desktop.services.logs.diagnostics import DiagnosticFile


class _TextDialog(HouseDialog):
    """A headline, a sentence, text that can be copied, and a row of buttons. Deletes itself when closed; Esc closes."""

    def __init__(self, name: str, title: str, sentence: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.resize(820, 520)
        headline = toned_label(title, "", self, "dialogTitle")
        headline.setFont(scaled_font(self.font(), 1.3, bold=True))
        meaning = toned_label(sentence, "muted", self)
        meaning.setWordWrap(True)
        self.text = QPlainTextEdit(self)
        self.text.setObjectName(f"{name}Text")
        self.text.setAccessibleName(title)
        self.text.setReadOnly(True)
        self.text.setFont(fixed_font(self.font()))
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        set_property(self.text, "kind", "code")
        self.middle = QHBoxLayout()
        self.middle.addWidget(self.text, 1)
        self.buttons = QDialogButtonBox(self)
        self.buttons.rejected.connect(self.reject)
        self.buttons.accepted.connect(self.accept)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 16)
        layout.setSpacing(12)
        layout.addWidget(headline)
        layout.addWidget(meaning)
        layout.addLayout(self.middle, 1)
        layout.addWidget(self.buttons)


class ErrorWindow(_TextDialog):
    """Tells of a fault inside the program. Instances are not touched by it; the text holds no secrets."""

    def __init__(self, details: str, parent: QWidget | None = None) -> None:
        title = _tr("Something went wrong inside GOWA Desktop")
        sentence = _tr("Your instances go on running. Copy the details when you report it; secrets are hidden in them.")
        super().__init__("errorWindow", title, sentence, parent)
        self.text.setPlainText(details)
        self.text.setAccessibleName(self.tr("Details of the error"))
        copy = CopyButton("copyError", self.tr("Copy the details"), self.text.toPlainText, self)
        self.buttons.addButton(copy, QDialogButtonBox.ButtonRole.ActionRole)
        close = self.buttons.addButton(self.tr("Close"), QDialogButtonBox.ButtonRole.RejectRole)
        close.setObjectName("closeButton")
        close.setDefault(True)

    def add(self, details: str) -> None:
        """Show one more error in the window that is open already."""
        if self.text.blockCount() < 2000:
            self.text.appendPlainText("\n" + details)


class DiagnosticsDialog(_TextDialog):
    """Shows what would be saved, file by file; Save writes exactly that."""

    def __init__(
        self, files: Sequence[DiagnosticFile], save: Callable[[Path, list[DiagnosticFile]], None], parent: QWidget | None = None
    ) -> None:
        sentence = _tr("This is what the file will hold. Secrets, phone numbers and your user name are hidden; read it before you pass it on.")
        super().__init__("diagnosticsDialog", _tr("Diagnostics file"), sentence, parent)
        self._files = list(files)
        self._save = save
        self._list = QListWidget(self)
        self._list.setObjectName("diagnosticsFiles")
        self._list.setProperty("kind", "rows")
        self._list.setAccessibleName(self.tr("Files"))
        self._list.setFixedWidth(200)
        self._list.addItems([file.name for file in self._files])
        self.middle.insertWidget(0, self._list)
        self._list.currentRowChanged.connect(self._on_list_current_row_changed)
        self._list.setCurrentRow(0)
        save_button = self.buttons.addButton(self.tr("Save…"), QDialogButtonBox.ButtonRole.AcceptRole)
        save_button.setObjectName("diagnosticsSave")
        set_property(save_button, "kind", "primary")
        cancel = self.buttons.addButton(self.tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        cancel.setObjectName("cancelButton")

    def accept(self) -> None:
        """Ask where to, and save."""
        name, _ = QFileDialog.getSaveFileName(self, self.windowTitle(), "gowa-desktop-diagnostics.zip", self.tr("Zip (*.zip)"))
        if name:
            self.save_to(Path(name))

    def save_to(self, target: Path) -> None:
        """Save what is shown."""
        self._save(target, self._files)
        super().accept()

    @Slot(int)
    def _on_list_current_row_changed(self, row: int) -> None:
        if 0 <= row < len(self._files):
            self.text.setPlainText(self._files[row].text)


def _tr(text: str) -> str:
    return QCoreApplication.translate("TextDialogs", text)
