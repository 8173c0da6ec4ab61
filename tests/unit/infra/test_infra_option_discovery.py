"""Asking a program for its options: once, with a clean environment, and never trusting an answer of another program."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from gowa_desktop.domain.versions import GowaVersion
from gowa_desktop.infra.option_discovery import HELP_NAME, discover, remembered

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the stand-ins are scripts")

NEXT = GowaVersion("v9.9.0")


def program(folder: Path, script: str) -> Path:
    path = folder / "gowa"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


HELP = "printf '   --wonder-level int   how much (default 4)\\n'"


def test_discover_asks_for_the_help_of_rest_in_a_clean_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APP_DEBUG", "true")
    path = program(tmp_path, f'[ "$1 $2" = "rest --help" ] && [ -z "$APP_DEBUG" ] && [ "$(ls -A)" = "" ] && {HELP}')
    assert [option.key for option in discover((path, ()), NEXT, None)] == ["wonderLevel"]
    assert not (tmp_path / HELP_NAME).exists()


def test_discover_version_5_has_no_sub_command(tmp_path: Path) -> None:
    path = program(tmp_path, f'[ "$1" = "--help" ] && {HELP}')
    assert [option.key for option in discover((path, ()), GowaVersion("v5.0.0"), None)] == ["wonderLevel"]


@pytest.mark.parametrize("script", ["exit 1", f"{HELP}; exit 2", "kill -9 $$"])
def test_discover_program_that_fails_tells_nothing_and_is_asked_again(tmp_path: Path, script: str) -> None:
    path = program(tmp_path, script)
    assert discover((path, ()), NEXT, tmp_path) == ()
    assert remembered(path, NEXT, tmp_path) is None


def test_discover_missing_program_tells_nothing(tmp_path: Path) -> None:
    assert discover((tmp_path / "gone", ()), NEXT, tmp_path) == ()


def test_remembered_is_the_answer_of_this_very_program(tmp_path: Path) -> None:
    path = program(tmp_path, HELP)
    assert remembered(path, NEXT, tmp_path) is None
    found = discover((path, ()), NEXT, tmp_path)
    assert remembered(path, NEXT, tmp_path) == found
    path.write_text(path.read_text() + "# another program\n")
    assert remembered(path, NEXT, tmp_path) is None


def test_remembered_damaged_answer_is_none(tmp_path: Path) -> None:
    path = program(tmp_path, HELP)
    discover((path, ()), NEXT, tmp_path)
    (tmp_path / HELP_NAME).write_text("[damaged")
    assert remembered(path, NEXT, tmp_path) is None
