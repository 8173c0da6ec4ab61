"""Removing versions: asks first, says who uses one that cannot go, and cleans up old ones."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from gowa_desktop.ui.look.format import format_bytes
from gowa_desktop.ui.parts.dialogs import ConfirmDialog
from gowa_desktop.ui.parts.message_bar import Message
from gowa_desktop.ui.verbs import Question
from gowa_desktop.ui.versions.clean_up_dialog import CleanUpDialog
from gowa_desktop.ui.versions.version_rows import used_by_words

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from gowa_desktop.services.versions.version_manager import VersionManager
    from gowa_desktop.ui.versions.version_rows import VersionRow
    from gowa_desktop.ui.versions.version_runner import VersionRunner


class VersionRemoval(QObject):
    """Asks before versions go. Main thread; lives as long as the window that it asks in."""

    refused = Signal(Message)
    """Why a version cannot go."""

    def __init__(self, versions: VersionManager, runner: VersionRunner, window: QWidget) -> None:
        super().__init__(window)
        self._versions = versions
        self._runner = runner
        self._window = window

    def ask(self, row: VersionRow) -> None:
        """Ask whether an installed version is to go, or say who uses it."""
        users = self._versions.used_by(row.tag)
        if users:
            title = self.tr("GOWA {version} cannot be removed now").format(version=row.tag)
            text = self.tr("It is used by {names}.").format(names=used_by_words(users))
            detail = self.tr("Move them to another version first, or delete them.")
            self.refused.emit(Message(f"remove-{row.tag}", text, title=title, detail=detail))
            return
        dialog = ConfirmDialog(self._question(row), [row.tag], self._window)
        dialog.accepted.connect(partial(self._runner.remove, row.tag))
        dialog.open()

    @Slot()
    def ask_to_clean_up(self) -> None:
        """Ask how many versions stay."""
        dialog = CleanUpDialog(self._versions, self._window)
        dialog.clean_up_requested.connect(self._runner.clean_up)
        dialog.open()

    def _question(self, row: VersionRow) -> Question:
        if row.notes is None:
            effect = self.tr("This frees {size}. It is not in the list of releases, so you need its file to install it again.")
        else:
            effect = self.tr("This frees {size}. You can install it again while its release can be downloaded.")
        return Question(
            self.tr("Remove GOWA {version}?").format(version=row.tag), effect.format(size=format_bytes(row.size_bytes or 0)),
            self.tr("Remove {version}").format(version=row.tag),
        )  # fmt: skip
