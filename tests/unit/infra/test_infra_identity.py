"""The record of which process belongs to an instance: whole or not at all."""

import dataclasses
import json
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gowa_desktop.domain.errors import FolderError
from gowa_desktop.domain.instance import ProcessIdentity
from gowa_desktop.infra.identity_records import read_identity, remove_identity, write_identity

IDENTITY = ProcessIdentity(4711, 1712345678.25, "/opt/gowa ü", "/data/7", 8001, "v9.2.0", "/data/7/logs/gowa.log", 12, 1712345679.5, "0.0.0.0")
TEXT = st.text(max_size=20)
IDENTITIES = st.builds(
    ProcessIdentity,
    st.integers(1, 2**31), st.floats(0, 1e11), TEXT, TEXT, st.integers(1, 65535), TEXT, TEXT, st.integers(0), st.floats(0, 1e11), TEXT,
)  # fmt: skip


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / ".gowa-desktop-process.json"


def test_write_and_read_give_the_same(path: Path) -> None:
    write_identity(path, IDENTITY)
    assert read_identity(path) == IDENTITY
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


@pytest.mark.skipif(os.name != "posix", reason="file modes are a Unix matter")
def test_write_is_private(path: Path) -> None:
    write_identity(path, IDENTITY)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@given(IDENTITIES)
def test_write_any_identity_comes_back(tmp_path_factory: pytest.TempPathFactory, identity: ProcessIdentity) -> None:
    path = tmp_path_factory.getbasetemp() / "any-identity.json"
    write_identity(path, identity)
    assert read_identity(path) == identity


def test_write_again_replaces(path: Path) -> None:
    write_identity(path, IDENTITY)
    newer = dataclasses.replace(IDENTITY, pid=5)
    write_identity(path, newer)
    assert read_identity(path) == newer


def test_write_without_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(FolderError, match="record of the running process"):
        write_identity(tmp_path / "missing" / "record.json", IDENTITY)


def test_write_that_fails_keeps_the_old_record(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_identity(path, IDENTITY)

    def full_disk(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(json, "dump", full_disk)
    with pytest.raises(FolderError, match="No space left"):
        write_identity(path, dataclasses.replace(IDENTITY, pid=5))
    monkeypatch.undo()
    assert read_identity(path) == IDENTITY


def changed(**fields: object) -> str:
    return json.dumps(dataclasses.asdict(IDENTITY) | fields)


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "null", "[]", "5", '"text"', "{}", "[" * 50_000,
        changed(pid="4711"), changed(pid=-1), changed(pid=0), changed(pid=1.5), changed(pid=True), changed(pid=None),
        changed(start_time="now"), changed(executable=None), changed(working_directory=5), changed(unknown=1), changed(port="8001"),
        json.dumps(dataclasses.asdict(IDENTITY))[:-10],
    ],
)  # fmt: skip
def test_read_damaged_record_is_none(text: str, path: Path) -> None:
    path.write_text(text)
    assert read_identity(path) is None


@given(st.binary(max_size=200))
def test_read_any_bytes_is_none(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "random-identity.json"
    path.write_bytes(raw)
    assert read_identity(path) is None


def test_read_record_of_before_the_host_was_stored_is_fine(path: Path) -> None:
    fields = dataclasses.asdict(IDENTITY)
    del fields["host"]
    path.write_text(json.dumps(fields))
    assert read_identity(path) == dataclasses.replace(IDENTITY, host="127.0.0.1")


def test_read_missing_record_is_none_and_removing_it_is_fine(path: Path) -> None:
    assert read_identity(path) is None
    remove_identity(path)
    write_identity(path, IDENTITY)
    remove_identity(path)
    assert read_identity(path) is None
    assert list(path.parent.iterdir()) == []
