"""The size of instance folders by part, and that settled media are not asked for again."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from gowa_desktop.domain.folder_parts import FolderPart
from gowa_desktop.infra.folder_use import FolderMeter

if TYPE_CHECKING:
    from pathlib import Path

_LATER = 10_000_000_000.0


def _write(folder: Path, place: str, size: int) -> Path:
    path = folder / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x" * size)
    return path


def test_folder_is_added_up_by_part_and_no_link_is_followed(tmp_path: Path) -> None:
    root = tmp_path / "7"
    _write(root, "storages/whatsapp.db", 10)
    _write(root, "storages/whatsapp.db-wal", 20)
    _write(root, "storages/chatstorage.db", 300)
    _write(root, "statics/media/chat/2026-01-01/a.mp4", 4000)
    _write(root, "logs/gowa.log", 50_000)
    _write(root, "storages/ui/index.html", 600_000)
    _write(tmp_path, "outside/big", 9_999_999)
    for name, target in (("loop", root), ("out", tmp_path / "outside"), ("file", tmp_path / "outside" / "big"), ("gone", tmp_path / "no")):
        try:
            (root / name).symlink_to(target)
        except OSError:
            pytest.skip("no symbolic links here")

    use = FolderMeter().measure({7: root})[7]

    assert use.parts == {
        FolderPart.SESSIONS: 30, FolderPart.CHATS: 300, FolderPart.MEDIA: 4000, FolderPart.LOGS: 50_000, FolderPart.OTHER: 600_000,
    }  # fmt: skip
    assert use.total_bytes == 654_330


def test_folder_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    assert FolderMeter().measure({1: tmp_path / "missing"})[1].total_bytes == 0


def test_settled_media_are_not_asked_for_their_size_again(tmp_path: Path) -> None:
    for number in range(20):
        _write(tmp_path, f"statics/media/{number}.jpg", 100)
    log = _write(tmp_path, "logs/gowa.log", 5)
    meter = FolderMeter(now=lambda: _LATER)
    meter.measure({1: tmp_path})
    before = meter.files_read
    log.write_bytes(b"x" * 5000)

    use = meter.measure({1: tmp_path})[1]

    assert meter.files_read - before == 1, "the log alone"
    assert use.parts[FolderPart.MEDIA] == 2000
    assert use.parts[FolderPart.LOGS] == 5000


def test_new_and_removed_media_are_noticed(tmp_path: Path) -> None:
    for number in range(3):
        _write(tmp_path, f"statics/media/{number}.jpg", 100)
    os.utime(tmp_path / "statics/media", (1, 1))
    meter = FolderMeter(now=lambda: _LATER)
    meter.measure({1: tmp_path})
    _write(tmp_path, "statics/media/new.jpg", 1000)
    assert meter.measure({1: tmp_path})[1].parts[FolderPart.MEDIA] == 1300
    (tmp_path / "statics/media/new.jpg").unlink()
    os.utime(tmp_path / "statics/media", (2, 2))
    assert meter.measure({1: tmp_path})[1].parts[FolderPart.MEDIA] == 300


def test_media_that_may_still_grow_are_asked_for_again(tmp_path: Path) -> None:
    path = _write(tmp_path, "statics/media/film.mp4", 10)
    meter = FolderMeter()
    meter.measure({1: tmp_path})
    path.write_bytes(b"x" * 1000)
    assert meter.measure({1: tmp_path})[1].total_bytes == 1000


def test_folders_that_are_gone_are_forgotten(tmp_path: Path) -> None:
    _write(tmp_path, "a/statics/media/1.jpg", 10)
    meter = FolderMeter(now=lambda: _LATER)
    assert set(meter.measure({1: tmp_path / "a", 2: tmp_path / "b"})) == {1, 2}
    assert meter.measure({}) == {}
    assert meter.measure({1: tmp_path / "a"})[1].total_bytes == 10


@pytest.mark.skipif(not hasattr(os.stat_result, "st_blocks"), reason="the system does not tell what a file takes")
def test_file_with_a_hole_counts_for_the_room_it_takes(tmp_path: Path) -> None:
    log = _write(tmp_path, "logs/gowa.log", 0)
    with log.open("r+b") as file:
        file.truncate(64 * 1024 * 1024)
        file.seek(0, os.SEEK_END)
        file.write(b"x" * 100_000)
        file.flush()
        os.fsync(file.fileno())
    if log.stat().st_blocks * 512 >= log.stat().st_size:
        pytest.skip("no files with holes here")

    assert 100_000 <= FolderMeter().measure({1: tmp_path})[1].parts[FolderPart.LOGS] <= 200_000
