"""Taking the beginning of a file away while another program appends to it, without losing a byte. Linux and macOS.

Two ways. `fallocate` with FALLOC_FL_COLLAPSE_RANGE (fallocate(2)) removes a range and moves what follows to the front in one step,
seen by a writer with O_APPEND as nothing but a shorter file; ext4 and XFS can. FALLOC_FL_PUNCH_HOLE, and F_PUNCHHOLE of macOS
(fcntl(2), APFS), give the room of a range back and leave the rest where it is; tmpfs, Btrfs, ZFS and APFS can.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys

_KEEP_SIZE = 0x01
_PUNCH_HOLE = 0x02
_COLLAPSE_RANGE = 0x08
_F_PUNCHHOLE = 99
BLOCK_BYTES = 64 * 1024
"""What is taken away is a multiple of this; it must be one of the file system's block, which is 64 KB at most."""
_LOOKED_AT_BYTES = 4096


def take_beginning(descriptor: int, count: int) -> bool:
    """Remove the first `count` bytes of a file; False when the system cannot, and then nothing has happened.

    `count` must be a multiple of BLOCK_BYTES and less than the size of the file.
    """
    return _fallocate(descriptor, _COLLAPSE_RANGE, 0, count)


def empty_beginning(descriptor: int, begin: int, end: int) -> bool:
    """Give the room of a file from `begin` to before `end` back, which reads as zeros from then on; False when the system cannot.

    Both must be multiples of BLOCK_BYTES; the file keeps its length.
    """
    if sys.platform == "darwin":
        import fcntl  # noqa: PLC0415 - not on Windows

        try:
            fcntl.fcntl(descriptor, _F_PUNCHHOLE, struct.pack("=IIqq", 0, 0, begin, end - begin))
        except OSError:
            return False
    elif not _fallocate(descriptor, _PUNCH_HOLE | _KEEP_SIZE, begin, end - begin):
        return False
    os.lseek(descriptor, begin, os.SEEK_SET)
    return not any(os.read(descriptor, _LOOKED_AT_BYTES))


def _fallocate(descriptor: int, mode: int, begin: int, count: int) -> bool:
    result = -1
    if sys.platform == "linux":
        library = ctypes.CDLL(None, use_errno=True)
        if hasattr(library, "fallocate64"):
            result = library.fallocate64(descriptor, mode, ctypes.c_int64(begin), ctypes.c_int64(count))
    return result == 0
