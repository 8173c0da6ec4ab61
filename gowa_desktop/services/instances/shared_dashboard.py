"""SharedDashboard: one copy of GOWA's dashboard for all instances, so that none has to fetch its own from GitHub."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from gowa_desktop.infra.dashboard_files import fetched_at, has_page, read_page, write_page
from gowa_desktop.infra.dashboard_release import fetch_page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from gowa_desktop.domain.config_parser import ConfigParser
    from gowa_desktop.domain.instance import Instance
    from gowa_desktop.domain.progress import Progress
    from gowa_desktop.domain.versions import GowaVersion
    from gowa_desktop.infra.cancel_flag import CancelFlag
    from gowa_desktop.infra.directories import DirectoryManager
    from gowa_desktop.services.instances.operation import Operation
    from gowa_desktop.services.network_jobs import NetworkJobs
    from gowa_desktop.services.tasks import TaskRunner
    from gowa_desktop.services.versions.release_catalog import ReleaseCatalog

_LOG = logging.getLogger(__name__)
_LOOK_MS = 60_000
"""While there is no copy: an instance fetches its page within seconds of its first start."""
_LOOK_AGAIN_MS = 3_600_000
_FRESH = timedelta(hours=20)
_FIRST_VERSION = "v9.0.0"


class SharedDashboard(QObject):
    """Owns the copy. Main thread; pages are read and written on workers, except the one a start waits for (about 1 MB)."""

    def __init__(
        self,
        folder: Path,
        parser: ConfigParser,
        directories: DirectoryManager,
        instances: Callable[[], Iterable[Instance]],
        releases: ReleaseCatalog,
        jobs: NetworkJobs,
        tasks: TaskRunner,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._folder = folder
        self._parser = parser
        self._directories = directories
        self._instances = instances
        self._releases = releases
        self._jobs = jobs
        self._tasks = tasks
        self._fetching: Operation | None = None
        releases.changed.connect(self.fetch)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)

    def begin(self) -> None:
        """Look now and then for a page that an instance has fetched."""
        self.look()
        self._set_pace()
        self._timer.start()

    def close(self) -> None:
        """Look no more."""
        self._timer.stop()

    def prepare(self, instance: Instance, version: GowaVersion) -> None:
        """Give an instance the page before it starts, when it has none or an older one and serves no page of its own choice.

        A page without a note of when it was fetched was put there by a person and stays. A start is never refused for want of a
        page: GOWA then shows a short note in its place.
        """
        if version.is_simulator or not version.at_least(_FIRST_VERSION) or not self._parser.takes_shared_dashboard(instance.config):
            return
        target = _page_folder(self._directories.folder(instance.id))
        is_older = has_page(self._folder) and "" < fetched_at(target) < fetched_at(self._folder)
        if (is_older or not has_page(target)) and (page := read_page(self._folder)) is not None and not write_page(target, page):
            _LOG.warning("The dashboard could not be put into the folder of instance %s", instance.id)

    @Slot()
    def look(self) -> None:
        """Take the newest page that an instance has fetched, when it is newer than the copy."""
        newest, source = fetched_at(self._folder) if has_page(self._folder) else "", None
        for instance in self._instances():
            folder = _page_folder(self._directories.folder(instance.id))
            if self._parser.takes_shared_dashboard(instance.config) and has_page(folder) and (moment := fetched_at(folder)) > newest:
                newest, source = moment, folder
        if source is not None:
            found = source
            self._tasks.run(lambda: _copy(found, self._folder), self._on_copied)

    @Slot()
    def fetch(self) -> None:
        """Fetch the newest page, when the release server was just asked for versions too; at most once a day, and quietly."""
        if self._fetching is not None or _is_fresh(fetched_at(self._folder)):
            return
        access = self._releases.access

        def work(flag: CancelFlag, _: Callable[[Progress], None]) -> bool:
            return write_page(self._folder, fetch_page(access, flag))

        def on_end() -> None:
            self._fetching = None

        self._fetching = self._jobs.begin("Fetch the dashboard", work, self._on_copied, on_end)
        self._fetching.finished.connect(partial(self._on_fetching_finished, self._fetching))

    def _on_fetching_finished(self, operation: Operation) -> None:
        if operation.error is not None:
            _LOG.info("The dashboard was not fetched: %s", operation.error.message)

    def _on_copied(self, is_done: bool) -> None:
        if not is_done:
            _LOG.warning("The dashboard of an instance could not be copied for the others")
        self._set_pace()

    def _set_pace(self) -> None:
        self._timer.setInterval(_LOOK_AGAIN_MS if has_page(self._folder) else _LOOK_MS)


def _copy(source: Path, target: Path) -> bool:
    page = read_page(source)
    return page is not None and write_page(target, page)


def _is_fresh(moment: str) -> bool:
    try:
        return timedelta() <= datetime.now(UTC) - datetime.fromisoformat(moment) < _FRESH
    except (ValueError, TypeError):
        return False


def _page_folder(instance_folder: Path) -> Path:
    return instance_folder / "storages" / "ui"
