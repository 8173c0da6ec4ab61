"""Random commands, ends of processes and restarts of the program: whatever the order, what is told matches the world."""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import signal
import sys
import tempfile
import time
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

import psutil
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QCoreApplication, QEventLoop, QTimer

from gowa_desktop.bootstrap import build
from gowa_desktop.domain.errors import ConflictError
from gowa_desktop.domain.instance import LIVE_STATES, DesiredState, InstanceState, NewInstance
from gowa_desktop.domain.restart_policy import FailureCounter
from gowa_desktop.domain.versions import SIMULATOR
from gowa_desktop.infra.network import is_port_free

if TYPE_CHECKING:
    from collections.abc import Callable

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.services.instances.operation import Operation

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="ends processes with the signals of Unix")

_SETTLED = frozenset({InstanceState.STOPPED, InstanceState.RUNNING, InstanceState.FAILED})


class Command(Enum):
    """What a person, a fault or the computer may do."""

    CREATE = auto()
    START = auto()
    STOP = auto()
    KILL = auto()
    RESTART = auto()
    RESET = auto()
    DELETE = auto()
    KILLED_OUTSIDE = auto()
    STOPPED_OUTSIDE = auto()
    RECORD_LOST = auto()
    PROGRAM_ENDED = auto()


_PERSON: dict[Command, str] = {
    Command.START: "start",
    Command.STOP: "stop",
    Command.KILL: "kill",
    Command.RESTART: "restart",
    Command.RESET: "reset_data",
    Command.DELETE: "delete",
}
# A start is what makes the other commands interesting, and a restart of the program what makes them hard.
_WEIGHTED = (*Command, Command.START, Command.START, Command.RESTART, Command.PROGRAM_ENDED)

STEPS = st.lists(st.tuples(st.sampled_from(_WEIGHTED), st.integers(0, 2), st.sampled_from((0, 0, 5, 40, 120))), min_size=4, max_size=14)
"""A command, which instance it is about, and the milliseconds that pass before the next one."""


@dataclass(slots=True)
class World:
    """One data directory, the program that works on it, and the names that must be there."""

    data_dir: Path
    services: Services
    ended: list[Services]
    names: dict[int, str]
    pending: list[Operation]
    deleting: dict[int, Operation]

    def begin(self) -> None:
        self.services = build(self.data_dir)
        self.services.begin()

    def restart_program(self) -> None:
        """End the program and begin it anew; Qt would end a child together with its QProcess, so the old objects are kept."""
        self.services.close()
        self.ended.append(self.services)
        for instance_id in [*self.deleting]:
            self.note_deleted(instance_id)
        self.pending.clear()
        self.begin()

    def note_deleted(self, instance_id: int) -> None:
        """Take over whether a delete came to its end; one that was cut short may have gone either way."""
        operation = self.deleting.pop(instance_id)
        if operation.is_finished and operation.error is None:
            del self.names[instance_id]

    def do(self, command: Command, choice: int) -> None:
        """Carry one command out and do not wait for it."""
        instances = self.services.instances
        ids = [*self.names]
        if command is Command.PROGRAM_ENDED:
            self.restart_program()
        elif command is Command.CREATE or not ids:
            if len(ids) < 3:
                made = instances.create(NewInstance(port=_free_port(), gowa_version=SIMULATOR))
                self.names[made.id] = made.name
        elif (method := _PERSON.get(command)) is not None:
            instance_id = ids[choice % len(ids)]
            operation = getattr(instances, method)(instance_id)
            self.pending.append(operation)
            if command is Command.DELETE and instance_id not in self.deleting:
                self.deleting[instance_id] = operation
        else:
            self.harm(command, ids[choice % len(ids)])

    def harm(self, command: Command, instance_id: int) -> None:
        """Do something to an instance behind the program's back."""
        if command is Command.RECORD_LOST:
            for record in (self.data_dir / "instances" / str(instance_id)).glob(".gowa-desktop-process*"):
                record.unlink(missing_ok=True)
            return
        number = signal.SIGKILL if command is Command.KILLED_OUTSIDE else signal.SIGTERM
        for pid in self.pids().get(instance_id, []):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def pids(self) -> dict[int, list[int]]:
        """Find the processes that work in instance folders, and in the trash under 0."""
        found: dict[int, list[int]] = {}
        prefix = os.fspath(self.data_dir)
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error, OSError):
                place = Path(process.cwd())
                if place.is_relative_to(prefix) and process.status() != psutil.STATUS_ZOMBIE:
                    found.setdefault(int(place.name) if place.parent.name == "instances" else 0, []).append(process.pid)
        return found

    def twins(self) -> dict[int, list[int]]:
        """Give the folders with more than one process; those in the trash count, too."""
        return {place: pids for place, pids in self.pids().items() if len(pids) > 1}

    def difference(self) -> str:
        """Compare what is told with the world; empty when both agree."""
        for instance_id in [key for key, operation in self.deleting.items() if operation.is_finished]:
            self.note_deleted(instance_id)
        statuses = self.services.instances.statuses()
        told = {one.id: one.name for one in statuses if one.id not in self.deleting}
        if told != {key: name for key, name in self.names.items() if key not in self.deleting}:
            return f"there are {told}, there should be {self.names}"
        world = self.pids()
        for one in statuses:
            here = world.pop(one.id, [])
            wanted = [one.pid] if one.status in LIVE_STATES else []
            if here != wanted:
                return f"{one.name} is {one.status} with {wanted}, in its folder works {here}"
        return f"processes of no instance: {world}" if world else ""

    def unsettled(self) -> str:
        """Tell what has not come to rest, or rests in another state than is wanted."""
        if self.deleting or any(not operation.is_finished for operation in self.pending):
            return "an operation never ends"
        for one in self.services.instances.statuses():
            if one.status not in _SETTLED:
                return f"{one.name} is still {one.status}"
            if one.desired is DesiredState.STOPPED and one.status is InstanceState.RUNNING:
                return f"{one.name} should be stopped and runs"
            if one.desired is DesiredState.RUNNING and one.status is InstanceState.STOPPED:
                return f"{one.name} should run and is stopped"
        return ""


@settings(max_examples=25, derandomize=True, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=STEPS)
def test_random_commands_exits_and_program_restarts_never_lose_or_double_an_instance(
    qapp: QCoreApplication, steps: list[tuple[Command, int, int]]
) -> None:
    with mock.patch.object(FailureCounter, "_delay_s", lambda counter: 0.15 * (counter.count > 1)):
        _live_through(steps)


def _live_through(steps: list[tuple[Command, int, int]]) -> None:
    folder = Path(os.path.realpath(tempfile.mkdtemp(prefix="gowa-random-")))
    world = World(folder / "data", build(folder / "data"), [], {}, [], {})
    world.services.begin()
    try:
        world.do(Command.CREATE, 0)
        for command, choice, pause_ms in steps:
            with contextlib.suppress(ConflictError):  # such as a start of what is being deleted
                world.do(command, choice)
            _pass_time(pause_ms / 1000)
            assert world.twins() == {}
            # The end of a process is told by an event that may not have been handled yet.
            assert _last_complaint(world.difference, 5) == ""
        assert _last_complaint(lambda: world.unsettled() or world.difference(), 20) == ""
        world.restart_program()
        assert _last_complaint(lambda: world.unsettled() or world.difference(), 20) == ""
    finally:
        _end(world, folder)


def _end(world: World, folder: Path) -> None:
    world.services.close()
    for pids in world.pids().values():
        for pid in pids:
            with contextlib.suppress(psutil.Error):
                psutil.Process(pid).kill()
    _pass_time(0.05)  # Qt must notice that its children are dead before their objects go
    for services in (*world.ended, world.services):
        services.owner.deleteLater()
    _pass_time(0.02)
    shutil.rmtree(folder, ignore_errors=True)


def _pass_time(seconds: float) -> None:
    deadline = time.monotonic() + seconds
    _run_events(lambda: time.monotonic() >= deadline)


def _last_complaint(complaint: Callable[[], str], limit_s: float) -> str:
    """Let events happen until there is nothing to complain about; the answer is what there was to the last."""
    deadline = time.monotonic() + limit_s
    said = ""

    def is_over() -> bool:
        nonlocal said
        said = complaint()
        return not said or time.monotonic() > deadline

    _run_events(is_over)
    return said


def _run_events(is_over: Callable[[], bool]) -> None:
    while not is_over():
        loop = QEventLoop()
        QTimer.singleShot(3, loop.quit)
        loop.exec()


# Below the ports that systems give to clients (32768 on Linux): one of those may be taken at any moment.
_FIRST_PORT = 30_000 + os.getpid() % 8 * 50
_PORTS = itertools.cycle(range(_FIRST_PORT, _FIRST_PORT + 50))


def _free_port() -> int:
    return next(port for port in _PORTS if is_port_free(port))
