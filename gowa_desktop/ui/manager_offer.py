"""The offer to work on gowa-manager's data folder: a card for the empty window, and the dialog that explains how."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QDialogButtonBox, QFrame, QHBoxLayout, QLineEdit, QPushButton, QWidget

from gowa_desktop.infra.program_command import command_text, program_command
from gowa_desktop.ui.look.icons import Tint
from gowa_desktop.ui.look.labels import toned_label
from gowa_desktop.ui.parts.clipboard import CopyButton
from gowa_desktop.ui.parts.dialogs import PlainDialog

if TYPE_CHECKING:
    from gowa_desktop.infra.manager_folders import ManagerFolder


class ManagerCard(QFrame):
    """Says where data of gowa-manager lies and offers to use it."""

    def __init__(self, folder: ManagerFolder, parent: QWidget) -> None:
        super().__init__(parent)
        self._folder = folder
        self.setObjectName("managerCard")
        self.setProperty("kind", "step")
        words = self.tr("Found gowa-manager data in {folder}.").format(folder=folder.path)
        label = toned_label(words, "strong", self, "managerCardText")
        label.setWordWrap(True)
        button = QPushButton(self.tr("Use it…"), self)
        button.setObjectName("managerCardUse")
        button.setAccessibleName(self.tr("Use the data of gowa-manager in {folder}").format(folder=folder.path))
        button.setMinimumWidth(170)
        button.clicked.connect(self._on_button_clicked)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 8, 16, 8)
        layout.setSpacing(16)
        layout.addWidget(label, 1)
        layout.addWidget(button)

    @Slot()
    def _on_button_clicked(self) -> None:
        ManagerDialog(self._folder, self.window()).open()


class ManagerDialog(PlainDialog):
    """Explains what using the folder means and gives the command for it. Changes and stores nothing."""

    def __init__(self, folder: ManagerFolder, parent: QWidget) -> None:
        stop = self.tr("Stop gowa-manager first: two programs must not work on one folder.")
        if folder.is_in_use:
            stop = self.tr("gowa-manager is working on this folder now. Stop it first: two programs must not work on one folder.")
        count = self.tr("It has 1 instance folder.") if folder.instances == 1 else self.tr("It has {count} instance folders.").format(
            count=folder.instances
        )  # fmt: skip
        kept = self.tr(
            "Names, keys, ports, settings, WhatsApp sessions and installed versions are kept, where they are. GOWA Desktop adds files "
            "and columns of its own, so copy the folder first if you may want to go back."
        )
        how = self.tr("Then quit GOWA Desktop and start it with this command:")
        super().__init__(
            self.tr("Use the data of gowa-manager"), "\n\n".join((str(folder.path), count, stop, kept, how)), ("folder", Tint.ACCENT), parent
        )
        self.setObjectName("managerDialog")
        command = command_text([*program_command(), "--data-dir", str(folder.path)])
        line = QLineEdit(command, self)
        line.setObjectName("managerCommand")
        line.setAccessibleName(self.tr("Command"))
        line.setReadOnly(True)
        line.setCursorPosition(0)
        self.body.addWidget(line)
        copy = CopyButton("managerCopy", self.tr("Copy the command"), line.text, self)
        copy.setAutoDefault(False)
        self.body.addWidget(copy, 0, Qt.AlignmentFlag.AlignLeft)
        close = self.add_button(self.tr("Close"), "closeButton", QDialogButtonBox.ButtonRole.RejectRole)
        close.setDefault(True)
