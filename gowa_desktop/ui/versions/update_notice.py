"""Whether there is a newer GOWA, for whom, and how that is said. Plain functions, no widgets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from gowa_desktop.domain.errors import VersionRefusedError
from gowa_desktop.domain.versions import GowaVersion

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gowa_desktop.domain.instance import InstanceStatus
    from gowa_desktop.services.versions.version_manager import VersionManager


@dataclass(frozen=True, slots=True)
class UpdateNotice:
    """A newer GOWA than some instance runs, or than is installed."""

    tag: str
    outdated_ids: tuple[int, ...]
    """The instances that use an older version, in their order."""
    is_installed: bool

    def text(self) -> str:
        """Say it in the few words of the status line."""
        if not self.outdated_ids:
            what = _tr("GOWA {version} is available · Install")
        elif not self.is_installed:
            what = _tr("GOWA {version} is available · Update…")
        elif len(self.outdated_ids) == 1:
            what = _tr("One instance uses an older GOWA · Update…")
        else:
            what = _tr("{count} instances use an older GOWA · Update…")
        return what.format(version=self.tag, count=len(self.outdated_ids))


def find_notice(versions: VersionManager, statuses: Sequence[InstanceStatus], dismissed: str = "") -> UpdateNotice | None:
    """Give what there is to tell; nothing on a computer without any GOWA, nor about a version that was dismissed."""
    installed = [version.tag for version in versions.installed() if not version.is_simulator]
    available = versions.newest_available()
    tags = installed[:1] + ([available.tag] if available else [])
    if not installed or not tags:
        return None
    newest = max(tags, key=GowaVersion.parse)
    outdated = tuple(status.id for status in statuses if is_outdated(status, newest))
    is_installed = newest in installed
    if newest == dismissed or (is_installed and not outdated):
        return None
    return UpdateNotice(newest, outdated, is_installed)


def is_outdated(status: InstanceStatus, newest: str) -> bool:
    """Tell whether an instance uses an older version than this."""
    if status.is_simulated or status.resolved_version is None:
        return False
    try:
        return GowaVersion.parse(status.resolved_version) < GowaVersion.parse(newest)
    except VersionRefusedError:
        return False


def _tr(text: str) -> str:
    return QCoreApplication.translate("notice", text)
