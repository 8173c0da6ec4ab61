"""Why a program file cannot run, in words; with real files and mounts where the system has them."""

import os
import sys
from pathlib import Path

import pytest

from gowa_desktop.domain.errors import ProgramBlockedError, StartFailedError
from gowa_desktop.infra.program_files import check_runnable, start_error


@pytest.fixture
def program(tmp_path: Path) -> Path:
    path = tmp_path / "gowa"
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def test_program_that_may_run_passes(program: Path) -> None:
    check_runnable(program)


def test_missing_program_is_told_elsewhere(tmp_path: Path) -> None:
    check_runnable(tmp_path / "gone")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permission")
def test_program_without_the_permission_names_path_and_remedy(program: Path) -> None:
    program.chmod(0o644)

    with pytest.raises(ProgramBlockedError) as caught:
        check_runnable(program)

    assert "may not be executed" in caught.value.message
    assert str(program) in caught.value.message
    assert f"chmod u+x '{program}'" in caught.value.next_step


@pytest.mark.skipif(sys.platform != "linux" or not Path("/proc").is_mount(), reason="needs a disk that allows no programs")
def test_disk_that_allows_no_programs_is_named() -> None:
    if not os.statvfs("/proc").f_flag & os.ST_NOEXEC:
        pytest.skip("/proc allows programs here")

    with pytest.raises(ProgramBlockedError, match="noexec"):
        check_runnable(Path("/proc/version"))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Child process set up failed: execve: Exec format error", "another kind of computer"),
        ("Child process set up failed: execve: No such file or directory", "that it needs is missing"),
        ("Process failed to start: Access is denied.", "does not allow it to run"),
        ("Operation did not complete successfully because the file contains a virus or potentially unwanted software.", "virus scanner"),
    ],
)
def test_words_of_the_system_that_will_not_change_are_a_block(program: Path, text: str, reason: str) -> None:
    error = start_error(program, text)

    assert isinstance(error, ProgramBlockedError)
    assert reason in error.message


def test_other_words_of_the_system_may_be_tried_again(program: Path) -> None:
    error = start_error(program, "Resource error (fork failure): Resource temporarily unavailable")

    assert type(error) is StartFailedError
    assert "temporarily unavailable" in error.message
