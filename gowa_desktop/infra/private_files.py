"""Small private files, written whole or not at all."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from pathlib import Path

    from gowa_desktop.domain.json_types import JsonObject


def write_private(path: Path, text: str) -> bool:
    """Write a file that only the person can read, beside it first and then in its place; False when the disk refuses."""
    beside = path.with_suffix(".new")
    try:
        descriptor = os.open(beside, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        beside.replace(path)
    except OSError:
        return False
    return True


def read_object(path: Path) -> JsonObject | None:
    """Read a JSON object; None when there is none or it is damaged."""
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return cast("JsonObject", stored) if isinstance(stored, dict) else None
