"""LinkOpener: shows the instance that a link names. A link comes from anywhere, so it never does more than that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from gowa_desktop.domain.errors import GowaError, NotFoundError
from gowa_desktop.domain.links import instance_key

if TYPE_CHECKING:
    from gowa_desktop.ui.instances.instance_table import InstanceModel


class LinkOpener(QObject):
    """Finds out where links lead. Main thread; lives as long as the window."""

    show_requested = Signal(int)
    """The instance with this id is to be shown."""
    refused = Signal(object)
    """A GowaError: why a link leads nowhere, and what to do."""

    def __init__(self, model: InstanceModel, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model

    def open(self, link: str) -> None:
        """Show the instance that a link names, or say why that cannot be."""
        try:
            self.show_requested.emit(self._find(instance_key(link)))
        except GowaError as error:
            self.refused.emit(error)

    def _find(self, key: str) -> int:
        found = next((status.id for status in self._model.statuses if status.key == key), None)
        if found is None:
            raise NotFoundError(
                f"There is no instance with the key {key}.", "It may be deleted, in the trash, or belong to another data folder."
            )
        return found
