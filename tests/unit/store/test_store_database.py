"""Opening `gowa.db`: fresh, old, newer, damaged, forbidden. Nothing a person has may be lost by it."""

import contextlib
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import peewee
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gowa_desktop.domain.errors import DatabaseError, DatabaseTooNewError
from gowa_desktop.domain.instance import DesiredState, InstanceState
from gowa_desktop.store import migrations
from gowa_desktop.store.database import explain, open_database, open_database_to_read
from gowa_desktop.store.migrations import SCHEMA_VERSION
from gowa_desktop.store.repositories import InstanceRepository
from tests.unit.store.store_builders import (
    CONFIG,
    FIRST,
    GOWA_MANAGER,
    WITHOUT_ERROR_MESSAGE,
    WITHOUT_KEY,
    WITHOUT_VERSION,
    gowa_manager_database,
    rows,
    writing,
)

Opener = Callable[[Path], peewee.SqliteDatabase]
COPY_NAME = f"gowa.db.before-schema-{SCHEMA_VERSION}"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def user_version(path: Path) -> object:
    return rows(path, "PRAGMA user_version")[0][0]


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_open_fresh_makes_an_empty_database_of_the_present_format(data_dir: Path, opened: Opener) -> None:
    database = opened(data_dir)
    assert InstanceRepository(database).all() == []
    database.close()
    assert user_version(data_dir / "gowa.db") == SCHEMA_VERSION
    assert sorted(contents(data_dir)) == ["gowa.db"]  # no copy of nothing


@pytest.mark.skipif(os.name != "posix", reason="file modes are a Unix matter")
def test_open_fresh_is_private_with_all_its_files(data_dir: Path, opened: Opener) -> None:
    InstanceRepository(opened(data_dir)).add("KEY00001", "shop", 8001, "latest", {})
    assert {path.name: mode(path) for path in data_dir.iterdir()} == dict.fromkeys(("gowa.db", "gowa.db-shm", "gowa.db-wal"), 0o600)


@pytest.mark.skipif(os.name != "posix", reason="file modes are a Unix matter")
def test_open_existing_readable_by_others_becomes_private(data_dir: Path, opened: Opener) -> None:
    gowa_manager_database(data_dir)
    (data_dir / "gowa.db").chmod(0o644)
    opened(data_dir)
    assert mode(data_dir / "gowa.db") == 0o600
    assert mode(data_dir / COPY_NAME) == 0o600


def test_open_again_finds_everything_and_migrates_nothing(data_dir: Path, opened: Opener) -> None:
    first = opened(data_dir)
    added = InstanceRepository(first).add("KEY00001", "shop", 8001, "v9.2.0", {"flags": {"debug": True}})
    first.close()
    again = opened(data_dir)
    assert InstanceRepository(again).all() == [added]
    assert not (data_dir / COPY_NAME).exists()


def test_open_empty_file_counts_as_fresh(data_dir: Path, opened: Opener) -> None:
    data_dir.mkdir()
    (data_dir / "gowa.db").touch()
    assert InstanceRepository(opened(data_dir)).all() == []


def test_open_gowa_manager_database_keeps_rows_and_maps_states(data_dir: Path, opened: Opener) -> None:
    gowa_manager_database(data_dir)
    instances = {instance.id: instance for instance in InstanceRepository(opened(data_dir)).all()}
    assert list(instances) == [1, 2, 3, 5, 6, 9]
    shown = {i.id: (i.key, i.name, i.port, i.status.value, i.desired.value, i.gowa_version, i.error_message) for i in instances.values()}
    assert shown == {
        1: ("AAAA1111", "shop", 8000, "running", "running", "v9.2.0", None),
        2: ("BBBB2222", "  bots  ", 8001, "failed", "stopped", "latest", "GOWA failed"),
        3: ("CCCC3333", "starting up", 8002, "stopped", "stopped", "latest", None),
        5: ("EEEE5555", "Ünï", None, "stopped", "stopped", "latest", None),
        6: ("FFFF6666", "null state", 8005, "stopped", "stopped", "v8.0.0", None),
        9: ("GGGG7777", "damaged", 8009, "stopped", "stopped", "v7.11.4", None),
    }
    assert instances[1].config["odd"] == [1]
    assert instances[1].created_at.isoformat() == "2025-10-01T08:00:00+00:00"
    assert instances[1].updated_at.isoformat() == "2025-10-02T09:30:00+00:00"
    assert instances[5].config == {}
    assert instances[5].config_error is None
    assert instances[9].config_error is not None


def test_open_gowa_manager_database_leaves_config_text_and_extra_columns_alone(data_dir: Path, opened: Opener) -> None:
    gowa_manager_database(data_dir)
    opened(data_dir).close()
    assert rows(data_dir / "gowa.db", "SELECT config, note FROM instances WHERE id IN (1, 9) ORDER BY id") == [
        (CONFIG, "mine"),
        ("{not json", "mine"),
    ]


def test_open_gowa_manager_database_keeps_a_copy_of_the_old_one(data_dir: Path, opened: Opener) -> None:
    gowa_manager_database(data_dir)
    before = rows(data_dir / "gowa.db", "SELECT * FROM instances ORDER BY id")
    opened(data_dir)
    assert rows(data_dir / COPY_NAME, "SELECT * FROM instances ORDER BY id") == before
    assert user_version(data_dir / COPY_NAME) == 0


def test_open_gowa_manager_database_goes_on_numbering_where_it_was(data_dir: Path, opened: Opener) -> None:
    """A folder is named after the id: a new instance must never get the folder of a deleted one."""
    gowa_manager_database(data_dir)
    with writing(data_dir) as connection:
        connection.execute("DELETE FROM instances WHERE id = 9")
    assert InstanceRepository(opened(data_dir)).add("NEW00001", "new", 8100, "latest", {}).id == 10


def test_open_copy_of_the_old_database_contains_the_write_ahead_log(data_dir: Path, tmp_path: Path, opened: Opener) -> None:
    living = tmp_path / "living"
    with writing(living) as connection:
        connection.execute("PRAGMA journal_mode=wal")
        connection.execute("PRAGMA wal_autocheckpoint=0")
        connection.executescript(GOWA_MANAGER)
        connection.execute("INSERT INTO instances (key, name) VALUES ('AAAA1111', 'only in the log')")
        shutil.copytree(living, data_dir)  # as after a power cut: nothing was merged
    with contextlib.closing(sqlite3.connect(f"{(data_dir / 'gowa.db').as_uri()}?immutable=1", uri=True)) as plain:
        assert plain.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
    assert [instance.name for instance in InstanceRepository(opened(data_dir)).all()] == ["only in the log"]
    assert rows(data_dir / COPY_NAME, "SELECT name FROM instances") == [("only in the log",)]
    assert not (data_dir / f"{COPY_NAME}-wal").exists()


@pytest.mark.parametrize("schema", [FIRST, WITHOUT_KEY, WITHOUT_VERSION, WITHOUT_ERROR_MESSAGE], ids=["first", "key", "version", "error"])
def test_open_oldest_gowa_manager_databases_become_fully_usable(schema: str, data_dir: Path, opened: Opener) -> None:
    values = {"name": "shop", "port": 8000, "status": "running", "config": CONFIG, "created_at": "2025-09-01 10:00:00"}
    if "key TEXT" in schema:
        values["key"] = "AAAA1111"
    if "binary_path" in schema:
        values["binary_path"] = "bin/gowa"
    with writing(data_dir) as connection:
        connection.executescript(schema)
        for number, name in ((4, "shop"), (7, "bots")):
            row = values | {"id": number, "name": name} | ({"key": f"KEY0000{number}"} if "key" in values else {})
            connection.execute(f"INSERT INTO instances ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", tuple(row.values()))
        connection.execute("DELETE FROM instances WHERE id = 7")
    repository = InstanceRepository(opened(data_dir))
    (old,) = repository.all()
    assert (old.id, old.name, old.port, old.status, old.desired) == (4, "shop", 8000, InstanceState.RUNNING, DesiredState.RUNNING)
    assert (old.gowa_version, old.error_message, old.config["odd"]) == ("latest", None, [1])
    assert len(old.key) == 8
    assert old.created_at.isoformat() == "2025-09-01T10:00:00+00:00"
    new = repository.add("NEW00001", "new", 8001, "latest", {})
    assert new.id == 8
    assert [instance.name for instance in repository.all()] == ["shop", "new"]
    with pytest.raises(peewee.IntegrityError):
        repository._database.execute_sql("INSERT INTO instances (key, name) VALUES ('NEW00001', 'again')")


def test_open_old_database_without_keys_gives_each_row_its_own(data_dir: Path, opened: Opener) -> None:
    with writing(data_dir) as connection:
        connection.executescript(WITHOUT_KEY)
        connection.executemany("INSERT INTO instances (name) VALUES (?)", [(f"n{number}",) for number in range(20)])
    keys = {instance.key for instance in InstanceRepository(opened(data_dir)).all()}
    assert len(keys) == 20
    assert all(len(key) == 8 and key.isalnum() for key in keys)


@pytest.mark.parametrize("journal", ["delete", "wal"])
@pytest.mark.parametrize("opening", [open_database, open_database_to_read])
def test_open_newer_database_is_refused_and_unchanged(opening: Opener, journal: str, data_dir: Path) -> None:
    gowa_manager_database(data_dir)
    with writing(data_dir) as connection:
        connection.execute(f"PRAGMA journal_mode={journal}")
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    before = contents(data_dir)
    with pytest.raises(DatabaseTooNewError, match="newer GOWA Desktop") as caught:
        opening(data_dir)
    assert f"its format is {SCHEMA_VERSION + 1}, this program knows {SCHEMA_VERSION}" in caught.value.message
    assert "Nothing was changed" in caught.value.next_step
    assert contents(data_dir) == before


GARBAGE = [b"not a database at all\n", b"x", b"\x00" * 5000, b"SQLite format 3\x00" + b"\xff" * 4080, os.urandom(8192)]


@pytest.mark.parametrize("garbage", GARBAGE, ids=["text", "one-byte", "zeros", "header-only", "random"])
@pytest.mark.parametrize("opening", [open_database, open_database_to_read])
def test_open_file_that_is_no_database_is_refused_and_unchanged(opening: Opener, garbage: bytes, data_dir: Path) -> None:
    data_dir.mkdir()
    (data_dir / "gowa.db").write_bytes(garbage)
    with pytest.raises(DatabaseError) as caught:
        opening(data_dir)
    assert "is damaged" in caught.value.message
    assert caught.value.next_step
    assert contents(data_dir) == {"gowa.db": garbage}


def big_database(data_dir: Path) -> bytes:
    data_dir.mkdir(parents=True, exist_ok=True)
    database = open_database(data_dir)
    repository = InstanceRepository(database)
    with database.atomic():
        for number in range(40):
            repository.add(f"KEY{number:05}", f"instance {number}", 8000 + number, "v9.2.0", {"flags": {"os": "x" * 300}})
    database.close()
    return (data_dir / "gowa.db").read_bytes()


@pytest.mark.parametrize("opening", [open_database, open_database_to_read])
def test_open_truncated_database_is_refused_and_unchanged(opening: Opener, data_dir: Path) -> None:
    half = big_database(data_dir)
    half = half[: len(half) // 2]
    (data_dir / "gowa.db").write_bytes(half)
    with pytest.raises(DatabaseError, match="is damaged"):
        opening(data_dir)
    assert contents(data_dir) == {"gowa.db": half}


@pytest.mark.parametrize("opening", [open_database, open_database_to_read])
def test_open_database_with_overwritten_pages_is_refused_and_unchanged(opening: Opener, data_dir: Path) -> None:
    whole = bytearray(big_database(data_dir))
    for page in range(2, len(whole) // 4096):
        whole[page * 4096 : page * 4096 + 64] = b"\xff" * 64
    (data_dir / "gowa.db").write_bytes(whole)
    with pytest.raises(DatabaseError, match="is damaged"):
        opening(data_dir)
    assert contents(data_dir) == {"gowa.db": bytes(whole)}


@pytest.fixture(scope="module")
def sound_bytes(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return big_database(tmp_path_factory.mktemp("sound"))


@given(data=st.data())
def test_open_any_flipped_bytes_give_instances_or_a_sentence(sound_bytes: bytes, data: st.DataObject) -> None:
    flips = data.draw(st.lists(st.tuples(st.integers(0, len(sound_bytes) - 1) | st.integers(0, 600), st.integers(1, 255)), max_size=6))
    damaged = bytearray(sound_bytes)
    for place, change in flips:
        damaged[place] ^= change
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "gowa.db").write_bytes(damaged)
        with contextlib.suppress(DatabaseError):
            database = open_database(Path(folder))
            with contextlib.closing(database):
                for instance in InstanceRepository(database).all():
                    assert isinstance(instance.config, dict)


def test_open_after_a_failed_migration_finds_the_old_database(data_dir: Path, monkeypatch: pytest.MonkeyPatch, opened: Opener) -> None:
    gowa_manager_database(data_dir)
    before = rows(data_dir / "gowa.db", "SELECT * FROM instances ORDER BY id")
    steps = migrations.MIGRATIONS

    def fail(connection: sqlite3.Connection) -> None:
        connection.execute("DELETE FROM instances")
        connection.execute("CREATE TABLE half_done (x)")
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(migrations, "MIGRATIONS", (steps[0], fail))
    with pytest.raises(DatabaseError, match="The disk is full"):
        open_database(data_dir)
    assert rows(data_dir / "gowa.db", "SELECT * FROM instances ORDER BY id") == before
    assert rows(data_dir / "gowa.db", "SELECT name FROM sqlite_master WHERE name IN ('half_done', 'settings')") == []
    assert user_version(data_dir / "gowa.db") == 0
    assert rows(data_dir / COPY_NAME, "SELECT * FROM instances ORDER BY id") == before

    monkeypatch.setattr(migrations, "MIGRATIONS", steps)
    assert len(InstanceRepository(opened(data_dir)).all()) == len(before)
    assert rows(data_dir / COPY_NAME, "SELECT * FROM instances ORDER BY id") == before


def test_every_migration_counts_and_can_be_run_from_any_version_before(data_dir: Path, opened: Opener) -> None:
    for version in range(SCHEMA_VERSION):
        folder = data_dir / str(version)
        with writing(folder) as connection:
            connection.executescript(GOWA_MANAGER)
            connection.execute("INSERT INTO instances (key, name) VALUES ('AAAA1111', 'shop')")
            for step in migrations.MIGRATIONS[:version]:
                step(connection)
            connection.execute(f"PRAGMA user_version = {version}")
        assert [instance.name for instance in InstanceRepository(opened(folder)).all()] == ["shop"]
        assert (folder / COPY_NAME).exists()


@pytest.mark.parametrize("opening", [open_database, open_database_to_read])
def test_open_negative_format_number_is_refused_and_unchanged(opening: Opener, data_dir: Path) -> None:
    gowa_manager_database(data_dir)
    with writing(data_dir) as connection:
        connection.execute("PRAGMA user_version = -1")
    before = contents(data_dir)
    with pytest.raises(DatabaseError, match="is damaged"):
        opening(data_dir)
    assert contents(data_dir) == before


def test_open_file_in_place_of_the_folder_is_told(tmp_path: Path) -> None:
    place = tmp_path / "data"
    place.write_text("I am a file")
    with pytest.raises(DatabaseError, match=str(place)):
        open_database(place)
    assert place.read_text() == "I am a file"


def test_open_folder_in_place_of_the_file_is_told(data_dir: Path) -> None:
    (data_dir / "gowa.db").mkdir(parents=True)
    for opening in (open_database, open_database_to_read):
        with pytest.raises(DatabaseError) as caught:
            opening(data_dir)
        assert str(data_dir / "gowa.db") in caught.value.message


def test_open_locked_database_is_told_as_in_use(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gowa_manager_database(data_dir)
    monkeypatch.setattr("gowa_desktop.store.database._OPEN_TIMEOUT_S", 0.0)
    with writing(data_dir) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        with pytest.raises(DatabaseError, match="in use by another program"):
            open_database(data_dir)


@pytest.fixture
def forbidden_dir() -> Iterator[Path]:
    """A data directory that everybody may look into and nobody but root may write."""
    folder = Path(tempfile.mkdtemp(prefix="gowa-store-"))
    try:
        yield folder
    finally:
        folder.chmod(0o700)
        shutil.rmtree(folder)


AS_NOBODY = """
import _strptime, os, sys
from pathlib import Path
from gowa_desktop.domain.errors import DatabaseError
from gowa_desktop.store.database import open_database, open_database_to_read
from gowa_desktop.store.repositories import InstanceRepository
folder = Path(sys.argv[1])
if os.geteuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
assert not os.access(folder, os.W_OK)
try:
    open_database(folder).close()
except DatabaseError as error:
    print(error)
database = open_database_to_read(folder)
print([instance.name for instance in InstanceRepository(database).all()])
database.close()
"""


@pytest.mark.skipif(os.name != "posix", reason="folder permissions are set the Unix way here")
@pytest.mark.parametrize("exists", [False, True])
def test_open_in_a_read_only_folder_is_told_and_reading_still_works(exists: bool, forbidden_dir: Path) -> None:
    if exists:
        big_database(forbidden_dir)
        (forbidden_dir / "gowa.db").chmod(0o444)
    before = contents(forbidden_dir)
    forbidden_dir.chmod(0o555)
    result = subprocess.run([sys.executable, "-c", AS_NOBODY, forbidden_dir], capture_output=True, text=True, timeout=60, check=False)
    assert result.returncode == 0, result.stderr
    refusal, names = result.stdout.splitlines()
    assert f"The database {forbidden_dir / 'gowa.db'} cannot be written. Make its folder writable" in refusal
    assert names.count("instance") == (40 if exists else 0)
    assert contents(forbidden_dir) == before


def test_open_to_read_where_there_is_none_makes_nothing(data_dir: Path, opened_to_read: Opener) -> None:
    assert InstanceRepository(opened_to_read(data_dir)).all() == []
    assert not data_dir.exists()


def test_open_to_read_a_closed_database_changes_nothing(data_dir: Path, opened: Opener, opened_to_read: Opener) -> None:
    writer = opened(data_dir)
    InstanceRepository(writer).add("KEY00001", "shop", 8001, "latest", {})
    writer.close()
    before = contents(data_dir)
    reader = opened_to_read(data_dir)
    repository = InstanceRepository(reader)
    assert [instance.name for instance in repository.all()] == ["shop"]
    with pytest.raises(DatabaseError):
        repository.remove(1)
    reader.close()
    assert contents(data_dir) == before


def test_open_to_read_beside_the_running_program_sees_the_newest(data_dir: Path, opened: Opener, opened_to_read: Opener) -> None:
    writer = opened(data_dir)
    InstanceRepository(writer).add("KEY00001", "shop", 8001, "latest", {})
    reader = opened_to_read(data_dir)
    assert [instance.name for instance in InstanceRepository(reader).all()] == ["shop"]
    with pytest.raises(DatabaseError, match="cannot be written"):
        InstanceRepository(reader).remove(1)


def test_open_to_read_an_old_database_is_refused_and_leaves_it(data_dir: Path) -> None:
    gowa_manager_database(data_dir)
    before = contents(data_dir)
    with pytest.raises(DatabaseError, match=r"has not been converted yet.*keeps a copy"):
        open_database_to_read(data_dir)
    assert contents(data_dir) == before


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("database is locked", "in use by another program"),
        ("database or disk is full", "disk is full"),
        ("[Errno 28] No space left on device", "disk is full"),
        ("attempt to write a readonly database", "cannot be written"),
        ("[Errno 30] Read-only file system", "cannot be written"),
        ("[Errno 13] Permission denied", "cannot be written"),
        ("unable to open database file", "cannot be written"),
        ("file is not a database", "is damaged"),
        ("database disk image is malformed", "is damaged"),
        ("something new", "something new"),
    ],
)
def test_explain_names_the_fault_and_a_next_step(text: str, sentence: str) -> None:
    error = explain(sqlite3.OperationalError(text), Path("/data/gowa.db"))
    assert sentence in error.message
    assert error.next_step
