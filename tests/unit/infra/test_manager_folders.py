from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gowa_desktop.infra.manager_folders import ManagerFolder, find_manager_folders, usual_places

if TYPE_CHECKING:
    import pytest


def made(folder: Path, count: int = 2) -> Path:
    for number in range(count):
        (folder / "instances" / str(number + 1)).mkdir(parents=True)
    (folder / "gowa.db").touch()
    return folder


def test_folder_is_found_once_and_left_as_it_was(tmp_path: Path) -> None:
    data = made(tmp_path / "gowa-manager" / "data")
    (data / "instances" / "notes").mkdir()
    (tmp_path / "link").symlink_to(data)
    before = sorted(data.rglob("*"))
    places = [tmp_path / "none", data, tmp_path / "link", tmp_path]

    assert find_manager_folders(places, tmp_path / "own") == [ManagerFolder(data.resolve(), 2, is_in_use=False)]
    assert sorted(data.rglob("*")) == before


def test_own_folders_and_others_are_left_out(tmp_path: Path) -> None:
    ours, own = made(tmp_path / "ours"), made(tmp_path / "own")
    (ours / "gowa-desktop.lock").touch()
    (tmp_path / "bare").mkdir()
    (tmp_path / "bare" / "gowa.db").touch()

    assert find_manager_folders([ours, own, tmp_path / "bare", tmp_path / "own" / "gowa.db"], own) == []


def test_usual_places_begin_with_the_one_that_gowa_manager_was_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_DIR", "/srv/gowa")
    assert usual_places()[0] == Path("/srv/gowa")
