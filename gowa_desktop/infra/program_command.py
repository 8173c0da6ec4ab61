"""The command that starts this very program again: from a frozen folder, an AppImage, an installation or a checkout."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from gowa_desktop.infra.paths import default_data_dir

if TYPE_CHECKING:
    from collections.abc import Sequence

PROGRAM = "gowa-desktop"


def program_command(data_dir: Path | None = None) -> tuple[str, ...]:
    """Give program and arguments that work from any folder and without our environment.

    Args:
        data_dir: the data directory; one that is not the usual is named in the command.
    """
    command = _program()
    if data_dir is not None and os.path.realpath(data_dir) != os.path.realpath(default_data_dir()):
        command = (*command, "--data-dir", str(data_dir))
    return command


def command_text(words: Sequence[str]) -> str:
    """Give a command as a person types it into this system's terminal."""
    return subprocess.list2cmdline(words) if sys.platform == "win32" else shlex.join(words)


def _program() -> tuple[str, ...]:
    image = os.environ.get("APPIMAGE", "")  # set by the AppImage runtime; what it mounts has another path at each start
    if getattr(sys, "frozen", False):
        return (image,) if Path(image).is_file() and image else (_windowed(Path(sys.executable), PROGRAM),)
    python = _windowed(Path(sys.executable), "pythonw")
    if _is_installed():
        return (python, "-m", "gowa_desktop")
    # A checkout: it is importable from its own folder only.
    root = str(Path(__file__).resolve().parents[2])
    return (python, "-c", f"import sys; sys.path.insert(0, {root!r}); from gowa_desktop.__main__ import main; sys.exit(main())")


def _windowed(executable: Path, name: str) -> str:
    """Give the program beside this one that opens no console on Windows, where there is one."""
    beside = executable.with_name(f"{name}.exe")
    return str(beside if sys.platform == "win32" and beside.is_file() else executable)


def _is_installed() -> bool:
    from importlib import metadata  # noqa: PLC0415 - it brings the parser of e-mail along

    try:
        metadata.distribution(PROGRAM)
    except metadata.PackageNotFoundError:
        return False
    return True
