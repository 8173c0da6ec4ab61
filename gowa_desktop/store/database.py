"""Opens `gowa.db`: private file, WAL, checked and migrated, with a copy taken before a migration. Repairs nothing."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import peewee

from gowa_desktop.domain.errors import DatabaseBusyError, DatabaseDamagedError, DatabaseError, DatabaseTooNewError
from gowa_desktop.store import guard
from gowa_desktop.store.migrations import SCHEMA_VERSION, migrate
from gowa_desktop.store.models import MODELS
from gowa_desktop.store.transactions import transaction

if TYPE_CHECKING:
    from collections.abc import Iterator

DATABASE_NAME = "gowa.db"
Database: TypeAlias = peewee.SqliteDatabase
"""What those hold who may not know what it is made with."""
_OPEN_TIMEOUT_S = 1.0
"""Nothing is shown yet while the database is opened; a program that only writes a row is done by then."""
_WRITE_TIMEOUT_S = 0.025
"""The main thread must answer within 0.1 s; what takes longer is stored later, see `write_gate`."""
_PRAGMAS: dict[str, str | int] = {
    "journal_mode": "wal", "busy_timeout": int(_WRITE_TIMEOUT_S * 1000), "synchronous": "normal", "foreign_keys": 1,
}  # fmt: skip
_LOG_INDEX_BYTES = 256 * 1024
"""The index of the log begins with 32 KB and grows with the log."""


def open_database(data_dir: Path) -> peewee.SqliteDatabase:
    """Open the database of a data directory, making or migrating it when needed.

    Raises:
        DatabaseTooNewError: a newer GOWA Desktop wrote it.
        DatabaseDamagedError: it is damaged; nothing was changed.
        DatabaseError: it is locked, or the folder cannot be written.
    """
    path = data_dir / DATABASE_NAME
    prepare_database(path)
    with explained(path):
        pragmas = _PRAGMAS if _has_room_beside(path) else {"locking_mode": "exclusive", **_PRAGMAS}
        database = peewee.SqliteDatabase(str(path), pragmas=pragmas)
        _connect(database)
    return database


def share_database(database: peewee.SqliteDatabase) -> None:
    """Open a database anew that is held alone because the disk was full; nothing happens to one that is shared, or without room.

    Raises:
        DatabaseError: it cannot be opened any more.
    """
    path = Path(database.database)
    with explained(path):
        if database.pragma("locking_mode") != "exclusive" or not _has_room_beside(path):
            return
        database.close()
        database.init(str(path), pragmas=_PRAGMAS)
        _connect(database)


def open_database_to_read(data_dir: Path) -> peewee.SqliteDatabase:
    """Open the database for reading only, changing nothing; an empty one in memory when there is none yet.

    Raises:
        DatabaseTooNewError: a newer GOWA Desktop wrote it.
        DatabaseDamagedError: it is damaged.
        DatabaseError: it needs a migration that only the running program may do.
    """
    path = data_dir / DATABASE_NAME
    if not path.exists():
        return _empty_database()
    uri = reading_uri(path)
    with explained(path):
        guard.check_header(path)
        with contextlib.closing(sqlite3.connect(uri, uri=True)) as connection:
            version = checked_version(connection, path)
        if version < SCHEMA_VERSION:
            raise DatabaseError(
                f"The database {path} comes from another version and has not been converted yet.",
                "Start GOWA Desktop once with this data folder; it keeps a copy of the old database.",
            )
        database = peewee.SqliteDatabase(uri, uri=True)
        _connect(database)
    return database


def prepare_database(path: Path) -> None:
    """Bring a database file to the present form: made if need be, private, checked, migrated, guarded.

    Raises:
        DatabaseTooNewError: a newer GOWA Desktop wrote it.
        DatabaseDamagedError: it is damaged; nothing was changed.
        DatabaseError: it is locked, or the folder cannot be written.
    """
    with explained(path):
        _make_private(path)
        guard.check_header(path)
        with contextlib.closing(sqlite3.connect(path, timeout=_OPEN_TIMEOUT_S, isolation_level=None)) as connection:
            if not _has_room_beside(path):
                connection.execute("PRAGMA locking_mode = exclusive")
            version = checked_version(connection, path)
            if version < SCHEMA_VERSION:
                if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                    _copy(connection, path.with_name(f"{path.name}.before-schema-{SCHEMA_VERSION}"))
                with transaction(connection):
                    revisions = guard.remove(connection)
                    migrate(connection, version)
                    guard.add(connection, revisions)
            guard.install(connection)


def check_live(path: Path) -> None:
    """Check a database that this program has open, beside its connection. Blocks; for workers.

    The file is never opened but through SQLite: closing it would take the locks of every connection of this process away
    (SQLite, "How To Corrupt", 2.2).

    Raises:
        DatabaseDamagedError: it is damaged.
        DatabaseError: it cannot be checked.
    """
    with (
        explained(path),
        contextlib.closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=_OPEN_TIMEOUT_S)) as connection,
    ):
        checked_version(connection, path)


def is_sound(path: Path) -> bool:
    """Tell whether a database file that nobody writes, such as a copy, could be put to use."""
    try:
        guard.check_header(path)
        with contextlib.closing(sqlite3.connect(f"{path.absolute().as_uri()}?immutable=1", uri=True)) as connection:
            # An empty database is sound too, but nobody makes a copy of one.
            return checked_version(connection, path) > 0
    except (sqlite3.Error, OSError, DatabaseError):
        return False


def reading_uri(path: Path) -> str:
    """Give the address under which a database is read without leaving anything behind.

    Even to read a WAL database SQLite makes files beside it, and leaves them: root's files would lock the person out. It does not
    when they are there already, or when it may take the database as unchanging: nobody has it open, or its folder cannot be
    written; then what is in the log alone is not seen.
    """
    has_log, has_index = (path.with_name(f"{path.name}-{suffix}").exists() for suffix in ("wal", "shm"))
    mode = "mode=ro" if has_log and (has_index or os.access(path.parent, os.W_OK)) else "immutable=1"
    return f"{path.absolute().as_uri()}?{mode}"


def _connect(database: peewee.SqliteDatabase) -> None:
    try:
        database.connect()
    except BaseException:
        database.close()
        raise
    # One row with bytes that are no UTF-8 must not hide all the others.
    database.connection().text_factory = lambda raw: raw.decode("utf-8", errors="replace")
    database.bind(MODELS)


def bind_in_memory() -> peewee.SqliteDatabase:
    """Open an empty database in memory, without tables; the models work on it from now on."""
    database = peewee.SqliteDatabase(":memory:")
    _connect(database)
    return database


def _empty_database() -> peewee.SqliteDatabase:
    database = bind_in_memory()
    database.create_tables(MODELS)
    return database


def _has_room_beside(path: Path) -> bool:
    """Tell whether SQLite can make the index of its log; held by one program alone the log does without (SQLite, "WAL", section 8).

    So the program comes up on a full disk too, and takes its instances over.
    """
    return shutil.disk_usage(path.parent).free >= _LOG_INDEX_BYTES


def _make_private(path: Path) -> None:
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    elif os.name == "posix" and path.stat().st_mode & 0o077 and os.access(path, os.W_OK):
        path.chmod(0o600)


def checked_version(connection: sqlite3.Connection, path: Path) -> int:
    """Check everything in a database and give the version of its format, 0 for that of another program.

    Raises:
        DatabaseTooNewError: a newer GOWA Desktop wrote it.
        DamageError: it is damaged.
        sqlite3.Error: it cannot be read.
    """
    version = guard.read_version(connection)
    # A higher number with our own low byte is a flipped byte above it: our numbers stay small.
    if version < 0 or (version > 0xFF and version & 0xFF == SCHEMA_VERSION):
        raise guard.DamageError("malformed: format version")
    if version > SCHEMA_VERSION:
        raise DatabaseTooNewError(
            f"The database {path} was written by a newer GOWA Desktop (its format is {version}, this program knows {SCHEMA_VERSION}).",
            "Install the newer GOWA Desktop, or choose another data folder. Nothing was changed.",
        )
    guard.check(connection, is_current=version == SCHEMA_VERSION)
    return version


def _copy(connection: sqlite3.Connection, target: Path) -> None:
    # SQLite's own backup takes the write-ahead log along; copying the file would not.
    os.close(os.open(target, os.O_CREAT | os.O_RDWR, 0o600))
    with contextlib.closing(sqlite3.connect(target)) as copy:
        connection.backup(copy)


@contextlib.contextmanager
def explained(path: Path | str) -> Iterator[None]:
    """Turn faults of a database into sentences."""
    try:
        yield
    except (sqlite3.Error, peewee.PeeweeException, OSError) as error:
        raise explain(error, path) from error


def explain(error: Exception, path: Path | str) -> DatabaseError:
    """Put a database fault into words; damage is a DatabaseDamagedError."""
    text = str(error).lower()
    if isinstance(error, guard.DamageError) or any(word in text for word in ("not a database", "malformed", "corrupt")):
        return DatabaseDamagedError(
            f"The database {path} is damaged.", "Start GOWA Desktop anew: it restores the newest good copy and keeps the damaged file."
        )
    if "locked" in text or "busy" in text:
        return DatabaseBusyError(f"The database {path} is in use by another program.", "Close that program and try again.")
    if "full" in text or "no space" in text:
        return DatabaseError("The disk is full, so the change could not be saved.", "Free some space and try again.")
    if "readonly" in text or "read-only" in text or "permission" in text or "unable to open" in text:
        return DatabaseError(
            f"The database {path} cannot be written.", "Make its folder writable for you, or choose another with --data-dir."
        )
    return DatabaseError(f"The database {path} could not be used: {error}.", "Try again; if it stays, restart GOWA Desktop.")
