"""Definition records: what an instance keeps of itself is written whole, read strictly, and never believed in a wrong place."""

import json
import os
import shutil
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gowa_desktop.domain.definition import ColumnValue, InstanceDefinition
from gowa_desktop.domain.errors import FolderError
from gowa_desktop.infra.definition_records import (
    RECORD_NAME,
    folder_ids,
    read_definition,
    read_definitions,
    trashed_instances,
    write_definition,
)


def definition(number: int = 1, name: str = "shop", revision: int = 3) -> InstanceDefinition:
    columns: dict[str, ColumnValue] = {
        "key": f"KEY{number:05}", "name": name, "port": 8000 + number, "config": '{"flags":{"os":"Ünï"}}', "memory_limit_mb": None,
    }  # fmt: skip
    return InstanceDefinition(number, revision, columns)


def test_written_record_is_read_again_and_private(tmp_path: Path) -> None:
    write_definition(tmp_path, definition())

    assert read_definition(tmp_path) == definition()
    assert [path.name for path in tmp_path.iterdir()] == [RECORD_NAME]
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / RECORD_NAME).stat().st_mode) == 0o600


def test_record_can_be_read_by_a_person(tmp_path: Path) -> None:
    write_definition(tmp_path, definition(name="shop 7"))

    stored = json.loads((tmp_path / RECORD_NAME).read_text())

    assert (stored["id"], stored["name"], stored["port"]) == (1, "shop 7", 8001)


def test_write_failure_leaves_the_earlier_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_definition(tmp_path, definition())

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(FolderError, match="No space left on device"):
        write_definition(tmp_path, definition(name="other", revision=4))

    assert read_definition(tmp_path) == definition()
    assert [path.name for path in tmp_path.iterdir()] == [RECORD_NAME]


def test_write_into_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(FolderError) as caught:
        write_definition(tmp_path / "gone", definition())
    assert caught.value.next_step


@given(place=st.integers(0), change=st.integers(1, 255))
def test_any_flipped_byte_makes_a_record_void_or_harmless(tmp_path_factory: pytest.TempPathFactory, place: int, change: int) -> None:
    folder = tmp_path_factory.mktemp("record")
    write_definition(folder, definition())
    damaged = bytearray((folder / RECORD_NAME).read_bytes())
    damaged[place % len(damaged)] ^= change
    (folder / RECORD_NAME).write_bytes(damaged)

    assert read_definition(folder) in (None, definition())  # white space means nothing


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", '{"checksum": 1}', "[" * 100_000, '{"id": 1, "key": "A"}'])
def test_foreign_text_is_no_record(tmp_path: Path, text: str) -> None:
    (tmp_path / RECORD_NAME).write_text(text)
    assert read_definition(tmp_path) is None


def test_read_definitions_believes_only_folders_of_that_very_id(tmp_path: Path) -> None:
    for number in (2, 10, 1):
        (tmp_path / str(number)).mkdir()
        write_definition(tmp_path / str(number), definition(number))
    for copied in ("3", "02", "1 copy", "²"):
        shutil.copytree(tmp_path / "1", tmp_path / copied)
    (tmp_path / "5").mkdir()
    (tmp_path / "7").touch()

    assert [found.id for found in read_definitions(tmp_path)] == [1, 2, 10]
    assert folder_ids(tmp_path) == {1, 2, 3, 5, 7, 10}


def test_nothing_is_found_where_nothing_is(tmp_path: Path) -> None:
    assert read_definitions(tmp_path / "gone") == []
    assert folder_ids(tmp_path / "gone") == set()
    assert trashed_instances(tmp_path / "gone") == set()


def test_trash_tells_who_was_there_by_record_or_note(tmp_path: Path) -> None:
    for name in ("1-abc", "2-def", "3-damaged", "4-empty"):
        (tmp_path / name).mkdir()
    write_definition(tmp_path / "1-abc", definition(1))
    (tmp_path / "2-def" / ".gowa-desktop-trash.json").write_text('{"id": 2, "key": "KEY00002"}')
    (tmp_path / "3-damaged" / ".gowa-desktop-trash.json").write_text('{"id": "3", "key": 3}')

    assert trashed_instances(tmp_path) == {(1, "KEY00001"), (2, "KEY00002")}
