"""The program is killed at every step of an update, real and without a warning; the next launch completes or undoes each."""

from __future__ import annotations

import signal
import sys
import time
from typing import TYPE_CHECKING, cast

import pytest

from gowa_desktop.bootstrap import build
from gowa_desktop.domain.app_settings import UPDATE_GROUP, UPDATE_WATCH_S
from gowa_desktop.domain.errors import GowaError
from gowa_desktop.services.commands.command_protocol import Verb
from tests.faults.harness import Program, free_ports, temporary_folder, twins
from tests.simulated_versions import install_simulated, rows

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtCore import QCoreApplication

    from gowa_desktop.domain.json_types import JsonObject

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the simulated versions are scripts, and the kill is a signal of Unix")

V7, V9 = "v7.11.4", "v9.2.0"
CHATS = "storages/chatstorage.db"

# Where each instance stands when the program is killed: before a step is written down, which is after the work of the step before,
# or after it is written down, which is before its work. With what version it must be found afterwards.
PLACES = {
    "before stopping": V7,
    "after stopping": V7,
    "before saving": V7,
    "after saving": V7,
    "before changing": V7,
    "after changing": V7,
    "before starting": V7,
    "after starting": V7,
    "before watching": V9,
    "after watching": V9,
    "before over": V9,
    "after over": V9,
    "after returning": V7,
    "returned - before over": V7,
}

KILL = f"""
import os, signal, threading
from gowa_desktop.services.tasks import TaskRunner
from gowa_desktop.store.update_journal import UpdateJournal
TaskRunner.__init__.__defaults__ = (None, 32)
places, arrived, lock, write = {list(PLACES)!r}, set(), threading.Lock(), UpdateJournal.write

def stand(name):
    with lock:
        arrived.add(name)
        if len(arrived) == len(places):
            os.kill(os.getpid(), signal.SIGKILL)
    threading.Event().wait()

def write_and_stand(journal, record):
    if record.name.endswith("before " + record.step):
        stand(record.name)
    write(journal, record)
    if record.name.endswith("after " + record.step):
        stand(record.name)

UpdateJournal.write = write_and_stand
"""


def prepare(data_dir: Path) -> None:
    install_simulated(data_dir / "bin" / "versions", V7)
    services = build(data_dir)
    services.settings.set(UPDATE_WATCH_S, 1)
    services.settings.set(UPDATE_GROUP, 16)
    services.close()


def begin_and_be_killed(program: Program) -> None:
    for name, port in zip(PLACES, free_ports(len(PLACES)), strict=True):
        identifier = program.create(name, port, V7)
        if "return" in name:
            (program.folder(identifier) / f"sim-faults-{V9}").write_text("crash-at-start=1")
    assert [one for one in program.all(Verb.START) if not one["ok"]] == []
    for name in PLACES:
        add_chat(program, name)
    install_simulated(program.data_dir / "bin" / "versions", V9)
    with pytest.raises(GowaError):
        program.ask(Verb.UPDATE, names=[], all=True, yes=True, no_canary=True)
    assert program.process.wait(30) == -signal.SIGKILL


def add_chat(program: Program, name: str) -> None:
    import sqlite3  # noqa: PLC0415 - the one place

    identifier = cast("int", program.instances()[name]["id"])
    connection = sqlite3.connect(program.folder(identifier) / CHATS, timeout=10)
    connection.execute("PRAGMA journal_mode = wal")
    connection.execute("INSERT INTO chats VALUES ('anna@s.whatsapp.net', 'anna')")
    connection.commit()
    connection.close()


def wait_for_report(program: Program) -> JsonObject:
    deadline = time.monotonic() + 60
    while not (reports := cast("list[JsonObject]", program.ask(Verb.UPDATES))):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return reports[0]


def test_killed_at_every_step_each_instance_is_whole_again(qapp: QCoreApplication) -> None:
    with temporary_folder() as folder:
        data_dir = folder / "data"
        prepare(data_dir)
        with Program(data_dir, prelude=KILL) as first:
            begin_and_be_killed(first)
        assert twins(data_dir) == []
        with Program(data_dir) as again:
            report = wait_for_report(again)
            again.wait(lambda told: all(one["status"] == "running" for one in told.values()), 30)

            assert report["was_interrupted"] is True
            found = {name: one["resolved_version"] for name, one in again.instances().items()}
            assert found == PLACES
            assert {name: one["gowa_version"] for name, one in again.instances().items()} == PLACES
            outcomes = {str(row["name"]): row["outcome"] for row in cast("list[JsonObject]", report["rows"])}
            assert all((outcomes[name] == "updated") is (tag == V9) for name, tag in PLACES.items()), outcomes
            for name, one in again.instances().items():
                place = again.folder(cast("int", one["id"]))
                chats = rows(place / CHATS, "SELECT name FROM chats")
                assert chats == ([("anna",)] if PLACES[name] == V7 else []), name
                aside = list(place.glob("storages/chats-aside/*/chatstorage.db"))
                assert [rows(path, "SELECT name FROM chats") for path in aside] == ([[("anna",)]] if PLACES[name] == V9 else []), name
                assert rows(place / CHATS, "PRAGMA integrity_check") == [("ok",)]
                assert not list(place.glob("storages/*restored*"))
            assert twins(data_dir) == []
            assert not (data_dir / "updates" / "current").exists()
