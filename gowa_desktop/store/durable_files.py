"""Files that are there whole or not at all, also after a power cut."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from gowa_desktop.domain.json_types import JsonObject


def flush(path: Path) -> None:
    """Bring a file to the disk.

    Raises:
        OSError: it cannot be opened or flushed.
    """
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def flush_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk; Windows has no such call and needs none.

    Raises:
        OSError: it cannot be opened or flushed.
    """
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_json(path: Path, content: JsonObject, *, is_durable: bool = True) -> None:
    """Write a private file beside its place and rename it; what is not durable may be lost in a power cut, and costs little.

    Raises:
        OSError: it cannot be written; then an earlier file is as it was.
    """
    beside = path.with_name(f"{path.name}.new")
    descriptor = os.open(beside, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False, indent=1)
        if is_durable:
            file.flush()
            os.fsync(file.fileno())
    beside.replace(path)
    if is_durable:
        flush_folder(path.parent)
