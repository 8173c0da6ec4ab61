"""The chat store of an instance: what kind it is, moving it aside for another generation of GOWA, and bringing it back.

Only `chatstorage.db*` is ever moved: the pairing is in `whatsapp.db` (GOWA facts 5.1 and 5.3).
"""

from __future__ import annotations

import contextlib
import re
import shutil
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING

from gowa_desktop.domain.database_places import CHAT_STORE
from gowa_desktop.domain.errors import FolderError
from gowa_desktop.domain.update_plan import ChatStoreKind
from gowa_desktop.store.durable_files import flush, flush_folder
from gowa_desktop.store.sqlite_copy import BESIDE, chat_store_kind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

_ASIDE = "storages/chats-aside"
_NAME = re.compile(r"(?P<stamp>\d{8}T\d{6}Z)-[\w.+-]+")


def kind_of_chat_store(folder: Path) -> ChatStoreKind:
    """Tell which generations of GOWA understand the chat store of an instance."""
    return chat_store_kind(folder / CHAT_STORE)


def name_for_aside(from_tag: str, now: datetime) -> str:
    """Give the name that a chat store gets when it is moved aside now."""
    return f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{from_tag or 'unknown'}"


def move_aside(folder: Path, name: str) -> None:
    """Move the chat store out of GOWA's sight, under a name from `name_for_aside`. Nothing may run in the folder.

    What has been moved already is left where it is, so that the call completes an interrupted one.

    Raises:
        FolderError: it cannot be moved.
    """
    store = folder / CHAT_STORE
    place = folder / _ASIDE / name
    with _explained(folder):
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        # The log goes first: a database that is found without its log could be taken for a whole one.
        for suffix in (*BESIDE, ""):
            part = store.with_name(f"{store.name}{suffix}")
            if part.exists():
                part.replace(place / part.name)
        flush_folder(place)
        flush_folder(store.parent)


def undo_move(folder: Path, name: str) -> None:
    """Undo `move_aside`, also one that was interrupted, and what `bring_back` put there since. Nothing may run in the folder.

    Raises:
        FolderError: it cannot be moved.
    """
    store = folder / CHAT_STORE
    place = folder / _ASIDE / name
    with _explained(folder):
        if (place / store.name).exists():
            # The move was complete, for the database goes last: what is there now is a copy of something else.
            for suffix in (*BESIDE, ""):
                store.with_name(f"{store.name}{suffix}").unlink(missing_ok=True)
        # Back in the opposite order: from here on the place of the chat store holds nothing but its own parts.
        for suffix in ("", *BESIDE):
            part = place / f"{store.name}{suffix}"
            if part.exists():
                part.replace(store.with_name(part.name))
        flush_folder(store.parent)
    drop_aside(folder, name)


def old_store_aside(folder: Path) -> str:
    """Give the name of the newest chat store of v7 or before that was moved aside; empty when there is none."""
    for name in sorted(_asides(folder), reverse=True):
        if chat_store_kind(folder / _ASIDE / name / Path(CHAT_STORE).name) is ChatStoreKind.OLD:
            return name
    return ""


def bring_back(folder: Path, name: str) -> None:
    """Put a copy of a chat store that was moved aside in the place of the chat store, which must be empty.

    Raises:
        FolderError: it cannot be copied.
    """
    store = folder / CHAT_STORE
    place = folder / _ASIDE / name
    with _explained(folder):
        for suffix in ("-wal", ""):
            part = place / f"{store.name}{suffix}"
            if part.exists():
                target = store.with_name(part.name)
                shutil.copyfile(part, target)
                target.chmod(0o600)
                flush(target)
        flush_folder(store.parent)


def drop_aside(folder: Path, name: str) -> None:
    """Remove what lies aside under a name, because it is complete elsewhere; a missing one is fine.

    Raises:
        FolderError: it cannot be removed.
    """
    place = folder / _ASIDE / name
    if not _NAME.fullmatch(name):
        return
    with _explained(folder):
        if place.is_dir():
            shutil.rmtree(place)
    with contextlib.suppress(OSError):
        place.parent.rmdir()  # unless another lies beside it


def _asides(folder: Path) -> list[str]:
    try:
        return [entry.name for entry in (folder / _ASIDE).iterdir() if _NAME.fullmatch(entry.name)]
    except OSError:
        return []


@contextlib.contextmanager
def _explained(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise FolderError(
            f"The chat store in {folder} cannot be moved: {error.strerror or error}.", "Check the disk and the folder's permissions."
        ) from error
