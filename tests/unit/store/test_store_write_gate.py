"""A database that another program has locked keeps nobody waiting, and no wish is lost."""

import contextlib
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import peewee
import pytest

from gowa_desktop.domain.definition import InstanceDefinition
from gowa_desktop.domain.errors import DatabaseBusyError, DatabaseError
from gowa_desktop.domain.instance import DesiredState, Instance, InstanceState
from gowa_desktop.infra.file_locks import lock_holders
from gowa_desktop.store.definition_rows import DefinitionRows
from gowa_desktop.store.repositories import InstanceRepository, SettingsRepository
from gowa_desktop.store.write_gate import WriteGate, wait_until_free

Opener = Callable[[Path], peewee.SqliteDatabase]
RUNNING = DesiredState.RUNNING


@pytest.fixture
def database(data_dir: Path, opened: Opener) -> peewee.SqliteDatabase:
    return opened(data_dir)


@pytest.fixture
def gate(data_dir: Path) -> WriteGate:
    return WriteGate(data_dir / "gowa.db", lambda: "sqlite3 (process 7)")


@pytest.fixture
def repository(database: peewee.SqliteDatabase, gate: WriteGate) -> InstanceRepository:
    return InstanceRepository(database, gate=gate)


@pytest.fixture
def shop(repository: InstanceRepository) -> Instance:
    return repository.add("KEY00001", "shop", 8001, "latest", {})


@contextlib.contextmanager
def locked(data_dir: Path) -> Iterator[None]:
    with contextlib.closing(sqlite3.connect(data_dir / "gowa.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield


def test_first_refusal_closes_the_gate_and_later_ones_do_not_ask_the_database(
    data_dir: Path, repository: InstanceRepository, shop: Instance, gate: WriteGate
) -> None:
    closed: list[bool] = []
    gate.when_closed(lambda: closed.append(True))
    with locked(data_dir):
        for _ in range(3):
            with pytest.raises(DatabaseBusyError, match=r"in use by sqlite3 \(process 7\), so the change could not be saved"):
                repository.set_states([(shop.id, InstanceState.RUNNING, None)])
    assert closed == [True]

    # Free again, but nobody has said so: still nothing is tried.
    with pytest.raises(DatabaseBusyError):
        repository.remove(shop.id)
    gate.open()
    repository.remove(shop.id)
    assert repository.all() == []


def test_settings_and_new_instances_are_refused_with_the_same_sentence(
    data_dir: Path, database: peewee.SqliteDatabase, repository: InstanceRepository, gate: WriteGate
) -> None:
    settings = SettingsRepository(database, gate)
    with locked(data_dir):
        with pytest.raises(DatabaseBusyError):
            settings.set("port_range", [9000, 9100])
        with pytest.raises(DatabaseBusyError):
            repository.add("KEY00002", "other", 8002, "latest", {})
    gate.open()
    assert settings.get("port_range") is None
    assert repository.all() == []


def test_wish_under_a_lock_is_owed_shown_and_stored_later(
    data_dir: Path, database: peewee.SqliteDatabase, repository: InstanceRepository, shop: Instance, gate: WriteGate
) -> None:
    rows = DefinitionRows(database, gate)
    before = rows.get(shop.id)
    assert before is not None
    with locked(data_dir):
        repository.set_desired([shop.id], RUNNING)

        assert repository.get(shop.id).desired is RUNNING
        promised = rows.get(shop.id)
        assert promised == InstanceDefinition(shop.id, before.revision + 1, {**before.columns, "desired": "running"})
        with pytest.raises(DatabaseBusyError):
            repository.store_owed()
    gate.open()

    assert repository.store_owed() == [shop.id]
    assert gate.owed == {}
    assert rows.get(shop.id) == promised


def test_wish_that_a_lock_does_not_explain_is_refused(database: peewee.SqliteDatabase, repository: InstanceRepository, shop: Instance) -> None:
    database.execute_sql("DROP TABLE instances")
    with pytest.raises(DatabaseError):
        repository.set_desired([shop.id], RUNNING)


def test_removed_instance_is_owed_nothing(repository: InstanceRepository, shop: Instance, gate: WriteGate) -> None:
    repository.owe_desired(shop.id, RUNNING)
    repository.remove(shop.id)
    assert gate.owed == {}


def test_waiting_ends_when_the_database_is_free(data_dir: Path, repository: InstanceRepository, shop: Instance) -> None:
    with locked(data_dir):
        assert not wait_until_free(data_dir / "gowa.db", 0.05)
    assert wait_until_free(data_dir / "gowa.db", 5)


def test_waiting_for_a_database_that_is_gone_is_an_error(data_dir: Path) -> None:
    with pytest.raises(DatabaseError):
        wait_until_free(data_dir / "gowa.db", 0.05)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells who locks")
def test_holder_of_the_lock_is_named(data_dir: Path, repository: InstanceRepository, shop: Instance) -> None:
    files = [data_dir / "gowa.db", data_dir / "gowa.db-shm", data_dir / "gowa.db-wal"]
    assert lock_holders(files) == []
    script = (
        "import sqlite3, sys\n"
        "other = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "other.execute('BEGIN EXCLUSIVE')\n"
        "print('locked', flush=True)\n"
        "sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, os.fspath(files[0])], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "locked\n"
        names = lock_holders(files)
        other.communicate()
    assert len(names) == 1
    assert names[0].endswith(f"(process {other.pid})")
