"""Ways from an instance to other programs: its page in the browser, its folder, its address on the clipboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication

if TYPE_CHECKING:
    from collections.abc import Callable

    from gowa_desktop.domain.instance import InstanceStatus
    from gowa_desktop.services.instances.instance_service import InstanceService
    from gowa_desktop.ui.actions import Actions


class InstanceLinks(QObject):
    """Carries out the window's actions that lead elsewhere. Main thread; lives as long as the window."""

    refused = Signal(str)
    """Why a link leads nowhere, in a sentence."""

    def __init__(
        self, instances: InstanceService, actions: Actions, selected: Callable[[], list[InstanceStatus]], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._instances = instances
        self._selected = selected
        actions.open_browser.triggered.connect(self._on_open_browser_triggered)
        actions.open_folder.triggered.connect(self._on_open_folder_triggered)
        actions.copy_url.triggered.connect(self._on_copy_url_triggered)

    @Slot()
    def _on_open_browser_triggered(self) -> None:
        for status in self._selected()[:1]:
            if status.base_url:
                QDesktopServices.openUrl(QUrl(status.base_url))

    @Slot()
    def _on_open_folder_triggered(self) -> None:
        for status in self._selected()[:1]:
            folder = self._instances.folder(status.id)
            if folder.is_dir():
                QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
            else:
                self.refused.emit(self.tr("{name} has no folder yet. It is made at the first start.").format(name=status.name))

    @Slot()
    def _on_copy_url_triggered(self) -> None:
        urls = [status.base_url for status in self._selected() if status.base_url]
        QGuiApplication.clipboard().setText("\n".join(urls))
