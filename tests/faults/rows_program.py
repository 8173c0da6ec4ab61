"""Faults of the program itself: killed, replaced, started twice, put to sleep, moved in time, broken inside."""

from __future__ import annotations

import contextlib
import random
import re
import subprocess
import time
from typing import TYPE_CHECKING

import psutil

from gowa_desktop.domain.versions import SIMULATOR
from gowa_desktop.services.commands.command_protocol import Verb
from tests.faults.harness import (
    LEDGER,
    Bench,
    Finding,
    Program,
    TwinWatch,
    end_process,
    free_ports,
    kill,
    launch,
    lives,
    median,
    milliseconds,
    pids_by_folder,
    temporary_folder,
    twins,
)
from tests.faults.rows_processes import scaled_liveness

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from gowa_desktop.domain.json_types import JsonObject

_FLEET = 50
_ADOPTED_LIMIT_S = 1.0
_YEAR_S = 365 * 86_400
_SIMULATED_LINE = re.compile(rb"\(simulated line (\d+)\)")


def all_run(told: Mapping[str, JsonObject]) -> bool:
    """Tell whether every instance is shown as running."""
    return all(one["status"] == "running" for one in told.values())


# 2: kill -9 of the program


def killed_program(bench: Bench) -> Finding:
    """Kill the program at random moments while 50 instances write to their logs, and launch it again."""
    parts, is_kept = [], True
    for tag, rounds in zip(bench.tags, (bench.rounds(20, 4), bench.rounds(5, 1)), strict=False):
        with temporary_folder() as folder:
            bench.install(folder / "data", tag)
            with Program(folder / "data") as program:
                program.create_fleet(_FLEET, tag, "log-every=200" if tag == SIMULATOR else "")
                program.all(Verb.START)
                adopted, running, restarts = _kill_rounds(program, rounds)
                missing = _missing_lines(program)
        is_kept = is_kept and restarts == 0 and missing == 0 and max(adopted) <= _ADOPTED_LIMIT_S
        lost = f", {missing} log lines lost" if tag == SIMULATOR else ""
        parts.append(
            f"{tag}: {rounds} kills, {restarts} restarts{lost}, all {_FLEET} adopted {milliseconds(median(adopted))} after launch "
            f"(worst {milliseconds(max(adopted))}), all seen healthy after {milliseconds(median(running))}"
        )
    return Finding("; ".join(parts), is_kept)


def _kill_rounds(program: Program, rounds: int) -> tuple[list[float], list[float], int]:
    """Give times until all are adopted and until all are shown as running, from the launch on, and the number of restarts."""
    chance = random.Random(2)
    before, adopted, running, restarts = program.pids(), [], [], 0
    for _ in range(rounds):
        time.sleep(chance.uniform(0.0, 0.8))
        program.kill()
        time.sleep(chance.uniform(0.0, 0.3))
        program.begin(is_waiting=False)
        program.wait(lambda told: sum(one["pid"] is not None for one in told.values()) == len(before), 30, 0.005)
        adopted.append(time.perf_counter() - program.launched_s)
        program.wait(all_run, 30)
        running.append(time.perf_counter() - program.launched_s)
        restarts += sum(pid != before[name] or not lives(pid) for name, pid in program.pids().items())
    return adopted, running, restarts


def _missing_lines(program: Program) -> int:
    """Count numbers that are not in the logs although a later one is, and logs that stopped growing."""
    time.sleep(0.5)
    missing = 0
    for log in (program.data_dir / "instances").glob("*/logs/gowa.log"):
        numbers = [int(number) for number in _SIMULATED_LINE.findall(log.read_bytes())]
        missing += len(set(range(1, max(numbers, default=0) + 1)) - set(numbers))
    return missing


# 3: kill -9 of the program in the act


def killed_in_the_act(bench: Bench) -> Finding:
    """Kill the program a moment after it was told to start, stop or restart everything, and see what the next launch makes of it."""
    chance, rounds = random.Random(3), bench.rounds(24, 6)
    faults: list[str] = []
    with temporary_folder() as folder, Program(folder / "data") as program, TwinWatch(program.data_dir) as watch:
        program.create_fleet(8)
        for number in range(rounds):
            verb = (Verb.START, Verb.STOP, Verb.RESTART)[number % 3]
            if verb == Verb.STOP:
                program.all(Verb.START)
            thread = program.in_background(verb)
            time.sleep(chance.uniform(0.0, 0.25))
            program.kill()
            thread.join(10)
            program.begin()
            faults += [f"after {verb}: {fault}" for fault in _differences(program)]
        faults += [f"two processes in {place.name}" for place in watch.seen]
        faults += _unfinished_stop(program)
    return Finding(f"{rounds + 1} kills in the act: {'; '.join(faults[:4]) or 'every instance as wanted, never two processes'}", not faults)


def _differences(program: Program) -> list[str]:
    """Wait until nothing moves, then compare what is told with what was wanted and with the world."""

    def is_settled(told: Mapping[str, JsonObject]) -> bool:
        return all(one["status"] in {"running", "stopped", "failed"} for one in told.values())

    with contextlib.suppress(TimeoutError):
        program.wait(lambda told: is_settled(told) and all(one["status"] == one["desired"] for one in told.values()), 8)
    found = [
        f"{one['name']} is wanted {one['desired']} and {one['status']}"
        for one in program.instances().values()
        if one["status"] != one["desired"]
    ]
    world = pids_by_folder(program.data_dir / "instances")
    for one in program.instances().values():
        here = world.get(program.folder(int(str(one["id"]))), [])
        if here != ([one["pid"]] if one["pid"] is not None else []):
            found.append(f"{one['name']} is told to be {one['pid']}, there is {here}")
    return found


def _unfinished_stop(program: Program) -> list[str]:
    """Kill the program while it waits for a child that ignores TERM: the stop must be finished or undone by the next one."""
    program.set_faults(program.create("deaf", free_ports(1)[0]), "ignore-term")
    program.ask(Verb.START, names=["deaf"], all=False)
    program.in_background(Verb.STOP)
    program.wait(lambda told: told["deaf"]["status"] == "stopping", 5)
    program.kill()
    program.begin()
    time.sleep(0.5)
    one = program.instances()["deaf"]
    is_contradiction = one["desired"] == "stopped" and one["status"] == "running"
    return ["a stop that was under way is neither finished nor undone: wanted stopped, shown running"] if is_contradiction else []


# 20: changed clock

_CLOCK = """
import time
from psutil import _pslinux
_time, _boot = time.time, _pslinux.boot_time
def _moved():
    try:
        with open({path!r}) as file:
            return float(file.read() or 0)
    except OSError:
        return 0.0
time.time = lambda: _time() + _moved()
_pslinux.boot_time = lambda: _boot() + _moved()  # the kernel derives it from the wall clock
"""


def changed_clock(bench: Bench) -> Finding:
    """Move the clock that the program sees, the kernel's boot time included, between launches and under it."""
    faults: list[str] = []
    with temporary_folder() as folder:
        clock = folder / "clock"
        with Program(folder / "data", prelude=_CLOCK.format(path=str(clock))) as program:
            for name, port in zip(("still", "stopped", "killed", "adopted"), free_ports(4), strict=True):
                program.create(name, port)
            program.all(Verb.START)
            before = program.pids()
            for step in (_YEAR_S, -_YEAR_S):
                clock.write_text(str(step))
                time.sleep(0.5)
                faults += _clock_faults(program, before, f"moved by {step // _YEAR_S} year while running")
            clock.write_text(str(_YEAR_S))
            faults += _acts_with_moved_clock(program)
            before = program.pids()
            program.end()
            clock.write_text(str(-_YEAR_S))
            program.begin()
            program.wait(lambda told: sum(one["status"] == "running" for one in told.values()) >= len(before), 10)
            faults += _clock_faults(program, before, "moved by -2 years between launches")
    return Finding("; ".join(faults[:5]) or "0 restarts, all adopted, stops and restarts as ever, uptimes right", not faults)


def _clock_faults(program: Program, before: dict[str, int], when: str) -> list[str]:
    found = []
    for name, one in program.instances().items():
        uptime = one["uptime_s"]
        if one["pid"] != before.get(name):
            found.append(f"{when}: {name} has another process")
        elif isinstance(uptime, float) and uptime > 600:
            found.append(f"{when}: {name} shows an uptime of {uptime / 86_400:.0f} days")
    return found


def _acts_with_moved_clock(program: Program) -> list[str]:
    found = []
    pids = program.pids()
    begun = time.perf_counter()
    program.ask(Verb.STOP, names=["stopped"], all=False)
    if (took_s := time.perf_counter() - begun) > 2 or lives(pids["stopped"]):
        found.append(f"with the clock moved a stop takes {took_s:.1f} s and leaves {(lives(pids['stopped']) and 'the process') or 'nothing'}")
    kill(pids["killed"])
    try:
        _wait_for_another(program, "killed", pids["killed"])
    except TimeoutError:
        found.append("with the clock moved a killed instance is not back after 5 s")
    return found


# 21: suspend


def suspended(bench: Bench) -> Finding:
    """Freeze the program and its children together for several rounds of questions; with --quick questions come ten times as often."""
    scale, frozen_s = bench.rounds(1, 10), bench.rounds(75, 8)
    with temporary_folder() as folder, Program(folder / "data", prelude=scaled_liveness(scale) if bench.is_quick else "") as program:
        program.create_fleet(5)
        program.all(Verb.START)
        time.sleep(1.0)
        before = program.pids()
        processes = [psutil.Process(pid) for pid in (program.pid, *before.values())]
        for process in processes:
            process.suspend()
        time.sleep(frozen_s)
        for process in processes:
            process.resume()
        time.sleep(bench.rounds(8, 3))
        after = program.pids()
    restarts = sum(after.get(name) != pid for name, pid in before.items())
    return Finding(f"{restarts} restarts after {frozen_s} s of sleep", restarts == 0)


# 22: many launches


def parallel_launches(bench: Bench) -> Finding:
    """Launch 50 at once, with windows and without; then one beside one that runs; then one on another folder."""
    count = bench.rounds(50, 12)
    parts, is_kept = [], True
    for has_window, wanted_code in ((True, 0), (False, 1)):
        with temporary_folder() as folder:
            one = Program(folder / "data", has_window=has_window)
            codes, survivors = _launch_many(one, count)
            is_kept = is_kept and survivors == 1 and codes == {wanted_code: count - 1}
            parts.append(f"{'windows' if has_window else 'without window'}: {survivors} of {count} goes on, exit codes {codes}")
    with temporary_folder() as folder, Program(folder / "data", has_window=True) as first:
        times = [_second_launch(first) for _ in range(bench.rounds(7, 3))]
        with Program(folder / "other") as beside:
            is_kept = is_kept and beside.instances() == {}
    is_kept = is_kept and median(times) <= 1.0
    parts.append(f"a second launch alone takes {milliseconds(median(times))}")
    return Finding("; ".join(parts), is_kept)


def _launch_many(program: Program, count: int) -> tuple[dict[int, int], int]:
    launched = [launch(program.command()) for _ in range(count)]
    deadline = time.monotonic() + 60
    while sum(process.poll() is None for process in launched) > 1 and time.monotonic() < deadline:
        time.sleep(0.05)
    codes: dict[int, int] = {}
    for process in launched:
        code = process.poll()
        if code is not None:
            codes[code] = codes.get(code, 0) + 1
            LEDGER.processes.discard(process)
    survivors = [process for process in launched if process.poll() is None]
    for process in survivors:
        end_process(process)
    return codes, len(survivors)


def _second_launch(first: Program) -> float:
    begun = time.perf_counter()
    second = launch(first.command())
    code = second.wait(30)
    LEDGER.processes.discard(second)
    if code != 0:
        raise subprocess.CalledProcessError(code, first.command())
    return time.perf_counter() - begun


# 26: end of the session


def session_end(bench: Bench) -> Finding:
    """Send TERM to the program and to all its instances, as the end of a session does; then launch it again."""
    rounds, wrong = bench.rounds(6, 2), 0
    signalled: list[float] = []
    with temporary_folder() as folder, Program(folder / "data") as program:
        program.create_fleet(10)
        wanted = sorted(program.instances())[:6]
        program.ask(Verb.START, names=[*wanted], all=False)
        for number in range(rounds):
            pids = [*program.pids().values()]
            begun = time.perf_counter()
            order = [program.pid, *pids] if number % 2 else [*pids, program.pid]
            for pid in order:
                psutil.Process(pid).terminate()
            program.process.wait(10)
            signalled.append(time.perf_counter() - begun)
            while any(lives(pid) for pid in pids):
                time.sleep(0.01)
            for leftover in (pid for found in pids_by_folder(program.data_dir).values() for pid in found):
                kill(leftover)  # the session ends what was started meanwhile as well
            program.begin()
            program.wait(lambda told: sum(one["status"] == "running" for one in told.values()) == len(wanted), 20)
            wrong += sorted(program.pids()) != wanted or bool(twins(program.data_dir))
    text = f"{rounds} sessions: the set of {len(wanted)} of 10 resumed {rounds - wrong} times"
    return Finding(f"{text}, program gone after {milliseconds(max(signalled))}", wrong == 0)


# 27: replaced program


def replaced_program(bench: Bench) -> Finding:
    """End the program and start it anew while 50 instances run, as an update does."""
    tag = bench.newest
    with temporary_folder() as folder:
        bench.install(folder / "data", tag)
        with Program(folder / "data") as program:
            program.create_fleet(_FLEET, tag)
            program.all(Verb.START)
            before, restarts, times = program.pids(), 0, []
            for _ in range(bench.rounds(5, 2)):
                begun = time.perf_counter()
                code = program.end()
                program.begin()
                program.wait(all_run, 20)
                times.append(time.perf_counter() - begun)
                after = program.pids()
                restarts += sum(after.get(name) != pid for name, pid in before.items()) + (code != 0)
    return Finding(f"{tag}: {restarts} restarts, all {_FLEET} watched again {milliseconds(median(times))} after the end", restarts == 0)


# 30: a fault of our own

_OWN_FAULT = """
from PySide6.QtCore import QTimer
from gowa_desktop import bootstrap
def _fail(*_):
    raise RuntimeError("a fault of our own")
_begin = bootstrap.Services.begin
def _begin_and_fail(self):
    _begin(self)
    for signal in (self.instances.state_changed, self.instances.sampled, self.instances.instance_added):
        signal.connect(_fail)
    timer = QTimer(self.owner)
    timer.timeout.connect(_fail)
    timer.start(100)
bootstrap.Services.begin = _begin_and_fail
"""
_OWN_FAULT_IN_WINDOW = """
from gowa_desktop.ui.config import text_dialogs
from gowa_desktop.ui.main_window import MainWindow
_made = []
def _failing(slot):
    def fail(*words):
        # While the window is made its slots are called as plain functions.
        return _fail() if _made else slot(*words[:slot.__code__.co_argcount])
    return fail
for _name in [name for name in vars(MainWindow) if name.startswith("_on_")]:
    setattr(MainWindow, _name, _failing(getattr(MainWindow, _name)))
_make = MainWindow.__init__
def _make_and_note(self, *words, **named):
    _make(self, *words, **named)
    _made.append(True)
MainWindow.__init__ = _make_and_note
_show = text_dialogs.ErrorWindow.__init__
def _show_and_note(self, *words):
    _show(self, *words)
    open({told!r}, "ab").write(b"x")
text_dialogs.ErrorWindow.__init__ = _show_and_note
"""


def own_fault(bench: Bench) -> Finding:
    """Raise in slots all the time, in the services and in each slot of the window, while instances start, stop and crash."""
    faults: list[str] = []
    for has_window in (False, True):
        kind = "window" if has_window else "no window"
        with temporary_folder() as folder, contextlib.ExitStack() as stack:
            told = folder / "dialogs"
            prelude = _OWN_FAULT + (_OWN_FAULT_IN_WINDOW.replace("{told!r}", repr(str(told))) if has_window else "")
            program = stack.enter_context(Program(folder / "data", prelude=prelude, has_window=has_window))
            program.create_fleet(3)
            program.all(Verb.START)
            before = program.pids()
            first, second, third = sorted(before)
            kill(before[first])
            program.ask(Verb.STOP, names=[second], all=False)
            _wait_for_another(program, first, before[first])
            states = program.states()
            if (states[first], states[second], program.pids()[third]) != ("running", "stopped", before[third]):
                faults.append(f"{kind}: {states}")
            if not _log_tells(program.data_dir / "gowa-desktop.log"):
                faults.append(f"{kind}: the log does not tell of it")
            if program.process.poll() is not None:
                faults.append(f"{kind}: the program ended")
            dialogs = told.stat().st_size if told.exists() else 0
            if dialogs != has_window:
                faults.append(f"{kind}: {dialogs} dialogs")
    text = "with and without window: goes on, instances as wanted, stack traces in the log, one dialog for all of them in the window"
    return Finding("; ".join(faults) or text, not faults)


def _wait_for_another(program: Program, name: str, pid: int) -> None:
    program.wait(lambda told: told[name]["status"] == "running" and told[name]["pid"] != pid, 5)


def _log_tells(log: Path) -> bool:
    text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    return "a fault of our own" in text and "Traceback" in text
