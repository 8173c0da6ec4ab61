"""Identity records: one small file per instance that says which process is its own, written whole or not at all."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
from typing import TYPE_CHECKING

from gowa_desktop.domain.errors import FolderError
from gowa_desktop.domain.instance import ProcessIdentity

if TYPE_CHECKING:
    from pathlib import Path


def write_identity(path: Path, identity: ProcessIdentity) -> None:
    """Store a record by writing beside it and renaming.

    Raises:
        FolderError: it cannot be written.
    """
    beside = path.with_suffix(".new")
    try:
        descriptor = os.open(beside, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(dataclasses.asdict(identity), file)
        beside.replace(path)
    except OSError as error:
        raise FolderError(
            f"The record of the running process cannot be written to {path}: {error.strerror or error}.",
            "Check the disk and the folder's permissions.",
        ) from error


def read_identity(path: Path) -> ProcessIdentity | None:
    """Read a record; None when there is none or it is damaged."""
    try:
        identity = ProcessIdentity(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, RecursionError):
        return None
    return identity if _is_sound(identity) else None


def _is_sound(identity: ProcessIdentity) -> bool:
    expected = {"int": (int,), "float": (int, float), "str": (str,)}
    for field in dataclasses.fields(identity):
        value = getattr(identity, field.name)
        if not isinstance(value, expected[str(field.type)]) or isinstance(value, bool):
            return False
    return identity.pid > 0


def remove_identity(path: Path) -> None:
    """Forget a record; a missing one is fine."""
    with contextlib.suppress(OSError):
        path.unlink()
