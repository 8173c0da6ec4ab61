"""Importing a GOWA version: choosing the file, asking for the version where the name is silent, telling how it went."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog

from gowa_desktop.domain.errors import GowaError
from gowa_desktop.domain.versions import parse_asset_name
from gowa_desktop.ui.parts.dialogs import VersionTagDialog
from gowa_desktop.ui.parts.message_bar import Kind, Message

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from gowa_desktop.services.instances.operation import Operation
    from gowa_desktop.services.versions.version_manager import VersionManager

_KEY = "import"


class VersionImport(QObject):
    """Brings versions from files into the program. Main thread; lives as long as the window."""

    told = Signal(Message)
    """What a person should know."""

    def __init__(self, versions: VersionManager, front: Callable[[], QWidget], parent: QObject) -> None:
        super().__init__(parent)
        self._versions = versions
        self._front = front
        self._operation: Operation | None = None

    @Slot()
    def choose_file(self) -> None:
        """Let the person choose a file and import it."""
        dialog = QFileDialog(self._front(), self.tr("Import GOWA version"))
        dialog.setObjectName("importDialog")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([self.tr("GOWA release (*.zip)"), self.tr("All files (*)")])
        dialog.fileSelected.connect(self._on_file_selected)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot(Path)
    def import_file(self, path: Path) -> None:
        """Import a file; ask which version it is when its name does not say so."""
        if parse_asset_name(path.name) is not None:
            self._begin(path, None)
            return
        dialog = VersionTagDialog(path.name, self._front())
        dialog.accepted.connect(lambda: self._begin(path, dialog.tag))
        dialog.open()

    def _begin(self, path: Path, tag: str | None) -> None:
        text = self.tr("Importing {file}").format(file=path.name)
        self.told.emit(Message(_KEY, text, Kind.BUSY))
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
        self.told.emit(Message(_KEY, text, Kind.GOOD))

    def _show_failure(self, path: Path, error: GowaError) -> None:
        title = self.tr("{file} could not be imported").format(file=path.name)
        self.told.emit(Message(_KEY, error.message, title=title, detail=error.next_step))
