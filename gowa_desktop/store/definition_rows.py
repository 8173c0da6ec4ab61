"""Reads the definitions of instances out of their rows, and brings rows up to what newer definitions say."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import peewee

from gowa_desktop.domain.definition import InstanceDefinition
from gowa_desktop.domain.errors import DatabaseDamagedError
from gowa_desktop.domain.names import name_identity
from gowa_desktop.store.database import explain
from gowa_desktop.store.guard import GUARD_TABLE, GUARDED
from gowa_desktop.store.transactions import transaction
from gowa_desktop.store.write_gate import WriteGate

if TYPE_CHECKING:
    from collections.abc import Iterable, Set

_COLUMNS = ", ".join(f"i.{name}" for name in GUARDED)
_SELECT = f"SELECT i.id, g.revision, {_COLUMNS} FROM instances i LEFT JOIN {GUARD_TABLE} g ON g.id = i.id"  # noqa: S608 - own names


class DefinitionRows:
    """Reads and renews rows as definitions. Main thread."""

    def __init__(self, database: peewee.SqliteDatabase, gate: WriteGate | None = None) -> None:
        self._database = database
        self._gate = gate or WriteGate(database.database)

    @property
    def are_owing(self) -> bool:
        """True while a wish could not be stored."""
        return bool(self._gate.owed)

    def all(self) -> list[InstanceDefinition]:
        """Give every definition, oldest instance first.

        Raises:
            DatabaseError: they cannot be read.
        """
        return self._read(f"{_SELECT} ORDER BY i.id", ())

    def get(self, instance_id: int) -> InstanceDefinition | None:
        """Give the definition of one instance, None when there is none.

        Raises:
            DatabaseError: it cannot be read.
        """
        found = self._read(f"{_SELECT} WHERE i.id = ?", (instance_id,))
        return found[0] if found else None

    def catch_up(self, newest: Iterable[InstanceDefinition]) -> list[int]:
        """Store the definitions that are newer than their rows, or have none; the answer is the ids of these rows.

        Raises:
            DatabaseError: they cannot be stored.
        """
        try:
            return reconcile(self._database.connection(), newest)
        except (peewee.PeeweeException, sqlite3.Error) as error:
            raise explain(error, self._database.database) from error

    def put_back(self, definition: InstanceDefinition) -> None:
        """Store an instance that has no row any more.

        Raises:
            DatabaseError: it cannot be stored.
        """
        with self._gate.passing():
            self.catch_up([definition])

    def _read(self, sql: str, values: tuple[int, ...]) -> list[InstanceDefinition]:
        try:
            rows = self._database.execute_sql(sql, values).fetchall()
        except (peewee.PeeweeException, sqlite3.Error) as error:
            told = explain(error, self._database.database)
            if isinstance(told, DatabaseDamagedError):
                self._gate.tell_damage()
            raise told from error
        return [self._with_owed(definition) for definition in _definitions(rows)]

    def _with_owed(self, stored: InstanceDefinition) -> InstanceDefinition:
        """Give the definition as it will be once a wish is stored that could not be yet: the record must not wait for that."""
        desired = self._gate.owed.get(stored.id)
        if desired is None or stored.columns.get("desired") == desired.value:
            return stored
        return InstanceDefinition(stored.id, stored.revision + 1, {**stored.columns, "desired": desired.value})


def reconcile(
    connection: sqlite3.Connection,
    newest: Iterable[InstanceDefinition],
    removed: Set[tuple[int, str]] = frozenset(),
    highest_id: int = 0,
) -> list[int]:
    """Store the definitions that are newer than their rows, or have none.

    Args:
        connection: to a database in its present form, in autocommit mode.
        newest: definitions from elsewhere, at most one per id.
        removed: id and key of instances that were deleted; their rows go, unless a definition says otherwise.
        highest_id: no new instance gets this id or a lower one.

    Returns:
        The ids of the rows that were added, changed or removed.

    Raises:
        sqlite3.Error: it failed; then nothing is changed.
    """
    rows = {stored.id: stored for stored in _definitions(connection.execute(_SELECT).fetchall())}
    newer = [
        d for d in newest if (stored := rows.get(d.id)) is None or stored.key != d.key or stored.revision < d.revision
    ]
    gone = [stored.id for stored in rows.values() if (stored.id, stored.key) in removed and stored.id not in {d.id for d in newer}]
    replaced = {*gone, *(d.id for d in newer)}
    unique = _made_unique(newer, [stored for stored in rows.values() if stored.id not in replaced])
    if not gone and not unique and not highest_id:
        return []  # nothing to write, so nobody has to be waited for
    with transaction(connection):
        connection.executemany("DELETE FROM instances WHERE id = ?", [(row_id,) for row_id in gone])
        _write(connection, unique)
        _reserve_ids(connection, highest_id)
    return [*gone, *(definition.id for definition in unique)]


def count_instances(connection: sqlite3.Connection) -> int:
    """Count the rows."""
    return int(connection.execute("SELECT count(*) FROM instances").fetchone()[0])


def _definitions(rows: Iterable[tuple[object, ...]]) -> list[InstanceDefinition]:
    found = []
    for row_id, revision, *values in rows:
        columns = {name: value for name, value in zip(GUARDED, values, strict=True) if isinstance(value, str | int | float | None)}
        if isinstance(row_id, int) and columns.get("key") and columns.get("name"):
            found.append(InstanceDefinition(row_id, _number(revision), columns))
    return found


def _made_unique(newer: list[InstanceDefinition], kept: list[InstanceDefinition]) -> list[InstanceDefinition]:
    """Leave out definitions whose key another instance has, and give those another name whose name is taken."""
    keys = {definition.key for definition in kept}
    names = {name_identity(definition.name) for definition in kept}
    unique = []
    for definition in newer:
        if definition.key in keys:
            continue
        name, number, revision = definition.name, 1, definition.revision
        while name_identity(name) in names:
            number += 1
            name, revision = f"{definition.name} {number}", definition.revision + 1
        keys.add(definition.key)
        names.add(name_identity(name))
        unique.append(InstanceDefinition(definition.id, revision, {**definition.columns, "name": name}))
    return unique


def _write(connection: sqlite3.Connection, definitions: list[InstanceDefinition]) -> None:
    # Two instances may have exchanged their names: first none of them has one. No real name begins with a question mark.
    for definition in definitions:
        connection.execute(
            "INSERT INTO instances (id, key, name, status, created_at, updated_at)"
            " VALUES (?, '?' || ?1, '?' || ?1, 'stopped', CURRENT_TIMESTAMP, CURRENT_TIMESTAMP)"
            " ON CONFLICT (id) DO UPDATE SET key = excluded.key, name = excluded.name",
            (definition.id,),
        )
    for definition in definitions:
        columns = {name: definition.columns[name] for name in GUARDED if name in definition.columns}
        assignments = ", ".join(f"{name} = ?" for name in columns)
        connection.execute(f"UPDATE instances SET {assignments} WHERE id = ?", (*columns.values(), definition.id))  # noqa: S608
        connection.execute(f"UPDATE {GUARD_TABLE} SET revision = ? WHERE id = ?", (definition.revision, definition.id))  # noqa: S608


def _reserve_ids(connection: sqlite3.Connection, highest_id: int) -> None:
    """A folder of which nothing is known any more may hold somebody's WhatsApp session: no new instance may get it."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'").fetchone():
        return
    stored = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'instances'").fetchone()
    if stored is None:
        connection.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('instances', ?)", (highest_id,))
    elif _number(stored[0]) < highest_id:
        connection.execute("UPDATE sqlite_sequence SET seq = ? WHERE name = 'instances'", (highest_id,))


def _number(value: object) -> int:
    return value if isinstance(value, int) and value > 0 else 0
