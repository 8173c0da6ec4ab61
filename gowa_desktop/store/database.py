"""Opens `gowa.db`: private file, WAL, checked and migrated, with a copy taken before a migration."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from typing import TYPE_CHECKING

import peewee

from gowa_desktop.domain.errors import DatabaseError, DatabaseTooNewError
from gowa_desktop.store.migrations import SCHEMA_VERSION, migrate
from gowa_desktop.store.models import MODELS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DATABASE_NAME = "gowa.db"
_BUSY_TIMEOUT_S = 5.0


def open_database(data_dir: Path) -> peewee.SqliteDatabase:
    """Open the database of a data directory, making or migrating it when needed.

    Raises:
        DatabaseTooNewError: a newer GOWA Desktop wrote it.
        DatabaseError: it is damaged, locked, or the folder cannot be written.
    """
    path = data_dir / DATABASE_NAME
    with _explained(path):
        _make_private(path)
        _prepare(path)
        database = peewee.SqliteDatabase(
            str(path),
            pragmas={"journal_mode": "wal", "busy_timeout": int(_BUSY_TIMEOUT_S * 1000), "synchronous": "normal", "foreign_keys": 1},
        )
        _connect(database)
    return database


def open_database_to_read(data_dir: Path) -> peewee.SqliteDatabase:
    """Open the database for reading only, changing nothing; an empty one in memory when there is none yet.

    Raises:
        DatabaseTooNewError: a newer GOWA Desktop wrote it.
        DatabaseError: it is damaged, or needs a migration that only the running program may do.
    """
    path = data_dir / DATABASE_NAME
    if not path.exists():
        return _empty_database()
    # Even to read a WAL database SQLite makes files beside it, and leaves them: root's files would lock the person out. It
    # does not when it may take the database as unchanging: nobody has it open, or its folder cannot be written.
    is_open_elsewhere = path.with_name(f"{path.name}-wal").exists()
    mode = "mode=ro" if is_open_elsewhere and os.access(data_dir, os.W_OK) else "immutable=1"
    uri = f"{path.absolute().as_uri()}?{mode}"
    with _explained(path):
        with contextlib.closing(sqlite3.connect(uri, uri=True)) as connection:
            version = _checked_version(connection, path)
        if version < SCHEMA_VERSION:
            raise DatabaseError(
                f"The database {path} comes from another version and has not been converted yet.",
                "Start GOWA Desktop once with this data folder; it keeps a copy of the old database.",
            )
        database = peewee.SqliteDatabase(uri, uri=True)
        _connect(database)
    return database


def _connect(database: peewee.SqliteDatabase) -> None:
    database.connect()
    # One row with bytes that are no UTF-8 must not hide all the others.
    database.connection().text_factory = lambda raw: raw.decode("utf-8", errors="replace")
    database.bind(MODELS)


def _empty_database() -> peewee.SqliteDatabase:
    database = peewee.SqliteDatabase(":memory:")
    _connect(database)
    database.create_tables(MODELS)
    return database


def _make_private(path: Path) -> None:
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    elif os.name == "posix" and path.stat().st_mode & 0o077 and os.access(path, os.W_OK):
        path.chmod(0o600)


def _prepare(path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path, timeout=_BUSY_TIMEOUT_S, isolation_level=None)) as connection:
        version = _checked_version(connection, path)
        if version == SCHEMA_VERSION:
            return
        if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            _copy(connection, path.with_name(f"{path.name}.before-schema-{SCHEMA_VERSION}"))
        migrate(connection, version)


def _checked_version(connection: sqlite3.Connection, path: Path) -> int:
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version > SCHEMA_VERSION:
        raise DatabaseTooNewError(
            f"The database {path} was written by a newer GOWA Desktop (its format is {version}, this program knows {SCHEMA_VERSION}).",
            "Install the newer GOWA Desktop, or choose another data folder. Nothing was changed.",
        )
    if connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
        raise sqlite3.DatabaseError("quick_check")
    return version


def _copy(connection: sqlite3.Connection, target: Path) -> None:
    # SQLite's own backup takes the write-ahead log along; copying the file would not.
    os.close(os.open(target, os.O_CREAT | os.O_RDWR, 0o600))
    with contextlib.closing(sqlite3.connect(target)) as copy:
        connection.backup(copy)


@contextlib.contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, peewee.PeeweeException, OSError) as error:
        raise explain(error, path) from error


def explain(error: Exception, path: Path | str) -> DatabaseError:
    """Put a database fault into words."""
    text = str(error).lower()
    if "locked" in text or "busy" in text:
        return DatabaseError(f"The database {path} is in use by another program.", "Close that program and try again.")
    if "full" in text or "no space" in text:
        return DatabaseError("The disk is full, so the change could not be saved.", "Free some space and try again.")
    if "readonly" in text or "read-only" in text or "permission" in text or "unable to open" in text:
        return DatabaseError(
            f"The database {path} cannot be written.", "Make its folder writable for you, or choose another with --data-dir."
        )
    if "not a database" in text or "malformed" in text or "quick_check" in text or "corrupt" in text:
        return DatabaseError(
            f"The database {path} is damaged.", "Put a copy of it in its place, or choose another folder with --data-dir. It was not changed."
        )
    return DatabaseError(f"The database {path} could not be used: {error}.", "Try again; if it stays, restart GOWA Desktop.")
