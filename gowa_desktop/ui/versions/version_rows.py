"""What is known of each GOWA version, installed and available in one list, and the words for it. No widgets."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from gowa_desktop.domain.versions import GowaVersion
from gowa_desktop.ui.look.format import NOTHING, format_bytes, format_date
from gowa_desktop.ui.parts.progress_text import short_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gowa_desktop.domain.installed_version import InstalledVersion
    from gowa_desktop.domain.progress import Progress
    from gowa_desktop.domain.releases import Release
    from gowa_desktop.services.versions.version_manager import VersionManager

MOST_NAMES = 3
"""How many names of instances stand in a cell."""


class VersionState(StrEnum):
    """What can be done with a version."""

    INSTALLED = "installed"
    INSTALLING = "installing"
    AVAILABLE = "available"
    NOT_YET = "not_yet"
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version. `size_bytes` is that on the disk when it is installed, else that of the download."""

    tag: str
    state: VersionState
    size_bytes: int | None = None
    released_at: datetime | None = None
    installed_at: datetime | None = None
    source: str = ""
    is_verified: bool | None = None
    used_by: tuple[str, ...] = ()
    notes: str | None = None
    """Release notes as they were written; None while the release is not known."""
    is_prerelease: bool = False
    is_newest_installed: bool = False
    progress: Progress | None = None


def _tr(text: str) -> str:
    return QCoreApplication.translate("versions", text)


def version_rows(versions: VersionManager, *, include_prereleases: bool) -> list[VersionRow]:
    """Give every version that is installed, under way or available, newest first."""
    installed = {version.tag: version for version in versions.installed() if not version.is_simulator}
    # What is installed or under way keeps its notes, whether pre-releases are shown or not.
    releases = {release.tag: release for release in versions.available(include_prereleases=True)}
    under_way, uses = versions.installing(), versions.uses()
    tags = [tag for tag, release in releases.items() if include_prereleases or not release.is_prerelease]
    if more := (installed.keys() | under_way.keys()) - set(tags):
        tags = sorted([*tags, *more], key=GowaVersion.parse, reverse=True)
    newest = next(iter(installed), None)
    now = datetime.now(UTC)
    rows = []
    for tag in tags:
        known = _of_release(versions, releases[tag], now) if tag in releases else VersionRow(tag, VersionState.FOREIGN)
        if tag in under_way:
            rows.append(replace(known, state=VersionState.INSTALLING, progress=under_way[tag].progress))
        elif tag in installed:
            rows.append(_as_installed(known, installed[tag], tuple(uses.get(tag, ())), is_newest=tag == newest))
        else:
            rows.append(known)
    return rows


def state_words(row: VersionRow) -> str:
    """Say what is with a version."""
    match row.state:
        case VersionState.INSTALLING:
            return short_words(row.progress) or _tr("Installing")
        case VersionState.INSTALLED:
            return _tr("Installed")
        case VersionState.NOT_YET:
            return _tr("Not there yet")
        case VersionState.FOREIGN:
            return _tr("Not for this computer")
    return _tr("Pre-release") if row.is_prerelease else _tr("Available")


def state_explanation(row: VersionRow) -> str:
    """Say in a sentence what the state means, where the word alone may not do."""
    if row.state is VersionState.NOT_YET:
        return _tr("The file for this computer has not been published yet. Fresh releases are complete after some minutes; refresh then.")
    if row.state is VersionState.FOREIGN:
        return _tr("This release has no file for this computer.")
    if row.is_newest_installed:
        return _tr("Instances that use the latest version start with this one.")
    return ""


def verified_words(row: VersionRow) -> str:
    """Say whether the file was checked against the checksums of its release."""
    if row.state is not VersionState.INSTALLED:
        return ""
    return {True: _tr("Verified"), False: _tr("Not verified"), None: NOTHING}[row.is_verified]


def source_words(row: VersionRow) -> str:
    """Say in a word where an installed version came from; the details say it in full."""
    if row.state is not VersionState.INSTALLED:
        return ""
    return _tr("Imported") if row.is_verified is None else _tr("Downloaded")


def used_by_words(names: Sequence[str]) -> str:
    """Name the instances that use a version, the first few of them; empty for none."""
    listed = ", ".join(names[:MOST_NAMES])
    more = len(names) - MOST_NAMES
    return listed if more <= 0 else _tr("{names} and {count} more").format(names=listed, count=more)


def size_words(row: VersionRow) -> str:
    """Write the size."""
    return NOTHING if row.size_bytes is None else format_bytes(row.size_bytes)


def date_words(row: VersionRow) -> str:
    """Write the day of the release."""
    return NOTHING if row.released_at is None else format_date(row.released_at)


def _of_release(versions: VersionManager, release: Release, now: datetime) -> VersionRow:
    asset = versions.file_for(release)
    state = VersionState.AVAILABLE
    if asset is None:
        state = VersionState.NOT_YET if release.is_fresh(now) else VersionState.FOREIGN
    return VersionRow(
        release.tag, state, asset.size if asset else None, released_at=release.published_at, notes=release.notes,
        is_prerelease=release.is_prerelease,
    )  # fmt: skip


def _as_installed(row: VersionRow, version: InstalledVersion, users: tuple[str, ...], *, is_newest: bool) -> VersionRow:
    return replace(
        row, state=VersionState.INSTALLED, size_bytes=version.size_bytes, installed_at=version.installed_at, source=version.source,
        is_verified=version.is_verified, used_by=users, is_newest_installed=is_newest,
    )  # fmt: skip
