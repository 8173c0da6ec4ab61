"""The dashboard that GOWA v9 fetches at run time: one copy for all instances, taken from one that has it, given to those that lack it.

GOWA serves `storages/ui/index.html` of its working directory; `meta.json` beside it, with tag, file name and checksum, spares it a
download of what it has already and may be missing (GOWA v9.2.0, `infrastructure/uiasset/cache.go`).
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gowa_desktop.infra.private_files import read_object

if TYPE_CHECKING:
    from pathlib import Path

PAGE = "index.html"
META = "meta.json"
_MAX_BYTES = 64 * 1024 * 1024
"""What GOWA itself takes at most."""


@dataclass(frozen=True, slots=True)
class DashboardPage:
    """A dashboard: the page, what GOWA noted about it, and when it was fetched (ISO 8601 text, which sorts by time)."""

    html: bytes
    meta: bytes
    fetched_at: str


def has_page(folder: Path) -> bool:
    """Tell whether there is a page in a folder."""
    try:
        return (folder / PAGE).stat().st_size > 0
    except OSError:
        return False


def fetched_at(folder: Path) -> str:
    """Tell when the page of a folder was fetched; empty when that is not noted."""
    meta = read_object(folder / META)
    return "" if meta is None else str(meta.get("downloaded_at", ""))


def read_page(folder: Path) -> DashboardPage | None:
    """Read a page that is whole: its checksum is the one noted beside it. None when it is not, or there is none."""
    meta = read_object(folder / META)
    try:
        if meta is None or (folder / PAGE).stat().st_size > _MAX_BYTES:
            return None
        page = DashboardPage((folder / PAGE).read_bytes(), (folder / META).read_bytes(), str(meta.get("downloaded_at", "")))
    except OSError:
        return None
    return page if page.html and hashlib.sha256(page.html).hexdigest() == meta.get("sha256") else None


def write_page(folder: Path, page: DashboardPage) -> bool:
    """Write a page and what is noted about it, each whole or not at all; False when the disk refuses."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # The note last: a page without one is served, a note without its page is not believed.
        _write(folder / PAGE, page.html)
        _write(folder / META, page.meta)
    except OSError:
        return False
    return True


def _write(path: Path, data: bytes) -> None:
    beside = path.with_name(f".{path.name}.new")
    try:
        descriptor = os.open(beside, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        beside.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        raise
