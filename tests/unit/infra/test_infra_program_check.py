"""Why a program does not run, in words: the faults of Linux are real, those of Windows and macOS are made up."""

from __future__ import annotations

import errno
import re
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from gowa_desktop.domain.errors import FolderError, VersionRefusedError
from gowa_desktop.domain.versions import GowaVersion
from gowa_desktop.infra import program_check, version_files
from gowa_desktop.infra.platform_facts import glibc_version
from gowa_desktop.infra.program_check import check_runs, explain_no_start, is_blocked
from tests.gowa_program import build_gowa

if TYPE_CHECKING:
    from pathlib import Path

VERSION = GowaVersion("v9.2.0")
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="programs of Linux")


@pytest.fixture
def program(tmp_path: Path) -> Path:
    path = tmp_path / "v9.2.0" / "gowa"
    path.parent.mkdir()
    path.write_bytes(b"x")
    return path


def windows_error(number: int) -> OSError:
    error = OSError(22, "Operation did not complete successfully")
    error.winerror = number  # type: ignore[attr-defined, unused-ignore]
    return error


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (225, "was taken away .* most likely by a virus scanner"),
        (226, "was taken away .* most likely by a virus scanner"),
        (1260, "forbids to run GOWA"),
        (4551, "Smart App Control"),
        (193, "exec format error"),
        (216, "exec format error"),
        (5, "cannot be run here"),
    ],
)
def test_errors_of_windows_are_told_in_words(number: int, sentence: str, program: Path) -> None:
    told = explain_no_start(windows_error(number), program)

    assert re.search(sentence, told.message)
    assert told.next_step


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.ENOEXEC, "exec format error"),
        (errno.ENOENT, "glibc, which this system, perhaps Alpine"),
        (errno.EACCES, "does not let programs run from"),
        (errno.EIO, "cannot be run here: Input/output error"),
    ],
)
def test_errors_of_unix_are_told_in_words(number: int, sentence: str, program: Path) -> None:
    told = explain_no_start(OSError(number, "Input/output error"), program)

    assert sentence in told.message
    assert told.next_step


def test_program_that_is_gone_was_taken_away(program: Path) -> None:
    program.unlink()

    assert "was taken away" in explain_no_start(FileNotFoundError(errno.ENOENT, "No such file"), program).message


@linux_only
def test_program_without_its_loader_needs_glibc(tmp_path: Path) -> None:
    built = build_gowa(tmp_path)
    if built is None:
        pytest.skip("there is no C compiler to build a stand-in for GOWA with")
    loader = re.search(rb"/lib(?:64)?/ld-[\w.-]+", built.read_bytes())
    if loader is None:
        pytest.skip("programs of this computer need no loader")
    built.write_bytes(built.read_bytes().replace(loader[0], loader[0][:-1] + b"~"))

    with pytest.raises(VersionRefusedError, match="needs the system library glibc, which this system"):
        check_runs(built, VERSION, tmp_path)


@linux_only
def test_program_that_needs_a_newer_glibc_names_both(tmp_path: Path) -> None:
    built = build_gowa(tmp_path, mode=3)
    if built is None:
        pytest.skip("there is no C compiler to build a stand-in for GOWA with")

    with pytest.raises(VersionRefusedError, match=r"glibc 9\.99 or newer; this computer has \S+") as caught:
        check_runs(built, VERSION, tmp_path)
    assert str(glibc_version() or "an older one") in caught.value.message


def test_program_that_macos_kills_or_keeps_in_quarantine_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built = build_gowa(tmp_path, mode=2)
    if built is None:
        pytest.skip("there is no C compiler to build a stand-in for GOWA with")
    monkeypatch.setattr(program_check, "_is_macos", lambda: True)
    with pytest.raises(VersionRefusedError, match="is not GOWA"):
        check_runs(built, VERSION, tmp_path)

    monkeypatch.setattr(program_check, "is_quarantined", lambda _: True)

    with pytest.raises(VersionRefusedError, match="Gatekeeper"):
        check_runs(built, VERSION, tmp_path)


def test_only_scanners_and_policies_of_windows_block() -> None:
    assert [number for number in (5, 32, 193, 225, 226, 1260, 4551) if is_blocked(windows_error(number))] == [225, 226, 1260, 4551]
    assert not is_blocked(OSError(13, "Permission denied"))


def test_scanner_that_strikes_while_the_program_is_written_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "gowa"
    source.write_bytes(b"x")

    def struck(*_: object) -> None:
        raise windows_error(225)

    monkeypatch.setattr(version_files, "unpack_program", struck)

    with pytest.raises(VersionRefusedError, match="virus scanner"):
        version_files.import_version(source, tmp_path / "versions", "v9.2.0")
    assert list((tmp_path / "versions").iterdir()) == []


def test_rename_waits_for_a_scanner_that_holds_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(version_files, "_RENAME_PAUSES_S", (0.0, 0.0, 0.0))
    monkeypatch.setattr(version_files, "unpack_program", lambda _source, program, *_: program.write_bytes(b"x"))
    monkeypatch.setattr(version_files, "check_platform", lambda *_: None)
    monkeypatch.setattr(version_files, "check_runs", lambda *_: None)
    source = tmp_path / "gowa"
    source.write_bytes(b"x")
    refusals = [PermissionError(13, "Access is denied")] * 3
    rename = type(tmp_path).rename

    def reluctant(path: Path, target: Path) -> Path:
        if refusals:
            raise refusals.pop()
        return rename(path, target)

    monkeypatch.setattr(type(tmp_path), "rename", reluctant)
    assert version_files.import_version(source, tmp_path / "versions", "v9.2.0").tag == "v9.2.0"

    refusals = [PermissionError(13, "Access is denied")] * 4
    with pytest.raises(FolderError, match="Access is denied"):
        version_files.import_version(source, tmp_path / "versions", "v9.1.0")
    assert [path.name for path in (tmp_path / "versions").iterdir()] == ["v9.2.0"]


@linux_only
def test_program_that_another_process_still_writes_is_waited_for(tmp_path: Path) -> None:
    built = build_gowa(tmp_path)
    if built is None:
        pytest.skip("there is no C compiler to build a stand-in for GOWA with")
    holder = built.open("r+b")  # what a process has that another thread started at the wrong moment
    timer = threading.Timer(0.2, holder.close)
    timer.start()

    check_runs(built, VERSION, tmp_path)

    assert holder.closed
    timer.join()
