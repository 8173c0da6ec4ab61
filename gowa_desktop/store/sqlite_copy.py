"""Copies SQLite databases while other programs use them, and looks at those of GOWA. Knows nothing of our own tables."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from time import monotonic
from typing import TYPE_CHECKING

from gowa_desktop.domain.update_plan import ChatStoreKind
from gowa_desktop.store.durable_files import flush

if TYPE_CHECKING:
    from pathlib import Path

BESIDE = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a database file; together with it they are the database."""
_MAGIC = b"SQLite format 3\0"
_BUSY_TIMEOUT_S = 2.0
_HELD = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_NEWEST_BROKEN_SCHEMA = 4
"""Where a start of v8 or later on a chat store of v7 ends (GOWA facts 5.3)."""
_NEWEST_OLD_SCHEMA = 2


def copy_until(source: sqlite3.Connection, target: sqlite3.Connection, give_up_at: float) -> None:
    """Copy a database; `give_up_at` is when a lock of another program is no longer waited for, in monotonic seconds.

    Raises:
        sqlite3.Error: it is locked, or cannot be read or written.
    """

    def on_step(status: int, _remaining: int, _total: int) -> None:
        # Left alone, Python tries again for ever while another holds the database; nothing need have been copied by then.
        if status in _HELD and monotonic() > give_up_at:
            raise sqlite3.OperationalError("database is locked")

    source.backup(target, progress=on_step)


def copy_live(source: Path, target: Path) -> None:
    """Copy a database in use, the write-ahead log included, into a new single file, flushed to the disk.

    Raises:
        sqlite3.Error: it is damaged, or held by another for over two seconds.
        OSError: the target exists or cannot be written.
    """
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    with (
        contextlib.closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=rw", uri=True, timeout=0)) as original,
        contextlib.closing(sqlite3.connect(target, isolation_level=None)) as copy,
    ):
        copy_until(original, copy, monotonic() + _BUSY_TIMEOUT_S)
        copy.execute("PRAGMA journal_mode = DELETE")
    flush(target)


def is_database(path: Path) -> bool:
    """Tell whether a file is an SQLite database; an empty one is, for SQLite takes it as such."""
    try:
        with path.open("rb") as file:
            head = file.read(len(_MAGIC))
    except OSError:
        return False
    return head in {b"", _MAGIC}


def passes_check(path: Path) -> bool:
    """Tell whether a database file that nobody writes is whole."""
    try:
        with contextlib.closing(sqlite3.connect(f"{path.absolute().as_uri()}?immutable=1", uri=True)) as connection:
            return bool(connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))
    except sqlite3.Error:
        return False


def chat_store_kind(path: Path) -> ChatStoreKind:
    """Tell which generations of GOWA understand a chat store. Changes nothing; works while GOWA runs."""
    if not path.is_file():
        return ChatStoreKind.NONE
    try:
        with contextlib.closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=0.5)) as connection:
            columns = {row[1] for row in connection.execute("PRAGMA table_info(chats)")}
            if not columns:
                return ChatStoreKind.NONE if _is_empty(connection) else ChatStoreKind.UNREADABLE
            if "device_id" in columns:
                return ChatStoreKind.NEW
            version = connection.execute("SELECT COALESCE(MAX(version), 0) FROM schema_info").fetchone()[0]
    except sqlite3.Error:
        return ChatStoreKind.UNREADABLE
    if not isinstance(version, int) or version > _NEWEST_BROKEN_SCHEMA:
        return ChatStoreKind.UNREADABLE
    return ChatStoreKind.BROKEN if version > _NEWEST_OLD_SCHEMA else ChatStoreKind.OLD


def _is_empty(connection: sqlite3.Connection) -> bool:
    names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    return not names - {"schema_info", "sqlite_autoindex_schema_info_1"}
