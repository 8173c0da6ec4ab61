"""Taking the beginning of a file away while another program appends to it, without losing a byte. Linux only.

`fallocate` with FALLOC_FL_COLLAPSE_RANGE (fallocate(2)) removes a range and moves what follows to the front in one step, seen by
a writer with O_APPEND as nothing but a shorter file. Ext4 and XFS can; tmpfs, Btrfs and network file systems refuse.
"""

from __future__ import annotations

import ctypes
import sys

_COLLAPSE_RANGE = 0x08
BLOCK_BYTES = 64 * 1024
"""What is taken away is a multiple of this; it must be one of the file system's block, which is 64 KB at most."""


def take_beginning(descriptor: int, count: int) -> bool:
    """Remove the first `count` bytes of a file; False when the system cannot, and then nothing has happened.

    `count` must be a multiple of BLOCK_BYTES and less than the size of the file.
    """
    result = -1
    if sys.platform == "linux":
        library = ctypes.CDLL(None, use_errno=True)
        if hasattr(library, "fallocate64"):
            result = library.fallocate64(descriptor, _COLLAPSE_RANGE, ctypes.c_int64(0), ctypes.c_int64(count))
    return result == 0
