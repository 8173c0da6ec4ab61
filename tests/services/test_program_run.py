"""A run on a data folder that cannot be used, or is no longer what it was: it shows what is true, and works again by itself."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from gowa_desktop.bootstrap import build
from gowa_desktop.domain.app_settings import PARALLEL_STARTS, PORT_RANGE
from gowa_desktop.domain.errors import DatabaseBusyError, DatabaseTooNewError, FolderError, FolderUnusableError, GowaError
from gowa_desktop.domain.instance import InstanceState, NewInstance
from gowa_desktop.domain.versions import SIMULATOR
from gowa_desktop.program_run import ProgramRun
from gowa_desktop.services.data import disk_watch
from gowa_desktop.services.data.damage_watch import DAMAGE_KEY
from gowa_desktop.services.data.upkeep import LOOKING_KEY
from tests.conftest import port_range, processes_below
from tests.services.test_instance_service import finish, started
from tests.services.test_supervision import back_again

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from PySide6.QtCore import QCoreApplication
    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.domain.instance import InstanceStatus


class RecordingFace:
    """Remembers what it was told to show."""

    def __init__(self) -> None:
        self.services: Services | None = None
        self.history: list[str] = []
        self.said: list[str] = []
        self.has_buttons = True

    def offers_remedies(self) -> bool:
        return self.has_buttons

    def open(self, services: Services, *, is_looking: bool) -> None:
        self.services = services
        self.history.append("looks" if is_looking else "works")

    def show(self) -> None:
        assert self.services is not None

    def close(self) -> None:
        self.history.append("closed")

    def tell(self, sentence: str) -> None:
        self.said.append(sentence)

    def raise_action(self) -> Callable[[str], None] | None:
        return None

    @property
    def shown(self) -> Services:
        assert self.services is not None
        return self.services


@pytest.fixture
def face() -> RecordingFace:
    return RecordingFace()


@pytest.fixture
def run(qapp: QCoreApplication, data_dir: Path, face: RecordingFace) -> Iterator[ProgramRun]:
    one = ProgramRun(data_dir, face, qapp)
    yield one
    one.close()
    for process in processes_below(data_dir.parent):
        process.kill()
        process.wait(10)


@pytest.fixture
def left(qtbot: QtBot, data_dir: Path) -> Iterator[InstanceStatus]:
    """A running instance whose program is gone."""
    services = build(data_dir)
    services.settings.set(PORT_RANGE, port_range())
    services.safekeeping.begin()
    services.instances.create(NewInstance(name="stopped", gowa_version=SIMULATOR))
    running = started(qtbot, services)
    services.processes.store_states()
    services.close()
    yield running
    del services  # its QProcess must outlive the test: Qt kills a child with it


@contextlib.contextmanager
def unwritable(folder: Path) -> Iterator[None]:
    """Let nobody write in a folder, the superuser neither."""
    if sys.platform == "win32":
        pytest.skip("about permissions of Unix")
    if os.geteuid() != 0:
        folder.chmod(0o500)
        try:
            yield
        finally:
            folder.chmod(0o700)
        return
    place = os.fspath(folder)
    words = [["mount", "--bind", place, place], ["mount", "-o", "remount,ro,bind", place]]
    if any(subprocess.run(one, check=False, capture_output=True).returncode for one in words):
        pytest.skip("mounting is not possible here")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", folder], check=True, capture_output=True)


def contents(folder: Path) -> dict[str, tuple[int, int]]:
    """What an unchanged folder has: sizes and times of all files but GOWA's own."""
    found = {}
    for path in folder.rglob("*"):
        if path.is_file() and "storages" not in path.parts and "logs" not in path.parts:
            found[os.fspath(path.relative_to(folder))] = (path.stat().st_size, path.stat().st_mtime_ns)
    return found


def works(face: RecordingFace) -> bool:
    return face.history[-1] == "works"


def test_unwritable_folder_is_shown_as_it_truly_is_and_nothing_is_changed(
    qtbot: QtBot, run: ProgramRun, face: RecordingFace, left: InstanceStatus, data_dir: Path
) -> None:
    before = contents(data_dir)
    with unwritable(data_dir):
        assert run.begin()

        assert face.history == ["looks"]
        statuses = {status.name: status for status in face.shown.instances.statuses()}
        assert (statuses["shop"].status, statuses["shop"].pid) == (InstanceState.RUNNING, left.pid)
        assert statuses["stopped"].status is InstanceState.STOPPED
        condition = face.shown.upkeep.conditions.get(LOOKING_KEY)
        assert condition is not None
        assert str(data_dir) in condition.sentence
        qtbot.waitUntil(lambda: face.shown.instances.status(left.id).sample is not None, timeout=5_000)
    assert contents(data_dir) == before


def test_looking_follows_what_happens_to_instances(
    qtbot: QtBot, run: ProgramRun, face: RecordingFace, left: InstanceStatus, data_dir: Path
) -> None:
    with unwritable(data_dir):
        run.begin()
        processes_below(data_dir)[0].kill()

        with qtbot.waitSignal(face.shown.instances.state_changed, timeout=5_000):
            pass

        assert face.shown.instances.status(left.id).status is InstanceState.STOPPED


def test_every_change_is_answered_with_the_reason(run: ProgramRun, face: RecordingFace, left: InstanceStatus, data_dir: Path) -> None:
    with unwritable(data_dir):
        run.begin()
        services = face.shown
        for operation in (
            services.instances.stop(left.id), services.instances.kill(left.id), services.instances.restart(left.id),
            services.instances.start(left.id + 0), services.instances.reset_data(left.id), services.instances.delete(left.id),
        ):  # fmt: skip
            assert operation.is_finished
            assert operation.error is None or isinstance(operation.error, FolderUnusableError)
        with pytest.raises(FolderUnusableError):
            services.instances.create(NewInstance(name="new", gowa_version=SIMULATOR))
        with pytest.raises(FolderUnusableError):
            services.settings.set(PARALLEL_STARTS, 7)
        assert services.instances.status(left.id).is_view_only
        assert [process.pid for process in processes_below(data_dir)] == [left.pid]


def test_work_begins_by_itself_when_the_folder_can_be_written(
    qtbot: QtBot, run: ProgramRun, face: RecordingFace, left: InstanceStatus, data_dir: Path
) -> None:
    with unwritable(data_dir):
        run.begin()
        face.shown.upkeep.conditions.remedy_requested.emit(LOOKING_KEY)
        qtbot.wait(100)
        assert face.history == ["looks"]

    face.shown.upkeep.conditions.remedy_requested.emit(LOOKING_KEY)
    qtbot.waitUntil(lambda: works(face), timeout=5_000)

    assert face.history == ["looks", "closed", "works"]
    qtbot.waitUntil(lambda: face.shown.instances.status(left.id).status is InstanceState.RUNNING, timeout=5_000)
    assert face.shown.instances.status(left.id).pid == left.pid
    assert finish(qtbot, face.shown.instances.stop(left.id)) is None
    assert (data_dir / "gowa-desktop.lock").exists()


def test_locked_database_at_the_start_is_looked_at_until_it_is_free(
    qtbot: QtBot, run: ProgramRun, face: RecordingFace, left: InstanceStatus, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gowa_desktop.store.database._OPEN_TIMEOUT_S", 0.1)
    with contextlib.closing(sqlite3.connect(data_dir / "gowa.db", isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = DELETE")
        other.execute("BEGIN EXCLUSIVE")
        run.begin()

        assert face.history == ["looks"]
        assert {status.name for status in face.shown.instances.statuses()} == {"shop", "stopped"}  # from their own records
        assert face.shown.instances.status(left.id).pid == left.pid
        error = finish(qtbot, face.shown.instances.stop(left.id))
        assert isinstance(error, DatabaseBusyError)
        other.execute("ROLLBACK")

    face.shown.upkeep.conditions.remedy_requested.emit(LOOKING_KEY)
    qtbot.waitUntil(lambda: works(face), timeout=5_000)


def test_vanished_folder_is_told_and_over_when_it_is_back(
    qtbot: QtBot, run: ProgramRun, face: RecordingFace, left: InstanceStatus, data_dir: Path
) -> None:
    run.begin()
    disk, conditions = face.shown.upkeep.disk, face.shown.upkeep.conditions
    qtbot.waitUntil(lambda: face.shown.instances.status(left.id).status is InstanceState.RUNNING, timeout=5_000)
    away = data_dir.with_name("away")
    data_dir.rename(away)
    qtbot.waitUntil(lambda: conditions.get(disk_watch.FOLDER_KEY) is not None or disk.look() is not None, timeout=5_000)

    assert "is not there" in conditions.all()[0].sentence
    with pytest.raises(GowaError):
        face.shown.instances.create(NewInstance(name="new", gowa_version=SIMULATOR))
    assert face.shown.instances.status(left.id).status is InstanceState.RUNNING
    away.rename(data_dir)

    qtbot.waitUntil(lambda: conditions.get(disk_watch.FOLDER_KEY) is None or disk.look() is not None, timeout=5_000)
    assert face.history == ["works"]
    face.shown.instances.create(NewInstance(name="new", gowa_version=SIMULATOR))


def test_folder_that_comes_back_as_another_is_taken_up_anew(
    qtbot: QtBot, run: ProgramRun, face: RecordingFace, left: InstanceStatus, data_dir: Path
) -> None:
    run.begin()
    before = face.shown
    qtbot.waitUntil(lambda: before.instances.status(left.id).status is InstanceState.RUNNING, timeout=5_000)
    before.upkeep.disk.look()
    qtbot.wait(100)
    away = data_dir.with_name("away")
    data_dir.rename(away)
    shutil.copytree(away, data_dir)

    qtbot.waitUntil(lambda: face.services is not before or before.upkeep.disk.look() is not None, timeout=5_000)

    assert face.history == ["works", "closed", "works"]
    qtbot.waitUntil(lambda: len(face.shown.instances.statuses()) == 2, timeout=5_000)
    face.shown.instances.create(NewInstance(name="new", gowa_version=SIMULATOR))


def test_run_taken_up_anew_keeps_watching_its_own_children(qtbot: QtBot, run: ProgramRun, face: RecordingFace, data_dir: Path) -> None:
    run.begin()
    face.shown.settings.set(PORT_RANGE, port_range())
    before = started(qtbot, face.shown)

    run.start_anew()

    qtbot.waitUntil(lambda: face.shown.instances.status(before.id).status is InstanceState.RUNNING, timeout=5_000)
    assert face.shown.instances.status(before.id).pid == before.pid
    processes_below(data_dir)[0].kill()
    back_again(qtbot, face.shown, before)


def spoil(data_dir: Path) -> None:
    """Damage the database file under the program that has it open."""
    with contextlib.closing(sqlite3.connect(data_dir / "gowa.db")) as other:
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        page = other.execute("SELECT rootpage FROM sqlite_master WHERE name = 'instances'").fetchone()[0]
    with (data_dir / "gowa.db").open("rb+") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\xff" * 64)


@pytest.mark.parametrize("has_buttons", [True, False])
def test_damage_met_while_working_is_told_and_restored_without_touching_instances(
    qtbot: QtBot, run: ProgramRun, face: RecordingFace, left: InstanceStatus, data_dir: Path, has_buttons: bool
) -> None:
    face.has_buttons = has_buttons
    run.begin()
    services = face.shown
    qtbot.waitUntil(lambda: services.instances.status(left.id).status is InstanceState.RUNNING, timeout=5_000)
    qtbot.waitUntil(lambda: bool(list((data_dir / "backups").glob("gowa-last-*.db"))), timeout=5_000)
    spoil(data_dir)

    services.upkeep.damage.suspect()
    if has_buttons:
        qtbot.waitUntil(lambda: services.upkeep.conditions.get(DAMAGE_KEY) is not None, timeout=5_000)
        assert face.history == ["works"]
        services.upkeep.conditions.remedy_requested.emit(DAMAGE_KEY)
    qtbot.waitUntil(lambda: face.history == ["works", "closed", "works"], timeout=5_000)

    assert "was damaged. It was restored from the copy of today" in face.said[-1]
    assert {status.name for status in face.shown.instances.statuses()} == {"shop", "stopped"}
    qtbot.waitUntil(lambda: face.shown.instances.status(left.id).status is InstanceState.RUNNING, timeout=5_000)
    assert face.shown.instances.status(left.id).pid == left.pid
    assert len(list(data_dir.glob("gowa.db.damaged-*"))) >= 1


def test_folder_that_can_never_be_used_is_an_error(qapp: QCoreApplication, tmp_path: Path, face: RecordingFace) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FolderError, match="is a file"):
        ProgramRun(tmp_path / "file", face, qapp).begin()
    with pytest.raises(FolderError, match="cannot be made"):
        ProgramRun(tmp_path / "file" / "below", face, qapp).begin()
    assert face.history == []


def test_newer_database_is_an_error_and_gives_the_lock_back(
    qapp: QCoreApplication, face: RecordingFace, left: InstanceStatus, data_dir: Path
) -> None:
    with contextlib.closing(sqlite3.connect(data_dir / "gowa.db")) as database:
        database.execute("PRAGMA user_version = 200")
    with pytest.raises(DatabaseTooNewError):
        ProgramRun(data_dir, face, qapp).begin()
    assert not (data_dir / "gowa-desktop.lock").exists()
    for process in processes_below(data_dir):
        process.kill()


def test_second_run_is_told_that_there_is_one(qapp: QCoreApplication, run: ProgramRun, data_dir: Path) -> None:
    assert run.begin()
    second = ProgramRun(data_dir, RecordingFace(), qapp)
    assert not second.begin()
    assert "already running" in second.already_running_error.message
