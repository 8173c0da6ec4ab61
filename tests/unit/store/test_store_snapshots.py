"""Snapshots on the disk: complete while GOWA writes, whole or not there, and a way back that survives an interruption anywhere."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from gowa_desktop.domain.database_places import DatabasePlaces
from gowa_desktop.domain.errors import DatabaseDamagedError, DiskFullError, FolderError, NotFoundError
from gowa_desktop.store import snapshot_files
from gowa_desktop.store.snapshot_files import (
    SNAPSHOT_FILES,
    SNAPSHOT_FOLDER,
    SnapshotFacts,
    find_snapshot,
    list_snapshots,
    remove_snapshot,
    sweep_unfinished,
    take_snapshot,
)
from gowa_desktop.store.snapshot_restore import end_restore, put_back, sweep_staged, unfinished_restore
from tests.interruption import Interruption, Killed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gowa_desktop.domain.snapshots import Snapshot

NOWHERE = DatabasePlaces()
NOW = datetime(2026, 11, 1, 10, 0, 0, tzinfo=UTC)
SESSION, CHATS = "storages/whatsapp.db", "storages/chatstorage.db"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An instance folder with two databases, one in WAL mode with everything still in its log."""
    place = tmp_path / "7"
    (place / "storages").mkdir(parents=True)
    write(place / SESSION, "paired")
    write(place / CHATS, "anna")
    return place


def write(path: Path, *names: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS names (name TEXT)")
        connection.executemany("INSERT INTO names VALUES (?)", [(name,) for name in names])
        connection.commit()


def names(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [row[0] for row in connection.execute("SELECT name FROM names ORDER BY rowid")]


def take(folder: Path, *, now: datetime = NOW, accepts_damage: bool = False, places: DatabasePlaces = NOWHERE) -> Snapshot:
    return take_snapshot(folder, places, SnapshotFacts(7, "v8.11.0", "Before a test", now), accepts_damage=accepts_damage)


def copy_of(folder: Path, snapshot: Snapshot, name: str) -> Path:
    return folder / SNAPSHOT_FOLDER / snapshot.id / SNAPSHOT_FILES / name


@pytest.fixture
def writer(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Another program that keeps a database open in WAL mode and has written a name that is in the log only."""
    program = (
        "import sqlite3, sys, time\n"
        "c = sqlite3.connect(sys.argv[1]); c.execute('PRAGMA journal_mode=wal'); c.execute('PRAGMA wal_autocheckpoint=0')\n"
        "c.execute(\"INSERT INTO names VALUES ('in the log')\"); c.commit(); print('ready', flush=True); time.sleep(60)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", program, str(folder / CHATS)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline()
    yield process
    process.kill()
    process.wait(10)
    process.stdout.close()


def test_a_snapshot_has_what_is_in_the_log_while_another_program_writes(folder: Path, writer: subprocess.Popen[bytes]) -> None:
    bare = folder / "bare.db"
    bare.write_bytes((folder / CHATS).read_bytes())
    assert names(bare) == ["anna"]  # copying the file alone loses the log

    snapshot = take(folder)

    assert names(copy_of(folder, snapshot, CHATS)) == ["anna", "in the log"]
    assert names(folder / CHATS) == ["anna", "in the log"]
    assert snapshot.files == (CHATS, SESSION)
    assert [path.name for path in (folder / SNAPSHOT_FOLDER / snapshot.id / SNAPSHOT_FILES / "storages").iterdir()].count("x-wal") == 0
    assert list_snapshots(folder) == [snapshot]
    assert (snapshot.instance_id, snapshot.tag, snapshot.reason, snapshot.created_at) == (7, "v8.11.0", "Before a test", NOW)
    assert snapshot.size_bytes == sum(copy_of(folder, snapshot, name).stat().st_size for name in snapshot.files)


def test_what_the_config_names_inside_the_folder_is_in_it_and_nothing_else(folder: Path, tmp_path: Path) -> None:
    write(folder / "other" / "keys.db", "key")
    write(tmp_path / "elsewhere.db", "foreign")
    (folder / "storages" / "notes.db").write_text("no database at all")
    (folder / "storages" / "linked.db").symlink_to(tmp_path / "elsewhere.db")

    snapshot = take(folder, places=DatabasePlaces(("other/keys.db", "other/missing.db"), ("The rest is on a server.",)))

    assert snapshot.files == ("other/keys.db", CHATS, SESSION)
    assert snapshot.left_out == ("The rest is on a server.",)


@pytest.mark.skipif(os.name != "posix", reason="modes of Unix")
def test_only_the_person_can_read_it(folder: Path) -> None:
    snapshot = take(folder)

    for path in [folder / SNAPSHOT_FOLDER, *(folder / SNAPSHOT_FOLDER).rglob("*")]:
        assert path.stat().st_mode & 0o077 == 0, path
    assert copy_of(folder, snapshot, SESSION).is_file()


def test_put_back_makes_the_databases_what_they_were(folder: Path) -> None:
    snapshot = take(folder)
    write(folder / CHATS, "ben")
    write(folder / "storages" / "oauth.db", "new")
    (folder / f"{SESSION}-wal").write_bytes(b"a log of something else")

    put_back(folder, folder, snapshot.id, NOWHERE)

    assert unfinished_restore(folder) == (folder, snapshot.id)
    end_restore(folder)
    assert unfinished_restore(folder) is None
    assert names(folder / CHATS) == ["anna"]
    assert names(folder / SESSION) == ["paired"]
    assert sorted(path.name for path in (folder / "storages").iterdir()) == ["chatstorage.db", "whatsapp.db"]


def test_put_back_interrupted_anywhere_is_completed_by_the_same_call(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    snapshot = take(folder)
    steps = 0
    while True:
        write(folder / CHATS, "ben")
        (folder / f"{CHATS}-wal").write_bytes(b"a log of something else")
        steps += 1
        with monkeypatch.context() as patch:
            interruption = Interruption(patch, after=steps)
            with contextlib.suppress(Killed):
                put_back(folder, folder, snapshot.id, NOWHERE)
        if not interruption.has_struck:
            break
        unfinished = unfinished_restore(folder)
        if unfinished is None:
            (folder / f"{CHATS}-wal").unlink()
            assert names(folder / CHATS)[-1] == "ben"  # nothing of it was begun
            sweep_staged(folder)
        else:
            put_back(folder, *unfinished, NOWHERE)
            end_restore(folder)
            assert names(folder / CHATS) == ["anna"]
        assert sorted(path.name for path in (folder / "storages").iterdir()) == ["chatstorage.db", "whatsapp.db"]
    assert steps > 8


def test_a_snapshot_interrupted_anywhere_is_there_whole_or_not_at_all(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = 0
    while True:
        steps += 1
        with monkeypatch.context() as patch:
            interruption = Interruption(patch, after=steps)
            with contextlib.suppress(Killed):
                take(folder, now=NOW + timedelta(seconds=steps))
        for snapshot in list_snapshots(folder):
            put_back(folder, folder, snapshot.id, NOWHERE)
            end_restore(folder)
        sweep_unfinished(folder)
        assert names(folder / CHATS) == ["anna"]
        if not interruption.has_struck:
            break
    assert steps > 4
    assert {path.name for path in (folder / SNAPSHOT_FOLDER).iterdir()} == {one.id for one in list_snapshots(folder)}


def test_a_damaged_snapshot_is_refused_before_anything_is_replaced(folder: Path) -> None:
    snapshot = take(folder)
    write(folder / CHATS, "ben")
    file = copy_of(folder, snapshot, SESSION)
    file.write_bytes(file.read_bytes()[:-1] + b"x")

    with pytest.raises(FolderError, match="is damaged"):
        put_back(folder, folder, snapshot.id, NOWHERE)

    assert names(folder / CHATS) == ["anna", "ben"]
    assert unfinished_restore(folder) is None
    assert not list((folder / "storages").glob("*restored"))


@pytest.mark.parametrize("path", ["../../escaped.db", "/tmp/escaped.db", "storages/../../x.db", "C:\\x.db", ""])
def test_a_list_that_leads_out_of_the_folder_is_refused(folder: Path, path: str) -> None:
    snapshot = take(folder)
    manifest = folder / SNAPSHOT_FOLDER / snapshot.id / "manifest.json"
    content = json.loads(manifest.read_text())
    content["files"][0]["path"] = path
    manifest.write_text(json.dumps(content))

    assert list_snapshots(folder) == []
    with pytest.raises(FolderError):
        put_back(folder, folder, snapshot.id, NOWHERE)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 2, "files": []}', '{"format": 1}'])
def test_an_unreadable_list_makes_it_no_snapshot(folder: Path, text: str) -> None:
    snapshot = take(folder)
    (folder / SNAPSHOT_FOLDER / snapshot.id / "manifest.json").write_text(text)

    assert list_snapshots(folder) == []
    with pytest.raises(FolderError):
        find_snapshot(folder, snapshot.id)


def test_a_damaged_database_is_named_and_copied_as_it_is_only_when_asked_for(folder: Path) -> None:
    database = folder / CHATS
    database.write_bytes(database.read_bytes()[:4096] + os.urandom(4096))
    with pytest.raises(DatabaseDamagedError, match=r"chatstorage\.db is damaged"):
        take(folder)
    assert list((folder / SNAPSHOT_FOLDER).iterdir()) == []
    damaged = database.read_bytes()

    snapshot = take(folder, accepts_damage=True)

    assert copy_of(folder, snapshot, CHATS).read_bytes() == damaged
    write(folder / SESSION, "later")
    database.unlink()
    put_back(folder, folder, snapshot.id, NOWHERE)
    end_restore(folder)
    assert database.read_bytes() == damaged
    assert names(folder / SESSION) == ["paired"]


def test_without_room_nothing_is_begun(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot_files, "_SPARE_BYTES", 2**62)

    with pytest.raises(DiskFullError, match="no room for a snapshot"):
        take(folder)

    assert list((folder / SNAPSHOT_FOLDER).iterdir()) == []


def test_newest_first_and_deleting_one_leaves_the_others(folder: Path) -> None:
    made = [take(folder, now=NOW + timedelta(minutes=number)) for number in range(3)]
    assert [one.id for one in list_snapshots(folder)] == [one.id for one in reversed(made)]

    remove_snapshot(folder, made[1].id)
    remove_snapshot(folder, made[1].id)
    remove_snapshot(folder, "../../storages")

    assert [one.id for one in list_snapshots(folder)] == [made[2].id, made[0].id]
    assert names(folder / CHATS) == ["anna"]
    with pytest.raises(NotFoundError):
        put_back(folder, folder, made[1].id, NOWHERE)
