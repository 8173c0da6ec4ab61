"""Which of the program's own files can be told to stop politely."""

import sys
from pathlib import Path

import pytest

from gowa_desktop.infra import own_program


def test_frozen_on_windows_is_the_twin_with_a_console(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    windowed = tmp_path / "gowa-desktop.exe"
    monkeypatch.setattr(sys, "executable", str(windowed))
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert own_program.console_program() == windowed
    (tmp_path / own_program.CONSOLE_TWIN).touch()
    assert own_program.console_program() == tmp_path / own_program.CONSOLE_TWIN


def test_elsewhere_it_is_the_program_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / own_program.CONSOLE_TWIN).touch()
    monkeypatch.setattr(sys, "executable", str(tmp_path / "gowa-desktop"))
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    assert own_program.console_program() == tmp_path / "gowa-desktop"
