"""Releases of GOWA as its release pages tell them: reading them, their order, the file for a computer and its checksum.

Names and fields: GOWA facts 4.1 and 4.2. `/releases/latest` is never used, because maintenance releases of old branches come
after newer versions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from gowa_desktop.domain.errors import VersionRefusedError
from gowa_desktop.domain.versions import GowaVersion, executable_name, parse_asset_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gowa_desktop.domain.json_types import Json

FRESH = timedelta(hours=24)
"""A release younger than this may still be without some of its files: they are uploaded one job after another."""

_SHA256 = re.compile(r"[0-9a-fA-F]{64}")
_CHECKSUM_FILE = re.compile(r"checksums[\w.-]*\.txt")
_CHECKSUM_LINE = re.compile(r"^(?P<digest>[0-9a-fA-F]{64})[ \t]+\*?(?P<name>\S.*?)\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class ReleaseAsset:
    """One file of a release: size in bytes, SHA-256 in lower-case hex where the page tells it (uploads since mid 2025)."""

    name: str
    url: str
    size: int
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Release:
    """One release. `notes` is Markdown as written by its author; show it as text."""

    tag: str
    name: str
    notes: str
    published_at: datetime | None
    is_prerelease: bool
    assets: tuple[ReleaseAsset, ...] = ()

    @property
    def version(self) -> GowaVersion:
        """The tag as something that can be ordered."""
        return GowaVersion(self.tag)

    def is_fresh(self, now: datetime) -> bool:
        """Tell whether its files may still be on their way."""
        return self.published_at is not None and now - self.published_at < FRESH


def read_release(entry: Json) -> Release | None:
    """Read one entry of the release list; None for a draft, a tag that is no version, or anything that is no release."""
    if not isinstance(entry, dict) or entry.get("draft") is True:
        return None
    try:
        tag = GowaVersion.parse(str(entry.get("tag_name")))
    except VersionRefusedError:
        return None
    if tag.is_simulator:
        return None
    files = entry.get("assets")
    assets = [_read_asset(file) for file in files] if isinstance(files, list) else []
    return Release(
        tag=tag.tag,
        name=str(entry.get("name") or tag.tag),
        notes=str(entry.get("body") or ""),
        published_at=_moment(entry.get("published_at")),
        is_prerelease=entry.get("prerelease") is True or tag.is_prerelease,
        assets=tuple(asset for asset in assets if asset is not None),
    )


def newest_first(releases: Iterable[Release]) -> list[Release]:
    """Order by version, never by date; a tag that comes twice counts once."""
    return sorted({release.tag: release for release in releases}.values(), key=lambda release: release.version, reverse=True)


def choose_asset(release: Release, system: str, cpus: Sequence[str]) -> ReleaseAsset | None:
    """Choose the file for an operating system and the first of the CPUs that has one; None when there is none.

    v5 and v6 have bare programs named like `linux-amd64`, everything later zips (GOWA facts 4.1).
    """
    by_platform: dict[tuple[str, str], ReleaseAsset] = {}
    for asset in release.assets:
        found = parse_asset_name(asset.name)
        if found is not None and found.version == release.version:
            by_platform[found.os_name, found.cpu] = asset
    bare = {asset.name: asset for asset in release.assets}
    for cpu in cpus:
        if (chosen := by_platform.get((system, cpu)) or bare.get(executable_name(system, cpu))) is not None:
            return chosen
    return None


def checksum_files(release: Release, system: str) -> list[ReleaseAsset]:
    """Give the checksum files, the one of this system first: macOS has one of its own."""
    files = [asset for asset in release.assets if _CHECKSUM_FILE.fullmatch(asset.name)]
    return sorted(files, key=lambda asset: ("macos" in asset.name) != (system == "darwin"))


def has_checksums(release: Release) -> bool:
    """Tell whether releases of this age come with checksums; v5 and v6 never did."""
    return release.version.at_least("v7.0.0")


def find_checksum(text: str, file_name: str) -> str | None:
    """Find the SHA-256 of a file in the text of a checksum file, in lower-case hex; None when it is not named there."""
    for match in _CHECKSUM_LINE.finditer(text):
        if match["name"] == file_name:
            return match["digest"].lower()
    return None


def _read_asset(entry: Json) -> ReleaseAsset | None:
    if not isinstance(entry, dict):
        return None
    name, url, size = entry.get("name"), entry.get("browser_download_url"), entry.get("size")
    is_there = entry.get("state", "uploaded") == "uploaded"
    if not isinstance(name, str) or not isinstance(url, str) or not isinstance(size, int) or size < 1 or not is_there:
        return None
    digest = str(entry.get("digest") or "").removeprefix("sha256:")
    return ReleaseAsset(name, url, size, digest.lower() if _SHA256.fullmatch(digest) else None)


def _moment(value: Json) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
