"""ReleaseInstall: one release from the server to an installed version; every step can be cut, called off or killed.

What a step leaves: the partial file is kept with what is needed to go on with it, a staging folder is removed, and the version
appears in one rename. The next start of the program sweeps what a kill left.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gowa_desktop.domain.errors import ChecksumError, NetworkError, ReleaseIncompleteError
from gowa_desktop.domain.progress import InstallStep, Progress
from gowa_desktop.domain.releases import checksum_files, choose_asset, find_checksum, has_checksums
from gowa_desktop.infra.disk_space import check_room
from gowa_desktop.infra.downloads import Download
from gowa_desktop.infra.partial_files import PartialFile
from gowa_desktop.infra.platform_facts import cpu_name, os_name, runnable_cpus
from gowa_desktop.infra.progress_reports import throttled
from gowa_desktop.infra.version_files import Origin, install_file, sha256_of
from gowa_desktop.infra.web_client import BusyServerError, CutError, WebClient

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from gowa_desktop.domain.installed_version import InstalledVersion
    from gowa_desktop.domain.releases import Release, ReleaseAsset
    from gowa_desktop.infra.cancel_flag import CancelFlag
    from gowa_desktop.infra.web_client import WebAccess

_MAX_ASSET_BYTES = 512 * 1024 * 1024
_MAX_CHECKSUM_BYTES = 1024 * 1024
_UNPACKED_TIMES = 4
"""How much larger than its zip the program is taken to be before that is known; releases so far: about 3."""


def has_file_here(release: Release) -> bool:
    """Tell whether a release has everything that an installation on this computer needs."""
    system = os_name()
    asset = choose_asset(release, system, runnable_cpus(system, cpu_name()))
    return asset is not None and bool(asset.sha256 or checksum_files(release, system) or not has_checksums(release))


@dataclass(slots=True)
class ReleaseInstall:
    """One installation. One worker thread; once."""

    access: WebAccess
    folder: Path
    """`bin/versions`."""
    flag: CancelFlag
    on_progress: Callable[[Progress], None]
    """Called on the worker at most ten times a second, and at every change of step."""
    now: Callable[[], datetime]
    retry_pauses_s: tuple[float, ...] = (0.5, 1.0, 2.0, 4.0, 8.0)
    report: Callable[[Progress], None] = field(init=False)
    """Passes progress on, but not every bit of it."""

    def __post_init__(self) -> None:
        self.report = throttled(self.on_progress)

    def run(self, find: Callable[[], Release]) -> InstalledVersion:
        """Install the release that `find` gives; all of it or nothing.

        Raises:
            CancelledError: it was called off; what arrived is kept for a week.
            ReleaseIncompleteError: the release has no file or no checksum for this computer, or not yet.
            ChecksumError: what arrived is not what was published; nothing of it is kept.
            NetworkError, FolderError, VersionRefusedError: it cannot be brought, written or used.
        """
        self.report(Progress(InstallStep.LOOKING, 0, None, "steps"))
        release = find()
        asset = self._asset(release)
        check_room(self.folder, asset.size * (1 + _UNPACKED_TIMES))
        with WebClient(self.access, self.flag) as web:
            digests = self._digests(web, release, asset)
            part = PartialFile(self.folder, release.tag, asset)
            self._bring(web, asset, part, digests)
        origin = Origin(asset.name, is_verified=bool(digests))
        try:
            installed = install_file(part.path, self.folder, release.version, origin, self.report, self.flag)
        finally:
            if not self.flag.is_set:
                part.remove()  # installed, or not usable and then no better next time
        return installed

    def _asset(self, release: Release) -> ReleaseAsset:
        system, cpu = os_name(), cpu_name()
        asset = choose_asset(release, system, runnable_cpus(system, cpu))
        if asset is None:
            raise self._incomplete(release, f"file for {system} on {cpu}")
        if asset.size > _MAX_ASSET_BYTES:
            raise ReleaseIncompleteError(f"The file of GOWA {release.tag} is far too large to be GOWA.", "Choose another version.")
        return asset

    def _incomplete(self, release: Release, what: str) -> ReleaseIncompleteError:
        if release.is_fresh(self.now()):
            return ReleaseIncompleteError(
                f"GOWA {release.tag} is so new that its {what} is not there yet.",
                "Its files arrive one after another. Try again in some minutes.",
            )
        return ReleaseIncompleteError(f"GOWA {release.tag} has no {what}.", "Choose another version.")

    def _digests(self, web: WebClient, release: Release, asset: ReleaseAsset) -> set[str]:
        """Give the published checksums: of the release page, of the checksum file, or of both; more than one means that they differ."""
        digests = {asset.sha256} if asset.sha256 else set()
        for file in checksum_files(release, os_name()):
            text = self._text(web, file)
            if (named := find_checksum(text, asset.name)) is not None:
                digests.add(named)
                break
        if not digests and has_checksums(release):
            raise self._incomplete(release, f"checksum of {asset.name}")
        return digests

    def _text(self, web: WebClient, file: ReleaseAsset) -> str:
        for pause in (*self.retry_pauses_s[:2], None):
            try:
                _, body = web.read(file.url, {}, _MAX_CHECKSUM_BYTES)
            except (CutError, BusyServerError):
                if pause is None:
                    raise
                self.flag.pause(pause)
            else:
                return body.decode("utf-8", "replace")
        raise NetworkError("The checksums cannot be read.", "Try again later.")

    def _bring(self, web: WebClient, asset: ReleaseAsset, part: PartialFile, digests: set[str]) -> None:
        if len(digests) > 1:
            raise self._mismatch(asset, part)
        is_stitched = self._download(web, asset, part, digests)
        if self._is_right(part, digests):
            return
        if is_stitched:  # two halves of different files, or a half that the disk lost: the whole once more
            part.reset(None)
            self._download(web, asset, part, digests)
            if self._is_right(part, digests):
                return
        raise self._mismatch(asset, part)

    def _download(self, web: WebClient, asset: ReleaseAsset, part: PartialFile, digests: set[str]) -> bool:
        download = Download(web, asset, part, bool(digests), self.report, self.flag, self.retry_pauses_s)
        download.run()
        return download.is_stitched

    def _is_right(self, part: PartialFile, digests: set[str]) -> bool:
        self.report(Progress(InstallStep.CHECKING, 0, None, "steps"))
        self.flag.check()
        return not digests or digests == {sha256_of(part.path)}

    def _mismatch(self, asset: ReleaseAsset, part: PartialFile) -> ChecksumError:
        part.remove()
        return ChecksumError(
            f"{asset.name} is not what the release says: its SHA-256 checksum differs.",
            "Nothing was installed and the installed versions are as they were. Try again later; if it stays so, do not trust this source.",
        )
