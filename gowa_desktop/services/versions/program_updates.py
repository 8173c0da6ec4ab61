"""ProgramUpdates: looks once a day whether there is a newer GOWA Desktop and tells of it; it never installs anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from gowa_desktop.domain.notices import NoticeKind
from gowa_desktop.domain.publisher import PROGRAM_KEY, release_page
from gowa_desktop.domain.versions import GowaVersion
from gowa_desktop.services.versions.daily_check import DailyCheck

if TYPE_CHECKING:
    from gowa_desktop.services.notices.notice_center import NoticeCenter
    from gowa_desktop.services.settings import AppSettings
    from gowa_desktop.services.versions.release_catalog import ReleaseCatalog

MOST_NOTES = 400
"""So many characters of the notes are told; the page has the rest."""


class ProgramUpdates(QObject):
    """Turns the releases of this program into a notice. Main thread; begins when the services do."""

    def __init__(
        self,
        catalog: ReleaseCatalog | None,
        settings: AppSettings,
        notices: NoticeCenter,
        version: str,
        parent: QObject | None = None,
    ) -> None:
        """Take what is needed.

        Args:
            catalog: releases of this program; None while its publisher has named no place for them.
            settings: say whether it is looked daily at all.
            notices: where it is told.
            version: the version that runs, such as `0.1.0`.
            parent: owner of the object.
        """
        super().__init__(parent)
        self._catalog = catalog
        self._notices = notices
        self._own = GowaVersion.parse(version)
        self._check = DailyCheck(catalog, settings, self) if catalog is not None else None
        if catalog is not None:
            catalog.changed.connect(self._on_catalog_changed)

    def begin(self) -> None:
        """Tell what is known, look soon, and then every day."""
        if self._check is not None:
            self._on_catalog_changed()
            self._check.begin()

    def close(self) -> None:
        """Look no more."""
        if self._check is not None:
            self._check.close()

    @Slot()
    def _on_catalog_changed(self) -> None:
        releases = self._catalog.releases() if self._catalog is not None else []
        newest = next((release for release in releases if not release.is_prerelease), None)
        if newest is None or newest.version <= self._own:
            return
        notes = newest.notes.strip()
        if len(notes) > MOST_NOTES:
            notes = f"{notes[:MOST_NOTES].rsplit(maxsplit=1)[0]} …"
        where = f"Download it from {release_page(newest.tag)}; instances go on while you install it."
        text = f"{notes}\n{where}" if notes else where
        title = f"GOWA Desktop {newest.tag.removeprefix('v')} is available"
        self._notices.notify_once(NoticeKind.UPDATE, f"{PROGRAM_KEY}{newest.tag}", title, text)
