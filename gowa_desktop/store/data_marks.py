"""Data marks: a small file in each instance folder that says for which version of GOWA its databases are fit."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from gowa_desktop.domain.errors import FolderError
from gowa_desktop.store.durable_files import write_json

if TYPE_CHECKING:
    from pathlib import Path

_MARK = ".gowa-desktop-data.json"


def read_data_mark(folder: Path) -> str:
    """Give the tag that the databases were prepared for or last used with; empty when it is not known."""
    try:
        stored = json.loads((folder / _MARK).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return ""
    tag = stored.get("version") if isinstance(stored, dict) else None
    return tag if isinstance(tag, str) else ""


def write_data_mark(folder: Path, tag: str, *, is_durable: bool = True) -> None:
    """Store the tag, when it is another one. A mark that is lost costs no more than a snapshot that was not needed.

    Raises:
        FolderError: it cannot be written.
    """
    if read_data_mark(folder) == tag:
        return
    try:
        write_json(folder / _MARK, {"version": tag}, is_durable=is_durable)
    except OSError as error:
        raise FolderError(
            f"The instance folder {folder} cannot be written: {error.strerror or error}.", "Check the disk and the folder's permissions."
        ) from error
