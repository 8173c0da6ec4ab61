"""Fetching GOWA's dashboard from its own release, as GOWA v9 does it, once for all instances (GOWA facts 4.2)."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from gowa_desktop.domain.errors import ChecksumError, NetworkError, ReleaseIncompleteError
from gowa_desktop.infra.dashboard_files import DashboardPage
from gowa_desktop.infra.web_client import WebClient

if TYPE_CHECKING:
    from gowa_desktop.domain.json_types import Json
    from gowa_desktop.infra.cancel_flag import CancelFlag
    from gowa_desktop.infra.web_client import WebAccess

NEWEST = "/repos/aldinokemal/gowa-ui/releases/latest"
ASSET = "gowa-ui.html"
_HEADERS = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
_MAX_ANSWER_BYTES = 4 * 1024 * 1024
_MAX_PAGE_BYTES = 64 * 1024 * 1024


def fetch_page(access: WebAccess, flag: CancelFlag) -> DashboardPage:
    """Fetch the newest dashboard; blocks, belongs on a worker.

    Raises:
        CancelledError, NetworkError, RateLimitedError: it cannot be fetched.
        ReleaseIncompleteError: the newest release has no page, or does not say its checksum.
        ChecksumError: what came is not what the release says.
    """
    with WebClient(access, flag) as web:
        _, answer = web.read(f"{access.address}{NEWEST}", _HEADERS, _MAX_ANSWER_BYTES)
        tag, url, digest = _asset(answer)
        _, html = web.read(url, {"Accept": "application/octet-stream"}, _MAX_PAGE_BYTES)
    if hashlib.sha256(html).hexdigest() != digest:
        raise ChecksumError("The dashboard that was downloaded is not the one its release describes.", "Try again later.")
    now = datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    meta = {"tag": tag, "asset_name": ASSET, "sha256": digest, "etag": "", "downloaded_at": now}
    return DashboardPage(html, json.dumps(meta, indent=2).encode(), now)


def _asset(answer: bytes) -> tuple[str, str, str]:
    """Give tag, address and SHA-256 of the page in a release."""
    try:
        release: Json = json.loads(answer)
    except (ValueError, RecursionError) as error:
        raise NetworkError("The answer of the release server cannot be read.", "Try again later.") from error
    assets = release.get("assets") if isinstance(release, dict) else None
    for asset in assets if isinstance(assets, list) else []:
        if isinstance(release, dict) and isinstance(asset, dict) and asset.get("name") == ASSET:
            digest = str(asset.get("digest")).removeprefix("sha256:").lower()
            if len(digest) == 64:
                return str(release.get("tag_name")), str(asset.get("browser_download_url")), digest
    raise ReleaseIncompleteError("The newest dashboard release has no page with a checksum.", "Try again later.")
