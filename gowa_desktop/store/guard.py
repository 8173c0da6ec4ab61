"""Finds damage that SQLite cannot see: a second writing of every instance and template, kept by triggers, whoever changes a row.

SQLite keeps no checksums, so a flipped byte inside a text passes its integrity check. The triggers also count the changes of
each row; that count tells a stale copy or record from a newer one. Programs that know nothing of this, gowa-manager included,
keep both right by merely writing.
"""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
from typing import TYPE_CHECKING, NamedTuple

from gowa_desktop.store.models import InstanceRow, TemplateRow
from gowa_desktop.store.transactions import transaction

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_OBSERVED = ("id", "status", "error_message", "updated_at")
GUARDED: tuple[str, ...] = tuple(name for name in InstanceRow._meta.columns if name not in _OBSERVED)
"""The columns that hold what a person decided."""
_NO_REVISIONS: Mapping[int, int] = {}
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


class _Guard(NamedTuple):
    """The guard of one table. Its own table holds id, number of changes and second writing of every row."""

    watched: str
    columns: tuple[str, ...]
    prefix: str
    table: str
    """Ends in a digest of the whole guard: another guard, of an earlier or later program, is no damaged one."""

    def written(self, prefix: str) -> str:
        """Give the expression that writes a row a second time."""
        return _written(prefix, self.columns)

    @property
    def objects(self) -> dict[str, str]:
        """The table and its triggers: what makes them, by name."""
        return _objects(self.table, self.watched, self.columns)


def _written(prefix: str, columns: tuple[str, ...]) -> str:
    return " || '|' || ".join(f"quote({prefix}.{column})" for column in ("id", *columns))


def _objects(table: str, watched_table: str, columns: tuple[str, ...]) -> dict[str, str]:
    watched = ", ".join(("id", *columns))
    # No "OR REPLACE" here: the conflict clause of the statement that fires a trigger overrides those inside it.
    new = _written("NEW", columns)
    keep = (
        f"BEGIN UPDATE {table} SET revision = revision + 1, definition = {new} WHERE id = NEW.id; "  # noqa: S608 - own names
        f"INSERT INTO {table} (id, revision, definition) SELECT NEW.id, 1, {new} "
        f"WHERE NOT EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id); END"
    )
    drop = f"DELETE FROM {table} WHERE id = OLD.id"  # noqa: S608 - own names
    return {
        table: f"CREATE TABLE {table} (id INTEGER PRIMARY KEY, revision INTEGER NOT NULL, definition TEXT NOT NULL)",
        f"{table}_insert": f"CREATE TRIGGER {table}_insert AFTER INSERT ON {watched_table} {keep}",
        f"{table}_update": f"CREATE TRIGGER {table}_update AFTER UPDATE OF {watched} ON {watched_table} {keep}",
        f"{table}_delete": f"CREATE TRIGGER {table}_delete AFTER DELETE ON {watched_table} BEGIN {drop}; END",
    }


def _guard(watched: str, columns: tuple[str, ...], prefix: str) -> _Guard:
    digest = hashlib.sha256(repr(_objects(prefix, watched, columns)).encode()).hexdigest()[:8]
    return _Guard(watched, columns, prefix, f"{prefix}_{digest}")


_INSTANCES = _guard("instances", GUARDED, "instance_guard")
_TEMPLATES = _guard(TemplateRow._meta.table_name, ("name", "config"), "template_guard")
_GUARDS = (_INSTANCES, _TEMPLATES)
_EARLIER = (_guard("instances", tuple(name for name in GUARDED if name not in {"tags", "notes"}), "instance_guard"),)
"""Guards of earlier formats, so that damage is found before it is converted: before version 4 there were no tags and notes."""
GUARD_TABLE = _INSTANCES.table
"""Id, number of changes and second writing of every row of `instances`."""


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
            connection.execute(f"SELECT id, {', '.join(_TEMPLATES.columns)} FROM {_TEMPLATES.watched} LIMIT 0")  # noqa: S608
        # The guard of an earlier format may be this very one or one of those; then it counts before anything is converted.
        for guard in (*_GUARDS, *_EARLIER):
            _check_guard(connection, guard)


def install(connection: sqlite3.Connection) -> None:
    """Guard the present rows, unless they are; in a transaction of its own."""
    if all(_is_there(connection, guard) for guard in _GUARDS):
        return
    with transaction(connection):
        add(connection, remove(connection))


def add(connection: sqlite3.Connection, revisions: Mapping[int, int] = _NO_REVISIONS) -> None:
    """Guard the present rows; for use within a transaction, after `remove`.

    Args:
        connection: to a database in its present form.
        revisions: how often the instances with these ids had been changed already.
    """
    for guard in _GUARDS:
        for sql in guard.objects.values():
            connection.execute(sql)
        connection.execute(
            f"INSERT INTO {guard.table} (id, revision, definition) SELECT id, 1, {guard.written(guard.watched)} FROM {guard.watched}"  # noqa: S608
        )
    connection.executemany(f"UPDATE {GUARD_TABLE} SET revision = ? WHERE id = ?", [(n, row) for row, n in revisions.items()])  # noqa: S608


def remove(connection: sqlite3.Connection) -> dict[int, int]:
    """Take any guard away, so that its triggers are not in the way of a migration.

    Returns:
        How often each instance had been changed, by id, as far as the old guard tells: a record of it counts as newer otherwise.
    """
    revisions: dict[int, int] = {}
    for guard in _GUARDS:
        found = _found_objects(connection, guard)
        for name in found if guard is _INSTANCES else ():
            # No guard at all, but a table of that name, is somebody else's.
            with contextlib.suppress(sqlite3.OperationalError):
                revisions |= dict(connection.execute(f'SELECT id, revision FROM "{name}" WHERE typeof(revision) = \'integer\'').fetchall())  # noqa: S608
        for name, sql in sorted(found.items(), reverse=True):
            kind = "TRIGGER" if sql.upper().startswith("CREATE TRIGGER") else "TABLE"
            connection.execute(f'DROP {kind} IF EXISTS "{name}"')
    return revisions


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


def _found_objects(connection: sqlite3.Connection, guard: _Guard) -> dict[str, str]:
    rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE name LIKE ? AND sql IS NOT NULL", (f"{guard.prefix}%",))
    return {str(name): str(sql) for name, sql in rows}


def _is_there(connection: sqlite3.Connection, guard: _Guard) -> bool:
    return bool(_found_objects(connection, guard).keys() & guard.objects.keys())


def _check_structure(connection: sqlite3.Connection) -> None:
    page_count, page_size = (connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
    check_name = "integrity_check" if page_count * page_size <= _FULL_CHECK_BYTES else "quick_check"
    answer = str(connection.execute(f"PRAGMA {check_name}(1)").fetchone()[0])
    if answer != "ok":
        raise DamageError(f"malformed: {answer}")


def _check_guard(connection: sqlite3.Connection, guard: _Guard) -> None:
    if not _is_there(connection, guard):
        return  # not guarded yet
    found = _found_objects(connection, guard)
    if any(found.get(name) != sql for name, sql in guard.objects.items()):
        raise DamageError(f"malformed: the guard of the table {guard.watched}")
    # Rows without a second writing are no damage: somebody wrote with triggers off.
    differing = connection.execute(
        f"SELECT i.id FROM {guard.watched} i JOIN {guard.table} g ON g.id = i.id "  # noqa: S608
        f"WHERE g.definition IS NOT {guard.written('i')} LIMIT 1"
    ).fetchone()
    if differing is not None:
        raise DamageError(f"malformed: row {differing[0]} of {guard.watched} differs from its second writing")
