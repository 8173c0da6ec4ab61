"""Copies of the database: rotation, daily ones, interruption, and the choice of the newest good one."""

import contextlib
import os
import shutil
import sqlite3
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import peewee
import pytest

from gowa_desktop.domain.definition import ColumnValue, InstanceDefinition
from gowa_desktop.domain.errors import DatabaseDamagedError, DatabaseError
from gowa_desktop.store import guard
from gowa_desktop.store.backups import DatabaseCopies, is_missing
from gowa_desktop.store.database import is_sound, open_database
from gowa_desktop.store.definition_rows import DefinitionRows, reconcile
from gowa_desktop.store.migrations import SCHEMA_VERSION
from gowa_desktop.store.repositories import InstanceRepository
from tests.unit.store.store_builders import gowa_manager_database, rows, writing

Opener = Callable[[Path], peewee.SqliteDatabase]
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def names(data_dir: Path) -> list[str]:
    return sorted(path.name for path in (data_dir / "backups").iterdir())


def instance_names(path: Path) -> list[object]:
    return [name for (name,) in rows(path, "SELECT name FROM instances ORDER BY id")]


def spoil(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    raw[4096 : 4096 + 512] = b"\xff" * 512
    path.write_bytes(raw)


@pytest.fixture
def living(data_dir: Path, opened: Opener) -> InstanceRepository:
    """A database in use, with a first instance that is only in the write-ahead log."""
    repository = InstanceRepository(opened(data_dir))
    repository.add("KEY00001", "one", 8001, "latest", {"flags": {"os": "x" * 300}})
    return repository


def test_take_copies_what_is_only_in_the_log(data_dir: Path, living: InstanceRepository) -> None:
    copy = DatabaseCopies(data_dir).take(NOON)

    assert names(data_dir) == ["gowa-daily-2026-03-01.db", "gowa-last-1.db"]
    assert instance_names(copy) == ["one"]
    assert is_sound(copy)
    if os.name == "posix":
        assert stat.S_IMODE((data_dir / "backups").stat().st_mode) == 0o700
        assert {stat.S_IMODE(path.stat().st_mode) for path in (data_dir / "backups").iterdir()} == {0o600}


def test_take_keeps_three_last_and_seven_daily(data_dir: Path, living: InstanceRepository) -> None:
    copies = DatabaseCopies(data_dir)
    for day in range(10):
        for hour in range(2):
            living.add(f"KEY{day}{hour}", f"day {day} hour {hour}", 9000, "latest", {})
            copies.take(NOON + timedelta(days=day, hours=hour))

    daily = [f"gowa-daily-2026-03-{day:02}.db" for day in range(4, 11)]
    assert names(data_dir) == [*daily, "gowa-last-1.db", "gowa-last-2.db", "gowa-last-3.db"]
    newest = [instance_names(data_dir / "backups" / f"gowa-last-{number}.db")[-1] for number in (1, 2, 3)]
    assert newest == ["day 9 hour 1", "day 9 hour 0", "day 8 hour 1"]
    assert instance_names(data_dir / "backups" / daily[-1])[-1] == "day 9 hour 0"


def test_newest_good_passes_over_damaged_ones(data_dir: Path, living: InstanceRepository) -> None:
    copies = DatabaseCopies(data_dir)
    for number in range(4):
        living.add(f"KEY{number}", f"more {number}", 9000, "latest", {})
        copy = copies.take(NOON)
        os.utime(copy, (1000 + number, 1000 + number))
    os.utime(data_dir / "backups" / "gowa-daily-2026-03-01.db", (999, 999))
    order = [path.name for path in copies.newest_first()]
    assert order == ["gowa-last-1.db", "gowa-last-2.db", "gowa-last-3.db", "gowa-daily-2026-03-01.db"]

    for name in order:
        good = copies.newest_good()
        assert good is not None
        assert good.name == name
        spoil(good)
    assert copies.newest_good() is None


@pytest.mark.parametrize("raw", [b"", b"garbage", b"SQLite format 3\0"])
def test_newest_good_is_no_file_without_a_database_in_it(data_dir: Path, raw: bytes) -> None:
    (data_dir / "backups").mkdir(parents=True)
    (data_dir / "backups" / "gowa-last-1.db").write_bytes(raw)
    assert DatabaseCopies(data_dir).newest_good() is None


def test_newest_good_leaves_out_a_copy_of_a_newer_program(data_dir: Path, living: InstanceRepository) -> None:
    copy = DatabaseCopies(data_dir).take(NOON)
    (data_dir / "backups" / "gowa-daily-2026-03-01.db").unlink()
    with contextlib.closing(sqlite3.connect(copy)) as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    assert DatabaseCopies(data_dir).newest_good() is None


@pytest.mark.parametrize("step", ["copy_live", "_copy_file", "flush"])
def test_interrupted_copy_leaves_no_half_file_and_all_earlier_ones(
    data_dir: Path, living: InstanceRepository, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    copies = DatabaseCopies(data_dir)
    copies.take(NOON)

    def fail(*places: Path) -> None:
        places[-1].write_bytes(b"SQLite format 3\0 half a copy")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(f"gowa_desktop.store.backups.{step}", fail)
    living.add("KEY00002", "two", 8002, "latest", {})
    with pytest.raises(DatabaseError, match="disk is full"):
        copies.take(NOON + timedelta(days=1))

    assert all(is_sound(path) for path in (data_dir / "backups").iterdir())
    assert "gowa-daily-2026-03-01.db" in names(data_dir)
    monkeypatch.undo()
    assert instance_names(copies.take(NOON + timedelta(days=1))) == ["one", "two"]


def test_leftover_of_an_interrupted_copy_is_no_copy_and_goes(data_dir: Path, living: InstanceRepository) -> None:
    copies = DatabaseCopies(data_dir)
    copies.take(NOON)
    leftover = data_dir / "backups" / ".unfinished.db"
    leftover.write_bytes(b"half")
    leftover.with_name(".unfinished.db-journal").write_bytes(b"half")

    assert leftover not in copies.newest_first()
    copies.take(NOON)
    assert names(data_dir) == ["gowa-daily-2026-03-01.db", "gowa-last-1.db", "gowa-last-2.db"]


def test_take_of_a_damaged_database_keeps_the_good_copies(data_dir: Path, living: InstanceRepository) -> None:
    copies = DatabaseCopies(data_dir)
    good = copies.take(NOON).read_bytes()
    living._database.close()
    spoil(data_dir / "gowa.db")

    with pytest.raises(DatabaseError):
        copies.take(NOON)

    assert (data_dir / "backups" / "gowa-last-1.db").read_bytes() == good
    assert names(data_dir) == ["gowa-daily-2026-03-01.db", "gowa-last-1.db"]


def test_take_of_a_database_that_another_holds_gives_up(data_dir: Path, living: InstanceRepository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gowa_desktop.store.sqlite_copy._BUSY_TIMEOUT_S", 0.3)
    living._database.close()
    with writing(data_dir) as connection:
        connection.execute("PRAGMA locking_mode = exclusive")
        connection.execute("UPDATE instances SET port = 1")
        with pytest.raises(DatabaseError, match="in use"):
            DatabaseCopies(data_dir).take(NOON)
    assert names(data_dir) == []


def test_take_without_a_database_makes_none(data_dir: Path) -> None:
    data_dir.mkdir()
    with pytest.raises(DatabaseError):
        DatabaseCopies(data_dir).take(NOON)
    assert not (data_dir / "gowa.db").exists()
    assert names(data_dir) == []


def test_restore_keeps_the_damaged_files_beside_each_other(data_dir: Path, living: InstanceRepository) -> None:
    copies = DatabaseCopies(data_dir)
    copies.take(NOON)
    living._database.close()
    damaged = {"gowa.db": b"damaged", "gowa.db-wal": b"log", "gowa.db-shm": b"index"}
    for attempt in range(2):
        for name, raw in damaged.items():
            (data_dir / name).write_bytes(raw)

        restored = copies.restore(NOON, [], set(), 0)

        suffix = ".2" if attempt else ""
        assert restored.source == data_dir / "backups" / "gowa-last-1.db"
        assert restored.instances == 1
        assert restored.aside == data_dir / f"gowa.db.damaged-20260301T120000Z{suffix}"
        kept = {name: (data_dir / f"gowa.db.damaged-20260301T120000Z{suffix}{name[7:]}").read_bytes() for name in damaged}
        assert kept == damaged
        assert instance_names(data_dir / "gowa.db") == ["one"]
        assert not (data_dir / "gowa.db-wal").exists()


def test_restore_on_a_full_disk_leaves_everything_for_the_next_time(
    data_dir: Path, living: InstanceRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    copies = DatabaseCopies(data_dir)
    copies.take(NOON)
    living._database.close()
    spoil(data_dir / "gowa.db")
    before = (data_dir / "gowa.db").read_bytes()

    def fail(_source: Path, target: Path) -> None:
        target.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("gowa_desktop.store.backups._copy_file", fail)
    with pytest.raises(DatabaseError, match="disk is full"):
        copies.restore(NOON, [], set(), 0)

    assert sorted(path.name for path in data_dir.iterdir()) == ["backups", "gowa.db"]
    assert (data_dir / "gowa.db").read_bytes() == before


def test_is_missing_tells_nothing_and_empty_from_something(data_dir: Path) -> None:
    assert is_missing(data_dir)
    data_dir.mkdir()
    (data_dir / "gowa.db").touch()
    assert is_missing(data_dir)
    (data_dir / "gowa.db").write_bytes(b"x")
    assert not is_missing(data_dir)


# What SQLite cannot see


def flipped_text(data_dir: Path, old: bytes, new: bytes) -> None:
    raw = (data_dir / "gowa.db").read_bytes()
    assert len(old) == len(new)
    assert raw.count(old) >= 1
    (data_dir / "gowa.db").write_bytes(raw.replace(old, new, 1))


def test_byte_changed_inside_a_config_is_damage(data_dir: Path, living: InstanceRepository) -> None:
    living._database.close()
    flipped_text(data_dir, b"xxxx", b"xxyx")
    with pytest.raises(DatabaseDamagedError):
        open_database(data_dir)


def test_change_by_another_program_is_no_damage(data_dir: Path, living: InstanceRepository, opened: Opener) -> None:
    before = DefinitionRows(living._database).get(1)
    living._database.close()
    with writing(data_dir) as connection:
        connection.execute("UPDATE instances SET config = '{broken', port = 9000 WHERE id = 1")
        connection.execute("UPDATE instances SET status = 'running' WHERE id = 1")
        connection.execute("INSERT INTO instances (key, name, config) VALUES ('KEY00002', 'two', '{}')")
        connection.execute("INSERT INTO instances (key, name, config) VALUES ('KEY00003', 'three', '{}')")
        connection.execute("DELETE FROM instances WHERE id = 3")

    found = DefinitionRows(opened(data_dir)).all()

    assert [d.id for d in found] == [1, 2]
    assert before is not None
    assert (before.revision, found[0].revision, found[1].revision) == (1, 2, 1)
    assert found[0].columns["config"] == "{broken"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE OR IGNORE instances SET name = 'new' WHERE id = 1",
        "UPDATE OR ROLLBACK instances SET name = 'new' WHERE id = 1",
        "REPLACE INTO instances (id, key, name) VALUES (1, 'KEY00001', 'new')",
        "INSERT INTO instances (id, key, name) VALUES (1, 'K', 'n') ON CONFLICT (id) DO UPDATE SET name = 'new'",
        "UPDATE instances SET id = 77, name = 'new' WHERE id = 1",
        "REPLACE INTO instances (id, key, name) VALUES (5, 'KEY00001', 'new')",
    ],
)
def test_change_in_any_wording_is_no_damage(data_dir: Path, living: InstanceRepository, opened: Opener, statement: str) -> None:
    living._database.close()
    with writing(data_dir) as connection:
        connection.execute(statement)
    assert [instance.name for instance in InstanceRepository(opened(data_dir)).all()] == ["new"]


def test_guard_of_another_program_version_is_replaced(data_dir: Path, living: InstanceRepository, opened: Opener) -> None:
    living._database.close()
    with writing(data_dir) as connection:
        guard.remove(connection)
        connection.execute("CREATE TABLE instance_guard_00000000 (id INTEGER PRIMARY KEY, old TEXT)")

    assert DefinitionRows(opened(data_dir)).all()[0].revision == 1
    assert rows(data_dir / "gowa.db", "SELECT name FROM sqlite_master WHERE name = 'instance_guard_00000000'") == []


@pytest.mark.parametrize("statement", ["DROP TRIGGER {}_insert", "DROP TABLE {}"])
def test_incomplete_guard_is_damage(data_dir: Path, living: InstanceRepository, statement: str) -> None:
    living._database.close()
    with writing(data_dir) as connection:
        connection.execute(statement.format(guard.GUARD_TABLE))
    with pytest.raises(DatabaseDamagedError):
        open_database(data_dir)


def test_every_column_but_the_observed_ones_is_guarded(living: InstanceRepository) -> None:
    columns = {row[1] for row in living._database.execute_sql("PRAGMA table_info(instances)")}
    assert columns - set(guard.GUARDED) == {"id", "status", "error_message", "updated_at"}


# Newer definitions


def definition(number: int, name: str, revision: int = 1, key: str = "") -> InstanceDefinition:
    columns: dict[str, ColumnValue] = {
        "key": key or f"KEY{number:05}", "name": name, "port": 8000 + number, "config": "{}", "gowa_version": "v9.2.0",
        "desired": "running", "a_later_column": 1,
    }  # fmt: skip
    return InstanceDefinition(number, revision, columns)


@pytest.fixture
def stored(data_dir: Path, opened: Opener) -> peewee.SqliteDatabase:
    """Two instances, each changed twice."""
    database = opened(data_dir)
    repository = InstanceRepository(database)
    for number, name in ((1, "one"), (2, "two")):
        repository.add(f"KEY{number:05}", name, 8000 + number, "latest", {})
        repository.change(number, name, 8100 + number, "latest", None)
    return database


def outcome(database: peewee.SqliteDatabase) -> dict[int, str]:
    return {instance.id: instance.name for instance in InstanceRepository(database).all()}


def test_reconcile_takes_newer_and_missing_ones_only(stored: peewee.SqliteDatabase) -> None:
    newest = [definition(1, "older", 1), definition(2, "newer", 3), definition(7, "lost", 5)]

    assert DefinitionRows(stored).catch_up(newest) == [2, 7]

    assert outcome(stored) == {1: "one", 2: "newer", 7: "lost"}
    assert {d.id: d.revision for d in DefinitionRows(stored).all()} == {1: 2, 2: 3, 7: 5}
    assert DefinitionRows(stored).catch_up(newest) == []


def test_reconcile_lets_two_exchange_their_names(stored: peewee.SqliteDatabase) -> None:
    DefinitionRows(stored).catch_up([definition(1, "two", 3), definition(2, "one", 3)])
    assert outcome(stored) == {1: "two", 2: "one"}


def test_reconcile_gives_a_taken_name_a_number_and_leaves_out_a_taken_key(stored: peewee.SqliteDatabase) -> None:
    DefinitionRows(stored).catch_up([definition(5, "ONE"), definition(6, "six", key="KEY00002"), definition(8, "ONE 2")])
    assert outcome(stored) == {1: "one", 2: "two", 5: "ONE 2", 8: "ONE 2 2"}


def test_reconcile_believes_the_folder_when_the_key_is_another(stored: peewee.SqliteDatabase) -> None:
    DefinitionRows(stored).catch_up([definition(2, "successor", 1, key="KEY99999")])
    assert InstanceRepository(stored).get(2).key == "KEY99999"


def test_reconcile_removes_what_was_deleted_and_never_gives_its_id_again(stored: peewee.SqliteDatabase) -> None:
    assert reconcile(stored.connection(), [], {(2, "KEY00002"), (1, "another key")}, highest_id=40) == [2]
    assert outcome(stored) == {1: "one"}
    assert InstanceRepository(stored).add("KEY00009", "new", 9000, "latest", {}).id == 41


def test_reconcile_reserves_ids_in_an_empty_database(data_dir: Path, opened: Opener) -> None:
    database = opened(data_dir)
    reconcile(database.connection(), [], highest_id=12)
    assert InstanceRepository(database).add("KEY00009", "new", 9000, "latest", {}).id == 13


def test_reconcile_that_fails_changes_nothing(stored: peewee.SqliteDatabase) -> None:
    broken = InstanceDefinition(2, 9, {**definition(2, "newer").columns, "created_at": None, "desired": None})
    with pytest.raises(DatabaseError):
        DefinitionRows(stored).catch_up([definition(1, "newer too", 9), broken])
    assert outcome(stored) == {1: "one", 2: "two"}


def test_copy_of_an_older_format_is_restored_and_converted(data_dir: Path) -> None:
    gowa_manager_database(data_dir)
    with writing(data_dir) as connection:
        connection.execute("PRAGMA user_version = 1")
        connection.execute("ALTER TABLE instances ADD COLUMN desired TEXT NOT NULL DEFAULT 'stopped'")
        connection.execute("CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL)")
    (data_dir / "backups").mkdir()
    shutil.copy(data_dir / "gowa.db", data_dir / "backups" / "gowa-last-1.db")
    (data_dir / "gowa.db").write_bytes(b"damaged")

    assert DatabaseCopies(data_dir).restore(NOON, [], set(), 0).instances == 6

    with contextlib.closing(open_database(data_dir)) as database:
        assert len(InstanceRepository(database).all()) == 6
