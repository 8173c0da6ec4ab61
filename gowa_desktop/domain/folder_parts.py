"""What the files in an instance folder are, by their place (GOWA facts 5.1). Pure; looks at no disk.

Nothing is ever called removable because it is unknown: a name must be one that GOWA gives, in the place where GOWA puts it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from gowa_desktop.domain.database_places import CHAT_STORE

if TYPE_CHECKING:
    from collections.abc import Mapping


class FolderPart(StrEnum):
    """What the disk use of an instance is told by."""

    SESSIONS = "sessions"
    """Databases with device identity, keys and sign-ins: without them a phone has to be paired again."""
    CHATS = "chats"
    """The chat store."""
    MEDIA = "media"
    """Received and sent media, QR pictures included."""
    LOGS = "logs"
    OTHER = "other"


_DATABASE = re.compile(r"\.(db|sqlite3?)(-wal|-shm|-journal)?$", re.IGNORECASE)
_PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".gif")
_RECEIVED_IMAGE = re.compile(r"storages/\d+-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.(jpe?g|png|webp|gif)", re.IGNORECASE)
_HISTORY_DUMP = re.compile(r"storages/history-\d+-[^/]*\.json")
MEDIA_FOLDER = "statics/media"
SEND_FOLDER = "statics/senditems"
QR_FOLDER = "statics/qrcode"


def is_database(place: str) -> bool:
    """Tell whether a file is a database or belongs to one, by its name; such a file is never cleaned away."""
    return _DATABASE.search(place) is not None


def part_of(place: str) -> FolderPart:
    """Say what a file counts as.

    Args:
        place: relative to the instance folder, with slashes.
    """
    if is_database(place):
        return FolderPart.CHATS if place.startswith(CHAT_STORE) else FolderPart.SESSIONS
    first = place.partition("/")[0]
    if first == "logs":
        return FolderPart.LOGS
    is_picture = first == "storages" and place.count("/") == 1 and place.lower().endswith(_PICTURES)
    return FolderPart.MEDIA if first == "statics" or is_picture else FolderPart.OTHER


def is_received_media(place: str) -> bool:
    """Tell whether GOWA downloaded this file from a chat: what old messages link to, or the second copy of an image."""
    return not is_database(place) and (place.startswith(f"{MEDIA_FOLDER}/") or _RECEIVED_IMAGE.fullmatch(place) is not None)


def is_safe_to_clean(place: str, *, is_stopped: bool) -> bool:
    """Tell whether nobody misses this file: dumps of the history, second copies of received images, old QR pictures.

    What GOWA leaves while it sends media counts only while it is stopped.
    """
    if is_database(place):
        return False
    if _HISTORY_DUMP.fullmatch(place) or _RECEIVED_IMAGE.fullmatch(place) or place.startswith(f"{QR_FOLDER}/"):
        return True
    return is_stopped and place.startswith(f"{SEND_FOLDER}/")


@dataclass(frozen=True, slots=True)
class FolderUse:
    """Bytes on the disk of one instance, by part."""

    parts: Mapping[FolderPart, int]

    @property
    def total_bytes(self) -> int:
        """All of it."""
        return sum(self.parts.values())
