"""Faults of our own database: damaged, and locked by another program."""

from __future__ import annotations

import contextlib
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from gowa_desktop.bootstrap import build
from gowa_desktop.domain.errors import GowaError
from gowa_desktop.domain.versions import SIMULATOR
from gowa_desktop.services.commands.command_protocol import Verb
from tests.faults.harness import (
    LEDGER,
    Bench,
    Finding,
    NotRunHere,
    Program,
    end_process,
    free_ports,
    kill,
    lives,
    milliseconds,
    pump,
    temporary_folder,
)
from tests.faults.rows_fleet import make_fleet
from tests.faults.stalls import StallMeter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_STALL_LIMIT_S = 0.1


# 8: damaged database


def damaged_database(bench: Bench) -> Finding:
    """Flip bytes of the database at many places; each time the program must come up with every instance it had."""
    count, places = 12, bench.rounds(100, 25)
    chance, lost, slowest, faults = random.Random(8), 0, 0.0, []
    with temporary_folder() as folder:
        data_dir = folder / "data"
        make_fleet(data_dir, count, SIMULATOR)
        wanted = _definitions(data_dir)
        _wait_for_copies(data_dir)
        good = folder / "good"
        shutil.copytree(data_dir, good)
        size = (data_dir / "gowa.db").stat().st_size
        for _ in range(places):
            shutil.rmtree(data_dir)
            shutil.copytree(good, data_dir)
            place, width = chance.randrange(size), chance.choice((1, 16, 512, 4096))
            _spoil(data_dir / "gowa.db", place, width, chance)
            begun = time.perf_counter()
            try:
                found = _definitions(data_dir)
            except GowaError as error:
                faults.append(f"byte {place} and {width} on: {error}")
                continue
            slowest = max(slowest, time.perf_counter() - begun)
            lost += len(wanted.items() - found.items())
    text = f"{places} places: {lost} definitions lost, {len(faults)} times not up, slowest {milliseconds(slowest)}"
    return Finding("; ".join([text, *faults[:1]]), lost == 0 and not faults and slowest <= 3)


def _definitions(data_dir: Path) -> dict[int, tuple[str, int | None, str]]:
    services = build(data_dir)
    try:
        services.begin()
        return {one.id: (one.name, one.port, one.gowa_version) for one in services.instances.instances()}
    finally:
        pump(0.02)
        services.close()


def _wait_for_copies(data_dir: Path) -> None:
    """Wait for the first copy, which the program takes by itself.

    Raises:
        NotRunHere: it takes none.
    """
    with Program(data_dir) as program:
        deadline = time.monotonic() + 5
        while not list(data_dir.glob("backups/*.db")) and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(0.5)
        program.end()
    if not list(data_dir.glob("backups/*.db")):
        raise NotRunHere("the program takes no copies yet")


def _spoil(path: Path, place: int, width: int, chance: random.Random) -> None:
    with path.open("rb+") as file:
        file.seek(place)
        old = file.read(width)
        file.seek(place)
        file.write(bytes(byte ^ chance.randrange(1, 256) for byte in old))


# 9: locked database

_LOCK = """
import sqlite3, sys
other = sqlite3.connect(sys.argv[1], isolation_level=None)
other.execute("BEGIN EXCLUSIVE")
print("locked", flush=True)
sys.stdin.read()
"""


@contextlib.contextmanager
def locked(data_dir: Path) -> Iterator[int]:
    """Let another program hold an exclusive lock on the database; the value is its process."""
    command = [sys.executable, "-c", _LOCK, str(data_dir / "gowa.db")]
    other = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    LEDGER.processes.add(other)
    try:
        if other.stdout is None or other.stdout.readline() != b"locked\n":
            raise NotRunHere("the database could not be locked")
        yield other.pid
    finally:
        end_process(other)
        for pipe in (other.stdin, other.stdout):
            if pipe is not None:
                pipe.close()


def locked_database(bench: Bench) -> Finding:
    """Lock the database while instances are stopped, started and killed; kill and launch the program under the lock; then look."""
    with (
        temporary_folder() as folder,
        StallMeter(folder) as meter,
        Program(folder / "data", prelude=meter.prelude, has_window=True) as program,
    ):
        for name, port in zip(("stopped", "started", "killed", "calm"), free_ports(4), strict=True):
            program.create(name, port)
        program.ask(Verb.START, names=["stopped", "killed", "calm"], all=False)
        time.sleep(1.5)  # the window has been painted and the first copy made
        wanted = {"stopped": "stopped", "started": "running", "killed": "running", "calm": "running"}
        held_s, before = bench.rounds(30, 3), program.pids()
        meter.reset()
        begun = time.perf_counter()
        with locked(program.data_dir) as holder:
            faults = _life_under_lock(program, before, holder)
            time.sleep(max(0.0, held_s - (time.perf_counter() - begun)))
        free = time.perf_counter()
        _wait_for(lambda: _is_stored(program.data_dir, wanted), faults, "stored after the lock")
        stored_s = time.perf_counter() - free
        stalls, is_within = meter.words(), meter.is_within(_STALL_LIMIT_S)
        faults += _killed_under_lock(program, wanted)
    text = f"lock of {held_s} s: {stalls}; stored {milliseconds(stored_s)} after it; killed and launched under a lock: nothing lost"
    return Finding("; ".join([*faults, stalls] if faults else [text]), not faults and is_within)


def _life_under_lock(program: Program, before: dict[str, int], holder: int) -> list[str]:
    faults = []
    for verb, name in ((Verb.STOP, "stopped"), (Verb.START, "started")):
        begun = time.perf_counter()
        program.ask(verb, names=[name], all=False)
        if (took_s := time.perf_counter() - begun) > 2:
            faults.append(f"{verb} took {took_s:.1f} s")
    kill(before["killed"])
    try:
        program.wait(lambda told: told["killed"]["status"] == "running" and told["killed"]["pid"] != before["killed"], 5)
    except TimeoutError as error:
        faults.append(f"killed under the lock: {error}")
    begun = time.perf_counter()
    try:
        program.create("refused", free_ports(1)[0])
        faults.append("a new instance was stored under the lock")
    except GowaError as error:
        if f"(process {holder})" not in error.message and sys.platform == "linux":
            faults.append(f"the holder is not named: {error}")
    if time.perf_counter() - begun > 1:
        faults.append("a refusal took over 1 s")
    return faults


def _killed_under_lock(program: Program, wanted: dict[str, str]) -> list[str]:
    faults: list[str] = []
    with locked(program.data_dir):
        program.ask(Verb.STOP, names=["calm"], all=False)
        program.ask(Verb.START, names=["stopped"], all=False)
        time.sleep(0.8)  # the records are written
        program.kill()
        program.begin(is_waiting=False)
        time.sleep(1.5)
        if program.process.poll() is not None:
            return ["a launch under the lock ended"]
    wanted = {**wanted, "calm": "stopped", "stopped": "running"}
    _wait_for(lambda: program.states() == wanted, faults, "as wanted after a launch under the lock")
    _wait_for(lambda: _is_stored(program.data_dir, wanted), faults, "stored")
    if not all(lives(pid) for pid in program.pids().values()):
        faults.append("a process that is told of does not live")
    return faults


def _wait_for(condition: Callable[[], bool], faults: list[str], what: str) -> None:
    deadline = time.perf_counter() + 10
    while not condition():
        if time.perf_counter() > deadline:
            faults.append(f"not {what}")
            return
        time.sleep(0.02)


def _is_stored(data_dir: Path, wanted: dict[str, str]) -> bool:
    with contextlib.closing(sqlite3.connect(data_dir / "gowa.db")) as database:
        rows = database.execute("SELECT name, desired, status FROM instances").fetchall()
    return {name: desired for name, desired, _ in rows} == wanted and all(desired == status for _, desired, status in rows)
