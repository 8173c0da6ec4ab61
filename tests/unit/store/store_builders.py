"""Databases of other times and programs, written with plain sqlite3 as those programs did."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

GOWA_MANAGER = """
CREATE TABLE instances (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT UNIQUE NOT NULL,
    name TEXT UNIQUE NOT NULL,
    port INTEGER,
    status TEXT DEFAULT 'stopped',
    config TEXT DEFAULT '{}',
    gowa_version TEXT DEFAULT 'latest',
    created_at DATETIME DEFAULT CURRENT_TIMESTAMP,
    updated_at DATETIME DEFAULT CURRENT_TIMESTAMP,
    error_message TEXT
);
"""
WITHOUT_ERROR_MESSAGE = GOWA_MANAGER.replace("CURRENT_TIMESTAMP,\n    error_message TEXT", "CURRENT_TIMESTAMP")
WITHOUT_VERSION = WITHOUT_ERROR_MESSAGE.replace("    gowa_version TEXT DEFAULT 'latest',\n", "")
WITHOUT_KEY = WITHOUT_VERSION.replace("    key TEXT UNIQUE NOT NULL,\n", "")
FIRST = WITHOUT_KEY.replace("port INTEGER,", "binary_path TEXT NOT NULL,\n    port INTEGER,")

CONFIG = '{"args":["rest","--port=PORT"],"flags":{"accountValidation":true,"os":"GowaManager","basePath":"/app/AAAA1111"},"odd":[1]}'


@contextlib.contextmanager
def writing(data_dir: Path) -> Iterator[sqlite3.Connection]:
    """A plain connection to the database of a data directory; it is closed at the end."""
    data_dir.mkdir(parents=True, exist_ok=True)
    with contextlib.closing(sqlite3.connect(data_dir / "gowa.db", isolation_level=None)) as connection:
        yield connection


def rows(path: Path, query: str) -> list[tuple[object, ...]]:
    """What a query finds in a database file, without changing it."""
    with contextlib.closing(sqlite3.connect(f"{path.as_uri()}?immutable=1", uri=True)) as connection:
        return connection.execute(query).fetchall()


def gowa_manager_database(data_dir: Path) -> None:
    """Six instances as gowa-manager left them, with a column of somebody's own."""
    with writing(data_dir) as connection:
        connection.executescript(GOWA_MANAGER)
        connection.execute("ALTER TABLE instances ADD COLUMN note TEXT DEFAULT 'mine'")
        connection.executemany(
            "INSERT INTO instances (id, key, name, port, status, config, gowa_version, error_message, created_at, updated_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, '2025-10-01 08:00:00', '2025-10-02 09:30:00')",
            [
                (1, "AAAA1111", "shop", 8000, "running", CONFIG, "v9.2.0", None),
                (2, "BBBB2222", "  bots  ", 8001, "error", "{}", "latest", "GOWA failed"),
                (3, "CCCC3333", "starting up", 8002, "starting", "", None, None),
                (5, "EEEE5555", "Ünï", None, "stopping", None, "", None),
                (6, "FFFF6666", "null state", 8005, None, "{}", "v8.0.0", None),
                (9, "GGGG7777", "damaged", 8009, "stopped", "{not json", "v7.11.4", None),
            ],
        )
