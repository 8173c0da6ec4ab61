"""A lock that needs no room: the kernel's own on an empty file, for a disk on which not even a process number fits any more."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class BareLock:
    """Holds a file that QLockFile takes for held too. Unix only: elsewhere it is never taken."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    @property
    def is_locked(self) -> bool:
        """True while this object holds the file."""
        return self._descriptor is not None

    def try_lock(self) -> bool:
        """Take the file, made when it is missing; False when another process holds it or the disk refuses.

        The file must not exist: who finds one asks whether its owner lives, and takes it away.
        """
        if sys.platform == "win32":
            return False
        import fcntl  # noqa: PLC0415 - does not exist on Windows

        try:
            descriptor = os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600)
        except OSError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            is_ours = os.fstat(descriptor).st_ino == self._path.stat().st_ino
        except OSError:
            is_ours = False
        if is_ours:
            self._descriptor = descriptor
        else:
            os.close(descriptor)
        return is_ours

    def unlock(self) -> None:
        """Give the file up and remove it; nothing happens when it is not held."""
        if self._descriptor is not None:
            with contextlib.suppress(OSError):
                self._path.unlink()
            os.close(self._descriptor)
            self._descriptor = None
