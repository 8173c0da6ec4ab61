"""GrowthWatch: asks Linux to tell when a file is written, each file once until it is asked for again. Linux only.

Qt's file watcher is not enough where milliseconds count: a user may have 128 inotify instances by default, and when other programs
hold them all it looks once a second instead and does not say so. This one says that it cannot.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import struct
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_IN_MODIFY = 0x02
_IN_ONESHOT = 0x80000000
_EVENT = struct.Struct("=iIII")
"""Watch, mask, cookie, length of the name behind it (inotify(7)); a file that is watched itself brings no name."""
_READ_BYTES = 64 * 1024


class GrowthWatch:
    """Watches files by path. One thread; `fileno` is readable when there is something to tell."""

    _library: ctypes.CDLL
    _descriptor: int
    _paths: dict[int, str]

    def __init__(self) -> None:
        """Ask the system for a watch.

        Raises:
            OSError: there is none, as on another system or when this user has too many.
        """
        if not sys.platform.startswith("linux"):
            raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
        self._library = ctypes.CDLL(None, use_errno=True)
        self._descriptor = self._library.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        if self._descriptor < 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
        self._paths = {}

    def fileno(self) -> int:
        """Give the descriptor to wait for."""
        return self._descriptor

    @property
    def watched(self) -> frozenset[str]:
        """The files of which a write will be told."""
        return frozenset(self._paths.values())

    def watch(self, paths: Iterable[str]) -> None:
        """Have the next write to each of these files told; one that cannot be watched is not in `watched` then."""
        for path in paths:
            number = self._library.inotify_add_watch(self._descriptor, os.fsencode(path), ctypes.c_uint32(_IN_MODIFY | _IN_ONESHOT))
            if number >= 0:
                self._paths[number] = path

    def forget(self, paths: Iterable[str]) -> None:
        """Watch these files no longer."""
        gone = set(paths)
        for number in [number for number, path in self._paths.items() if path in gone]:
            del self._paths[number]
            self._library.inotify_rm_watch(self._descriptor, number)

    def told(self) -> set[str]:
        """Give the files that were written, or taken away, since they were watched. Does not wait."""
        found: set[str] = set()
        with contextlib.suppress(BlockingIOError):
            while data := os.read(self._descriptor, _READ_BYTES):
                place = 0
                while place < len(data):
                    number, _, _, length = _EVENT.unpack_from(data, place)
                    place += _EVENT.size + length
                    if (path := self._paths.pop(number, None)) is not None:
                        found.add(path)
        return found

    def close(self) -> None:
        """Give the descriptor back."""
        os.close(self._descriptor)
        self._paths.clear()
