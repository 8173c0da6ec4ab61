"""Tells macOS that the program is at work, so that it is neither slowed down (App Nap) nor ended as idle while it supervises.

Facts: NSProcessInfo `beginActivityWithOptions:reason:` and `endActivity:` in Apple's reference, the options in NSProcessInfo.h. The computer
may still go to sleep by itself: whether it stays awake is the person's choice. Called through the Objective-C runtime. Unproved on a Mac.
"""

from __future__ import annotations

import ctypes
import sys
from typing import Any, Protocol

USER_INITIATED = 0x00FFFFFF
IDLE_SYSTEM_SLEEP_DISABLED = 1 << 20
ALLOWING_SLEEP = USER_INITIATED & ~IDLE_SYSTEM_SLEEP_DISABLED
"""NSActivityUserInitiatedAllowingIdleSystemSleep."""
_LIBRARY = "/usr/lib/libobjc.A.dylib"


class Runtime(Protocol):
    """Calls methods of Objective-C; objects are their addresses."""

    def class_named(self, name: str) -> int:
        """Give a class; 0 when there is none."""

    def send(self, receiver: int, selector: str, *arguments: Any) -> int:
        """Call a method that answers with an object, or with nothing."""


class MacActivity:
    """An activity that is on or off. Switching to what it is already does nothing. Main thread."""

    def __init__(self, reason: str, runtime: Runtime | None) -> None:
        self._reason = reason
        self._runtime = runtime
        self._token = 0

    @property
    def is_on(self) -> bool:
        """Tell whether the system knows of it."""
        return self._token != 0

    def switch(self, *, is_on: bool) -> None:
        """Begin or end it."""
        if self._runtime is None or is_on == self.is_on:
            return
        information = self._runtime.send(self._runtime.class_named("NSProcessInfo"), "processInfo")
        if is_on:
            text = self._runtime.send(self._runtime.class_named("NSString"), "stringWithUTF8String:", ctypes.c_char_p(self._reason.encode()))
            token = self._runtime.send(information, "beginActivityWithOptions:reason:", ctypes.c_uint64(ALLOWING_SLEEP), ctypes.c_void_p(text))
            # The token is to be kept by whoever asks for it.
            self._token = self._runtime.send(token, "retain") if token else 0
        else:
            self._runtime.send(information, "endActivity:", ctypes.c_void_p(self._token))
            self._runtime.send(self._token, "release")
            self._token = 0


def system_runtime() -> Runtime | None:
    """Give the runtime of this system; None elsewhere than on macOS."""
    if sys.platform == "darwin":
        try:
            return _ObjectiveC()
        except OSError:
            return None
    return None


class _ObjectiveC:
    def __init__(self) -> None:
        self._library = ctypes.CDLL(_LIBRARY)
        self._library.objc_getClass.restype = ctypes.c_void_p
        self._library.objc_getClass.argtypes = [ctypes.c_char_p]
        self._library.sel_registerName.restype = ctypes.c_void_p
        self._library.sel_registerName.argtypes = [ctypes.c_char_p]
        self._address = ctypes.cast(self._library.objc_msgSend, ctypes.c_void_p).value

    def class_named(self, name: str) -> int:
        """Give a class."""
        return int(self._library.objc_getClass(name.encode()) or 0)

    def send(self, receiver: int, selector: str, *arguments: Any) -> int:
        """Call a method. On Apple's processors a call must have the very types of the method, hence a prototype for each."""
        kinds = [type(one) for one in arguments]
        method = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, *kinds)(self._address or 0)
        return int(method(receiver, self._library.sel_registerName(selector.encode()), *arguments) or 0)
