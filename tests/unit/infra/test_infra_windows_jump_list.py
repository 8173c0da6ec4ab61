"""The jump list of Windows, against a shell that writes down what it is asked."""

from __future__ import annotations

import ctypes
import sys
from typing import Any

import pytest

from gowa_desktop.infra.windows_identity import APP_USER_MODEL_ID
from gowa_desktop.infra.windows_jump_list import PropertyKey, Task, TextVariant, guid, write_jump_list

LIST, COLLECTION, LINK, STORE = "6332debf", "5632b1a4", "000214f9", "886d8eeb"
TASKS = [Task("Iniciar todo", (r"C:\Program Files\gowa-desktop.exe", "--then", "start-all")), Task("Stop", ("p.exe", "a b"))]


class WrittenObject:
    def __init__(self, name: str, log: list[tuple[str, int, list[object]]], failing: tuple[str, int]) -> None:
        self.pointer = ctypes.c_void_p(len(log) + 1)
        self._name, self._log, self._failing = name, log, failing

    def call(self, method: int, *arguments: Any) -> None:
        values = [getattr(getattr(one, "_obj", one), "value", getattr(one, "_obj", one)) for one in arguments]
        self._log.append((self._name, method, values))
        if (self._name, method) == self._failing:
            raise OSError(5, "refused")

    def ask(self, interface: str) -> WrittenObject:
        return WrittenObject(interface[:8], self._log, self._failing)


class WrittenShell:
    def __init__(self, failing: tuple[str, int] = ("", 0)) -> None:
        self.log: list[tuple[str, int, list[object]]] = []
        self._failing = failing

    def create(self, class_id: str, interface: str) -> WrittenObject:
        assert class_id != interface
        return WrittenObject(interface[:8], self.log, self._failing)


def test_tasks_become_links_with_titles_between_begin_and_commit() -> None:
    shell = WrittenShell()
    assert write_jump_list(TASKS, shell)
    assert shell.log[0] == (LIST, 3, [APP_USER_MODEL_ID])
    assert [(name, method) for name, method, _ in shell.log if name in {LIST, COLLECTION}] == [
        (LIST, 3), (LIST, 4), (COLLECTION, 5), (COLLECTION, 5), (LIST, 7), (LIST, 8),
    ]  # fmt: skip
    assert [values[0] for name, method, values in shell.log if (name, method) == (LINK, 20)] == [TASKS[0].command[0], "p.exe"]
    assert [values[0] for name, method, values in shell.log if (name, method) == (LINK, 11)] == ["--then start-all", '"a b"']
    written = [values for name, method, values in shell.log if (name, method) == (STORE, 6)]
    titles = [variant.text for _key, variant in written if isinstance(variant, TextVariant)]
    assert titles == ["Iniciar todo", "Stop"]
    assert all(isinstance(key, PropertyKey) and key.number == 2 for key, _variant in written)
    assert [method for name, method, _ in shell.log if name == STORE] == [6, 7, 6, 7]


def test_what_the_shell_refuses_is_called_off() -> None:
    shell = WrittenShell(failing=(LIST, 7))
    assert not write_jump_list(TASKS, shell)
    assert shell.log[-1][:2] == (LIST, 11)


def test_a_guid_lies_in_memory_as_windows_has_it() -> None:
    assert bytes(guid("00021401-0000-0000-c000-000000000046")) == bytes.fromhex("0114020000000000c000000000000046")


@pytest.mark.skipif(sys.platform == "win32", reason="there it is written")
def test_elsewhere_nothing_is_done() -> None:
    assert not write_jump_list(TASKS)
