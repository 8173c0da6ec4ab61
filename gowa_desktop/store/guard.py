"""Finds damage that SQLite cannot see: a second writing of every definition, kept by triggers, whoever changes a row.

SQLite keeps no checksums, so a flipped byte inside a text passes its integrity check. The triggers also count the changes of
each row; that count tells a stale copy or record from a newer one. Programs that know nothing of this, gowa-manager included,
keep both right by merely writing.
"""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
from typing import TYPE_CHECKING

from gowa_desktop.store.models import InstanceRow

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_OBSERVED = ("id", "status", "error_message", "updated_at")
GUARDED: tuple[str, ...] = tuple(name for name in InstanceRow._meta.columns if name not in _OBSERVED)
"""The columns that hold what a person decided."""
_PREFIX = "instance_guard"
_FULL_CHECK_BYTES = 64 * 1024 * 1024
"""Above this size only the quick check is quick; ours is far below 1 MB."""
_HEADER = b"SQLite format 3\0"
_HEADER_BYTES = 100
_PAYLOAD_FRACTIONS = bytes((64, 32, 32))
"""Three bytes of the header that never differ (SQLite file format, 1.3.5)."""
_NO_DAMAGE = frozenset({
    sqlite3.SQLITE_PERM, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PROTOCOL,
    sqlite3.SQLITE_AUTH,
})  # fmt: skip


class DamageError(sqlite3.DatabaseError):
    """What is stored cannot be right; the text says where."""


def _written(prefix: str) -> str:
    return " || '|' || ".join(f"quote({prefix}.{column})" for column in ("id", *GUARDED))


def _objects(table: str) -> dict[str, str]:
    watched = ", ".join(("id", *GUARDED))
    # No "OR REPLACE" here: the conflict clause of the statement that fires a trigger overrides those inside it.
    keep = (
        f"BEGIN UPDATE {table} SET revision = revision + 1, definition = {_written('NEW')} WHERE id = NEW.id; "  # noqa: S608 - own names
        f"INSERT INTO {table} (id, revision, definition) SELECT NEW.id, 1, {_written('NEW')} "
        f"WHERE NOT EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id); END"
    )
    drop = f"DELETE FROM {table} WHERE id = OLD.id"  # noqa: S608 - own names
    return {
        table: f"CREATE TABLE {table} (id INTEGER PRIMARY KEY, revision INTEGER NOT NULL, definition TEXT NOT NULL)",
        f"{table}_insert": f"CREATE TRIGGER {table}_insert AFTER INSERT ON instances {keep}",
        f"{table}_update": f"CREATE TRIGGER {table}_update AFTER UPDATE OF {watched} ON instances {keep}",
        f"{table}_delete": f"CREATE TRIGGER {table}_delete AFTER DELETE ON instances BEGIN {drop}; END",
    }


GUARD_TABLE = f"{_PREFIX}_{hashlib.sha256(repr(_objects(_PREFIX)).encode()).hexdigest()[:8]}"
"""Id, number of changes and second writing of every row of `instances`.

The name ends in a digest of the whole guard: another guard, of an earlier or later program, is no damaged one.
"""
_OBJECTS = _objects(GUARD_TABLE)


def check_header(path: Path) -> None:
    """Check what SQLite takes on trust in the first bytes of a file; an empty file is an empty database.

    Raises:
        DamageError: this is no database, or its header contradicts itself.
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(_HEADER_BYTES)
    if not head:
        return
    write_version, read_version = head[18:19], head[19:20]
    is_sound = (
        len(head) == _HEADER_BYTES
        and head.startswith(_HEADER)
        and write_version == read_version
        and read_version in {b"\1", b"\2"}
        and head[21:24] == _PAYLOAD_FRACTIONS
    )
    if not is_sound:
        raise DamageError("file is not a database")


def read_version(connection: sqlite3.Connection) -> int:
    """Give the version of the tables, 0 for those of another program.

    Raises:
        DamageError: it cannot be read.
        sqlite3.Error: the file cannot be read: locked, unreadable.
    """
    with _damage_named():
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def check(connection: sqlite3.Connection, *, is_current: bool) -> None:
    """Check everything that is stored.

    Args:
        connection: to any database file whose header is sound.
        is_current: whether it should have the tables and the guard of this program.

    Raises:
        DamageError: it is damaged.
        sqlite3.Error: it could not be checked: locked, unreadable.
    """
    connection.text_factory = lambda raw: raw.decode("utf-8", errors="replace")
    with _damage_named():
        _check_structure(connection)
        if is_current:
            connection.execute(f"SELECT {', '.join((*_OBSERVED, *GUARDED))} FROM instances LIMIT 0")  # noqa: S608
            connection.execute("SELECT key, value FROM settings LIMIT 0")
            _check_guard(connection)


def install(connection: sqlite3.Connection) -> None:
    """Guard the present rows, unless they are; in a transaction of its own."""
    found = _found_objects(connection)
    if found.keys() & _OBJECTS.keys():
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        remove(connection)
        for sql in _OBJECTS.values():
            connection.execute(sql)
        connection.execute(
            f"INSERT INTO {GUARD_TABLE} (id, revision, definition) SELECT id, 1, {_written('instances')} FROM instances"  # noqa: S608
        )
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def remove(connection: sqlite3.Connection) -> None:
    """Take any guard away, so that its triggers are not in the way of a migration."""
    for name, sql in sorted(_found_objects(connection).items(), reverse=True):
        kind = "TRIGGER" if sql.upper().startswith("CREATE TRIGGER") else "TABLE"
        connection.execute(f'DROP {kind} IF EXISTS "{name}"')


@contextlib.contextmanager
def _damage_named() -> Iterator[None]:
    try:
        yield
    except DamageError:
        raise
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF in _NO_DAMAGE:
            raise
        raise DamageError(f"malformed: {error}") from error
    except UnicodeDecodeError as error:  # Python's sqlite3 raises it in place of a message that quotes damaged text
        raise DamageError("malformed: text") from error


def _found_objects(connection: sqlite3.Connection) -> dict[str, str]:
    rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE name LIKE ? AND sql IS NOT NULL", (f"{_PREFIX}%",))
    return {str(name): str(sql) for name, sql in rows}


def _check_structure(connection: sqlite3.Connection) -> None:
    page_count, page_size = (connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
    check_name = "integrity_check" if page_count * page_size <= _FULL_CHECK_BYTES else "quick_check"
    answer = str(connection.execute(f"PRAGMA {check_name}(1)").fetchone()[0])
    if answer != "ok":
        raise DamageError(f"malformed: {answer}")


def _check_guard(connection: sqlite3.Connection) -> None:
    found = _found_objects(connection)
    if not found.keys() & _OBJECTS.keys():
        return  # not guarded yet
    if any(found.get(name) != sql for name, sql in _OBJECTS.items()):
        raise DamageError("malformed: the guard of the instances")
    # Rows without a second writing are no damage: somebody wrote with triggers off.
    differing = connection.execute(
        f"SELECT i.id FROM instances i JOIN {GUARD_TABLE} g ON g.id = i.id WHERE g.definition IS NOT {_written('i')} LIMIT 1"  # noqa: S608
    ).fetchone()
    if differing is not None:
        raise DamageError(f"malformed: instance {differing[0]} differs from its second writing")
