"""Which program a process runs on Windows, by the documented call.

psutil asks the kernel by an undocumented one that some systems refuse (Wine 8 among them, with an error that is none of psutil's).
The documented one needs no more than the right to see the process at all. Unproved on Windows itself; proved under Wine.
"""

from __future__ import annotations

import ctypes

_QUERY_LIMITED_INFORMATION = 0x1000
_MOST_CHARACTERS = 32_768
"""The longest path that Windows knows."""
_STILL_ACTIVE = 259
"""The exit code of a process that has none yet; one that has ended can be asked as long as somebody holds on to it."""


def executable_of(pid: int) -> str:
    """Give the full path of the program of a process; empty when it is gone or the system does not tell."""
    kernel = getattr(ctypes, "WinDLL")("kernel32", use_last_error=True)  # noqa: B009 - exists on Windows only
    # A handle is as wide as a pointer; without this it would be cut to 32 bits.
    kernel.OpenProcess.restype = ctypes.c_void_p
    kernel.CloseHandle.argtypes = [ctypes.c_void_p]
    kernel.GetExitCodeProcess.argtypes = [ctypes.c_void_p, ctypes.POINTER(ctypes.c_uint32)]
    kernel.QueryFullProcessImageNameW.argtypes = [ctypes.c_void_p, ctypes.c_uint32, ctypes.c_wchar_p, ctypes.POINTER(ctypes.c_uint32)]
    handle = kernel.OpenProcess(_QUERY_LIMITED_INFORMATION, 0, pid)
    if not handle:
        return ""
    try:
        code = ctypes.c_uint32()
        if not kernel.GetExitCodeProcess(handle, ctypes.byref(code)) or code.value != _STILL_ACTIVE:
            return ""
        path = ctypes.create_unicode_buffer(_MOST_CHARACTERS)
        length = ctypes.c_uint32(_MOST_CHARACTERS)
        return path.value if kernel.QueryFullProcessImageNameW(handle, 0, path, ctypes.byref(length)) else ""
    finally:
        kernel.CloseHandle(handle)
