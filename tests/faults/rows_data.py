"""Faults of what is on the disk: stored settings, GOWA's own program, the data folder and its name."""

from __future__ import annotations

import contextlib
import json
import random
import shutil
import sqlite3
import sys
from typing import TYPE_CHECKING

from gowa_desktop.bootstrap import build
from gowa_desktop.domain.instance import InstanceState, NewInstance
from gowa_desktop.infra.version_files import program_name
from gowa_desktop.services.commands.command_protocol import Verb
from tests.faults.harness import (
    REPOSITORY,
    Bench,
    Finding,
    NotRunHere,
    Program,
    answers,
    create,
    finish,
    free_ports,
    kill,
    lives,
    mounted,
    own_services,
    pump,
    temporary_folder,
    wait_until,
)
from tests.simulated_versions import script_begin

if TYPE_CHECKING:
    from pathlib import Path

    from gowa_desktop.bootstrap import Services


# 12: deleted program of GOWA


def deleted_binary(bench: Bench) -> Finding:
    """Delete an installed version while it runs: it goes on, a restart is refused, and a crash tells why it is not back."""
    faults: list[str] = []
    with own_services(bench) as services:
        tag = "v9.2.0"
        version = services.paths.versions / tag
        _install_stand_in(version / program_name())
        for name in ("restarted", "crashed"):
            made = services.instances.create(NewInstance(name=name, port=free_ports(1)[0], gowa_version=tag))
            if (error := finish(services.instances.start(made.id))) is not None:
                raise error
        shutil.rmtree(version)
        restarted, crashed = services.instances.statuses()
        refusal = finish(services.instances.restart(restarted.id))
        if refusal is None or refusal.code != "version_missing":
            faults.append(f"restart: {refusal}")
        if not lives(restarted.pid or 0) or services.instances.status(restarted.id).status is not InstanceState.RUNNING:
            faults.append("the refused restart ended it")
        kill(crashed.pid or 0)
        with contextlib.suppress(TimeoutError):
            wait_until(lambda: "not installed" in (services.instances.status(crashed.id).error_message or ""), 5)
        after = services.instances.status(crashed.id)
        if "not installed" not in (after.error_message or ""):
            faults.append(f"after a crash: {after.status}, {after.error_message}")
    return Finding("; ".join(faults) or "goes on; restart refused, naming the version; a crash afterwards tells the same", not faults)


def _install_stand_in(program: Path) -> None:
    """Make a program file that is the simulator, so that there is something to delete."""
    program.parent.mkdir(parents=True, mode=0o700, exist_ok=True)
    lines = (
        f"{script_begin()}import sys",
        f"sys.path.insert(0, {str(REPOSITORY)!r})",
        "from gowa_desktop.simulator.program import main",
        "main(sys.argv[1:])",
    )
    program.write_text("\n".join(lines) + "\n")
    program.chmod(0o755)


# 13: blocked program of GOWA


def blocked_binary(bench: Bench) -> Finding:
    """Take the right to run from an installed version, and put it on a disk without programs: one attempt, then words."""
    if sys.platform == "win32":
        raise NotRunHere("Windows has no permission to execute; its words are in the unit tests")
    faults: list[str] = []
    with own_services(bench) as services:
        tag = "v9.2.0"
        program = services.paths.versions / tag / program_name()
        _install_stand_in(program)
        made = services.instances.create(NewInstance(name="shop", port=free_ports(1)[0], gowa_version=tag))
        if (error := finish(services.instances.start(made.id))) is not None:
            raise error
        running = services.instances.status(made.id)
        program.chmod(0o644)
        refusal = finish(services.instances.restart(made.id))
        if refusal is None or refusal.code != "program_blocked" or not lives(running.pid or 0):
            faults.append(f"restart: {refusal}")
        kill(running.pid or 0)
        pump(bench.rounds(10, 2))
        after = services.instances.status(made.id)
        told = after.error_message or ""
        if after.status is not InstanceState.FAILED or after.retry_in_s is not None or str(program) not in told or "chmod" not in told:
            faults.append(f"after a crash: {after.status}, {told}")
        attempts = after.restart_count
        program.chmod(0o755)
        if (error := finish(services.instances.start(made.id))) is not None:
            faults.append(f"allowed again: {error}")
        finish(services.instances.stop(made.id))
        noexec = _on_noexec_disk(services, made.id, program, faults)
    text = f"restart refused while it runs; after a crash {attempts} attempt, then failed with path and remedy; {noexec}"
    return Finding("; ".join(faults) or text, not faults and attempts == 1)


def _on_noexec_disk(services: Services, instance_id: int, program: Path, faults: list[str]) -> str:
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(mounted(program.parent, "-t", "tmpfs", "-o", "noexec,size=1m", "tmpfs"))
        except NotRunHere as reason:
            return f"noexec not tried: {reason}"
        _install_stand_in(program)
        refusal = finish(services.instances.start(instance_id))
        if refusal is None or "noexec" not in refusal.message:
            faults.append(f"noexec: {refusal}")
    return "a disk without programs (noexec) named as such"


# 14: damaged settings


def damaged_settings(bench: Bench) -> Finding:
    """Change the stored settings of one instance at random, as a slip in an editor does; it must say so, and the others must start."""
    rounds, chance = bench.rounds(1000, 150), random.Random(14)
    told, faults = 0, list[str]()
    with own_services(bench) as services:
        bad, good = create(services, "bad").id, create(services, "good").id
        data_dir = services.paths.root
        text = json.dumps({"flags": {"webhookSecret": "s" * 16, "debug": True}, "env": {"A": "b"}}, indent=1)
        services.close()
        for _ in range(rounds):
            mutated = _mutate(text, chance)
            with contextlib.closing(sqlite3.connect(data_dir / "gowa.db")) as database:
                database.execute("UPDATE instances SET config = ? WHERE id = ?", (mutated, bad))
                database.commit()
            again = build(data_dir)
            try:
                told += again.instances.status(bad).error_message is not None
                again.instances.connection(good)
                again.instances.connection(bad)
            except Exception as problem:  # noqa: BLE001 - whatever escapes is the fault that is looked for
                faults.append(f"{mutated[:60]!r}: {type(problem).__name__}: {problem}")
            finally:
                again.close()
        last = build(data_dir)
        outcome = finish(last.instances.start(good))
        last.close()
        if outcome is not None:
            faults.append(f"the other one: {outcome}")
    return Finding(f"{rounds} mutations: {told} told as unreadable, {len(faults)} broke anything {faults[:1] or ''}", not faults)


def _mutate(text: str, chance: random.Random) -> str:
    place = chance.randrange(len(text))
    kind = chance.randrange(4)
    if kind == 0:
        return text[:place] + text[place + chance.randrange(1, 12) :]
    if kind == 1:
        return text[:place] + chance.choice(["{", "}", '"', ",", "\n", "\\", "null", "1e999", "[", "\u2028"]) + text[place:]
    if kind == 2:
        return text[:place] + chr(chance.randrange(1, 0x2FF)) + text[place + 1 :]
    return text[:place]


# 24: awkward names

_WORDS = (
    "with space", " leading", "trailing ", "two  spaces", "single'quote", 'double"quote', "back`tick", "$HOME", "$(touch pwned)", "%TEMP%",
    "semi;colon", "am&persand", "pipe|pipe", "less<more>", "star*", "question?", "[brackets]", "{braces}", "(parens)", "#hash", "ex!claim",
    "tilde~", "at@sign", "caret^", "equals=equals", "comma,comma", "colon:colon", "plus+plus", "percent%20", "back\\slash", "-dash",
    "--double-dash", "..dots", "dot.", ".hidden", "tab\tin", "line\nbreak", "café", "cafe\u0301", "ñandú", "Ünïcödé", "Привет", "你好世界",
    "日本語", "한국어", "العربية", "עברית", "ไทย", "हिन्दी", "emoji 😀", "family 👨\u200d👩\u200d👧", "flag 🇮🇩", "zero\u200bwidth",
    "rtl\u202eoverride", "nbsp\u00a0space", "x" * 240, "long/" + "y" * 200, "CON", "nul.txt", "a" * 100 + "/" + "b" * 100,
)  # fmt: skip


def awkward_paths(bench: Bench) -> Finding:
    """Create, start, stop and read an instance in data folders of awkward names; the strangest with the real program."""
    faults = []
    words = _WORDS if not bench.is_quick else _WORDS[::4]
    for word in words:
        with temporary_folder() as folder:
            try:
                _live_in(bench, folder / word)
            except Exception as error:  # noqa: BLE001 - whatever it is, this name does not work
                faults.append(f"{word[:30]!r}: {type(error).__name__}: {str(error)[:150]}")
    whole = ("emoji 😀 'it' $(x)", "z" * 240, "line\nbreak", "-dash")[: bench.rounds(4, 2)]
    for word in whole:
        with temporary_folder() as folder, Program(folder / word) as program:
            program.create("shop", free_ports(1)[0])
            outcomes = [*program.all(Verb.START), *program.all(Verb.STOP)]
            faults += [f"{word[:30]!r}: {one}" for one in outcomes if one["ok"] is not True]
    return Finding(f"{len(words)} names, {len(whole)} of them with the whole program: {'; '.join(faults[:3]) or 'all work'}", not faults)


def _live_in(bench: Bench, data_dir: Path) -> None:
    with own_services(bench, data_dir=data_dir) as services:
        made = create(services, "shop")
        for begin in (services.instances.start, services.instances.stop, services.instances.start):
            if (error := finish(begin(made.id))) is not None:
                raise error
        if not answers(made.port or 0) or not services.instances.log_tail(made.id, 5):
            raise TimeoutError("it does not answer or has no log")
