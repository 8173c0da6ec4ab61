"""What a program that may change nothing sees of a database, whatever state it is in."""

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import peewee
import pytest

from gowa_desktop.domain.definition import InstanceDefinition
from gowa_desktop.domain.errors import DatabaseTooNewError
from gowa_desktop.domain.instance import DesiredState
from gowa_desktop.store.backups import DatabaseCopies
from gowa_desktop.store.database_view import open_database_view
from gowa_desktop.store.definition_rows import DefinitionRows
from gowa_desktop.store.repositories import InstanceRepository

Opener = Callable[[Path], peewee.SqliteDatabase]
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def stored(data_dir: Path, opened: Opener) -> peewee.SqliteDatabase:
    """A database with two instances, the second in the write-ahead log only."""
    database = opened(data_dir)
    InstanceRepository(database).add("KEY00001", "first", 8001, "latest", {"flags": {"os": "x"}})
    database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    InstanceRepository(database).add("KEY00002", "second", 8002, "latest", {})
    return database


@pytest.fixture
def names(data_dir: Path) -> Iterator[Callable[..., list[str]]]:
    views: list[peewee.SqliteDatabase] = []

    def read(folder: Path = data_dir, records: tuple[InstanceDefinition, ...] = ()) -> list[str]:
        views.append(open_database_view(folder, records))
        return [instance.name for instance in InstanceRepository(views[-1]).all()]

    yield read
    for view in views:
        view.close()


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def left_by_a_killed_program(data_dir: Path, target: Path, suffixes: tuple[str, ...]) -> Path:
    target.mkdir()
    for suffix in suffixes:
        shutil.copy(data_dir / f"gowa.db{suffix}", target)
    return target


def test_view_beside_the_running_program_sees_the_newest(stored: peewee.SqliteDatabase, names: Callable[..., list[str]]) -> None:
    assert names() == ["first", "second"]


@pytest.mark.parametrize("suffixes", [("", "-wal"), ("", "-wal", "-shm")])
def test_view_of_what_a_killed_program_left_reads_the_log_and_changes_nothing(
    stored: peewee.SqliteDatabase, data_dir: Path, tmp_path: Path, names: Callable[..., list[str]], suffixes: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    folder = left_by_a_killed_program(data_dir, tmp_path / "left", suffixes)
    monkeypatch.setattr(os, "access", lambda _path, mode: mode != os.W_OK)  # as on a disk that is read-only
    before = contents(folder)

    assert names(folder) == ["first", "second"]
    assert {name: data for name, data in contents(folder).items() if not name.endswith("-shm")} == {
        name: data for name, data in before.items() if not name.endswith("-shm")
    }


def test_view_can_be_written_without_touching_the_disk(stored: peewee.SqliteDatabase, data_dir: Path) -> None:
    stored.close()
    before = contents(data_dir)
    with contextlib.closing(open_database_view(data_dir, ())) as view:
        InstanceRepository(view).set_desired([1], DesiredState.RUNNING)
        assert InstanceRepository(view).get(1).desired is DesiredState.RUNNING
    assert contents(data_dir) == before


def test_view_without_anything_is_empty(tmp_path: Path, names: Callable[..., list[str]]) -> None:
    assert names(tmp_path / "nowhere") == []
    assert not (tmp_path / "nowhere").exists()


def test_view_takes_newer_records_over(stored: peewee.SqliteDatabase, names: Callable[..., list[str]]) -> None:
    definition = DefinitionRows(stored).get(2)
    assert definition is not None
    newer = InstanceDefinition(2, definition.revision + 1, {**definition.columns, "name": "renamed"})
    unknown = InstanceDefinition(7, 1, {**definition.columns, "key": "KEY00007", "name": "seventh"})
    assert names(records=(newer, unknown)) == ["first", "renamed", "seventh"]


@pytest.mark.parametrize("damage", [b"no database at all", b""])
def test_view_of_a_damaged_database_comes_from_the_newest_copy(
    stored: peewee.SqliteDatabase, data_dir: Path, names: Callable[..., list[str]], damage: bytes
) -> None:
    DatabaseCopies(data_dir).take(NOW)
    stored.close()
    (data_dir / "gowa.db").write_bytes(damage)
    assert names() == ["first", "second"]
    assert (data_dir / "gowa.db").read_bytes() == damage


def test_view_of_a_locked_database_does_not_wait_for_ever(
    data_dir: Path, tmp_path: Path, stored: peewee.SqliteDatabase, names: Callable[..., list[str]]
) -> None:
    definition = DefinitionRows(stored).get(1)
    assert definition is not None
    stored.execute_sql("PRAGMA journal_mode = DELETE")
    stored.close()
    with contextlib.closing(sqlite3.connect(data_dir / "gowa.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        other.execute("UPDATE instances SET port = 1")
        assert names(records=(definition,)) in (["first"], ["first", "second"])


def test_view_of_another_programs_database_is_converted_in_memory(data_dir: Path, names: Callable[..., list[str]]) -> None:
    data_dir.mkdir()
    with contextlib.closing(sqlite3.connect(data_dir / "gowa.db")) as connection:
        connection.execute("CREATE TABLE instances (id INTEGER PRIMARY KEY, key TEXT, name TEXT UNIQUE NOT NULL)")
        connection.execute("INSERT INTO instances (key, name) VALUES ('KEY00001', 'theirs')")
        connection.commit()
    before = contents(data_dir)
    assert names() == ["theirs"]
    assert contents(data_dir) == before


def test_view_of_a_newer_database_is_refused(stored: peewee.SqliteDatabase, data_dir: Path) -> None:
    stored.execute_sql("PRAGMA user_version = 200")
    stored.close()
    with pytest.raises(DatabaseTooNewError):
        open_database_view(data_dir, ())


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="mounting needs the superuser")
def test_view_on_a_disk_that_is_read_only(
    stored: peewee.SqliteDatabase, data_dir: Path, tmp_path: Path, names: Callable[..., list[str]]
) -> None:
    folder = left_by_a_killed_program(data_dir, tmp_path / "left", ("", "-wal"))
    place = tmp_path / "mounted"
    place.mkdir()
    if subprocess.run(["mount", "--bind", folder, place], check=False, capture_output=True).returncode:
        pytest.skip("mounting is not possible here")
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", place], check=True, capture_output=True)
        assert names(place) == ["first", "second"]
    finally:
        subprocess.run(["umount", place], check=True, capture_output=True)
