"""Definition records: in the folder of each instance a file that says what the instance is, so that no database is needed to know.

Written whole or not at all, private, with a checksum: a record that was damaged is as good as none.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from typing import TYPE_CHECKING, cast

from gowa_desktop.domain.definition import InstanceDefinition
from gowa_desktop.domain.errors import FolderError
from gowa_desktop.infra.directories import TRASH_NOTE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gowa_desktop.domain.definition import ColumnValue
    from gowa_desktop.domain.json_types import JsonObject

RECORD_NAME = ".gowa-desktop-instance.json"
_FORMAT = 1
_LARGEST_ID = 2**63 - 1


def write_definition(folder: Path, definition: InstanceDefinition) -> None:
    """Store the record of an instance in its folder, which must exist.

    Raises:
        FolderError: it cannot be written; then the earlier record is as it was.
    """
    path = folder / RECORD_NAME
    beside = path.with_suffix(".new")
    try:
        descriptor = os.open(beside, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(_to_json(definition), file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        raise FolderError(
            f"The record of the instance cannot be written to {path}: {error.strerror or error}.",
            "Check the disk and the folder's permissions.",
        ) from error


def read_definition(folder: Path) -> InstanceDefinition | None:
    """Read the record of an instance; None when there is none or it is damaged."""
    try:
        stored = json.loads((folder / RECORD_NAME).read_text(encoding="utf-8"))
        return _from_json(stored) if isinstance(stored, dict) else None
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None


def read_definitions(instances: Path) -> list[InstanceDefinition]:
    """Read every record below the folder of instances, lowest id first; one in a copied folder is not believed."""
    found = [(number, read_definition(folder)) for number, folder in _numbered(instances)]
    return [definition for number, definition in sorted(found, key=lambda item: item[0]) if definition is not None and definition.id == number]


def folder_ids(instances: Path) -> set[int]:
    """Give the id of every folder of an instance, whether or not anything is known about it."""
    return {number for number, _ in _numbered(instances)}


def trashed_instances(trash: Path) -> set[tuple[int, str]]:
    """Give id and key of every instance whose folder is in the trash."""
    found: set[tuple[int, str]] = set()
    for entry in _entries(trash):
        for name in (RECORD_NAME, TRASH_NOTE):
            with contextlib.suppress(OSError, ValueError, RecursionError):
                note = json.loads((entry / name).read_text(encoding="utf-8"))
                if isinstance(note, dict) and isinstance(note.get("id"), int) and isinstance(note.get("key"), str):
                    found.add((note["id"], note["key"]))
    return found


def _to_json(definition: InstanceDefinition) -> JsonObject:
    fields: JsonObject = {"format": _FORMAT, "revision": definition.revision, "id": definition.id, **definition.columns}
    return {**fields, "checksum": _checksum(fields)}


def _from_json(stored: JsonObject) -> InstanceDefinition | None:
    checksum = stored.pop("checksum", None)
    if checksum != _checksum(stored) or stored.pop("format") != _FORMAT:
        return None
    # The checksum says that we wrote it, and so what types it has.
    number, revision = cast("int", stored.pop("id")), cast("int", stored.pop("revision"))
    return InstanceDefinition(number, revision, cast("dict[str, ColumnValue]", stored))


def _checksum(fields: JsonObject) -> str:
    text = json.dumps(fields, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _numbered(instances: Path) -> Iterator[tuple[int, Path]]:
    for entry in _entries(instances):
        if entry.name.isascii() and entry.name.isdigit() and str(int(entry.name)) == entry.name and int(entry.name) <= _LARGEST_ID:
            yield int(entry.name), entry
