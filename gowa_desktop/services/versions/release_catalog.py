"""ReleaseCatalog: the releases that are known, from the disk at once and from the release server when it is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from gowa_desktop.infra.web_client import WebAccess

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from gowa_desktop.domain.progress import Progress
    from gowa_desktop.domain.releases import Release
    from gowa_desktop.infra.cancel_flag import CancelFlag
    from gowa_desktop.infra.releases import ReleaseClient, ReleaseList
    from gowa_desktop.services.instances.operation import Operation
    from gowa_desktop.services.network_jobs import NetworkJobs
    from gowa_desktop.services.settings import AppSettings


class ReleaseCatalog(QObject):
    """Owns the list of releases. Main thread."""

    changed = Signal()
    """The release server was asked and has answered."""

    def __init__(self, client: ReleaseClient, settings: AppSettings, jobs: NetworkJobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._settings = settings
        self._jobs = jobs
        self._known: tuple[str, ReleaseList] | None = None
        self._refreshing: Operation | None = None

    @property
    def access(self) -> WebAccess:
        """Where and how to ask, as the settings say now."""
        return WebAccess(self._settings.release_address, self._settings.github_token, self._settings.proxy)

    @property
    def checked_at(self) -> datetime | None:
        """When the server was asked last; None for never."""
        return self._list().checked_at

    def releases(self) -> list[Release]:
        """Give every release that is known, newest version first."""
        return list(self._list().releases)

    def find(self, tag: str) -> Release | None:
        """Give a release that is known."""
        return next((release for release in self._list().releases if release.tag == tag), None)

    def refresh(self) -> Operation:
        """Ask the server; while it is being asked, the same operation again."""
        if self._refreshing is not None:
            return self._refreshing
        access = self.access

        def work(flag: CancelFlag, _: Callable[[Progress], None]) -> ReleaseList:
            return self._client.refresh(access, flag)

        def take(found: ReleaseList) -> None:
            self._known = (access.address, found)
            self.changed.emit()

        def end() -> None:
            self._refreshing = None

        self._refreshing = self._jobs.begin("Look for versions of GOWA", work, take, end)
        return self._refreshing

    def fetch_blocking(self, access: WebAccess, tag: str, flag: CancelFlag) -> Release:
        """Ask for one release as it is now; for workers. For errors see `ReleaseClient.release`."""
        return self._client.release(access, tag, flag)

    def _list(self) -> ReleaseList:
        address = self._settings.release_address
        if self._known is None or self._known[0] != address:
            self._known = (address, self._client.cached(address))
        return self._known[1]
