"""Faults of the disk under the data folder: full, read-only, gone."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

from gowa_desktop.domain.errors import GowaError
from gowa_desktop.services.commands.command_protocol import Verb
from gowa_desktop.store.database import is_sound
from tests.faults.harness import (
    LEDGER,
    Bench,
    Finding,
    NotRunHere,
    Program,
    free_ports,
    kill,
    launch,
    lives,
    milliseconds,
    mount,
    mounted,
    temporary_folder,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_MB = 1_000_000
_DISK_MB = 20_000
"""Of a disk of this size 5 % are 1 GB; the file it is in takes a few megabytes, for what fills it is only reserved."""


# 7: full disk


def full_disk(bench: Bench) -> Finding:
    """Fill the disk of the data folder step by step, live on it, kill and launch the program on it, and free it again."""
    faults: list[str] = []
    with temporary_folder() as folder, _small_disk(folder) as disk, Program(disk / "data") as program:
        for name, port in zip(("calm", "stopped", "killed"), free_ports(3), strict=True):
            program.create(name, port, faults="log-every=200")
        program.all(Verb.START)
        before, defined = program.pids(), _definitions(program)
        said = [len(program.said())]

        def told(words: str, what: str, limit_s: float = 8.0) -> float:
            try:
                return program.wait_to_say(words, limit_s, said[0])
            except TimeoutError as error:
                faults.append(f"{what}: {error}")
                return limit_s

        _leave_free(disk, 900 * _MB)
        low_s = told("MB are free", "below 1 GB and 5 %")
        _leave_free(disk, 150 * _MB)
        scarce_s = told("wait until there is room", "below 200 MB")
        _leave_free(disk, 0)
        faults += _life_on_full_disk(program, before)
        program.kill()
        said[0] = len(program.said())
        program.begin()
        up_s = time.perf_counter() - program.launched_s
        faults += [f"after a launch on the full disk: {fault}" for fault in _as_before(program, before, ("calm", "stopped"))]
        stopped = program.ask(Verb.STOP, names=["stopped"], all=False)
        if lives(before["stopped"]):
            faults.append(f"a stop on the full disk leaves the process: {stopped}")
        for file in disk.glob("filler-*"):
            file.unlink()
        over_s = told("Over:", "room again")
        faults += _after_the_flood(program, before, defined)
    text = (
        f"warned after {milliseconds(low_s)} below 1 GB and 5 %, copies and own log waited {milliseconds(scarce_s)} after 200 MB; on the full "
        f"disk instances go on, a stop works, a new one is refused in words; killed and launched on it: up after {milliseconds(up_s)}; "
        f"room again seen after {milliseconds(over_s)}, every definition and wish stored"
    )
    return Finding("; ".join(faults) or text, not faults)


@contextlib.contextmanager
def _small_disk(folder: Path) -> Iterator[Path]:
    """Give a disk of its own, in a file that takes hardly any room."""
    if shutil.which("mkfs.ext4") is None:
        raise NotRunHere("there is no mkfs.ext4 to make a disk with")
    image, place = folder / "image", folder / "disk"
    place.mkdir()
    with image.open("wb") as file:
        file.truncate(_DISK_MB * _MB)
    words = ["mkfs.ext4", "-q", "-m", "0", "-N", "4096", "-J", "size=8", "-E", "lazy_itable_init=1,lazy_journal_init=1", os.fspath(image)]
    done = subprocess.run(words, check=False, capture_output=True, text=True)
    if done.returncode:
        raise NotRunHere(f"a disk in a file is not possible here ({done.stderr.strip()})")
    with mounted(place, "-o", "loop", os.fspath(image)):
        yield place


def _leave_free(disk: Path, wanted: int) -> None:
    """Reserve room until so many bytes are free, the last of them by writing."""
    if sys.platform == "win32":
        raise NotRunHere("room is reserved in ways of Unix")
    free = shutil.disk_usage(disk).free
    filler = disk / f"filler-{len(list(disk.glob('filler-*')))}"
    with filler.open("wb") as file:
        with contextlib.suppress(OSError):
            os.posix_fallocate(file.fileno(), 0, max(1, free - wanted))
        if wanted == 0:
            file.seek(0, os.SEEK_END)
            with contextlib.suppress(OSError):
                while True:
                    os.write(file.fileno(), b"x" * 512)


def _life_on_full_disk(program: Program, before: dict[str, int]) -> list[str]:
    faults = []
    free = shutil.disk_usage(program.data_dir).free
    if free > 100_000:
        faults.append(f"{free} bytes are still free")
    kill(before["killed"])
    try:
        program.create("new", free_ports(1)[0])
        faults.append("a new instance was taken on the full disk")
    except GowaError as error:
        if "full" not in error.message and "No space" not in error.message:
            faults.append(f"a new instance was refused with: {error}")
    time.sleep(1.0)
    if program.process.poll() is not None:
        faults.append("the program ended")
    return faults + _as_before(program, before, ("calm", "stopped"))


def _as_before(program: Program, before: dict[str, int], names: tuple[str, ...]) -> list[str]:
    now = program.pids()
    return [f"{name} has another process" for name in names if now.get(name) != before[name] or not lives(before[name])]


def _after_the_flood(program: Program, before: dict[str, int], defined: dict[str, object]) -> list[str]:
    faults = _as_before(program, before, ("calm",))
    since = time.time()
    try:
        program.create("later", free_ports(1)[0])
        program.ask(Verb.START, names=["killed"], all=False)
        program.wait(lambda told: told["killed"]["status"] == "running" and told["stopped"]["status"] == "stopped", 10)
    except (GowaError, TimeoutError) as error:
        faults.append(f"with room again: {error}")
    deadline = time.monotonic() + 10
    while not any(copy.stat().st_mtime > since for copy in program.data_dir.glob("backups/gowa-last-*.db")):
        if time.monotonic() > deadline:
            faults.append("no copy of the database was made with room again")
            break
        time.sleep(0.05)
    program.end()
    if not is_sound(program.data_dir / "gowa.db"):
        faults.append("the database is damaged")
    program.begin()
    found = _definitions(program)
    faults += [f"{name} is {found.get(name)} and was {wanted}" for name, wanted in defined.items() if found.get(name) != wanted]
    wishes = {name: one["desired"] for name, one in program.instances().items()}
    if wishes != {"calm": "running", "stopped": "stopped", "killed": "running", "later": "stopped"}:
        faults.append(f"wishes afterwards: {wishes}")
    return faults


def _definitions(program: Program) -> dict[str, object]:
    return {name: (one["id"], one["key"], one["port"], one["gowa_version"]) for name, one in program.instances().items()}


# 23: data folder that cannot be used


def unusable_folder(bench: Bench) -> Finding:
    """Begin on folders that cannot be written or made, take the folder away from a running program, and bring all of it back."""
    shown: list[float] = []
    back: list[float] = []
    with temporary_folder() as folder:
        folder.chmod(0o755)
        lost: list[_MovedFolder | _Drive] = [_MovedFolder(folder / "moved")]
        with contextlib.suppress(NotRunHere):
            lost.append(_Drive(folder / "unmounted"))
        parts = [
            *(partial(_begun_read_only, folder / f"begun-{has_window}", shown, back, has_window=has_window) for has_window in (False, True)),
            partial(_begun_unmakeable, folder, shown, back),
            partial(_begun_on_file, folder),
            *(partial(_vanished, one) for one in lost),
        ]
        with ThreadPoolExecutor(2) as pool:
            faults = [fault for found in [pool.submit(part) for part in parts] for fault in found.result()]
    vanishings = " and unmounted" if len(lost) > 1 else ""
    text = (
        f"unwritable and unmakeable: shown as they are, with the reason, after {milliseconds(max(shown))} at most; changes refused; at work "
        f"{milliseconds(max(back))} after it can be written at most; a file in its place: one sentence; moved away{vanishings} while running: "
        "instances go on, told, over when it is back"
    )
    return Finding("; ".join(faults) or text, not faults and max(shown) <= 2)


def _begun_on_file(folder: Path) -> list[str]:
    (folder / "file").touch()
    code, said = _refused_launch(folder / "file", folder)
    return [] if code == 1 and said.count("\n") == 1 and "Traceback" not in said else [f"a file in its place: code {code}, {said[-200:]!r}"]


def _begun_read_only(folder: Path, shown: list[float], back: list[float], *, has_window: bool) -> list[str]:
    folder.mkdir()
    data_dir, kind = folder / "data", "window" if has_window else "no window"
    with Program(data_dir) as program:
        program.create("shop", free_ports(1)[0])
        program.create("other", free_ports(1)[0])
        program.ask(Verb.START, names=["shop"], all=False)
        before = program.pids()
        program.kill()
    faults = []
    with _read_only(data_dir), Program(data_dir, has_window=has_window, through=_humble()) as program:
        shown.append(time.perf_counter() - program.launched_s)
        if program.pids() != before or program.states() != {"shop": "running", "other": "stopped"}:
            faults.append(f"{kind}: shows {program.states()}")
        if not has_window and "cannot be written" not in program.said():
            faults.append(f"does not say why: {program.said()[-200:]!r}")
        there = _listing(data_dir)
        for verb, name in ((Verb.START, "other"), (Verb.STOP, "shop"), (Verb.DELETE, "other")):
            outcomes = program.ask(verb, names=[name], all=False)
            if "folder_unusable" not in str(outcomes):
                faults.append(f"{kind}: {verb} was answered with {outcomes}")
        if _listing(data_dir) != there or not lives(before["shop"]):
            faults.append(f"{kind}: something was changed")
        _make_writable(data_dir)
        begun = time.perf_counter()
        faults += _works_again(program, "other", kind)
        back.append(time.perf_counter() - begun)
        if program.pids().get("shop") != before["shop"]:
            faults.append(f"{kind}: the instance has another process afterwards")
    return faults


def _works_again(program: Program, name: str, kind: str) -> list[str]:
    deadline, answer = time.monotonic() + 10, ""
    while time.monotonic() < deadline:
        with contextlib.suppress(GowaError):  # between the two its socket may be away for a moment
            answer = str(program.ask(Verb.START, names=[name], all=False))
            if "'ok': True" in answer:
                return []
        time.sleep(0.05)
    return [f"{kind}: does not work again: {answer}"]


def _begun_unmakeable(folder: Path, shown: list[float], back: list[float]) -> list[str]:
    closed = folder / "closed"
    closed.mkdir(mode=0o555)
    closed.chmod(0o555)
    one = Program(closed / "data", through=_humble())
    one.errors = folder / "unmakeable.stderr"
    with one as program:
        shown.append(time.perf_counter() - program.launched_s)
        faults = [] if program.instances() == {} and "cannot be made" in program.said() else [f"unmakeable: {program.said()[-200:]!r}"]
        closed.chmod(0o755)
        begun, deadline = time.perf_counter(), time.monotonic() + 10
        while time.monotonic() < deadline:
            with contextlib.suppress(GowaError):
                program.create("shop", free_ports(1)[0])
                back.append(time.perf_counter() - begun)
                return faults
            time.sleep(0.05)
    return [*faults, "unmakeable: does not work when it can be made"]


def _refused_launch(place: Path, folder: Path) -> tuple[int, str]:
    errors = folder / "errors"
    with errors.open("wb") as stream:
        process = launch([sys.executable, "-m", "gowa_desktop", "--no-window", "--data-dir", str(place)], stream)
        try:
            code = process.wait(20)
        except subprocess.TimeoutExpired:
            code = -1
            process.kill()
            process.wait(10)
    LEDGER.processes.discard(process)
    return code, errors.read_text(errors="replace")


def _humble() -> list[str]:
    """Give what goes before a command so that permissions count: the superuser may write everywhere.

    Raises:
        NotRunHere: the superuser cannot give that right up here.
    """
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return []
    if shutil.which("setpriv") is None:
        raise NotRunHere("run by the superuser, who may write everywhere, and without setpriv")
    return ["setpriv", "--inh-caps=-all", "--bounding-set=-dac_override,-dac_read_search"]


@contextlib.contextmanager
def _read_only(folder: Path) -> Iterator[None]:
    for path in (folder, *folder.rglob("*")):
        path.chmod(path.stat().st_mode & ~0o222)
    try:
        yield
    finally:
        _make_writable(folder)


def _make_writable(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        with contextlib.suppress(FileNotFoundError):
            path.chmod(path.stat().st_mode | 0o200)


def _listing(folder: Path) -> dict[Path, tuple[int, int]]:
    """Give sizes and times of everything but what GOWA itself writes."""
    own = (path for path in folder.rglob("*") if path.is_file() and not {"logs", "storages", "statics"} & set(path.parts))
    return {path: (path.stat().st_size, path.stat().st_mtime_ns) for path in own}


class _MovedFolder:
    """A data folder that somebody moves away and back."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self._away = place.with_name(f"{place.name}-away")

    def take(self) -> None:
        """Take it away."""
        self.place.rename(self._away)

    def bring_back(self) -> None:
        """Bring it back, in the place of whatever was made there meanwhile."""
        if self.place.exists():
            shutil.rmtree(self.place)
        self._away.rename(self.place)


class _Drive:
    """A data folder on a drive that is taken out and put in again."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self._drive = place.with_name(f"{place.name}-drive")
        self._drive.mkdir()
        place.mkdir()
        self.bring_back()

    def take(self) -> None:
        """Take it out, although it is in use."""
        subprocess.run(["umount", "-l", self.place], check=True, capture_output=True)
        LEDGER.mounts.discard(self.place)

    def bring_back(self) -> None:
        """Put it in."""
        mount(self.place, "--bind", os.fspath(self._drive))


def _vanished(lost: _MovedFolder | _Drive) -> list[str]:
    faults = []
    with Program(lost.place) as program:
        program.create("shop", free_ports(1)[0])
        program.create("other", free_ports(1)[0])
        program.ask(Verb.START, names=["shop"], all=False)
        before = program.pids()
        lost.take()
        try:
            program.wait_to_say("What runs goes on running", 8)
        except TimeoutError as error:
            faults.append(str(error))
        answer = ""
        with contextlib.suppress(GowaError):
            answer = str(program.ask(Verb.START, names=["other"], all=False))
        if "'ok': False" not in answer:
            faults.append(f"a start without the folder was answered with {answer}")
        if program.process.poll() is not None or not lives(before["shop"]) or program.states()["shop"] != "running":
            faults.append("the vanished folder ended the program or its instance")
        lost.bring_back()
        try:
            program.wait_to_say("Over:", 8)
        except TimeoutError as error:
            faults.append(str(error))
        refused = [one for one in program.all(Verb.START) if one["ok"] is not True]
        if refused or program.pids().get("shop") != before["shop"]:
            faults.append(f"after it was back: {refused}")
        program.all(Verb.STOP)
        program.end()
    if isinstance(lost, _Drive):
        lost.take()
    return faults
