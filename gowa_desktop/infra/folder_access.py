"""Whether the data folder can be used, and in words why not: read-only, not ours, full, or gone with its disk."""

from __future__ import annotations

import errno
import os
import shutil
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gowa_desktop.domain.errors import FolderError, FolderUnusableError
from gowa_desktop.infra.disk_space import is_no_room

if TYPE_CHECKING:
    from pathlib import Path

_MISTAKES = frozenset({errno.ENOTDIR, errno.EEXIST, errno.ENAMETOOLONG, errno.EINVAL, errno.ELOOP})
"""The name itself is wrong, and no waiting mends that."""
_PROBE = ".write-test"


@dataclass(frozen=True, slots=True)
class FolderLook:
    """What one look at the data folder showed."""

    problem: FolderUnusableError | None
    """Why nothing can be written there; None when all is well."""
    free_bytes: int | None = None
    total_bytes: int | None = None
    database: tuple[int, int] | None = None
    """Device and inode of the database; None when there is none."""


def make_folder(root: Path) -> None:
    """Make the data folder, private to the person; one that is there is fine.

    Raises:
        FolderUnusableError: it cannot be made now.
        FolderError: it can never be made, such as where there is a file.
    """
    try:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
    except FileExistsError as error:
        raise FolderError(f"The data folder {root} is a file.", "Choose another folder with --data-dir.") from error
    except ValueError as error:
        raise FolderError(f"The data folder {root} cannot be made: {error}.", "Choose another folder with --data-dir.") from error
    except OSError as error:
        if error.errno in _MISTAKES:
            sentence = f"The data folder {root} cannot be made: {error.strerror or error}."
            raise FolderError(sentence, "Choose another folder with --data-dir.") from error
        raise unusable(root, error, "made") from error


def check_writable(root: Path) -> None:
    """Check by doing it that files can be made in the data folder.

    Raises:
        FolderUnusableError: they cannot.
    """
    probe = root / _PROBE
    try:
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise unusable(root, error) from error


def look_at(root: Path, database: Path) -> FolderLook:
    """Look at the data folder without writing. Blocks while its disk does not answer; for workers."""
    try:
        if not root.is_dir():
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        usage = shutil.disk_usage(root)
        if not os.access(root, os.W_OK | os.X_OK):
            raise OSError(_refusal(root), os.strerror(_refusal(root)))  # noqa: TRY301 - one place puts it into words
        identity = _identity(database)
    except OSError as error:
        return FolderLook(unusable(root, error))
    return FolderLook(None, usage.free, usage.total, identity)


def unusable(root: Path, error: OSError, what: str = "written") -> FolderUnusableError:
    """Put into words why the data folder cannot be used just now."""
    if is_no_room(error):
        return FolderUnusableError(f"The disk of the data folder {root} is full.", "Free some space, or choose another with --data-dir.")
    if error.errno == errno.ENOENT and not root.exists():
        return FolderUnusableError(f"The data folder {root} is not there.", "Bring its disk or folder back, or choose another with --data-dir.")
    reason = "its disk is read-only" if error.errno == errno.EROFS else error.strerror or str(error)
    return FolderUnusableError(
        f"The data folder {root} cannot be {what}: {reason}.", "Make it writable for you, or choose another with --data-dir."
    )


def _refusal(root: Path) -> int:
    if sys.platform == "win32":
        return errno.EACCES
    return errno.EROFS if os.statvfs(root).f_flag & os.ST_RDONLY else errno.EACCES


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino
