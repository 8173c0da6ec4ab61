"""Finding `.env` files in an instance folder and moving them aside.

GOWA's reader (viper 1.21) takes the first of `.env.json`, `.env.toml` ... `.env.ini` and only then `.env` itself; whichever it finds,
it reads as `.env` text, and names count in either case.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from gowa_desktop.domain.errors import FolderError

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

_EXTENSIONS = ("json", "toml", "yaml", "yml", "properties", "props", "prop", "hcl", "tfvars", "dotenv", "env", "ini")
NAMES = (*(f".env.{extension}" for extension in _EXTENSIONS), ".env")
"""The files GOWA looks for, in its order; it reads the first that exists."""

_MAX_BYTES = 1024 * 1024


def stray_files(folder: Path) -> list[Path]:
    """Give the files of a folder that GOWA would read as settings, the one it prefers first; folders do not count."""
    found = []
    for name in NAMES:
        path = folder / name
        try:
            if not stat.S_ISDIR(path.stat().st_mode):
                found.append(path)
        except OSError:
            continue
    return found


def read_stray(path: Path) -> str | None:
    """Read such a file; None when it is no ordinary file, cannot be read or is far too large for settings."""
    try:
        if not path.is_file() or path.stat().st_size > _MAX_BYTES:
            return None
        data = path.read_bytes()
    except OSError:
        return None
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    return data.decode("utf-8", "replace")


def set_aside(path: Path, word: str, when: datetime) -> Path:
    """Rename such a file to a name that GOWA does not look for, private to the person; the answer is the new path.

    Raises:
        FolderError: it cannot be renamed; then it is where it was.
    """
    day = when.strftime("%Y-%m-%d")
    target = path.with_name(f".env.{word}-{day}")
    number = 2
    while os.path.lexists(target):
        target = path.with_name(f".env.{word}-{day}-{number}")
        number += 1
    try:
        if os.name == "posix" and path.is_file() and not path.is_symlink():
            path.chmod(0o600)
        path.rename(target)
    except OSError as error:
        raise FolderError(
            f"The file {path} cannot be moved aside: {error.strerror or error}.", "Move or remove it by hand, then try again."
        ) from error
    return target
