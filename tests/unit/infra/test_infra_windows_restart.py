"""What Windows is told for the case that an installer has to close the program: the rules anywhere, the call on Windows only."""

from __future__ import annotations

import sys

import pytest

from gowa_desktop.cli.command_line import parse
from gowa_desktop.infra.windows_restart import FLAGS, MOST_CHARACTERS, register_restart, restart_arguments


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ([], ["--minimized"]),
        (["--minimized"], ["--minimized"]),
        (["--data-dir", "D:\\my data"], ["--data-dir", "D:\\my data", "--minimized"]),
        (["--then", "start-all", "--data-dir=D:\\x"], ["--data-dir=D:\\x", "--minimized"]),
        (["--then=stop-all"], ["--minimized"]),
        (["gowa-desktop://instance/shop"], ["--minimized"]),
    ],
)
def test_the_start_after_a_close_repeats_what_lasts_and_nothing_that_was_for_once(given: list[str], kept: list[str]) -> None:
    assert restart_arguments(given) == kept
    assert parse(restart_arguments(given)).minimized


def test_a_crash_a_hang_or_a_reboot_does_not_start_it_unasked() -> None:
    assert FLAGS == 0x1 | 0x2 | 0x8


def test_a_line_that_windows_would_refuse_is_not_offered() -> None:
    assert not register_restart(["--data-dir", "x" * MOST_CHARACTERS])


def test_windows_takes_it_and_other_systems_are_left_alone() -> None:
    assert register_restart([]) is (sys.platform == "win32")
