"""A picture of the database in memory, for a program that may change nothing on the disk, whatever state the disk is in.

It is complete as far as anything can be read: the database, else the newest good copy of it, and what the records of the
instances know better. Writing to it is possible, and gone with the program.
"""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import tempfile
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from gowa_desktop.domain.errors import DatabaseError, DatabaseTooNewError
from gowa_desktop.store import guard
from gowa_desktop.store.backups import DatabaseCopies
from gowa_desktop.store.database import DATABASE_NAME, bind_in_memory, checked_version, explained, reading_uri
from gowa_desktop.store.definition_rows import reconcile
from gowa_desktop.store.migrations import SCHEMA_VERSION, migrate
from gowa_desktop.store.sqlite_copy import copy_until

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import peewee

    from gowa_desktop.domain.definition import InstanceDefinition

_BUSY_TIMEOUT_S = 0.3


def open_database_view(data_dir: Path, records: Iterable[InstanceDefinition]) -> peewee.SqliteDatabase:
    """Read what there is into a database in memory; an empty one when nothing can be read.

    Args:
        data_dir: it need not exist.
        records: what the instances know of themselves; newer ones are taken over.

    Raises:
        DatabaseTooNewError: a newer GOWA Desktop wrote the database.
    """
    database = bind_in_memory()
    connection = database.connection()
    candidates = [data_dir / DATABASE_NAME, *DatabaseCopies(data_dir).newest_first()]
    version = next((found for path in candidates if (found := _load(path, connection)) is not None), 0)
    if version < SCHEMA_VERSION:
        guard.remove(connection)
        migrate(connection, version)
    guard.install(connection)
    reconcile(connection, records)
    return database


def _load(path: Path, connection: sqlite3.Connection) -> int | None:
    """Read a database file into memory; its format version, or None when it is missing or no good: then memory is empty."""
    try:
        with explained(path):
            guard.check_header(path)
            if not path.stat().st_size:
                return None
            with _source(path) as source:
                copy_until(source, connection, monotonic() + _BUSY_TIMEOUT_S)
            return checked_version(connection, path)
    except DatabaseTooNewError:
        raise
    except DatabaseError:
        with contextlib.closing(sqlite3.connect(":memory:")) as nothing:
            nothing.backup(connection)
        return None


@contextlib.contextmanager
def _source(path: Path) -> Iterator[sqlite3.Connection]:
    uri = reading_uri(path)
    log = path.with_name(f"{path.name}-wal")
    if "immutable" not in uri or not log.exists() or not log.stat().st_size:
        with contextlib.closing(sqlite3.connect(uri, uri=True, timeout=_BUSY_TIMEOUT_S)) as connection:
            yield connection
        return
    # Where nothing may be written SQLite cannot make the index of the log, so database and log are read somewhere else.
    with tempfile.TemporaryDirectory(prefix="gowa-desktop-view-") as folder:
        beside = Path(folder) / path.name
        shutil.copyfile(path, beside)
        shutil.copyfile(log, beside.with_name(log.name))
        with contextlib.closing(sqlite3.connect(beside)) as connection:
            yield connection
