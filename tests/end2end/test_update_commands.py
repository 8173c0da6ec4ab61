"""Updates and snapshots from the command line, as a person or a script meets them; the versions are simulated."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

from tests.end2end.test_command_line import Program, assert_one_sentence, free_port, gowa_desktop
from tests.simulated_versions import execute, install_simulated, rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the simulated versions are scripts")

V7, V9 = "v7.11.4", "v9.2.0"


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    running = Program(tmp_path / "data")
    yield running
    running.clean_up()


def test_an_update_with_its_plan_its_consent_its_report_and_its_snapshots(program: Program) -> None:
    versions = program.data_dir / "bin" / "versions"
    install_simulated(versions, V7)
    assert program("create", "shop", "--gowa", V7, "--port", str(free_port())).returncode == 0
    assert program("start", "shop").returncode == 0
    assert program("stop", "shop").returncode == 0
    chats = program.data_dir / "instances" / "1" / "storages" / "chatstorage.db"
    execute(chats, "INSERT INTO chats VALUES ('anna', 'anna')")
    assert_one_sentence(program("update"), 2)
    assert_one_sentence(program("update", "shop", "--all"), 2)
    assert_one_sentence(program("update", "shop", "--to", V9), 1)
    install_simulated(versions, V9)

    planned = json.loads(program("update", "shop", "--to", V9, "--plan", "--json").stdout)
    assert [(one["name"], one["kind"], one["moves_chat_store"]) for one in planned] == [("shop", "needs_assistant", True)]
    refused = program("update", "shop")
    assert refused.returncode == 2
    assert "stays:   The pairing" in refused.stdout
    assert "changes: The chats" in refused.stdout
    assert "Add --yes" in refused.stderr
    assert program.instances()["shop"]["gowa_version"] == V7

    done = program("update", "--all", "--yes")

    assert done.returncode == 0, done.stderr
    assert f"shop: updated to {V9}." in done.stdout
    assert "shop: saving a snapshot, 0 of 1" in done.stderr
    assert program.instances()["shop"]["gowa_version"] == V9
    assert not chats.exists()
    assert program("update", "shop").stdout == f"shop: it has {V9} already.\n"
    assert f"1 of 1 updated to {V9}." in program("updates").stdout

    made = json.loads(program("snapshots", "list", "shop", "--json").stdout)
    assert [(one["tag"], one["reason"]) for one in made] == [(V7, f"Before the update to {V9}")]
    assert_one_sentence(program("snapshots", "restore", "shop", made[0]["id"]), 2)
    assert_one_sentence(program("snapshots", "restore", "shop", "19990101", "--yes"), 1)
    assert program("snapshots", "restore", "shop", made[0]["id"][:-1], "--yes").returncode == 0
    assert rows(chats, "SELECT name FROM chats") == [("anna",)]
    assert program.instances()["shop"]["gowa_version"] == V7
    assert program("snapshots", "create", "shop", "--reason", "for a test").returncode == 0
    assert "for a test" in program("snapshots", "list", "shop").stdout
    assert_one_sentence(program("snapshots", "delete", "shop", made[0]["id"]), 2)
    assert program("snapshots", "delete", "shop", made[0]["id"], "--yes").returncode == 0

    program.end()
    offline = gowa_desktop(program.data_dir, "snapshots", "list", "shop")
    assert made[0]["id"] not in offline.stdout
    assert "for a test" in offline.stdout
    assert_one_sentence(gowa_desktop(program.data_dir, "update", "shop"), 3)


def test_an_update_that_fails_says_why_and_ends_with_one(program: Program) -> None:
    versions = program.data_dir / "bin" / "versions"
    install_simulated(versions, "v8.11.0")
    assert program("create", "shop", "--gowa", "v8.11.0", "--port", str(free_port()), "--start").returncode == 0
    install_simulated(versions, V9, "crash-at-start=1")

    failed = program("update", "shop")

    assert failed.returncode == 1
    assert "It has v8.11.0 and its data of before again." in failed.stderr
    assert "Traceback" not in failed.stderr
    one = program.instances()["shop"]
    assert (one["status"], one["resolved_version"]) == ("running", "v8.11.0")
    assert "1 returned to the old version" in program("updates").stdout
