"""A GOWA version that is on this computer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class InstalledVersion:
    """One installed version; `source` says where it came from, in words."""

    tag: str
    path: Path
    size_bytes: int
    source: str
    installed_at: datetime | None
    is_simulator: bool = False
    is_verified: bool | None = None
    """True: downloaded and equal to its published checksum. False: downloaded, but there was none. None: imported or found."""
