"""The tasks in the menu of the program's button on the task bar of Windows (its jump list).

Facts: ICustomDestinationList, IObjectCollection, IShellLinkW and IPropertyStore of Microsoft's shell reference; the numbers below are the
places of their methods, counted from the interface header files, the three of IUnknown included. The shell keeps the list by the
program's AppUserModelID until it is written anew, also while the program does not run. Unproved on Windows; under Wine the links and
their properties are proved, but it has no such lists.
"""

from __future__ import annotations

import ctypes
import subprocess
import sys
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from gowa_desktop.infra.windows_identity import APP_USER_MODEL_ID

if TYPE_CHECKING:
    from collections.abc import Sequence

_IN_PROCESS = 1
_TEXT = 31
"""VT_LPWSTR of a PROPVARIANT."""
_RELEASE = 2
_LIST_CLASS, _LIST = "77f10cf0-3db5-4966-b520-b7c54fd35ed6", "6332debf-87b5-4670-90c0-5e57b408a49e"
_SET_APP_ID, _BEGIN, _ADD_TASKS, _COMMIT, _ABORT = 3, 4, 7, 8, 11
_COLLECTION_CLASS, _COLLECTION = "2d3468c1-36a7-43b6-ac24-d3f02fd9607a", "5632b1a4-e38a-400a-928a-d4cd63230295"
_ARRAY = "92ca9dcd-5622-4bba-a805-5e9f541bd8c9"
_ADD_OBJECT = 5
_LINK_CLASS, _LINK = "00021401-0000-0000-c000-000000000046", "000214f9-0000-0000-c000-000000000046"
_SET_DESCRIPTION, _SET_ARGUMENTS, _SET_ICON, _SET_PATH = 7, 11, 17, 20
_STORE = "886d8eeb-8cf2-4446-8d02-cdba1dbdcf99"
_SET_VALUE, _STORE_COMMIT = 6, 7
_TITLE_KEY, _TITLE_NUMBER = "f29f85e0-4ff9-1068-ab91-08002b27b3d9", 2
"""PKEY_Title: what the menu shows."""


@dataclass(frozen=True, slots=True)
class Task:
    """A line of the menu: what it says, and the whole command that it runs."""

    title: str
    command: Sequence[str]


class ShellObject(Protocol):
    """An object of the shell."""

    def call(self, method: int, *arguments: Any) -> None:
        """Call the method in a place of the object's table.

        Raises:
            OSError: it fails.
        """

    def ask(self, interface: str) -> ShellObject:
        """Give the same object with another interface."""

    @property
    def pointer(self) -> Any:
        """What is handed to a method that takes an object."""


class Shell(Protocol):
    """Makes objects of the shell."""

    def create(self, class_id: str, interface: str) -> ShellObject:
        """Make one.

        Raises:
            OSError: this system has no such class.
        """


class PropertyKey(ctypes.Structure):
    """PROPERTYKEY."""

    _fields_ = (("format", ctypes.c_byte * 16), ("number", ctypes.c_uint32))


class TextVariant(ctypes.Structure):
    """PROPVARIANT, as far as texts need it."""

    _fields_ = (("kind", ctypes.c_uint16), ("unused", ctypes.c_uint16 * 3), ("text", ctypes.c_wchar_p), ("rest", ctypes.c_void_p))


def guid(text: str) -> Any:
    """Give the sixteen bytes of a GUID as Windows lays them out."""
    return (ctypes.c_byte * 16).from_buffer_copy(uuid.UUID(text).bytes_le)


def write_jump_list(tasks: Sequence[Task], shell: Shell | None = None) -> bool:
    """Replace the tasks of the menu; False elsewhere, and where the shell refuses. Main thread, a few milliseconds."""
    if shell is None and sys.platform != "win32":
        return False
    try:
        _write(tasks, shell or WindowsShell())
    except (OSError, AttributeError):
        return False
    return True


def _write(tasks: Sequence[Task], shell: Shell) -> None:
    jump_list = shell.create(_LIST_CLASS, _LIST)
    jump_list.call(_SET_APP_ID, ctypes.c_wchar_p(APP_USER_MODEL_ID))
    slots, removed = ctypes.c_uint32(), ctypes.c_void_p()
    jump_list.call(_BEGIN, ctypes.byref(slots), ctypes.byref(guid(_ARRAY)), ctypes.byref(removed))
    try:
        collection = shell.create(_COLLECTION_CLASS, _COLLECTION)
        for task in tasks:
            collection.call(_ADD_OBJECT, _link(task, shell).pointer)
        jump_list.call(_ADD_TASKS, collection.ask(_ARRAY).pointer)
        jump_list.call(_COMMIT)
    except OSError:
        jump_list.call(_ABORT)
        raise


def _link(task: Task, shell: Shell) -> ShellObject:
    program, *arguments = task.command
    link = shell.create(_LINK_CLASS, _LINK)
    link.call(_SET_PATH, ctypes.c_wchar_p(program))
    link.call(_SET_ARGUMENTS, ctypes.c_wchar_p(subprocess.list2cmdline(arguments)))
    link.call(_SET_DESCRIPTION, ctypes.c_wchar_p(task.title))
    link.call(_SET_ICON, ctypes.c_wchar_p(program), ctypes.c_int(0))
    store = link.ask(_STORE)
    key = PropertyKey(guid(_TITLE_KEY), _TITLE_NUMBER)
    value = TextVariant(kind=_TEXT, text=task.title)
    store.call(_SET_VALUE, ctypes.byref(key), ctypes.byref(value))
    store.call(_STORE_COMMIT)
    return link


class WindowsShell:
    """The shell of Windows, by COM. Qt has begun COM on the main thread; elsewhere this does."""

    def __init__(self) -> None:
        self._ole = getattr(ctypes, "OleDLL")("ole32")  # noqa: B009 - exists on Windows only; it raises for a failure
        self._ole.CoInitialize(None)

    def create(self, class_id: str, interface: str) -> ShellObject:
        """Make an object."""
        made = ctypes.c_void_p()
        self._ole.CoCreateInstance(ctypes.byref(guid(class_id)), None, _IN_PROCESS, ctypes.byref(guid(interface)), ctypes.byref(made))
        return _ComObject(made)


class _ComObject:
    """Owns one reference."""

    def __init__(self, pointer: ctypes.c_void_p) -> None:
        self.pointer: Any = pointer

    def __del__(self) -> None:
        if self.pointer:
            self._method(_RELEASE, ctypes.c_uint32)(self.pointer)

    def call(self, method: int, *arguments: Any) -> None:
        """Call a method; a failure raises."""
        # HRESULT as restype checks the answer by itself and raises an OSError.
        self._method(method, getattr(ctypes, "HRESULT"), *(type(one) for one in arguments))(self.pointer, *arguments)  # noqa: B009

    def ask(self, interface: str) -> _ComObject:
        """Give another interface of the object."""
        found = ctypes.c_void_p()
        self.call(0, ctypes.byref(guid(interface)), ctypes.byref(found))
        return _ComObject(found)

    def _method(self, number: int, result: Any, *kinds: Any) -> Any:
        table = ctypes.cast(self.pointer, ctypes.POINTER(ctypes.POINTER(ctypes.c_void_p)))[0]
        # What `byref` gives is passed as a plain address.
        words = [kind if issubclass(kind, ctypes._SimpleCData) else ctypes.c_void_p for kind in kinds]
        return getattr(ctypes, "WINFUNCTYPE")(result, ctypes.c_void_p, *words)(table[number])  # noqa: B009
