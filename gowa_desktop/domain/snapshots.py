"""Snapshots: copies of an instance's databases at one moment, which of them to keep, and what restoring one means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Set
    from datetime import datetime

STALE_KEYS_WARNING = (
    "WhatsApp keys move on with every message. Messages that arrived after this snapshot may stay unreadable, contacts may see "
    "“waiting for this message” for a while, and a phone that was linked anew since has to be paired again."
)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One complete snapshot. Holds session keys on disk, so its files are as private as the instance folder."""

    id: str
    instance_id: int
    tag: str
    """The version that the databases belonged to, such as v8.11.0; empty when it is not known."""
    created_at: datetime
    """In UTC."""
    reason: str
    """Why it was made, in words."""
    size_bytes: int
    files: tuple[str, ...] = ()
    """The databases in it, relative to the instance folder, with slashes."""
    left_out: tuple[str, ...] = ()
    """Why something is not in it, in sentences: a database server, a file elsewhere on the disk."""
    is_in_trash: bool = False
    """It was made before a reset of the data and lies in the trash with them, for seven days at most."""


def superfluous(snapshots: Iterable[Snapshot], keep: int, protected: Set[str] = frozenset()) -> list[Snapshot]:
    """Choose what goes when only the newest `keep` stay; protected ids stay as well and count. Those in the trash go with it."""
    newest_first = sorted((one for one in snapshots if not one.is_in_trash), key=lambda one: (one.created_at, one.id), reverse=True)
    return [one for one in newest_first[max(1, keep) :] if one.id not in protected]
