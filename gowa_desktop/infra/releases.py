"""ReleaseClient: the list of releases from the release server, and its copy on the disk for when there is no internet.

Each page is asked for with the ETag that came with it last time; the answer 304 costs nothing of GitHub's hourly budget.
"""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast
from urllib.parse import quote, urljoin

from gowa_desktop.domain.errors import FolderError, NetworkError, ReleaseIncompleteError
from gowa_desktop.domain.releases import Release, newest_first, read_release
from gowa_desktop.infra.web_client import WebClient

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gowa_desktop.domain.json_types import Json, JsonObject
    from gowa_desktop.infra.cancel_flag import CancelFlag
    from gowa_desktop.infra.web_client import WebAccess

GOWA_REPOSITORY = "aldinokemal/go-whatsapp-web-multidevice"
_HEADERS = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
_ADDRESS = "Check the release address in the settings."
_LATER = "Try again later, or check the release address in the settings."
_MAX_PAGES = 50
_MAX_PAGE_BYTES = 32 * 1024 * 1024
_OK_OR_SAME = frozenset({200, 304})
_FIELDS = ("tag_name", "name", "body", "draft", "prerelease", "published_at")
_ASSET_FIELDS = ("name", "browser_download_url", "size", "digest", "state")


@dataclass(frozen=True, slots=True)
class ReleaseList:
    """The releases, newest version first, and when the server was asked last (None: never)."""

    releases: tuple[Release, ...] = ()
    checked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Page:
    url: str
    etag: str | None
    next_url: str | None
    entries: list[Json]


class ReleaseClient:
    """Asks for releases; may block. One call at a time."""

    def __init__(
        self, cache: Path, clock: Callable[[], datetime] = lambda: datetime.now(UTC), *, repository: str = GOWA_REPOSITORY
    ) -> None:
        self._cache = cache
        self._place = f"/repos/{repository}/releases"
        self._clock = clock

    def cached(self, address: str) -> ReleaseList:
        """Give what this address told last; nothing when the copy is missing, damaged or of another address."""
        stored = self._load(address)
        checked_at = None
        with contextlib.suppress(ValueError):
            checked_at = datetime.fromisoformat(str(stored.get("checked_at")))
        pages = _stored_pages(stored)
        return _to_list(list(pages.values()), checked_at) if pages and checked_at is not None else ReleaseList()

    def refresh(self, access: WebAccess, flag: CancelFlag) -> ReleaseList:
        """Ask for all pages and keep a copy. When it fails the copy stays as it was.

        Raises:
            CancelledError, NetworkError: it failed.
        """
        known = _stored_pages(self._load(access.address))
        pages: list[_Page] = []
        url: str | None = f"{access.address}{self._place}?per_page=100"
        with WebClient(access, flag) as web:
            while url is not None and len(pages) < _MAX_PAGES and url not in {page.url for page in pages}:
                pages.append(self._page(web, url, known.get(url)))
                url = pages[-1].next_url
        checked_at = self._clock()
        self._keep(access.address, pages, checked_at)
        return _to_list(pages, checked_at)

    def release(self, access: WebAccess, tag: str, flag: CancelFlag) -> Release:
        """Ask for one release as it is now.

        Raises:
            CancelledError, NetworkError: it failed.
            ReleaseIncompleteError: there is no such release.
        """
        url = f"{access.address}{self._place}/tags/{quote(tag, safe='')}"
        try:
            with WebClient(access, flag) as web:
                _, body = web.read(url, _HEADERS, _MAX_PAGE_BYTES)
        except ReleaseIncompleteError as error:
            raise ReleaseIncompleteError(f"There is no release {tag} of GOWA.", "Look at the list of available versions.") from error
        release = read_release(_parse(body))
        if release is None or release.tag != tag:
            raise NetworkError("The answer of the release server is no release.", _ADDRESS)
        return release

    def _page(self, web: WebClient, url: str, known: _Page | None) -> _Page:
        headers = {**_HEADERS, "If-None-Match": known.etag} if known is not None and known.etag else _HEADERS
        response, body = web.read(url, headers, _MAX_PAGE_BYTES, _OK_OR_SAME if known is not None and known.etag else frozenset({200}))
        if response.status_code == 304 and known is not None:
            return known
        entries = _parse(body)
        if not isinstance(entries, list):
            raise NetworkError("The answer of the release server is no list of releases.", _ADDRESS)
        link = response.links.get("next", {}).get("url")
        return _Page(url, response.headers.get("etag"), urljoin(url, link) if link else None, [_trimmed(entry) for entry in entries])

    def _load(self, address: str) -> JsonObject:
        with contextlib.suppress(OSError, ValueError, RecursionError):
            stored = json.loads(self._cache.read_text(encoding="utf-8"))
            if isinstance(stored, dict) and stored.get("address") == address:
                return cast("JsonObject", stored)
        return {}

    def _keep(self, address: str, pages: list[_Page], checked_at: datetime) -> None:
        stored: JsonObject = {
            "address": address,
            "checked_at": checked_at.isoformat(),
            "pages": [{"url": page.url, "etag": page.etag, "next": page.next_url, "entries": page.entries} for page in pages],
        }
        half = self._cache.with_name(f"{self._cache.name}.new")
        try:
            half.write_text(json.dumps(stored), encoding="utf-8")
            half.replace(self._cache)
        except OSError as error:
            raise FolderError(f"The list of versions cannot be kept: {error.strerror or error}.", "Check the disk.") from error


def _stored_pages(stored: JsonObject) -> dict[str, _Page]:
    pages: dict[str, _Page] = {}
    found = stored.get("pages")
    for one in found if isinstance(found, list) else []:
        if isinstance(one, dict) and isinstance(url := one.get("url"), str) and isinstance(entries := one.get("entries"), list):
            etag, following = one.get("etag"), one.get("next")
            pages[url] = _Page(url, etag if isinstance(etag, str) else None, following if isinstance(following, str) else None, entries)
    return pages


def _to_list(pages: list[_Page], checked_at: datetime | None) -> ReleaseList:
    releases = (read_release(entry) for page in pages for entry in page.entries)
    return ReleaseList(tuple(newest_first(release for release in releases if release is not None)), checked_at)


def _parse(body: bytes) -> Json:
    try:
        return cast("Json", json.loads(body))
    except (ValueError, RecursionError) as error:
        raise NetworkError("The answer of the release server cannot be read.", _LATER) from error


def _trimmed(entry: Json) -> Json:
    """Keep what is used of an entry; the rest would only fill the disk."""
    if not isinstance(entry, dict):
        return None
    kept: JsonObject = {name: entry[name] for name in _FIELDS if name in entry}
    assets = entry.get("assets")
    kept["assets"] = [
        {name: asset[name] for name in _ASSET_FIELDS if name in asset}
        for asset in (assets if isinstance(assets, list) else [])
        if isinstance(asset, dict)
    ]
    return kept
