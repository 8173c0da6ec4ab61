"""Asking a GOWA program for its options: `rest --help` touches no file and opens no port (GOWA facts 1.5).

What it prints is kept beside the program, so that it is asked once.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from typing import TYPE_CHECKING

from gowa_desktop.domain.help_options import options_in_help
from gowa_desktop.infra.own_environment import children_environment
from gowa_desktop.infra.private_files import read_object, write_private

if TYPE_CHECKING:
    from pathlib import Path

    from gowa_desktop.domain.json_types import JsonObject
    from gowa_desktop.domain.options import Option
    from gowa_desktop.domain.versions import GowaVersion

HELP_NAME = "gowa-desktop-help.json"
"""Beside an installed program: what its help printed."""

_TIMEOUT_S = 20
_MAX_BYTES = 1024 * 1024


def discover(command: tuple[Path, tuple[str, ...]], version: GowaVersion, cache: Path | None) -> tuple[Option, ...]:
    """Give the options a program prints and the table does not have. Blocks up to 20 s; belongs on a worker.

    Args:
        command: program and the words before GOWA's own.
        version: what the program is.
        cache: folder to keep the answer in; None to keep none.
    """
    text = _ask(command, version)
    if text is not None and cache is not None:
        write_private(cache / HELP_NAME, json.dumps({"program": _stamp(command[0]), "help": text}))
    return options_in_help(text or "", version)


def remembered(program: Path, version: GowaVersion, cache: Path) -> tuple[Option, ...] | None:
    """Give what `discover` found for this very program; None when it was not asked yet."""
    stored = read_object(cache / HELP_NAME)
    if stored is None or stored.get("program") != _stamp(program):
        return None
    return options_in_help(str(stored.get("help", "")), version)


def _ask(command: tuple[Path, tuple[str, ...]], version: GowaVersion) -> str | None:
    program, words = command
    with tempfile.TemporaryDirectory(prefix="gowa-desktop-help-", ignore_cleanup_errors=True) as folder:
        try:
            result = subprocess.run(
                [program, *words, *(["rest"] if version.has_rest_subcommand else []), "--help"],
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=_TIMEOUT_S,
                check=False,
                env={name: value for name in ("PATH", "SYSTEMROOT", "TEMP", "TMP") if (value := children_environment().get(name))},
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except (OSError, subprocess.TimeoutExpired):
            return None
    return result.stdout[:_MAX_BYTES].decode("utf-8", "replace") if result.returncode == 0 else None


def _stamp(program: Path) -> JsonObject | None:
    """Tell one program file from another without reading it."""
    try:
        info = program.stat()
    except OSError:
        return None
    return {"size": info.st_size, "changed_ns": info.st_mtime_ns}
