"""Faults of bringing a version: cut connections, kills in the middle, wrong bytes, and a program that was deleted meanwhile."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from gowa_desktop.bootstrap import build
from gowa_desktop.domain.app_settings import NO_PROXY, PROXY, RELEASE_ADDRESS
from gowa_desktop.domain.errors import GowaError
from gowa_desktop.infra.version_files import list_versions, program_name
from gowa_desktop.services.commands.command_protocol import Verb
from tests.faults import rows_data
from tests.faults.harness import (
    Bench,
    Finding,
    NotRunHere,
    Program,
    create,
    end_process,
    finish,
    launch,
    lives,
    milliseconds,
    own_services,
    temporary_folder,
)
from tests.gowa_program import build_gowa, release_zip
from tests.release_server import ReleaseServer

if TYPE_CHECKING:
    from pathlib import Path

    from gowa_desktop.bootstrap import Services

_PLACES = 10
_PADDING = 4_000_000


# 10: half a download


def half_download(bench: Bench) -> Finding:
    """Cut the connection at ten places, then kill the program at random moments of an installation."""
    with ReleaseServer() as server:
        cuts = _cut(bench, server)
        kills = _killed(bench, server)
    return Finding(f"{cuts.measured}; {kills.measured}", cuts.is_kept and kills.is_kept)


def _cut(bench: Bench, server: ReleaseServer) -> Finding:
    chance = random.Random(10)
    with own_services(bench) as services:
        tag, data = _release(bench, services.paths.root)
        served = server.add(tag, data)
        places = sorted(chance.randrange(1, len(data)) for _ in range(_PLACES))
        served.cuts = [place - before for before, place in zip([0, *places], places, strict=False)]
        _use(services, server)
        begun = time.perf_counter()
        error = finish(services.versions.install(tag), 120)
        took = time.perf_counter() - begun
        whole = [asked for asked in server.asked if asked.path.endswith(".zip") and "Range" not in asked.headers]
        starts = error is None and _starts(bench, services, tag)
    text = f"cut at {_PLACES} places of {len(data) / 1e6:.0f} MB: {error or 'installed'} after {milliseconds(took)}, begun {len(whole)} time(s)"
    return Finding(text, starts and len(whole) == 1)


def _killed(bench: Bench, server: ReleaseServer) -> Finding:
    chance, rounds, seen, faults = random.Random(11), bench.rounds(12, 2), {"nothing": 0, "part": 0, "installed": 0}, []
    with temporary_folder() as folder:
        data_dir = folder / "data"
        services = build(data_dir)
        _use(services, server)
        services.close()
        tag, data = _release(bench, folder)
        server.releases.clear()
        server.add(tag, data).bytes_per_s = len(data) / 0.4
        for _ in range(rounds):
            server.asked.clear()
            with Program(data_dir) as program:
                # A process of its own asks: Qt's waiting in a thread here would hold up the server.
                asking = launch([sys.executable, "-m", "gowa_desktop", "--data-dir", str(data_dir), "versions", "install", tag])
                _wait_for_request(server)
                time.sleep(chance.uniform(0, 1.6))
                program.kill()
                end_process(asking)
            faults += _half_files(data_dir, tag, "after a kill")
            with Program(data_dir) as program:  # the next launch completes or undoes
                faults += _half_files(data_dir, tag, "after a launch")
                state = _state(data_dir / "bin" / "versions", tag)
                seen[state] += 1
                if state == "installed":
                    program.ask(Verb.REMOVE_VERSION, tag=tag)
        with Program(data_dir) as program:
            program.ask(Verb.INSTALL_VERSION, tag=tag)
        faults += _half_files(data_dir, tag, "at the end")
        is_there = _state(data_dir / "bin" / "versions", tag) == "installed"
    states = ", ".join(f"{count} {state}" for state, count in seen.items())
    text = f"{rounds} kills in the middle, next launch found: {states}; then installed: {'yes' if is_there else 'no'}"
    return Finding("; ".join([text, *faults[:2]]), not faults and is_there)


def _wait_for_request(server: ReleaseServer) -> None:
    deadline = time.monotonic() + 20
    while not server.paths("/download/"):
        if time.monotonic() > deadline:
            raise NotRunHere("the program did not begin to download")
        time.sleep(0.005)


def _state(versions: Path, tag: str) -> str:
    names = {path.name for path in versions.iterdir()} if versions.is_dir() else set()
    return "installed" if tag in names else "part" if names else "nothing"


def _half_files(data_dir: Path, tag: str, when: str) -> list[str]:
    """Tell of everything that is listed as installed and does not start."""
    listed = list_versions(data_dir / "bin" / "versions")
    return [f"{when}: {one.tag} is listed and does not start" for one in listed if one.tag != tag or not _answers(one.path)]


# 11: wrong checksum


def wrong_checksum(bench: Bench) -> Finding:
    """Serve a changed byte, a wrong digest and a wrong checksum file: each is refused, and the old version starts."""
    faults: list[str] = []
    slowest = 0.0
    with ReleaseServer() as server, own_services(bench) as services:
        tag, data = _release(bench, services.paths.root)
        old, old_data = _other(bench, data)
        server.add(old, old_data)
        _use(services, server)
        if (error := finish(services.versions.install(old), 120)) is not None:
            raise error
        for what in ("byte", "digest", "checksum file"):
            server.releases = [one for one in server.releases if one["tag_name"] == old]
            served = server.add(tag, data, wrong_digest=what == "digest", wrong_checksums=what == "checksum file")
            if what == "byte":
                changed = bytearray(data)
                changed[len(changed) // 3] ^= 1
                served.data = bytes(changed)
            begun = time.perf_counter()
            error = finish(services.versions.install(tag), 120)
            slowest = max(slowest, time.perf_counter() - begun)
            if error is None or error.code != "checksum":
                faults.append(f"wrong {what}: {error}")
            if sorted(path.name for path in services.paths.versions.iterdir()) != [old]:
                faults.append(f"wrong {what}: something was left behind")
        if not _starts(bench, services, old):
            faults.append("the old version does not start any more")
    text = f"byte, digest and checksum file wrong: refused within {milliseconds(slowest)}, nothing left, {old} starts"
    return Finding("; ".join(faults) or text, not faults)


# 12: deleted program, brought back


def deleted_program(bench: Bench) -> Finding:
    """Delete a version that runs; with real GOWA also install it again from its release, after which a restart works."""
    gone = rows_data.deleted_binary(bench)
    if not bench.programs:
        return gone
    back = _brought_back(bench)
    return Finding(f"{gone.measured}; {back.measured}", gone.is_kept and back.is_kept)


def _brought_back(bench: Bench) -> Finding:
    faults: list[str] = []
    with ReleaseServer() as server, own_services(bench) as services:
        tag = bench.newest
        server.add(tag, release_zip(bench.programs[tag].read_bytes()))
        _use(services, server)
        if (error := finish(services.versions.install(tag), 120)) is not None:
            raise error
        made = create(services, "shop", tag)
        if (error := finish(services.instances.start(made.id))) is not None:
            raise error
        first = services.instances.status(made.id).pid or 0
        services.versions.resolve(tag).path.unlink()
        refusal = finish(services.instances.restart(made.id))
        if refusal is None or refusal.code != "version_missing" or not lives(first):
            faults.append(f"restart without a program: {refusal}")
        begun = time.perf_counter()
        if (error := finish(services.versions.install(tag), 120)) is not None:
            faults.append(f"installed again: {error}")
        took = time.perf_counter() - begun
        if (error := finish(services.instances.restart(made.id))) is not None:
            faults.append(f"restart: {error}")
        finish(services.instances.stop(made.id))
    return Finding("; ".join(faults) or f"real GOWA installed again in {milliseconds(took)}, then restarted", not faults)


# What they share


def _use(services: Services, server: ReleaseServer) -> None:
    services.settings.set(RELEASE_ADDRESS, server.address)
    services.settings.set(PROXY, NO_PROXY)


def _release(bench: Bench, folder: Path) -> tuple[str, bytes]:
    """Give a tag and a release zip: of real GOWA where there is one, else of a program that passes for it.

    Raises:
        NotRunHere: there is neither.
    """
    if bench.programs:
        return bench.newest, release_zip(bench.programs[bench.newest].read_bytes())
    folder.mkdir(parents=True, exist_ok=True)
    program = build_gowa(folder)
    if program is None:
        raise NotRunHere("needs real GOWA or a C compiler")
    return "v9.2.0", release_zip(program.read_bytes(), padding=_PADDING)


def _other(bench: Bench, data: bytes) -> tuple[str, bytes]:
    """Give another version than `_release`, and its zip."""
    if len(bench.programs) > 1:
        tag = list(bench.programs)[1]
        return tag, release_zip(bench.programs[tag].read_bytes())
    return "v8.11.0", data


def _starts(bench: Bench, services: Services, tag: str) -> bool:
    """Start an instance of real GOWA; the program that passes for it can only tell its help."""
    if not bench.programs:
        return _answers(services.versions.resolve(tag).path)
    made = create(services, f"with {tag}", tag)
    try:
        return finish(services.instances.start(made.id)) is None
    except GowaError:
        return False
    finally:
        finish(services.instances.stop(made.id))


def _answers(program: Path) -> bool:
    if program.name != program_name():
        return False
    try:
        result = subprocess.run([program, "rest", "--help"], capture_output=True, check=False, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return result.returncode == 0 and b"--port" in result.stdout
