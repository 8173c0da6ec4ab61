"""Brings a database of any earlier shape, gowa-manager's included, to the present one.

`PRAGMA user_version` counts our steps; gowa-manager leaves it at 0. All steps run in one transaction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gowa_desktop.domain.instance import new_key

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

_CREATE_INSTANCES = """
CREATE TABLE IF NOT EXISTS instances (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT UNIQUE NOT NULL,
    name TEXT UNIQUE NOT NULL,
    port INTEGER,
    status TEXT DEFAULT 'stopped',
    config TEXT DEFAULT '{}',
    gowa_version TEXT DEFAULT 'latest',
    error_message TEXT,
    created_at DATETIME DEFAULT CURRENT_TIMESTAMP,
    updated_at DATETIME DEFAULT CURRENT_TIMESTAMP
)
"""
_COLUMNS = frozenset(
    {"id", "key", "name", "port", "status", "config", "gowa_version", "error_message", "created_at", "updated_at", "desired"}
)
_CREATE_SETTINGS = "CREATE TABLE IF NOT EXISTS settings (key TEXT PRIMARY KEY, value TEXT NOT NULL)"
_CREATE_TEMPLATES = """
CREATE TABLE IF NOT EXISTS config_templates (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT UNIQUE NOT NULL,
    config TEXT NOT NULL DEFAULT '{}',
    created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP
)
"""


def columns(connection: sqlite3.Connection, table: str) -> set[str]:
    """Give the column names of a table; empty when it does not exist."""
    return {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}


def _drop_demanding_columns(connection: sqlite3.Connection) -> None:
    """Make the table anew without columns that we do not fill and that refuse NULL, such as the first gowa-manager's `binary_path`."""
    table = connection.execute("PRAGMA table_info(instances)").fetchall()
    demanding = {name for _, name, _, not_null, default, is_key in table if not_null and default is None and not is_key}
    kept = [name for _, name, *_ in table if name in _COLUMNS]
    if demanding <= _COLUMNS:
        return
    connection.execute("ALTER TABLE instances RENAME TO instances_before")
    connection.execute(_CREATE_INSTANCES.replace("key TEXT UNIQUE NOT NULL", "key TEXT UNIQUE"))
    listed = ", ".join(kept)
    connection.execute(f"INSERT INTO instances ({listed}) SELECT {listed} FROM instances_before")  # noqa: S608 - own names
    if connection.execute("SELECT 1 FROM sqlite_sequence WHERE name = 'instances_before'").fetchone():
        # Ids name folders, so one that was given away is never given again.
        connection.execute("DELETE FROM sqlite_sequence WHERE name = 'instances'")
        connection.execute("UPDATE sqlite_sequence SET name = 'instances' WHERE name = 'instances_before'")
    connection.execute("DROP TABLE instances_before")


def _to_version_1(connection: sqlite3.Connection) -> None:
    connection.execute(_CREATE_INSTANCES)
    connection.execute(_CREATE_SETTINGS)
    _drop_demanding_columns(connection)
    present = columns(connection, "instances")
    additions = {
        "key": "TEXT",
        "port": "INTEGER",
        "status": "TEXT DEFAULT 'stopped'",
        "config": "TEXT DEFAULT '{}'",
        "gowa_version": "TEXT DEFAULT 'latest'",
        "error_message": "TEXT",
        "created_at": "DATETIME",
        "updated_at": "DATETIME",
        "desired": "TEXT NOT NULL DEFAULT 'stopped'",
    }
    for name, declaration in additions.items():
        if name not in present:
            connection.execute(f"ALTER TABLE instances ADD COLUMN {name} {declaration}")
    for (row_id,) in connection.execute("SELECT id FROM instances WHERE key IS NULL OR key = ''").fetchall():
        connection.execute("UPDATE instances SET key = ? WHERE id = ?", (new_key(), row_id))
    connection.execute("CREATE UNIQUE INDEX IF NOT EXISTS instances_key_unique ON instances (key)")
    connection.execute("UPDATE instances SET gowa_version = 'latest' WHERE gowa_version IS NULL OR gowa_version = ''")
    connection.execute("UPDATE instances SET config = '{}' WHERE config IS NULL OR config = ''")
    # gowa-manager knew no desired state: what it left running is what the person wants running.
    connection.execute("UPDATE instances SET desired = 'running' WHERE status = 'running'")
    connection.execute("UPDATE instances SET status = 'failed' WHERE status = 'error'")
    connection.execute("UPDATE instances SET status = 'stopped' WHERE status IS NULL OR status IN ('starting', 'stopping')")
    for name in ("created_at", "updated_at"):
        connection.execute(f"UPDATE instances SET {name} = CURRENT_TIMESTAMP WHERE {name} IS NULL")  # noqa: S608 - own names


def _to_version_2(connection: sqlite3.Connection) -> None:
    present = columns(connection, "instances")
    additions = {
        "restart_policy": "TEXT NOT NULL DEFAULT 'on-failure'",
        "memory_limit_mb": "INTEGER",
        "priority": "TEXT NOT NULL DEFAULT 'normal'",
    }
    for name, declaration in additions.items():
        if name not in present:
            connection.execute(f"ALTER TABLE instances ADD COLUMN {name} {declaration}")


def _to_version_3(connection: sqlite3.Connection) -> None:
    connection.execute(_CREATE_TEMPLATES)


def _to_version_4(connection: sqlite3.Connection) -> None:
    present = columns(connection, "instances")
    for name, declaration in {"tags": "TEXT NOT NULL DEFAULT '[]'", "notes": "TEXT NOT NULL DEFAULT ''"}.items():
        if name not in present:
            connection.execute(f"ALTER TABLE instances ADD COLUMN {name} {declaration}")


MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (_to_version_1, _to_version_2, _to_version_3, _to_version_4)
"""Step n brings a database from version n to n + 1."""

SCHEMA_VERSION = len(MIGRATIONS)


def migrate(connection: sqlite3.Connection, version: int) -> None:
    """Run every step after `version`; for use within a transaction, so that after a failure the database is the old one."""
    for step in MIGRATIONS[version:]:
        step(connection)
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
