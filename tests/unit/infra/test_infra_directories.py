"""Instance folders, the trash, data paths, disk use and the ends of logs."""

import json
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gowa_desktop.domain.errors import FolderError
from gowa_desktop.infra.directories import TRASH_DAYS, DirectoryManager, disk_bytes
from gowa_desktop.infra.log_reader import tail_bytes
from gowa_desktop.infra.paths import DataPaths, default_data_dir, resources_dir

DAY_S = 86400.0
NOTE_NAME = ".gowa-desktop-trash.json"
unix_only = pytest.mark.skipif(os.name != "posix", reason="file modes are a Unix matter")


@pytest.fixture
def paths(tmp_path: Path) -> DataPaths:
    return DataPaths(tmp_path / "data")


@pytest.fixture
def manager(paths: DataPaths) -> DirectoryManager:
    paths.ensure()
    return DirectoryManager(paths)


@pytest.fixture
def wide_umask() -> Iterator[None]:
    """What files get when nobody takes care."""
    before = os.umask(0)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@unix_only
def test_ensure_makes_private_folders_whatever_the_umask(manager: DirectoryManager, paths: DataPaths, wide_umask: None) -> None:
    folder = manager.ensure(7)
    assert folder == manager.folder(7) == paths.root / "instances" / "7"
    assert [mode(place) for place in (paths.instances, folder, folder / "logs")] == [0o700] * 3


@unix_only
def test_ensure_existing_open_folder_becomes_private_and_keeps_its_files(manager: DirectoryManager) -> None:
    folder = manager.folder(7)
    folder.mkdir(parents=True)
    folder.chmod(0o755)
    (folder / "storages").mkdir()
    (folder / "storages" / "whatsapp.db").write_bytes(b"session")
    manager.ensure(7)
    assert mode(folder) == 0o700
    assert (folder / "storages" / "whatsapp.db").read_bytes() == b"session"


def test_ensure_file_in_place_of_the_folder_is_told(manager: DirectoryManager, paths: DataPaths) -> None:
    paths.instances.mkdir()
    (paths.instances / "7").write_text("in the way")
    with pytest.raises(FolderError, match="instances") as caught:
        manager.ensure(7)
    assert caught.value.next_step
    assert (paths.instances / "7").read_text() == "in the way"


def test_ensure_folder_that_cannot_be_written_is_told(manager: DirectoryManager, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(FolderError, match="cannot be written"):
        manager.ensure(7)


@unix_only
def test_prepare_log_is_private_and_tells_its_size(manager: DirectoryManager, wide_umask: None) -> None:
    manager.ensure(7)
    assert manager.prepare_log(7) == 0
    assert mode(manager.log_file(7)) == 0o600
    manager.log_file(7).write_bytes(b"12345")
    assert manager.prepare_log(7) == 5
    assert manager.log_file(7).read_bytes() == b"12345"


def test_prepare_log_without_folder_is_told(manager: DirectoryManager) -> None:
    with pytest.raises(FolderError, match=r"gowa\.log cannot be written"):
        manager.prepare_log(7)


def test_trash_and_put_back_leave_the_folder_as_it_was(manager: DirectoryManager, paths: DataPaths) -> None:
    folder = manager.ensure(7)
    (folder / "data").write_bytes(b"x")
    before = sorted(path.relative_to(folder) for path in folder.rglob("*"))
    trashed = manager.move_to_trash(7, {"name": "Bücher \ud800", "id": 7})
    assert trashed is not None
    assert trashed.parent == paths.trash
    assert not folder.exists()
    assert json.loads((trashed / NOTE_NAME).read_text(encoding="utf-8"))["id"] == 7
    manager.put_back(trashed, 7)
    assert sorted(path.relative_to(folder) for path in folder.rglob("*")) == before
    assert not trashed.exists()


@unix_only
def test_trash_and_its_note_are_private(manager: DirectoryManager, paths: DataPaths, wide_umask: None) -> None:
    manager.ensure(7)
    trashed = manager.move_to_trash(7, {})
    assert trashed is not None
    assert mode(paths.trash) == 0o700
    assert mode(trashed / NOTE_NAME) == 0o600


def test_trash_without_a_folder_has_nothing_to_move(manager: DirectoryManager) -> None:
    assert manager.move_to_trash(7, {}) is None


def test_trash_twice_keeps_both(manager: DirectoryManager, paths: DataPaths) -> None:
    for text in ("one", "two"):
        (manager.ensure(7) / "data").write_text(text)
        manager.move_to_trash(7, {})
    assert sorted((place / "data").read_text() for place in paths.trash.iterdir()) == ["one", "two"]


def test_trash_that_cannot_be_made_is_told_and_moves_nothing(manager: DirectoryManager, paths: DataPaths) -> None:
    folder = manager.ensure(7)
    paths.trash.write_text("in the way")
    with pytest.raises(FolderError, match="cannot be moved to the trash") as caught:
        manager.move_to_trash(7, {})
    assert "Nothing was deleted" in caught.value.next_step
    assert folder.is_dir()


def test_put_back_onto_a_used_folder_is_told_and_says_where_the_data_is(manager: DirectoryManager) -> None:
    (manager.ensure(7) / "data").write_text("old")
    trashed = manager.move_to_trash(7, {})
    assert trashed is not None
    (manager.ensure(7) / "data").write_text("new")
    with pytest.raises(FolderError, match="data stayed in") as caught:
        manager.put_back(trashed, 7)
    assert str(trashed) in caught.value.message
    assert (trashed / "data").read_text() == "old"
    assert (manager.folder(7) / "data").read_text() == "new"


def test_sweep_removes_after_seven_days_and_not_before(manager: DirectoryManager, paths: DataPaths) -> None:
    manager.ensure(7)
    trashed = manager.move_to_trash(7, {})
    assert trashed is not None
    moved = (trashed / NOTE_NAME).stat().st_mtime
    assert manager.sweep_trash(moved) == 0
    assert manager.sweep_trash(moved + TRASH_DAYS * DAY_S - 1) == 0
    assert trashed.is_dir()
    assert manager.sweep_trash(moved + TRASH_DAYS * DAY_S + 1) == 1
    assert list(paths.trash.iterdir()) == []


def test_sweep_counts_from_the_move_not_from_the_age_of_the_data(manager: DirectoryManager) -> None:
    folder = manager.ensure(7)
    os.utime(folder, (1_000_000, 1_000_000))
    trashed = manager.move_to_trash(7, {})
    assert manager.sweep_trash() == 0
    assert trashed is not None
    assert trashed.is_dir()


def test_sweep_counts_from_the_move_also_when_the_note_could_not_be_written(manager: DirectoryManager, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = manager.ensure(7)
    (folder / "data").write_text("x")
    os.utime(folder, (1_000_000, 1_000_000))
    real_open = os.open

    def full_disk(path: object, *rest: int) -> int:
        if str(path).endswith(NOTE_NAME):
            raise OSError(28, "No space left on device")
        return real_open(str(path), *rest)

    monkeypatch.setattr(os, "open", full_disk)
    trashed = manager.move_to_trash(7, {})
    monkeypatch.undo()
    assert trashed is not None
    assert manager.sweep_trash() == 0
    assert (trashed / "data").read_text() == "x"


def test_sweep_takes_leftovers_of_gowa_manager_and_no_strangers(manager: DirectoryManager, paths: DataPaths, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").write_text("x")
    leftover = paths.trash / "3-0123456789abcdef"
    leftover.mkdir(parents=True)
    (paths.trash / ".DS_Store").write_text("x")
    (paths.trash / "link").symlink_to(outside)
    later = leftover.stat().st_mtime + 30 * DAY_S
    assert manager.sweep_trash(later) == 1
    assert not leftover.exists()
    assert (outside / "kept").exists()
    assert manager.sweep_trash(later) == 0


def test_sweep_without_trash_does_nothing(manager: DirectoryManager, paths: DataPaths) -> None:
    assert manager.sweep_trash() == 0
    assert not paths.trash.exists()


def test_disk_bytes_adds_up_files_and_follows_no_link(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    (root / "a" / "b").mkdir(parents=True)
    outside.mkdir()
    (outside / "big").write_bytes(b"x" * 9999)
    (root / "one").write_bytes(b"x" * 10)
    (root / "a" / "b" / "two").write_bytes(b"x" * 200)
    (root / "a" / "loop").symlink_to(root)
    (root / "a" / "b" / "self").symlink_to("self")
    (root / "gone").symlink_to(tmp_path / "nowhere")
    (root / "out").symlink_to(outside)
    (root / "out-file").symlink_to(outside / "big")
    assert disk_bytes(root) == 210


def test_disk_bytes_of_nothing_is_nothing(tmp_path: Path) -> None:
    assert disk_bytes(tmp_path / "missing") == 0
    assert disk_bytes(tmp_path) == 0
    (tmp_path / "file").write_bytes(b"x" * 5)
    assert disk_bytes(tmp_path / "file") == 0


def test_disk_bytes_counts_the_rest_when_a_file_vanishes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a-vanishing", "b", "c"):
        (tmp_path / name).write_bytes(b"x" * 100)
    real_scandir = os.scandir

    class Vanishing:
        """Lists a folder in order of names, removing the first file as it is named."""

        def __init__(self, path: str) -> None:
            with real_scandir(path) as entries:
                self.entries = sorted(entries, key=lambda entry: entry.name)

        def __enter__(self) -> "Iterator[os.DirEntry[str]]":
            for entry in self.entries:
                if entry.name == "a-vanishing":
                    Path(entry.path).unlink()
                yield entry

        def __exit__(self, *_: object) -> None:
            pass

    monkeypatch.setattr(os, "scandir", Vanishing)
    total = disk_bytes(tmp_path)
    monkeypatch.undo()
    assert total == 200


def test_data_paths_are_where_gowa_manager_has_them(tmp_path: Path) -> None:
    paths = DataPaths(tmp_path)
    assert paths.versions == tmp_path / "bin" / "versions"
    assert paths.instances == tmp_path / "instances"
    assert paths.trash == tmp_path / ".trash"
    ours = {paths.lock_file, paths.window_state, paths.log_file}
    assert len(ours) == 3
    assert {path.parent for path in ours} == {tmp_path}


@unix_only
def test_data_paths_ensure_makes_a_private_folder_and_leaves_nothing_in_it(paths: DataPaths, wide_umask: None) -> None:
    paths.ensure()
    paths.ensure()
    assert mode(paths.root) == 0o700
    assert list(paths.root.iterdir()) == []


def test_data_paths_ensure_file_in_the_way_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("in the way")
    with pytest.raises(FolderError, match="is a file") as caught:
        DataPaths(tmp_path / "data").ensure()
    assert "--data-dir" in caught.value.next_step


def test_default_data_dir_is_the_persons_and_named_after_the_program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert default_data_dir().name == "gowa-desktop"
    assert default_data_dir().is_absolute()


def test_resources_dir_is_the_checkout_or_the_frozen_program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert resources_dir().name == "resources"
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert resources_dir() == tmp_path / "resources"


@pytest.mark.parametrize(
    ("start", "limit", "tail"),
    [
        (0, 1000, b"one\ntwo\nthree\n"),
        (4, 1000, b"two\nthree\n"),
        (14, 1000, b""),
        (99, 1000, b"one\ntwo\nthree\n"),
        (0, 14, b"one\ntwo\nthree\n"),
        (0, 8, b"three\n"),
        (0, 12, b"two\nthree\n"),
        (8, 6, b"three\n"),
        (0, 3, b""),
    ],
)
def test_tail_bytes_begins_at_a_line(start: int, limit: int, tail: bytes, tmp_path: Path) -> None:
    log = tmp_path / "gowa.log"
    log.write_bytes(b"one\ntwo\nthree\n")
    assert tail_bytes(log, start, limit) == tail


def test_tail_bytes_of_a_huge_log_is_bounded(tmp_path: Path) -> None:
    log = tmp_path / "gowa.log"
    log.write_bytes(b"x" * 99 + b"\n" + (b"y" * 99 + b"\n") * 5000)
    tail = tail_bytes(log)
    assert len(tail) <= 256 * 1024
    assert tail.startswith(b"y")
    assert tail.endswith(b"y\n")


def test_tail_bytes_without_a_log_is_empty(tmp_path: Path) -> None:
    assert tail_bytes(tmp_path / "missing") == b""
    assert tail_bytes(tmp_path) == b""
