"""The folders in the trash: which instance each was, and how it goes for good. Calls may block on the disk."""

from __future__ import annotations

import contextlib
import json
import secrets
import shutil
from typing import TYPE_CHECKING, NamedTuple

from gowa_desktop.domain.definition import InstanceDefinition
from gowa_desktop.domain.errors import FolderError
from gowa_desktop.infra.definition_records import read_definition
from gowa_desktop.infra.directories import TRASH_NOTE

if TYPE_CHECKING:
    from pathlib import Path

    from gowa_desktop.domain.definition import ColumnValue

_GOING = ".going-"
"""How folders are named that are being deleted; none of them is offered any more."""


class TrashedFolder(NamedTuple):
    """One folder in the trash."""

    path: Path
    definition: InstanceDefinition
    """The instance as it was; from its record, else from the note that was left with it."""
    since: float
    """Since when it has been there, seconds since the epoch."""


def read_trash(trash: Path) -> list[TrashedFolder]:
    """Read what is in the trash, the newest first; what nothing is known about is left out."""
    found: list[TrashedFolder] = []
    with contextlib.suppress(OSError):
        found = [one for path in trash.iterdir() if (one := read_trashed(path)) is not None]
    return sorted(found, key=lambda one: one.since, reverse=True)


def read_trashed(path: Path) -> TrashedFolder | None:
    """Read one folder of the trash; None when it is not there or nothing is known about it."""
    if path.name.startswith(_GOING) or not path.is_dir() or path.is_symlink():
        return None
    definition = _definition_of(path)
    note = path / TRASH_NOTE
    with contextlib.suppress(OSError):
        return TrashedFolder(path, definition, (note if note.exists() else path).stat().st_mtime) if definition is not None else None
    return None


def remove_for_good(path: Path) -> None:
    """Delete a folder of the trash with everything in it.

    Raises:
        FolderError: some of it cannot be deleted; the rest has gone.
    """
    going = path.with_name(f"{_GOING}{secrets.token_hex(8)}")
    try:
        path.rename(going)  # whatever becomes of it, it is not offered for restoring once half of it is missing
        shutil.rmtree(going)
    except OSError as error:
        raise FolderError(
            f"Not everything in {path} could be deleted: {error.strerror or error}.", "Close programs that use its files and try again."
        ) from error


def _definition_of(path: Path) -> InstanceDefinition | None:
    record = read_definition(path)
    try:
        note = json.loads((path / TRASH_NOTE).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return record
    if not isinstance(note, dict) or not isinstance(note.get("id"), int) or not isinstance(note.get("key"), str):
        return record
    if record is not None and (record.id, record.key) == (note["id"], note["key"]):
        return record
    columns: dict[str, ColumnValue] = {"key": note["key"], "name": str(note.get("name") or note["key"])}
    if isinstance(note.get("port"), int):
        columns["port"] = note["port"]
    if isinstance(note.get("gowa_version"), str):
        columns["gowa_version"] = note["gowa_version"]
    if isinstance(note.get("config"), dict):
        columns["config"] = json.dumps(note["config"])
    return InstanceDefinition(note["id"], 0, columns)
