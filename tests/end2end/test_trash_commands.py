"""The trash from the command line: a deleted instance is listed, put back, and deleted for good."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

from tests.end2end.test_command_line import Program, assert_one_sentence, free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="ends programs with the signals of Unix")


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    running = Program(tmp_path / "data")
    yield running
    running.clean_up()


def test_a_deleted_instance_is_put_back_and_deleted_for_good(program: Program) -> None:
    port = free_port()
    assert program("create", "shop", "--gowa", "simulator", "--port", str(port)).returncode == 0
    key = program.instances()["shop"]["key"]
    deleted = program("delete", "shop", "--yes")
    assert f"trash restore {key}" in deleted.stdout
    [listed] = json.loads(program("trash", "list", "--json").stdout)
    assert (listed["name"], listed["key"], listed["is_data_only"]) == ("shop", key, False)
    assert "shop" in program("trash", "list").stdout

    restored = program("trash", "restore", "shop")

    assert restored.stdout == f"shop is put back, stopped, on port {port}.\n"
    assert program.instances()["shop"]["key"] == key
    assert program("trash", "list").stdout.startswith("The trash is empty.")
    assert_one_sentence(program("trash", "restore", "shop"), 1)

    assert program("delete", "shop", "--yes").returncode == 0
    assert_one_sentence(program("trash", "delete", "shop"), 2)
    assert program("trash", "delete", "shop", "--yes").stdout == "shop is deleted for good.\n"
    assert json.loads(program("trash", "list", "--json").stdout) == []
