"""Start at login: each system's own records are written, read, and respected when the system or a person changed them."""

from __future__ import annotations

import plistlib
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from gowa_desktop.domain.errors import GowaError
from gowa_desktop.infra.autostart import autostart_for
from gowa_desktop.infra.autostart_linux import LinuxAutostart
from gowa_desktop.infra.autostart_macos import LABEL, MacAutostart
from gowa_desktop.infra.autostart_windows import APPROVED_KEY, RUN_KEY, VALUE_NAME, WindowsAutostart
from gowa_desktop.infra.desktop_entry import exec_line, read_entry
from gowa_desktop.infra.login_start import LoginStart
from gowa_desktop.infra.paths import default_data_dir
from gowa_desktop.infra.program_command import program_command

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gowa_desktop.infra.windows_registry import RegistryValue

COMMAND = ("/opt/GOWA Desktop/gowa-desktop", "--data-dir", '/srv/100 % "$HOME" `x` \\y', "--minimized")
needs_validator = pytest.mark.skipif(shutil.which("desktop-file-validate") is None, reason="desktop-file-validate is not installed")


class DictRegistry:
    """A registry in memory."""

    def __init__(self) -> None:
        self.values: dict[tuple[str, str], RegistryValue] = {}

    def read(self, key: str, name: str) -> RegistryValue | None:
        return self.values.get((key, name))

    def write(self, key: str, name: str, value: str) -> None:
        self.values[key, name] = value

    def remove(self, key: str, name: str) -> None:
        self.values.pop((key, name), None)


class Launchctl:
    """Stands for launchctl, which there is on macOS only: remembers what is disabled and prints it as macOS 13 does."""

    def __init__(self) -> None:
        self.disabled: set[str] = set()

    def __call__(self, arguments: Sequence[str]) -> str:
        if arguments[0] == "enable":
            self.disabled.discard(arguments[1].rpartition("/")[2])
        lines = "".join(f'\t\t"{label}" => disabled\n' for label in sorted(self.disabled))
        return f'\tdisabled services = {{\n\t\t"com.example.other" => disabled\n{lines}\t}}\n'


@pytest.fixture
def linux(tmp_path: Path) -> LinuxAutostart:
    return LinuxAutostart(COMMAND, {"XDG_CONFIG_HOME": str(tmp_path / "con fig")})


# Linux


def test_linux_entry_is_written_read_and_removed(linux: LinuxAutostart) -> None:
    assert linux.state() is LoginStart.OFF
    linux.turn_on()
    assert linux.state() is LoginStart.ON
    assert linux.file.parent.name == "autostart"
    linux.turn_off()
    linux.turn_off()
    assert linux.state() is LoginStart.OFF
    assert not any(linux.file.parent.iterdir())


@needs_validator
def test_linux_entry_is_valid(linux: LinuxAutostart) -> None:
    linux.turn_on()
    checked = subprocess.run(["desktop-file-validate", str(linux.file)], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stdout) == (0, "")


@pytest.mark.skipif(sys.platform == "win32", reason="there is no /bin/sh")
def test_linux_entry_starts_just_this_command(linux: LinuxAutostart) -> None:
    linux.turn_on()
    stored = read_entry(linux.file.read_text("utf-8"))["Exec"]
    # As the specification has it: first the escapes of every string, then the quotes of a shell, then the field codes.
    unescaped = stored.replace("\\\\", "\\")
    shown = subprocess.run(["/bin/sh", "-c", f"printf '%s\\0' {unescaped}"], capture_output=True, text=True, check=True).stdout
    assert [word.replace("%%", "%") for word in shown.split("\0")[:-1]] == list(COMMAND)


@pytest.mark.parametrize("line", ["Hidden=true", "Hidden=True", "X-GNOME-Autostart-enabled=false"])
def test_linux_entry_that_the_settings_page_switched_off_is_off_until_it_is_turned_on(linux: LinuxAutostart, line: str) -> None:
    linux.turn_on()
    key = line.partition("=")[0]
    kept = [one for one in linux.file.read_text("utf-8").splitlines() if not one.startswith(key)]
    linux.file.write_text("\n".join([*kept, line, ""]), "utf-8")

    assert linux.state() is LoginStart.SWITCHED_OFF
    linux.follow_program()
    assert linux.state() is LoginStart.SWITCHED_OFF
    linux.turn_on()
    assert linux.state() is LoginStart.ON


def test_linux_entry_of_a_program_that_moved_is_written_anew_and_keeps_what_else_is_in_it(tmp_path: Path) -> None:
    environment = {"XDG_CONFIG_HOME": str(tmp_path)}
    old = LinuxAutostart(("/old/gowa-desktop", "--minimized"), environment)
    old.turn_on()
    old.file.write_text(old.file.read_text("utf-8") + "X-GNOME-Autostart-enabled=false\nX-Mine=1\n", "utf-8")

    LinuxAutostart(("/new/gowa-desktop", "--minimized"), environment).follow_program()

    values = read_entry(old.file.read_text("utf-8"))
    assert (values["Exec"], values["X-Mine"], values["X-GNOME-Autostart-enabled"]) == ("/new/gowa-desktop --minimized", "1", "false")


def test_linux_entry_is_never_made_by_following_the_program(linux: LinuxAutostart) -> None:
    linux.follow_program()
    assert not linux.file.exists()


def test_linux_without_the_variable_uses_the_home_folder(tmp_path: Path) -> None:
    expected = tmp_path / ".config" / "autostart" / "gowa-desktop.desktop"
    assert LinuxAutostart(COMMAND, {"HOME": str(tmp_path)}).file == expected
    assert LinuxAutostart(COMMAND, {"HOME": str(tmp_path), "XDG_CONFIG_HOME": "not/absolute"}).file == expected


def test_linux_folder_that_is_a_file_gives_a_sentence(linux: LinuxAutostart) -> None:
    linux.file.parent.parent.mkdir()
    linux.file.parent.write_text("")
    with pytest.raises(GowaError, match="cannot be changed"):
        linux.turn_on()


def test_exec_line_keeps_field_codes_and_plain_words() -> None:
    assert exec_line(["/usr/bin/gowa-desktop", "%u"]) == "/usr/bin/gowa-desktop %u"


# Windows


def test_windows_value_is_written_read_and_removed() -> None:
    registry = DictRegistry()
    windows = WindowsAutostart((r"C:\Program Files\GOWA Desktop\gowa-desktop.exe", "--minimized"), registry)
    assert windows.state() is LoginStart.OFF
    windows.turn_on()
    assert windows.state() is LoginStart.ON
    assert registry.values == {(RUN_KEY, VALUE_NAME): r'"C:\Program Files\GOWA Desktop\gowa-desktop.exe" --minimized'}
    windows.turn_off()
    assert registry.values == {}


@pytest.mark.parametrize(
    ("first", "state"), [(2, LoginStart.ON), (6, LoginStart.ON), (3, LoginStart.SWITCHED_OFF), (7, LoginStart.SWITCHED_OFF)]
)
def test_windows_value_that_task_manager_switched_off_is_off_until_it_is_turned_on(first: int, state: LoginStart) -> None:
    registry = DictRegistry()
    windows = WindowsAutostart(("C:\\g.exe",), registry)
    windows.turn_on()
    registry.values[APPROVED_KEY, VALUE_NAME] = bytes([first, *[0] * 11])

    assert windows.state() is state
    windows.follow_program()
    assert windows.state() is state
    windows.turn_on()
    assert windows.state() is LoginStart.ON


def test_windows_value_of_a_program_that_moved_is_written_anew() -> None:
    registry = DictRegistry()
    WindowsAutostart(("C:\\new.exe",), registry).follow_program()
    assert registry.values == {}
    WindowsAutostart(("C:\\old.exe",), registry).turn_on()
    WindowsAutostart(("C:\\new.exe",), registry).follow_program()
    assert registry.values[RUN_KEY, VALUE_NAME] == '"C:\\new.exe"'


# macOS


def test_macos_agent_is_written_read_and_removed(tmp_path: Path) -> None:
    agent = MacAutostart(COMMAND, tmp_path, Launchctl())
    assert agent.state() is LoginStart.OFF
    agent.turn_on()
    assert agent.state() is LoginStart.ON
    stored = plistlib.loads(agent.file.read_bytes())
    assert (stored["Label"], stored["ProgramArguments"], stored["RunAtLoad"]) == (LABEL, list(COMMAND), True)
    assert agent.file == tmp_path / "Library" / "LaunchAgents" / f"{LABEL}.plist"
    agent.turn_off()
    agent.turn_off()
    assert agent.state() is LoginStart.OFF


def test_macos_agent_that_system_settings_switched_off_is_off_until_it_is_turned_on(tmp_path: Path) -> None:
    launchctl = Launchctl()
    agent = MacAutostart(COMMAND, tmp_path, launchctl)
    agent.turn_on()
    launchctl.disabled.add(LABEL)

    assert agent.state() is LoginStart.SWITCHED_OFF
    agent.turn_on()
    assert agent.state() is LoginStart.ON


def test_macos_agent_of_a_program_that_moved_is_written_anew(tmp_path: Path) -> None:
    new = MacAutostart(("/Applications/New.app/g",), tmp_path, Launchctl())
    new.follow_program()
    assert not new.file.exists()
    MacAutostart(("/old/g",), tmp_path, Launchctl()).turn_on()
    new.follow_program()
    assert plistlib.loads(new.file.read_bytes())["ProgramArguments"] == ["/Applications/New.app/g"]


def test_macos_agent_that_cannot_be_read_counts_as_none(tmp_path: Path) -> None:
    agent = MacAutostart(COMMAND, tmp_path, Launchctl())
    agent.file.parent.mkdir(parents=True)
    agent.file.write_bytes(b"<plist><broken")
    assert agent.state() is LoginStart.OFF


# The command


def test_command_runs_this_program_from_any_folder(tmp_path: Path) -> None:
    done = subprocess.run([*program_command(), "--version"], cwd=tmp_path, env={}, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("GOWA Desktop ")


def test_command_of_a_checkout_that_is_not_installed_runs_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gowa_desktop.infra.program_command._is_installed", lambda: False)
    command = program_command()
    assert command[1] == "-c"
    done = subprocess.run([*command, "--version"], cwd=tmp_path, env={}, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("GOWA Desktop ")


def test_command_names_only_an_unusual_data_folder(tmp_path: Path) -> None:
    assert program_command(tmp_path)[-2:] == ("--data-dir", str(tmp_path))
    assert "--data-dir" not in program_command(default_data_dir())


def test_command_of_a_frozen_program_is_the_program_itself(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.delenv("APPIMAGE", raising=False)
    assert program_command() == (sys.executable,)
    image = tmp_path / "GOWA.AppImage"
    image.write_bytes(b"")
    monkeypatch.setenv("APPIMAGE", str(image))
    assert program_command() == (str(image),)


@pytest.mark.skipif(sys.platform != "linux", reason="the entry of Linux")
def test_autostart_of_this_system_starts_minimised(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    mine = autostart_for(default_data_dir())
    mine.turn_on()
    assert isinstance(mine, LinuxAutostart)
    assert read_entry(mine.file.read_text("utf-8"))["Exec"].endswith(" --minimized")
