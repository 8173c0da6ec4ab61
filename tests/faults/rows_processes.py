"""Faults of a single GOWA process: killed, deaf, forked, flooding, never ready, hung, growing."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from typing import TYPE_CHECKING, cast

import psutil

from gowa_desktop.domain.instance import InstanceState
from gowa_desktop.domain.versions import SIMULATOR
from gowa_desktop.infra.exit_records import read_reports
from gowa_desktop.services.commands.command_protocol import Verb
from tests.faults.harness import (
    LEDGER,
    Bench,
    Finding,
    Program,
    create,
    descendants,
    end_process,
    finish,
    free_ports,
    kill,
    launch_spec,
    lives,
    median,
    milliseconds,
    number,
    own_services,
    spawn,
    tell_simulator,
    temporary_folder,
    wait_for_answers,
    wait_until,
)

if TYPE_CHECKING:
    import subprocess

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.domain.instance import LaunchSpec
    from gowa_desktop.domain.json_types import JsonObject

_SEEN_LIMIT_S = 0.5
_RESPAWN_RATIO = 1.3
_MB = 1024 * 1024


# 1: kill -9 of a child


def killed_child(bench: Bench) -> Finding:
    """Kill children, one at a time, in turn with those of a bare respawn loop."""
    parts, is_kept = [], True
    for tag in bench.tags:
        with own_services(bench, tag) as services:
            seen, healthy, floor, report_problem = _kills(services, tag, bench.rounds(200, 25))
        ratio = median(healthy) / median(floor)
        is_kept = is_kept and max(seen) <= _SEEN_LIMIT_S and ratio <= _RESPAWN_RATIO and not report_problem
        parts.append(
            f"{tag}: {len(seen)} kills, seen after {milliseconds(median(seen))} (worst {milliseconds(max(seen))}), healthy again after "
            f"{milliseconds(median(healthy))}, bare loop {milliseconds(median(floor))}, ratio {ratio:.2f}{report_problem}"
        )
    return Finding("; ".join(parts), is_kept)


def _kills(services: Services, tag: str, count: int) -> tuple[list[float], list[float], list[float], str]:
    faults = "count=300" if tag == SIMULATOR else ""
    ids = [create(services, f"victim {number}", tag, faults).id for number in range(4)]
    for instance_id in ids:
        if (error := finish(services.instances.start(instance_id))) is not None:
            raise error
    spec = launch_spec(services, create(services, "bare", tag, faults).id)
    bare = spawn(spec)
    wait_for_answers([spec])
    seen, healthy, floor = [], [], []
    for turn in range(count):
        instance_id = ids[turn % len(ids)]
        services.instances.start(instance_id)  # a person stepped in, so the next failure is the first
        seen_s, healthy_s = _timed_kill(services, instance_id)
        seen.append(seen_s)
        healthy.append(healthy_s)
        bare, floor_s = _timed_respawn(bare, spec)
        floor.append(floor_s)
    end_process(bare)
    report = services.instances.last_exit(ids[0])
    wanted_lines = 200 if tag == SIMULATOR else 1
    if report is None or report.signal != 9 or len(report.log_tail) < wanted_lines:
        return seen, healthy, floor, f"; the report of the end is wrong: {report and (report.signal, len(report.log_tail))}"
    return seen, healthy, floor, ""


def _timed_kill(services: Services, instance_id: int) -> tuple[float, float]:
    process = services.processes.get(instance_id)
    ref = process.ref
    if ref is None:
        raise TimeoutError("the victim does not run")
    moments: dict[str, float] = {}

    def on_changed() -> None:
        if process.state is not InstanceState.RUNNING:
            moments.setdefault("seen", time.perf_counter())
        elif "seen" in moments:
            moments.setdefault("healthy", time.perf_counter())

    process.changed.connect(on_changed)
    begun = time.perf_counter()
    kill(ref.pid)
    wait_until(lambda: "healthy" in moments, 20)
    process.changed.disconnect(on_changed)
    return moments["seen"] - begun, moments["healthy"] - begun


def _timed_respawn(child: subprocess.Popen[bytes], spec: LaunchSpec) -> tuple[subprocess.Popen[bytes], float]:
    """Do what the plainest supervisor does: wait for the end, start again, until it answers."""
    begun = time.perf_counter()
    child.kill()
    child.wait(10)
    LEDGER.processes.discard(child)
    child = spawn(spec)
    wait_for_answers([spec])
    return child, time.perf_counter() - begun


# 16: a child that ignores TERM


def deaf_child(bench: Bench) -> Finding:
    """Stop children that ignore TERM: by waiting for the end of their grace, and by force."""
    with temporary_folder() as folder, Program(folder / "data") as program:
        ports = free_ports(2)
        for name, port in zip(("patient", "forced"), ports, strict=True):
            program.create(name, port, faults="ignore-term")
        program.all(Verb.START)
        pids = program.pids()
        begun = time.perf_counter()
        waiting = program.in_background(Verb.STOP)
        program.wait(lambda told: all(one["status"] == "stopping" for one in told.values()), 5)
        forced = time.perf_counter()
        program.ask(Verb.KILL, names=["forced"], all=False)
        forced_s = time.perf_counter() - forced
        is_kept = forced_s <= 2 and not lives(pids["forced"])
        if bench.is_quick:
            return Finding(f"by force after {milliseconds(forced_s)}; the 20 s of grace are not waited for with --quick", is_kept)
        program.wait(lambda told: told["patient"]["status"] == "stopped", 30)
        patient_s = time.perf_counter() - begun
        waiting.join(5)
        is_kept = is_kept and 19 <= patient_s <= 21 and not lives(pids["patient"])
        return Finding(f"after its grace {milliseconds(patient_s)}, by force {milliseconds(forced_s)}", is_kept)


# 17: grandchildren


def grandchildren(bench: Bench) -> Finding:
    """End GOWA in three ways while it has 50 helpers; none may be left."""
    count = bench.rounds(50, 20)
    parts, is_kept = [], True
    with temporary_folder() as folder, Program(folder / "data") as program:
        for name, port in zip(("stop", "kill", "kill -9"), free_ports(3), strict=True):
            program.create(name.replace(" ", "").replace("-", ""), port)
        program.all(Verb.START)
        for name, one in program.instances().items():
            pid, port = number(one["pid"]), number(one["port"])
            for _ in range(0, count, 10):
                tell_simulator(port, "/sim/faults", "grandchildren=10")
            below = descendants(pid)
            begun = time.perf_counter()
            if name in {Verb.STOP, Verb.KILL}:
                program.ask(name, names=[name], all=False)
            else:
                kill(pid)
            while any(lives(child) for child in below) and time.perf_counter() - begun < 2:
                time.sleep(0.01)
            left = sum(lives(child) for child in below)
            is_kept = is_kept and left == 0 and len(below) >= count
            parts.append(f"{name}: {left} of {len(below)} left after {milliseconds(time.perf_counter() - begun)}")
    return Finding("; ".join(parts), is_kept)


# 18: never ready


def never_ready(bench: Bench) -> Finding:
    """Start what never serves; with --quick the limit is 3 s in place of 60."""
    limit_s = bench.rounds(60, 3)
    prelude = f"from gowa_desktop.services.supervision import readiness\nreadiness.ReadinessProbe.begin.__defaults__ = ({limit_s * 1000},)\n"
    with temporary_folder() as folder, Program(folder / "data", prelude=prelude if bench.is_quick else "") as program:
        for name, port in zip(("deaf", "absent"), free_ports(2), strict=True):
            program.create(name, port, faults={"deaf": "never-ready", "absent": "never-listen"}[name])
        begun = time.perf_counter()
        outcomes = program.all(Verb.START)
        took_s = time.perf_counter() - begun
        told = program.instances()
    said = [str(cast("JsonObject", one["error"])["message"]) if one["ok"] is False else "succeeded" for one in outcomes]
    faults = [text for text in said if "did not become ready" not in text]
    faults += [f"shown as {one['status']} afterwards" for one in told.values() if one["status"] != "failed" or one["pid"] is not None]
    text = f"a listener that never accepts and one that never listens: told after {took_s:.1f} s"
    return Finding("; ".join([text, *dict.fromkeys(faults)]), not faults and limit_s * 0.95 <= took_s <= limit_s + 2)


# 19: hangs later


def hung_child(bench: Bench) -> Finding:
    """Hang one that accepts and never answers, and freeze one of each version; with --quick all times are a tenth."""
    scale = bench.rounds(1, 10)
    limit_s = 80 / scale
    tags = {"mute": SIMULATOR, "frozen": SIMULATOR} | {f"frozen {tag}": tag for tag in bench.programs}
    with temporary_folder() as folder:
        for tag in bench.programs:
            bench.install(folder / "data", tag)
        with Program(folder / "data", prelude=scaled_liveness(scale) if bench.is_quick else "") as program:
            back = _hang(program, tags, 40 + 90 / scale)
    shown = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in sorted(back.items()))
    margin_s = 1.0 if bench.is_quick else 0.0  # the start of the next process does not shrink with the times
    suffix = f" (times / {scale}, so the limit is {limit_s:.1f} s + start)" if bench.is_quick else ""
    return Finding(f"restarted after: {shown}{suffix}", max(back.values()) <= limit_s + margin_s)


def _hang(program: Program, tags: dict[str, str], timeout_s: float) -> dict[str, float]:
    """Hang what is called so and freeze the others; the answer is after how many seconds each was running anew."""
    for (name, tag), port in zip(tags.items(), free_ports(len(tags)), strict=True):
        program.create(name, port, tag)
    program.all(Verb.START)
    before = program.instances()
    begun = time.perf_counter()
    for name, one in before.items():
        if name == "mute":
            tell_simulator(number(one["port"]), "/sim/faults", "hang-after=0")
        else:
            psutil.Process(number(one["pid"])).suspend()
    back: dict[str, float] = {}

    def are_back(told: dict[str, JsonObject]) -> bool:
        for name, one in told.items():
            if one["status"] == "running" and one["pid"] != before[name]["pid"]:
                back.setdefault(name, time.perf_counter() - begun)
        return len(back) == len(tags)

    program.wait(are_back, timeout_s, 0.05)
    return back


def scaled_liveness(scale: int) -> str:
    """Make questions and grace come sooner."""
    return (
        "from gowa_desktop.services.supervision import liveness, supervised_process\n"
        f"liveness.ASK_INTERVAL_MS //= {scale}\n"
        f"liveness.ANSWER_LIMIT_MS //= {scale}\n"
        f"supervised_process.STOP_GRACE_MS //= {scale}\n"
        f"supervised_process.HANG_GRACE_MS //= {scale}\n"
    )


# 29: memory leak


def memory_leak(bench: Bench) -> Finding:
    """Give a growing instance a limit: one graceful restart within 30 s, and no second one within the hour."""
    with temporary_folder() as folder, Program(folder / "data") as program:
        instance_id = program.create("leak", free_ports(1)[0], faults="leak=60")
        program.end()
        with contextlib.closing(sqlite3.connect(program.data_dir / "gowa.db")) as database:
            database.execute("UPDATE instances SET memory_limit_mb = 100")
            database.commit()
        program.begin()
        program.all(Verb.START)
        before = program.pids()["leak"]
        over_s = _wait_for_rss(before, 100_000_000)
        program.wait(lambda told: told["leak"]["status"] == "running" and told["leak"]["pid"] != before, 60)
        took_s = time.perf_counter() - over_s
        again = program.pids()["leak"]
        reports = read_reports(program.folder(instance_id) / ".gowa-desktop-exits.jsonl")
        is_graceful = all(report.signal is None for report in reports)
        time.sleep(bench.rounds(12, 6))
        is_single = program.pids().get("leak") == again
    text = f"restarted {took_s:.1f} s after it went over, {'gracefully' if is_graceful else 'by force'}"
    return Finding(f"{text}, {'no' if is_single else 'a'} second restart while over again", took_s <= 30 and is_graceful and is_single)


def _wait_for_rss(pid: int, size: int) -> float:
    process, deadline = psutil.Process(pid), time.perf_counter() + 30
    while process.memory_info().rss <= size:
        if time.perf_counter() > deadline:
            raise TimeoutError("it does not grow")
        time.sleep(0.02)
    return time.perf_counter()
