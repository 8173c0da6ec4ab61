"""The way back to a snapshot: its databases take the place of those that are there. Knows no Qt."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from gowa_desktop.domain.database_places import DATABASE_FOLDER
from gowa_desktop.domain.errors import FolderError
from gowa_desktop.store.durable_files import flush_folder, write_json
from gowa_desktop.store.snapshot_files import SNAPSHOT_FILES, SNAPSHOT_FOLDER, databases_in, explained, snapshot_entries
from gowa_desktop.store.sqlite_copy import BESIDE

if TYPE_CHECKING:
    from gowa_desktop.domain.database_places import DatabasePlaces

_RESTORING = ".restoring.json"
"""Beside the snapshots: which one was being put back when the program ended."""
_STAGED = ".gowa-desktop-restored"
_CHUNK = 1024 * 1024


def put_back(folder: Path, source: Path, snapshot_id: str, places: DatabasePlaces) -> None:
    """Make the databases of an instance what they were: those of the snapshot come back, others go. Nothing may run in the folder.

    All copies are made and checked before the first file is replaced. From then on a mark says what is under way, until
    `end_restore` takes it away; after an interruption `unfinished_restore` names it, and the same call again completes it.

    Args:
        folder: the instance folder.
        source: the folder that holds the snapshot: the same, or one in the trash.
        snapshot_id: which snapshot.
        places: what the config says about databases now.

    Raises:
        NotFoundError: there is no such snapshot.
        FolderError: it is damaged, or the folder cannot be written; before the first file is replaced.
    """
    snapshot = source / SNAPSHOT_FOLDER / snapshot_id
    entries = snapshot_entries(snapshot)
    with explained(folder):
        staged = _stage_all(snapshot / SNAPSHOT_FILES, folder, entries)
        (folder / SNAPSHOT_FOLDER).mkdir(mode=0o700, exist_ok=True)
        mark = folder / SNAPSHOT_FOLDER / _RESTORING
        write_json(mark, {"snapshot_id": snapshot_id, "source": str(source)})
        for name in databases_in(folder, places):
            if name not in entries:
                _drop(folder / name)
        for name, copy in staged.items():
            target = folder / name
            if not name.endswith(BESIDE):
                _drop_beside(target)
            copy.replace(target)
        for parent in {(folder / name).parent for name in entries}:
            flush_folder(parent)


def end_restore(folder: Path) -> None:
    """Record that what belongs to the restored databases, such as the version, is right as well.

    Raises:
        FolderError: the folder cannot be written.
    """
    with explained(folder):
        (folder / SNAPSHOT_FOLDER / _RESTORING).unlink(missing_ok=True)


def unfinished_restore(folder: Path) -> tuple[Path, str] | None:
    """Give source folder and id of a snapshot that was being put back when the program ended; None when there is none."""
    try:
        stored = json.loads((folder / SNAPSHOT_FOLDER / _RESTORING).read_text(encoding="utf-8"))
        return Path(stored["source"]), str(stored["snapshot_id"])
    except (OSError, ValueError, TypeError, KeyError):
        return None


def sweep_staged(folder: Path) -> None:
    """Remove what a restore that never came to replace anything left behind; only while none is under way."""
    with contextlib.suppress(OSError):
        for path in (folder / DATABASE_FOLDER).glob(f"*{_STAGED}"):
            path.unlink(missing_ok=True)


def _stage_all(files: Path, folder: Path, entries: dict[str, str]) -> dict[str, Path]:
    staged: dict[str, Path] = {}
    try:
        for name, digest in entries.items():
            staged[name] = folder / f"{name}{_STAGED}"
            _stage(files / name, staged[name], digest)
    except BaseException:
        for path in staged.values():
            path.unlink(missing_ok=True)
        raise
    return staged


def _stage(copy: Path, staged: Path, digest: str) -> None:
    """Lay a checked copy beside the place it is going to take."""
    staged.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = hashlib.sha256()
    with copy.open("rb") as source, staged.open("wb") as file:
        staged.chmod(0o600)
        while chunk := source.read(_CHUNK):
            found.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    if found.hexdigest() != digest:
        raise FolderError(f"The snapshot file {copy} is damaged.", "Choose another snapshot.")


def _drop(database: Path) -> None:
    _drop_beside(database)
    database.unlink(missing_ok=True)


def _drop_beside(database: Path) -> None:
    for suffix in BESIDE:
        database.with_name(f"{database.name}{suffix}").unlink(missing_ok=True)


