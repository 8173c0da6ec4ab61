"""Snapshots on the disk: complete copies of an instance's databases with a list of what they are. Knows no Qt.

A snapshot is made under another name, flushed, and renamed when it is complete: whatever has a name that counts can be restored.
They lie in the instance folder, so that reset and delete take them along to the trash.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import secrets
import shutil
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, cast

from gowa_desktop.domain.database_places import DATABASE_FOLDER
from gowa_desktop.domain.errors import DatabaseDamagedError, DatabaseError, DiskFullError, FolderError, NotFoundError
from gowa_desktop.domain.snapshots import Snapshot
from gowa_desktop.store.durable_files import flush, flush_folder, write_json
from gowa_desktop.store.sqlite_copy import BESIDE, copy_live, is_database, passes_check

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gowa_desktop.domain.database_places import DatabasePlaces
    from gowa_desktop.domain.json_types import JsonObject

SNAPSHOT_FOLDER = ".gowa-desktop-snapshots"
_MANIFEST = "manifest.json"
SNAPSHOT_FILES = "databases"
_UNFINISHED = ".unfinished-"
_FORMAT = 1
_ID = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{4}")
_SPARE_BYTES = 32 * 1024 * 1024
"""What must stay free on the disk beside a new snapshot."""


@dataclass(frozen=True, slots=True)
class SnapshotFacts:
    """What a snapshot says about itself beyond its files."""

    instance_id: int
    tag: str
    reason: str
    now: datetime


def databases_in(folder: Path, places: DatabasePlaces) -> list[str]:
    """Find the databases of an instance, relative with slashes, sorted: all in `storages`, and what its config names inside the folder."""
    found = set(places.inside)
    with contextlib.suppress(OSError):
        found.update(f"{DATABASE_FOLDER}/{path.name}" for path in (folder / DATABASE_FOLDER).glob("*.db"))
    return sorted(name for name in found if _is_own_database(folder, name))


def take_snapshot(folder: Path, places: DatabasePlaces, facts: SnapshotFacts, *, accepts_damage: bool = False) -> Snapshot:
    """Copy every database of an instance, the write-ahead logs included; works while GOWA runs. Blocks on the disk.

    Args:
        folder: the instance folder.
        places: what the config says about databases.
        facts: what is stored with it.
        accepts_damage: copy a damaged database file by file; only while nothing runs in the folder.

    Raises:
        DatabaseDamagedError: a database is damaged.
        DatabaseError: a database is held by another program.
        DiskFullError: there is no room for it.
        FolderError: the folder cannot be written. Whatever fails, nothing is left behind.
    """
    identifier = f"{facts.now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"
    home = folder / SNAPSHOT_FOLDER
    staging = home / f"{_UNFINISHED}{identifier}"
    names = databases_in(folder, places)
    with explained(folder):
        home.mkdir(mode=0o700, exist_ok=True)
        _refuse_without_room(folder, names)
        try:
            staging.mkdir(mode=0o700)
            (staging / SNAPSHOT_FILES).mkdir(mode=0o700)
            files = [entry for name in names for entry in _copy(folder, name, staging / SNAPSHOT_FILES, accepts_damage=accepts_damage)]
            manifest: JsonObject = {
                "format": _FORMAT,
                "instance_id": facts.instance_id,
                "tag": facts.tag,
                "created_at": facts.now.astimezone(UTC).isoformat(),
                "reason": facts.reason,
                "files": [*files],
                "left_out": [*places.left_out],
            }
            write_json(staging / _MANIFEST, manifest)
            _flush_folders(staging)
            staging.rename(home / identifier)
            flush_folder(home)
        except BaseException:
            shutil.rmtree(staging, ignore_errors=True)
            raise
    return _read(home / identifier)


def find_snapshot(folder: Path, snapshot_id: str) -> Snapshot:
    """Give one snapshot.

    Raises:
        NotFoundError: there is none with this id.
        FolderError: its list is damaged.
    """
    return _read(folder / SNAPSHOT_FOLDER / snapshot_id)


def list_snapshots(folder: Path, *, is_in_trash: bool = False) -> list[Snapshot]:
    """List the complete snapshots in an instance folder, newest first; one whose list cannot be read is passed over."""
    found = []
    with contextlib.suppress(OSError):
        for entry in (folder / SNAPSHOT_FOLDER).iterdir():
            if _ID.fullmatch(entry.name):
                with contextlib.suppress(FolderError, NotFoundError):
                    found.append(_read(entry, is_in_trash=is_in_trash))
    return sorted(found, key=lambda one: (one.created_at, one.id), reverse=True)


def databases_bytes(folder: Path, names: Iterable[str]) -> int:
    """Add up the sizes of databases with their logs, in bytes."""
    return sum(_size(folder / f"{name}{suffix}") for name in names for suffix in ("", "-wal"))


def remove_snapshot(folder: Path, snapshot_id: str) -> None:
    """Delete a snapshot; one that is gone is fine. It is no snapshot any more before its first file goes.

    Raises:
        FolderError: it cannot be removed.
    """
    home = folder / SNAPSHOT_FOLDER
    if not _ID.fullmatch(snapshot_id) or not (home / snapshot_id).is_dir():
        return
    with explained(folder):
        leaving = home / f"{_UNFINISHED}{snapshot_id}-{secrets.token_hex(2)}"
        (home / snapshot_id).rename(leaving)
        shutil.rmtree(leaving)


def sweep_unfinished(folder: Path) -> None:
    """Remove what an interrupted snapshot or restore left behind; only while none is under way."""
    with contextlib.suppress(OSError):
        for entry in (folder / SNAPSHOT_FOLDER).glob(f"{_UNFINISHED}*"):
            shutil.rmtree(entry, ignore_errors=True)


def _is_own_database(folder: Path, name: str) -> bool:
    path = folder / name
    try:
        is_inside = path.resolve().is_relative_to(folder.resolve())
    except OSError:
        return False
    return is_inside and path.is_file() and not path.is_symlink() and is_database(path)


def _refuse_without_room(folder: Path, names: list[str]) -> None:
    needed = databases_bytes(folder, names)
    free = shutil.disk_usage(folder).free
    if free < needed + _SPARE_BYTES:
        raise DiskFullError(
            f"There is no room for a snapshot: it needs {_megabytes(needed)} and {_megabytes(free)} are free.",
            "Free some space, or delete old snapshots.",
        )


def _copy(folder: Path, name: str, into: Path, *, accepts_damage: bool) -> list[JsonObject]:
    target = into / name
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        copy_live(folder / name, target)
        is_sound = passes_check(target)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise
        is_sound = False
    if is_sound:
        return [_entry(name, target)]
    if not accepts_damage:
        raise DatabaseDamagedError(f"The database {folder / name} is damaged.", "Restore a snapshot, or reset the data of the instance.")
    entries = []
    for suffix in ("", *BESIDE):
        part = folder / f"{name}{suffix}"
        if part.is_file():
            copy = into / f"{name}{suffix}"
            shutil.copyfile(part, copy)
            copy.chmod(0o600)
            flush(copy)
            entries.append(_entry(f"{name}{suffix}", copy))
    return entries


def _entry(name: str, copy: Path) -> JsonObject:
    with copy.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"path": name, "size_bytes": copy.stat().st_size, "sha256": digest}


def _manifest(snapshot: Path) -> JsonObject:
    try:
        stored = json.loads((snapshot / _MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise NotFoundError(f"There is no snapshot {snapshot.name}.", "It may have been deleted meanwhile.") from error
    except (OSError, ValueError, RecursionError) as error:
        raise _damaged(snapshot) from error
    if not isinstance(stored, dict) or stored.get("format") != _FORMAT or not isinstance(stored.get("files"), list):
        raise _damaged(snapshot)
    return cast("JsonObject", stored)


def snapshot_entries(snapshot: Path) -> dict[str, str]:
    """Give the digest of each file by its name.

    Raises:
        NotFoundError, FolderError: there is no such snapshot, or its list is damaged.
    """
    found: dict[str, str] = {}
    for entry in cast("list[JsonObject]", _manifest(snapshot)["files"]):
        name, digest = entry.get("path"), entry.get("sha256")
        if not isinstance(name, str) or not isinstance(digest, str) or not _is_relative(name):
            raise _damaged(snapshot)
        found[name] = digest
    return found


def _is_relative(name: str) -> bool:
    path = PurePosixPath(name)
    return bool(name) and not path.is_absolute() and ".." not in path.parts and "\\" not in name and ":" not in name


def _read(snapshot: Path, *, is_in_trash: bool = False) -> Snapshot:
    stored = _manifest(snapshot)
    names = tuple(snapshot_entries(snapshot))
    try:
        sizes = [int(str(entry["size_bytes"])) for entry in cast("list[JsonObject]", stored["files"])]
        return Snapshot(
            id=snapshot.name,
            instance_id=int(str(stored["instance_id"])),
            tag=str(stored.get("tag") or ""),
            created_at=datetime.fromisoformat(str(stored["created_at"])),
            reason=str(stored.get("reason") or ""),
            size_bytes=sum(sizes),
            files=names,
            left_out=tuple(str(text) for text in cast("list[str]", stored.get("left_out") or [])),
            is_in_trash=is_in_trash,
        )
    except (KeyError, ValueError, TypeError) as error:
        raise _damaged(snapshot) from error


def _damaged(snapshot: Path) -> FolderError:
    return FolderError(f"The snapshot {snapshot.name} is damaged.", "Choose another snapshot.")


def _flush_folders(top: Path) -> None:
    for folder, _, _ in os.walk(top):
        flush_folder(Path(folder))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _megabytes(count: int) -> str:
    return f"{count / 1_000_000:.0f} MB"


@contextlib.contextmanager
def explained(folder: Path) -> Iterator[None]:
    """Turn faults of databases and of the disk into sentences."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            raise DatabaseError(f"A database in {folder} is held by another program.", "Close that program and try again.") from error
        raise DatabaseError(f"A database in {folder} could not be copied: {error}.", "Check the disk and try again.") from error
    except sqlite3.Error as error:
        raise DatabaseDamagedError(f"A database in {folder} is damaged.", "Restore a snapshot, or reset the data of the instance.") from error
    except OSError as error:
        raise FolderError(
            f"Snapshots in {folder} cannot be read or written: {error.strerror or error}.", "Check the disk and the folder's permissions."
        ) from error
