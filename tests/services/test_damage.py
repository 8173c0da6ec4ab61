"""Damage: whatever happens to the database or the disk, the program comes up, says so, and no definition of an instance is lost."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from gowa_desktop.domain.errors import DatabaseError, DatabaseTooNewError, GowaError
from gowa_desktop.domain.instance import DesiredState, InstanceChanges, InstanceState, NewInstance
from gowa_desktop.domain.restart_policy import RestartPolicy
from gowa_desktop.domain.versions import SIMULATOR
from gowa_desktop.infra.definition_records import RECORD_NAME, read_definition
from gowa_desktop.infra.network import is_port_free
from gowa_desktop.infra.paths import DataPaths
from gowa_desktop.services.data.database_recovery import Recovery, open_or_recover
from gowa_desktop.store.repositories import InstanceRepository
from tests.conftest import processes_below
from tests.services.test_instance_service import finish, health, simulated, start_orphan, started

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.domain.instance import Instance
    from gowa_desktop.domain.json_types import JsonObject

Definition = tuple[object, ...]
NOW = datetime(2026, 3, 1, 14, 30, tzinfo=UTC)


def defined(instance: Instance) -> Definition:
    """What a person decided about an instance."""
    return (
        instance.id, instance.key, instance.name, instance.port, instance.gowa_version, instance.config, instance.config_error,
        instance.desired, instance.restart_policy, instance.memory_limit_mb, instance.priority, instance.created_at,
    )  # fmt: skip


def recovered(data_dir: Path) -> tuple[list[Definition], Recovery | None]:
    """Open a data directory as the program does."""
    database, recovery = open_or_recover(DataPaths(data_dir), NOW)
    with contextlib.closing(database):
        return [defined(instance) for instance in InstanceRepository(database).all()], recovery


@pytest.fixture
def fleet(open_services: Callable[[], Services]) -> list[Definition]:
    """Twenty instances in a data directory that its program has left."""
    services = open_services()
    services.safekeeping.begin()
    for number in range(20):
        config: JsonObject = {"flags": {"os": "x" * 60, "debug": bool(number % 2)}}
        created = services.instances.create(NewInstance(name=f"shop {number}", gowa_version=SIMULATOR, config=config))
        services.instances.update(created.id, InstanceChanges(restart_policy=list(RestartPolicy)[number % 3], memory_limit_mb=number * 32))
    definitions = [defined(instance) for instance in services.instances.instances()]
    services.close()
    return definitions


def forget_records(data_dir: Path) -> None:
    for record in (data_dir / "instances").glob(f"*/{RECORD_NAME}"):
        record.unlink()


def forget_database(data_dir: Path) -> None:
    for part in data_dir.glob("gowa.db*"):
        part.unlink()


def test_any_flipped_byte_leaves_every_definition(fleet: list[Definition], data_dir: Path) -> None:
    chance = random.Random(2026)
    sound = (data_dir / "gowa.db").read_bytes()
    slowest_s, restored = 0.0, 0
    for _ in range(100):
        damaged = bytearray(sound)
        damaged[chance.randrange(len(sound))] ^= chance.randrange(1, 256)
        forget_database(data_dir)
        (data_dir / "gowa.db").write_bytes(damaged)
        begun = time.perf_counter()

        definitions, recovery = recovered(data_dir)

        slowest_s = max(slowest_s, time.perf_counter() - begun)
        assert definitions == fleet
        if recovery is not None:
            restored += 1
            assert recovery.restored_from == "gowa-last-1.db"
            assert recovery.aside is not None
            assert recovery.aside.read_bytes() == damaged
    print(f"slowest of 100: {slowest_s:.3f} s, restored {restored} times")
    assert restored > 10
    assert slowest_s < 3


def test_any_flipped_byte_of_the_header_opens_or_counts_as_newer(fleet: list[Definition], data_dir: Path) -> None:
    sound = (data_dir / "gowa.db").read_bytes()
    for place in range(100):
        damaged = bytearray(sound)
        damaged[place] ^= 0x55
        forget_database(data_dir)
        (data_dir / "gowa.db").write_bytes(damaged)
        if place == 63:  # the low byte of the format number: just as a newer program would have written it
            with pytest.raises(DatabaseTooNewError):
                recovered(data_dir)
            assert (data_dir / "gowa.db").read_bytes() == damaged
        else:
            assert recovered(data_dir)[0] == fleet, place


@pytest.mark.parametrize("part", [0.0, 0.001, 0.003, 0.1, 0.5, 0.93, 0.9999])
@pytest.mark.parametrize("has_records", [True, False])
def test_truncated_database_is_restored(fleet: list[Definition], data_dir: Path, part: float, has_records: bool) -> None:
    if not has_records:
        forget_records(data_dir)
    sound = (data_dir / "gowa.db").read_bytes()
    (data_dir / "gowa.db").write_bytes(sound[: int(len(sound) * part)])

    definitions, recovery = recovered(data_dir)

    assert definitions == fleet
    assert recovery is not None
    assert recovery.instances == 20


@pytest.mark.parametrize("garbage", [b"this is no database " * 100, b"\0" * 8192, b"x"])
def test_foreign_file_is_set_aside(fleet: list[Definition], data_dir: Path, garbage: bytes) -> None:
    forget_database(data_dir)
    (data_dir / "gowa.db").write_bytes(garbage)

    definitions, recovery = recovered(data_dir)

    assert definitions == fleet
    assert recovery is not None
    assert recovery.aside == data_dir / "gowa.db.damaged-20260301T143000Z"
    assert recovery.aside.read_bytes() == garbage


def test_missing_database_is_restored_from_the_copy(fleet: list[Definition], data_dir: Path) -> None:
    forget_records(data_dir)
    forget_database(data_dir)

    definitions, recovery = recovered(data_dir)

    assert definitions == fleet
    assert recovery is not None
    assert (recovery.restored_from, recovery.aside) == ("gowa-last-1.db", None)


def test_missing_database_without_copies_is_rebuilt_from_the_records(fleet: list[Definition], data_dir: Path) -> None:
    shutil.rmtree(data_dir / "backups")
    forget_database(data_dir)

    definitions, recovery = recovered(data_dir)

    assert definitions == fleet
    assert recovery == Recovery(None, None, None, 20)


def test_fresh_data_directory_is_no_damage(data_dir: Path) -> None:
    data_dir.mkdir()
    assert recovered(data_dir) == ([], None)
    assert recovered(data_dir) == ([], None)


def test_database_lost_with_copies_and_records_begins_empty_and_leaves_the_folders(fleet: list[Definition], data_dir: Path) -> None:
    shutil.rmtree(data_dir / "backups")
    forget_records(data_dir)
    (data_dir / "gowa.db").write_bytes(b"garbage")

    database, recovery = open_or_recover(DataPaths(data_dir), NOW)

    with contextlib.closing(database):
        assert recovery is not None
        assert recovery.instances == 0
        # Their WhatsApp sessions are still in the folders 1 to 20: a new instance must not get one of them.
        assert InstanceRepository(database).add("KEY00001", "new", 9000, "latest", {}).id == 21


def test_damaged_copy_is_passed_over(fleet: list[Definition], data_dir: Path) -> None:
    for name in ("gowa.db", "backups/gowa-last-1.db"):
        (data_dir / name).write_bytes((data_dir / name).read_bytes()[:9000])

    definitions, recovery = recovered(data_dir)

    assert definitions == fleet, "what the older copy does not know yet comes from the records"
    assert recovery is not None
    assert recovery.restored_from not in {None, "gowa-last-1.db"}


def test_changes_after_the_copy_survive(open_services: Callable[[], Services], fleet: list[Definition], data_dir: Path) -> None:
    copies = {path: path.read_bytes() for path in (data_dir / "backups").iterdir()}
    services = open_services()
    services.instances.update(1, InstanceChanges(name="renamed", config={"flags": {"os": "new"}}))
    services.instances.create(NewInstance(name="younger"))
    definitions = [defined(instance) for instance in services.instances.instances()]
    services.close()
    for path, raw in copies.items():
        path.write_bytes(raw)
    (data_dir / "gowa.db").write_bytes(b"garbage")

    assert recovered(data_dir)[0] == definitions
    assert definitions[0][2] == "renamed"
    assert len(definitions) == 21


def test_changes_in_a_lost_log_come_back_from_the_records(
    open_services: Callable[[], Services], fleet: list[Definition], data_dir: Path
) -> None:
    main = (data_dir / "gowa.db").read_bytes()
    services = open_services()
    services.instances.update(3, InstanceChanges(name="renamed"))
    services.instances.create(NewInstance(name="younger"))
    definitions = [defined(instance) for instance in services.instances.instances()]
    services.close()
    forget_database(data_dir)
    (data_dir / "gowa.db").write_bytes(main)  # as after a power cut that took the log

    assert recovered(data_dir) == (definitions, None)


def test_change_by_another_program_wins_over_the_older_record(
    open_services: Callable[[], Services], fleet: list[Definition], data_dir: Path
) -> None:
    with contextlib.closing(sqlite3.connect(data_dir / "gowa.db")) as connection:
        connection.execute("UPDATE instances SET name = 'from gowa-manager' WHERE id = 2")
        connection.commit()

    services = open_services()
    services.safekeeping.begin()

    assert services.instances.status(2).name == "from gowa-manager"
    record = read_definition(data_dir / "instances" / "2")
    assert record is not None
    assert record.name == "from gowa-manager"


def test_deleted_instance_does_not_come_back_from_an_older_copy(
    qtbot: QtBot, open_services: Callable[[], Services], fleet: list[Definition], data_dir: Path
) -> None:
    copies = {path: path.read_bytes() for path in (data_dir / "backups").iterdir()}
    services = open_services()
    assert finish(qtbot, services.instances.delete(20)) is None
    assert finish(qtbot, services.instances.reset_data(19)) is None
    services.close()
    for path, raw in copies.items():
        path.write_bytes(raw)
    (data_dir / "gowa.db").write_bytes(b"garbage")

    definitions, _ = recovered(data_dir)

    assert definitions == fleet[:19]
    assert open_services().instances.create(NewInstance()).id == 21


def test_instance_without_a_folder_stays_in_the_copy(fleet: list[Definition], data_dir: Path) -> None:
    shutil.rmtree(data_dir / "instances" / "5")
    (data_dir / "gowa.db").write_bytes(b"garbage")
    assert recovered(data_dir)[0] == fleet


def test_folder_put_back_from_the_trash_brings_its_instance_back(
    qtbot: QtBot, open_services: Callable[[], Services], fleet: list[Definition], data_dir: Path
) -> None:
    services = open_services()
    assert finish(qtbot, services.instances.delete(7)) is None
    services.close()
    (trashed,) = (data_dir / ".trash").iterdir()
    trashed.rename(data_dir / "instances" / "7")

    definitions, recovery = recovered(data_dir)

    assert recovery is None
    assert [definition[1] for definition in definitions] == [definition[1] for definition in fleet]


def test_newer_database_is_never_touched(fleet: list[Definition], data_dir: Path) -> None:
    with contextlib.closing(sqlite3.connect(data_dir / "gowa.db")) as connection:
        connection.execute("PRAGMA user_version = 99")
    before = sorted(path.name for path in data_dir.iterdir())
    with pytest.raises(DatabaseTooNewError):
        recovered(data_dir)
    assert sorted(path.name for path in data_dir.iterdir()) == before


def test_locked_database_is_no_damage(fleet: list[Definition], data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gowa_desktop.store.database._OPEN_TIMEOUT_S", 0.0)
    with contextlib.closing(sqlite3.connect(data_dir / "gowa.db", isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = DELETE")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(DatabaseError, match="in use by another program"):
            recovered(data_dir)
        other.execute("ROLLBACK")
    assert recovered(data_dir) == (fleet, None)


def test_reading_a_damaged_database_is_refused_with_the_way_out(fleet: list[Definition], data_dir: Path) -> None:
    from gowa_desktop.bootstrap import open_reader  # noqa: PLC0415 - as conftest does

    (data_dir / "gowa.db").write_bytes(b"garbage" * 100)
    before = sorted(path.name for path in data_dir.iterdir())
    with pytest.raises(DatabaseError, match="Start GOWA Desktop anew: it restores"), open_reader(data_dir):
        pass
    assert sorted(path.name for path in data_dir.iterdir()) == before


# What is kept meanwhile


def test_start_makes_a_copy_and_missing_records(
    qtbot: QtBot, open_services: Callable[[], Services], fleet: list[Definition], data_dir: Path
) -> None:
    shutil.rmtree(data_dir / "backups")
    forget_records(data_dir)

    services = open_services()
    services.begin()

    qtbot.waitUntil((data_dir / "backups" / "gowa-last-1.db").exists, timeout=10_000)
    assert all(read_definition(data_dir / "instances" / str(definition[0])) for definition in fleet)


def test_change_is_copied_a_little_later(qtbot: QtBot, open_services: Callable[[], Services], data_dir: Path) -> None:
    services = open_services()
    services.begin()
    newest = data_dir / "backups" / "gowa-last-1.db"
    qtbot.waitUntil(newest.exists, timeout=10_000)

    simulated(services, "shop")

    qtbot.waitUntil(lambda: b"shop" in newest.read_bytes(), timeout=10_000)


def test_change_is_copied_when_the_program_ends_before(open_services: Callable[[], Services], data_dir: Path) -> None:
    services = open_services()
    services.begin()
    simulated(services, "shop")
    services.close()
    assert b"shop" in (data_dir / "backups" / "gowa-last-1.db").read_bytes()


def test_record_follows_every_wish(qtbot: QtBot, services: Services) -> None:
    status = started(qtbot, services)
    folder = services.instances.folder(status.id)

    def is_recorded(desired: DesiredState) -> bool:
        record = read_definition(folder)
        return record is not None and record.columns["desired"] == desired.value

    qtbot.waitUntil(lambda: is_recorded(DesiredState.RUNNING), timeout=10_000)
    assert finish(qtbot, services.instances.reset_data(status.id)) is None
    assert is_recorded(DesiredState.STOPPED)
    if os.name == "posix":
        assert (folder / RECORD_NAME).stat().st_mode & 0o777 == 0o600


def test_running_instance_is_adopted_after_its_database_was_destroyed(
    qtbot: QtBot, open_services: Callable[[], Services], data_dir: Path
) -> None:
    services = open_services()
    created = simulated(services)
    services.close()
    pid = start_orphan(services, created, data_dir / "instances" / str(created.id))
    shutil.rmtree(data_dir / "backups", ignore_errors=True)
    (data_dir / "gowa.db").write_bytes(random.Random(1).randbytes(20_000))

    again = open_services()
    again.begin()

    qtbot.waitUntil(lambda: again.instances.status(created.id).status is InstanceState.RUNNING, timeout=10_000)
    assert again.recovery is not None
    assert again.instances.status(created.id).pid == pid
    assert again.instances.status(created.id).key == created.key
    assert finish(qtbot, again.instances.stop(created.id)) is None


@pytest.mark.parametrize(
    ("recovery", "words"),
    [
        (Recovery("x", NOW, None, 3), "The database was missing. It was restored from the copy of today 14:30."),
        (Recovery("x", NOW - timedelta(days=1), None, 3), "of yesterday 14:30."),
        (Recovery("x", NOW - timedelta(days=2), None, 3), "of 2026-02-27 14:30."),
        (Recovery(None, None, None, 1), "made anew from the records of 1 instance."),
        (Recovery(None, None, None, 2), "made anew from the records of 2 instances."),
        (Recovery(None, None, None, 0), "There was no copy, so it begins empty."),
    ],
)
def test_recovery_is_told_in_one_sentence(recovery: Recovery, words: str) -> None:
    assert recovery.sentence(NOW).endswith(words)


def test_recovery_names_the_damaged_file(tmp_path: Path) -> None:
    sentence = Recovery("x", NOW, tmp_path / "aside", 3).sentence(NOW)
    assert sentence.startswith("The database was damaged. ")
    assert sentence.endswith(f"; the damaged file is kept as {tmp_path / 'aside'}.")


@pytest.mark.skipif(sys.platform == "win32", reason="ends the program with a signal of Unix")
def test_program_without_a_window_comes_up_and_tells(fleet: list[Definition], data_dir: Path) -> None:
    (data_dir / "gowa.db").write_bytes(b"garbage" * 100)
    command = [sys.executable, "-m", "gowa_desktop", "--data-dir", str(data_dir)]
    with subprocess.Popen([*command, "--no-window"], stderr=subprocess.PIPE, text=True) as program:
        assert program.stderr is not None
        told = program.stderr.readline()
        listed = subprocess.run([*command, "list"], capture_output=True, text=True, timeout=60, check=False)
        program.send_signal(signal.SIGTERM)
        rest = program.stderr.read()

    assert told.startswith("The database was damaged. It was restored from the copy of ")
    assert rest == ""
    assert "shop 19" in listed.stdout
    assert "The database was damaged" in (data_dir / "gowa-desktop.log").read_text()


# Damage while the program runs


def occupy(data_dir: Path) -> None:
    """Fill the database of a running program with garbage, behind its back."""
    for name in ("gowa.db", "gowa.db-wal"):
        if (data_dir / name).exists():
            (data_dir / name).write_bytes(b"\xff" * 20_000)


def test_database_destroyed_while_running_leaves_supervision_alive(qtbot: QtBot, services: Services, data_dir: Path) -> None:
    services.begin()
    status = started(qtbot, services)
    occupy(data_dir)

    with contextlib.suppress(GowaError):
        services.instances.update(status.id, InstanceChanges(name="renamed"))
    os.kill(status.pid or 0, signal.SIGKILL)
    qtbot.waitUntil(lambda: services.instances.status(status.id).pid not in {None, status.pid}, timeout=20_000)
    qtbot.waitUntil(lambda: services.instances.status(status.id).status is InstanceState.RUNNING, timeout=20_000)
    assert health(services.instances.status(status.id)) == 200
    finish(qtbot, services.instances.stop(status.id))
    assert services.instances.status(status.id).status is InstanceState.STOPPED
    assert processes_below(data_dir) == []


def test_vanished_data_directory_leaves_supervision_alive(qtbot: QtBot, services: Services, data_dir: Path, tmp_path: Path) -> None:
    services.begin()
    status = started(qtbot, services)
    away = tmp_path / "away"
    data_dir.rename(away)

    with pytest.raises(GowaError, match="has gone or was replaced") as caught:
        services.instances.create(NewInstance())
    assert caught.value.next_step
    with pytest.raises(GowaError, match="has gone or was replaced"):
        services.instances.update(status.id, InstanceChanges(name="new"))
    assert [s.id for s in services.instances.statuses()] == [status.id]
    assert health(status) == 200
    finish(qtbot, services.instances.stop(status.id))
    assert services.instances.status(status.id).status is InstanceState.STOPPED
    away.rename(data_dir)
    assert [definition[0] for definition in _after(services, data_dir)] == [status.id]


def _after(services: Services, data_dir: Path) -> list[Definition]:
    services.close()
    return recovered(data_dir)[0]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of two megabytes."""
    place = tmp_path / "disk"
    place.mkdir()
    if (
        sys.platform != "linux"
        or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", place], capture_output=True, check=False).returncode
    ):
        pytest.skip("a small disk needs the right to mount one")
    yield place
    subprocess.run(["umount", "--lazy", place], check=True)


@pytest.fixture
def data_dir(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A data directory that does not exist yet, on the small disk when the test has one."""
    disk: Path = request.getfixturevalue("small_disk") if "small_disk" in request.fixturenames else tmp_path
    return disk / "data"


def fill(disk: Path) -> Path:
    filler = disk / "filler"
    with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
        while file.write(b"x" * 4096):
            pass
    return filler


def test_full_disk_is_told_and_loses_nothing(qtbot: QtBot, small_disk: Path, services: Services, data_dir: Path) -> None:
    services.begin()
    status = started(qtbot, services)
    filler = fill(small_disk)
    before = [defined(instance) for instance in services.instances.instances()]

    refusals: list[GowaError] = []
    for number in range(50):
        try:
            services.instances.create(NewInstance(name=f"more {number}", config={"flags": {"os": "x" * 2000}}))
        except GowaError as error:
            refusals.append(error)
    assert refusals
    assert all(error.next_step and ("full" in error.message or "No space" in error.message) for error in refusals)
    assert services.instances.status(status.id).status is InstanceState.RUNNING
    assert health(status) == 200
    stored = [defined(instance) for instance in services.instances.instances()]
    assert stored[: len(before)] == before

    filler.unlink()
    services.instances.update(status.id, InstanceChanges(name="after"))
    assert finish(qtbot, services.instances.stop(status.id)) is None
    expected = [defined(instance) for instance in services.instances.instances()]
    assert _after(services, data_dir) == expected


def test_start_on_a_full_disk_adopts_what_runs(qtbot: QtBot, small_disk: Path, open_services: Callable[[], Services], data_dir: Path) -> None:
    from gowa_desktop.bootstrap import build  # noqa: PLC0415 - as conftest does

    services = open_services()
    created = simulated(services)
    services.close()
    pid = start_orphan(services, created, data_dir / "instances" / str(created.id))
    qtbot.waitUntil(lambda: not is_port_free(created.port or 0), timeout=10_000)
    filler = fill(small_disk)
    try:
        again = build(data_dir)
        again.begin()
        qtbot.waitUntil(lambda: again.instances.status(created.id).status is InstanceState.RUNNING, timeout=10_000)
        assert again.instances.status(created.id).pid == pid
    finally:
        filler.unlink()
    finish(qtbot, again.instances.stop(created.id))
    again.close()


def test_damaged_database_on_a_full_disk_is_told_and_kept_for_later(small_disk: Path, fleet: list[Definition], data_dir: Path) -> None:
    raw = b"garbage" * 1000
    (data_dir / "gowa.db").write_bytes(raw)
    filler = fill(small_disk)
    with pytest.raises(DatabaseError, match="disk is full"):
        recovered(data_dir)
    assert (data_dir / "gowa.db").read_bytes() == raw
    filler.unlink()
    assert recovered(data_dir)[0] == fleet
