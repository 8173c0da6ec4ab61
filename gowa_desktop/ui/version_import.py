"""Importing a GOWA version: choosing the file, asking for the version where the name is silent, telling how it went."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from gowa_desktop.domain.errors import GowaError
from gowa_desktop.domain.versions import parse_asset_name
from gowa_desktop.ui.dialogs import VersionTagDialog
from gowa_desktop.ui.message_bar import Kind, Message

if TYPE_CHECKING:
    from gowa_desktop.services.operation import Operation
    from gowa_desktop.services.version_manager import VersionManager
    from gowa_desktop.ui.message_bar import MessageBar

_KEY = "import"


class VersionImport(QObject):
    """Brings versions from files into the program. Main thread; lives as long as the window."""

    def __init__(self, versions: VersionManager, messages: MessageBar, window: QWidget) -> None:
        super().__init__(window)
        self._versions = versions
        self._messages = messages
        self._window = window
        self._operation: Operation | None = None

    @Slot()
    def choose_file(self) -> None:
        """Let the person choose a file and import it."""
        dialog = QFileDialog(self._window.window(), self.tr("Import GOWA version"))
        dialog.setObjectName("importDialog")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([self.tr("GOWA release (*.zip)"), self.tr("All files (*)")])
        dialog.fileSelected.connect(self._on_file_selected)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def import_file(self, path: Path) -> None:
        """Import a file; ask which version it is when its name does not say so."""
        if parse_asset_name(path.name) is not None:
            self._begin(path, None)
            return
        dialog = VersionTagDialog(path.name, self._window)
        dialog.accepted.connect(lambda: self._begin(path, dialog.tag))
        dialog.open()

    def _begin(self, path: Path, tag: str | None) -> None:
        text = self.tr("Importing {file}").format(file=path.name)
        self._messages.show_message(Message(_KEY, text, Kind.BUSY))
        before = {version.tag for version in self._versions.installed()}
        try:
            self._operation = self._versions.import_file(path, tag)
        except GowaError as error:
            self._show_failure(path, error)
            return
        if self._operation.is_finished:
            self._on_operation_finished(path, before)
        else:
            self._operation.finished.connect(partial(self._on_operation_finished, path, before))

    @Slot(str)
    def _on_file_selected(self, path: str) -> None:
        self.import_file(Path(path))

    def _on_operation_finished(self, path: Path, before: set[str]) -> None:
        operation, self._operation = self._operation, None
        if operation is None:
            return
        if operation.error is not None:
            self._show_failure(path, operation.error)
            return
        new = [version.tag for version in self._versions.installed() if version.tag not in before]
        text = (
            self.tr("GOWA {version} is ready.").format(version=new[0])
            if new
            else self.tr("This version was installed already.")
        )
        self._messages.show_message(Message(_KEY, text, Kind.GOOD))

    def _show_failure(self, path: Path, error: GowaError) -> None:
        title = self.tr("{file} could not be imported").format(file=path.name)
        self._messages.show_message(Message(_KEY, error.message, title=title, detail=error.next_step))
