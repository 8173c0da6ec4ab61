"""Reads and writes the files that people choose for settings. Calls block on the disk."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from typing import TYPE_CHECKING

from gowa_desktop.domain.errors import FolderError
from gowa_desktop.infra.disk_space import is_no_room, no_room

if TYPE_CHECKING:
    from pathlib import Path

MAX_BYTES = 512 * 1024
"""Settings take a few kilobytes; a larger file is none of ours."""

_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def read_settings_file(path: Path) -> str:
    """Read a text file; UTF-8, or UTF-16 with its mark, as GOWA takes a `.env`.

    Raises:
        FolderError: it is missing, unreadable, too large, or no text.
    """
    try:
        # A pipe or a device could keep the reader waiting for ever.
        if not stat.S_ISREG(path.stat().st_mode):
            raise FolderError(f"{path} is no file.", "Choose a file with settings.")
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise FolderError(f"The file {path} cannot be read: {error.strerror}.", "Choose another.") from error
    if len(content) > MAX_BYTES:
        raise FolderError(f"The file {path} is too large to hold settings.", "Choose another.")
    try:
        text = content.decode("utf-16" if content.startswith(_UTF16_MARKS) else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise FolderError(f"The file {path} is no text.", "Choose a .json or .env file.") from error
    return text


def write_settings_file(path: Path, text: str, *, replaces: bool) -> None:
    """Write a file that only the person can read: whole, or not at all.

    Raises:
        FolderError: it is there already and `replaces` is False, or it cannot be written.
        DiskFullError: there is no room for it.
    """
    if not replaces and path.exists():
        raise FolderError(f"There is already a file {path}.", "Choose another name, or say that it may be replaced.")
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.new")
    try:
        try:
            descriptor = os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(text.encode())
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                beside.unlink()
            raise
    except OSError as error:
        if is_no_room(error):
            raise no_room(path.parent) from error
        raise FolderError(f"The file {path} cannot be written: {error.strerror}.", "Choose another place.") from error
