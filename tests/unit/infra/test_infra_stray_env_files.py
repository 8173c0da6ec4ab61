"""Files in an instance folder that GOWA would read as settings: found as its own reader finds them, moved where it does not look."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from gowa_desktop.domain.errors import FolderError
from gowa_desktop.infra.stray_env_files import NAMES, read_stray, set_aside, stray_files

if TYPE_CHECKING:
    from pathlib import Path

WHEN = datetime(2026, 11, 23, tzinfo=UTC)


def test_every_name_that_gowa_looks_for_is_found_in_its_order(tmp_path: Path) -> None:
    for name in reversed(NAMES):
        (tmp_path / name).write_text("A=1")
    assert [path.name for path in stray_files(tmp_path)] == list(NAMES)
    assert NAMES[0] == ".env.json"
    assert NAMES[-1] == ".env"


def test_other_names_folders_and_missing_folders_are_none(tmp_path: Path) -> None:
    for name in (".env.imported-2026-11-23", ".env.bak", "env", ".environment"):
        (tmp_path / name).write_text("A=1")
    (tmp_path / ".env").mkdir()
    assert stray_files(tmp_path) == []
    assert stray_files(tmp_path / "gone") == []


@pytest.mark.parametrize(
    ("data", "text"),
    [(b"A=1", "A=1"), (b"\xef\xbb\xbfA=1", "A=1"), ("A=ü".encode("utf-16"), "A=ü"), (b"A=\xff", "A=\ufffd"), (b"", "")],
)
def test_text_is_read_in_every_coding_gowa_knows(tmp_path: Path, data: bytes, text: str) -> None:
    path = tmp_path / ".env"
    path.write_bytes(data)
    assert read_stray(path) == text


def test_what_is_no_ordinary_file_is_not_read(tmp_path: Path) -> None:
    assert read_stray(tmp_path / "gone") is None
    large = tmp_path / ".env"
    large.write_bytes(b"#" * (1024 * 1024 + 1))
    assert read_stray(large) is None


@pytest.mark.skipif(os.name != "posix", reason="named pipes")
def test_a_pipe_is_found_but_never_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / ".env")
    (path,) = stray_files(tmp_path)
    assert read_stray(path) is None
    assert set_aside(path, "set-aside", WHEN).name == ".env.set-aside-2026-11-23"


def test_set_aside_takes_a_free_name_and_makes_it_private(tmp_path: Path) -> None:
    names = []
    for number in range(3):
        path = tmp_path / ".env"
        path.write_text(str(number))
        path.chmod(0o644)
        names.append(set_aside(path, "imported", WHEN))
    assert [path.name for path in names] == [".env.imported-2026-11-23", ".env.imported-2026-11-23-2", ".env.imported-2026-11-23-3"]
    assert [path.read_text() for path in names] == ["0", "1", "2"]
    assert stray_files(tmp_path) == []
    if os.name == "posix":
        assert {path.stat().st_mode & 0o777 for path in names} == {0o600}


def test_set_aside_what_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(FolderError, match="cannot be moved aside") as caught:
        set_aside(tmp_path / ".env", "imported", WHEN)
    assert caught.value.next_step
