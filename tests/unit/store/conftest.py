"""Hypothesis as these tests want it, and databases that are closed with the test."""

from collections.abc import Callable, Iterator
from pathlib import Path

import peewee
import pytest
from hypothesis import settings

from gowa_desktop.store.database import open_database, open_database_to_read

settings.register_profile("steady", deadline=None, derandomize=True, database=None, max_examples=100)
settings.load_profile("steady")


@pytest.fixture
def opened() -> Iterator[Callable[[Path], peewee.SqliteDatabase]]:
    """Open databases to write; each is closed at the end."""
    databases: list[peewee.SqliteDatabase] = []

    def open_one(data_dir: Path) -> peewee.SqliteDatabase:
        data_dir.mkdir(parents=True, exist_ok=True)
        databases.append(open_database(data_dir))
        return databases[-1]

    yield open_one
    for database in databases:
        database.close()


@pytest.fixture
def opened_to_read() -> Iterator[Callable[[Path], peewee.SqliteDatabase]]:
    """Open databases to read; each is closed at the end."""
    databases: list[peewee.SqliteDatabase] = []

    def open_one(data_dir: Path) -> peewee.SqliteDatabase:
        databases.append(open_database_to_read(data_dir))
        return databases[-1]

    yield open_one
    for database in databases:
        database.close()
