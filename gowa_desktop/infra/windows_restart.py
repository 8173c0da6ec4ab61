"""Tells Windows' Restart Manager how to start the program again after an installer had to close it.

Our own installer never closes anybody: each version has a folder of its own. An update of Windows, or of a library that another program
shares, may ask the Restart Manager to close whoever stands in its way; registered programs come back afterwards.
"""

from __future__ import annotations

import contextlib
import ctypes
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

NOT_AFTER_CRASH, NOT_AFTER_HANG, NOT_AFTER_REBOOT = 1, 2, 8
"""RESTART_NO_CRASH, RESTART_NO_HANG and RESTART_NO_REBOOT of winbase.h: only an installer's close counts. After a reboot the start at
sign-in decides, which is the person's choice; a program that crashes shall not come up again and again."""
FLAGS = NOT_AFTER_CRASH | NOT_AFTER_HANG | NOT_AFTER_REBOOT
MOST_CHARACTERS = 1024
"""RESTART_MAX_CMD_LINE: Windows refuses a longer one."""
_ONCE = ("--then", "--screenshot")
"""Options with a value that are done with the first start."""
_MINIMIZED = "--minimized"


def restart_arguments(arguments: Sequence[str]) -> list[str]:
    """Give the arguments of the start after a close: those of this one without what was to be done once, and without a window in the way."""
    kept: list[str] = []
    skip_next = False
    for word in arguments:
        name = word.split("=", 1)[0]
        if skip_next:
            skip_next = False
        elif name in _ONCE:
            skip_next = "=" not in word
        elif "://" not in word and word != _MINIMIZED:
            kept.append(word)
    return [*kept, _MINIMIZED]


def register_restart(arguments: Sequence[str]) -> bool:
    """Register the program with its arguments; False on other systems, and when Windows refuses."""
    line = subprocess.list2cmdline(restart_arguments(arguments))
    if sys.platform == "win32" and len(line) < MOST_CHARACTERS:
        with contextlib.suppress(OSError, AttributeError):
            return int(ctypes.windll.kernel32.RegisterApplicationRestart(ctypes.c_wchar_p(line), ctypes.c_uint(FLAGS))) == 0
    return False
