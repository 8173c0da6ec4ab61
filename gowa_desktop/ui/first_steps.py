"""The way to the first instance: keeps the page of an empty window in step with what is installed and under way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from shiboken6 import isValid

from gowa_desktop.infra.manager_folders import ManagerFolder, find_manager_folders, usual_places
from gowa_desktop.ui.empty_state import EmptyState
from gowa_desktop.ui.parts.dialogs import PairingHelp

if TYPE_CHECKING:
    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QStackedWidget

    from gowa_desktop.services.versions.version_manager import VersionManager
    from gowa_desktop.ui.versions.version_desk import VersionDesk
    from gowa_desktop.ui.window_parts import WindowParts


class FirstSteps(QObject):
    """Makes the page when it is first needed, most windows never need it. Main thread; lives as long as the window."""

    create_requested = Signal(bool)
    """A new instance is wanted; true for one of the simulator."""

    def __init__(self, versions: VersionManager, desk: VersionDesk, pages: QStackedWidget, parts: WindowParts, create: QAction) -> None:
        super().__init__(pages)
        self._versions = versions
        self._desk = desk
        self._pages = pages
        self._parts = parts
        self._create = create
        self._page: EmptyState | None = None
        self._is_looking = False
        desk.runner.changed.connect(self._show)
        desk.runner.progressed.connect(self._show)

    def allow_looking_only(self) -> None:
        """Show the steps, but let nobody take one."""
        self._is_looking = True

    def page(self) -> EmptyState:
        """Give the page for no instances."""
        if self._page is None:
            self._page = page = EmptyState(self._pages)
            page.name_keys(self._create)
            page.setEnabled(not self._is_looking)
            page.get_requested.connect(self._desk.runner.install_newest)
            page.cancel_requested.connect(self._desk.runner.cancel_newest)
            page.import_requested.connect(self._desk.importer.choose_file)
            page.create_requested.connect(lambda: self.create_requested.emit(False))
            page.simulator_requested.connect(lambda: self.create_requested.emit(True))
            page.pairing_requested.connect(lambda: PairingHelp(self._pages.window()).open())
            self._pages.addWidget(page)
            self._show()
            self._search()
        return self._page

    def _search(self) -> None:
        """Look for gowa-manager's data on a worker; where no data folder is named, as in the demonstration, nothing is offered."""
        own = self._parts.data_dir
        if own is not None:
            self._parts.logs.tasks.run(lambda: find_manager_folders(usual_places(), own), self._on_found)

    def _on_found(self, folders: list[ManagerFolder]) -> None:
        if folders and self._page is not None and isValid(self._page):
            self._page.show_found(folders[0])

    @Slot()
    def _show(self) -> None:
        page, runner = self._page, self._desk.runner
        if page is None:
            return
        newest, installed = self._versions.newest_available(), self._versions.installed()
        page.show_versions(installed, newest.tag if newest else "")
        page.show_getting(runner.newest_progress, is_on=runner.is_getting_newest)
        # Once there is a version, such as from a file, the step is done and what went wrong before is over.
        is_done = any(not version.is_simulator for version in installed)
        page.show_problem(None if runner.is_getting_newest or is_done else runner.newest_problem)
