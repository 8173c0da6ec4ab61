"""Room on the disk: looked at before something large is written."""

from __future__ import annotations

import errno
import shutil
from typing import TYPE_CHECKING

from gowa_desktop.domain.errors import DiskFullError

if TYPE_CHECKING:
    from pathlib import Path

RESERVE_BYTES = 100 * 1000 * 1000
"""What must stay free for everything else, the databases of the instances among it."""


def check_room(folder: Path, needed: int) -> None:
    """Check that this many bytes fit and some room stays.

    Raises:
        DiskFullError: they do not.
    """
    try:
        free = shutil.disk_usage(existing_parent(folder)).free
    except OSError:
        return  # writing will tell
    if free < needed + RESERVE_BYTES:
        raise no_room(folder, needed + RESERVE_BYTES, free)


def no_room(folder: Path, needed: int | None = None, free: int | None = None) -> DiskFullError:
    """Say that the disk is full."""
    figures = f": {_megabytes(needed)} are needed and {_megabytes(free)} are free" if needed is not None and free is not None else ""
    sentence = f"There is not enough room on the disk of {folder}{figures}."
    return DiskFullError(sentence, "Remove files or versions you do not need, and try again.")


def is_no_room(error: OSError) -> bool:
    """Tell whether an error means that the disk or a quota is full; 39 and 112 are Windows' numbers."""
    return error.errno in {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)} or getattr(error, "winerror", None) in {39, 112}


def existing_parent(folder: Path) -> Path:
    """Give the folder, or the nearest one above it that exists."""
    return next((place for place in (folder, *folder.parents) if place.exists()), folder)


def _megabytes(count: int) -> str:
    return f"{max(1, round(count / 1_000_000))} MB" if count else "0 MB"
