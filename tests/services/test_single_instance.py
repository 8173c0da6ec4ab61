from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtNetwork import QLocalSocket

from gowa_desktop.domain.errors import FolderError
from gowa_desktop.infra.paths import DataPaths
from gowa_desktop.services.single_instance import SingleInstance, is_safe_socket, running_pid, socket_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

unix_only = pytest.mark.skipif(sys.platform == "win32", reason="about files and folders of Unix")

_HOLDER = """
import sys, time
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from gowa_desktop.services.single_instance import SingleInstance
app = QCoreApplication([])
single = SingleInstance(Path(sys.argv[1]))
print(single.acquire(), flush=True)
time.sleep(60)
"""


@pytest.fixture
def single(tmp_path: Path, qtbot: QtBot) -> Iterator[SingleInstance]:
    instance = SingleInstance(tmp_path)
    yield instance
    instance.release()


def _hold(data_dir: Path) -> subprocess.Popen[str]:
    holder = subprocess.Popen([sys.executable, "-c", _HOLDER, str(data_dir)], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline().strip() == "True"
    return holder


def _end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()
    if process.stdout is not None:
        process.stdout.close()


def test_acquire_when_free_holds_the_folder_and_listens(single: SingleInstance, tmp_path: Path) -> None:
    assert single.acquire()

    assert single.is_first
    assert single.server.isListening()
    assert running_pid(tmp_path) == os.getpid()


def test_acquire_when_folder_is_missing_makes_it(tmp_path: Path, qtbot: QtBot) -> None:
    single = SingleInstance(tmp_path / "a" / "b")

    assert single.acquire()

    assert (tmp_path / "a" / "b").is_dir()
    single.release()


def test_acquire_when_another_program_holds_it_is_refused_with_its_pid(single: SingleInstance, tmp_path: Path) -> None:
    holder = _hold(tmp_path)
    try:
        assert not single.acquire()

        error = single.already_running_error()
        assert str(holder.pid) in error.message
        assert error.next_step
    finally:
        _end(holder)


def test_acquire_after_kill_9_of_the_holder_succeeds(single: SingleInstance, tmp_path: Path) -> None:
    holder = _hold(tmp_path)
    holder.send_signal(signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)
    _end(holder)
    assert DataPaths(tmp_path).lock_file.exists()
    assert running_pid(tmp_path) is None

    assert single.acquire()


@unix_only
def test_acquire_when_pid_of_the_dead_holder_lives_again_succeeds(single: SingleInstance, tmp_path: Path) -> None:
    holder = _hold(tmp_path)
    _end(holder)
    lock = DataPaths(tmp_path).lock_file
    # The dead program's number now belongs to this one, as after a restart of a container.
    lock.write_text(lock.read_text().replace(str(holder.pid), str(os.getpid()), 1))

    assert single.acquire()


@unix_only
def test_acquire_when_lock_comes_from_another_computer_succeeds(single: SingleInstance, tmp_path: Path) -> None:
    DataPaths(tmp_path).lock_file.write_text("1\nsystemd\nelsewhere\n0123\n4567\n")

    assert single.acquire()


def test_acquire_beside_another_data_folder_succeeds(single: SingleInstance, tmp_path: Path) -> None:
    other = SingleInstance(tmp_path / "other")

    assert single.acquire()
    assert other.acquire()

    other.release()


def test_release_twice_lets_the_next_in(single: SingleInstance, tmp_path: Path) -> None:
    assert single.acquire()
    single.release()
    single.release()

    following = SingleInstance(tmp_path)
    assert following.acquire()
    following.release()


@unix_only
def test_acquire_of_the_same_folder_by_a_link_is_refused(single: SingleInstance, tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    link = tmp_path / "link"
    data_dir.mkdir()
    link.symlink_to(data_dir)
    holder = _hold(link)
    try:
        through_folder = SingleInstance(data_dir)
        assert not through_folder.acquire()
        assert next(socket_names(link)) == next(socket_names(data_dir))
    finally:
        _end(holder)


def test_acquire_when_folder_is_a_file_says_so(tmp_path: Path, qtbot: QtBot) -> None:
    file = tmp_path / "file"
    file.touch()

    with pytest.raises(FolderError) as caught:
        SingleInstance(file).acquire()

    assert "--data-dir" in caught.value.next_step


@unix_only
def test_acquire_when_folder_cannot_be_made_says_so(qtbot: QtBot) -> None:
    with pytest.raises(FolderError) as caught:
        SingleInstance(Path("/proc/nowhere/data")).acquire()

    assert "--data-dir" in caught.value.next_step


@unix_only
@pytest.mark.skipif(sys.platform != "win32" and os.getuid() == 0, reason="root may write everywhere")
def test_acquire_when_folder_is_read_only_says_so(tmp_path: Path, qtbot: QtBot) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(FolderError):
            SingleInstance(tmp_path).acquire()
    finally:
        tmp_path.chmod(0o700)


@unix_only
def test_socket_is_for_its_owner_only(single: SingleInstance, tmp_path: Path) -> None:
    assert single.acquire()

    path = Path(single.server.fullServerName())
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert is_safe_socket(str(path))


@unix_only
def test_socket_folder_that_others_can_enter_is_not_trusted(tmp_path: Path) -> None:
    folder = tmp_path / "open"
    folder.mkdir()
    folder.chmod(0o755)

    assert not is_safe_socket(str(folder / "x.sock"))
    assert not is_safe_socket(str(tmp_path / "missing" / "x.sock"))


@unix_only
def test_socket_names_stay_short_for_a_long_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(_long_folder(tmp_path)))

    names = list(socket_names(tmp_path / ("x" * 200)))

    assert names
    assert all(len(os.fsencode(name)) < 100 for name in names)


@unix_only
def test_socket_names_of_a_client_without_session_include_that_of_the_program(
    single: SingleInstance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    assert single.acquire()
    runtime_dir = tmp_path / "run"
    runtime_dir.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime_dir))

    assert single.server.fullServerName() in list(socket_names(tmp_path))


def test_socket_name_differs_between_data_folders(tmp_path: Path) -> None:
    assert next(socket_names(tmp_path / "a")) != next(socket_names(tmp_path / "b"))


@unix_only
def test_acquire_over_a_socket_that_a_dead_program_left_listens(single: SingleInstance, tmp_path: Path) -> None:
    holder = _hold(tmp_path)
    _end(holder)
    assert Path(next(socket_names(tmp_path))).exists()

    assert single.acquire()

    client = QLocalSocket()
    client.connectToServer(single.server.fullServerName())
    assert client.waitForConnected(2000)
    client.abort()


def _long_folder(parent: Path) -> Path:
    folder = parent / ("long" * 25)
    folder.mkdir()
    return folder
