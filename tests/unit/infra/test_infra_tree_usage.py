"""What process trees use agrees with an independent reading of the system, for trees of every kind.

Processes are held still while both read them, so the figures must agree to the byte and to the tick, however busy the computer is.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from gowa_desktop.infra import linux_usage
from gowa_desktop.infra.process_tree import ProcessRef, describe
from gowa_desktop.infra.tree_usage import TreeReader, unique_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
can_freeze = pytest.mark.skipif(not hasattr(os, "sched_yield"), reason="the tree is held still with SIGSTOP")

_TELL = "import os, sys, subprocess, threading, time\ndef tell(word): os.write(1, f'{word}\\n'.encode())\n"
IDLE = _TELL + "tell('ready')\nsys.stdin.read()"
BUSY = _TELL + "tell('ready')\nwhile os.times().user < 600: pass"
"""Ends by itself should the test die."""
THREADS = (
    _TELL
    + """
go = threading.Event()
threads = [threading.Thread(target=go.wait) for _ in range(20)]
for thread in threads: thread.start()
tell('ready')
sys.stdin.read()
go.set()
"""
)
MEMORY = _TELL + "held = bytearray(os.urandom(1) * 60_000_000)\ntell('ready')\nsys.stdin.read()"
FAMILY = (
    _TELL
    + """
if len(sys.argv) > 1 and int(sys.argv[1]):
    child = subprocess.Popen([sys.executable, '-I', '-S', '-c', open(sys.argv[2]).read(), str(int(sys.argv[1]) - 1), sys.argv[2]])
tell('ready')
sys.stdin.read()
"""
)
CHILD_THAT_ENDS = (
    _TELL
    + """
tell('ready')
for line in sys.stdin:
    subprocess.run([sys.executable, '-I', '-S', '-c', 'import os\\nwhile os.times().user < 0.3: pass'])
    tell('done')
"""
)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Start a program, wait until so many processes of it are ready; at the end its whole tree is ended."""
    started: list[subprocess.Popen[bytes]] = []

    def begin(program: str, ready: int = 1) -> subprocess.Popen[bytes]:
        (tmp_path / "program.py").write_text(program)
        words = [sys.executable, "-I", "-S", "-c", program, str(ready - 1), str(tmp_path / "program.py")]
        child = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        started.append(child)
        for _ in range(ready):
            heard(child, b"ready\n")
        return child

    yield begin
    for child in started:
        with contextlib.suppress(psutil.NoSuchProcess):
            for one in psutil.Process(child.pid).children(recursive=True):
                one.kill()
        child.kill()
        child.communicate()


def heard(child: subprocess.Popen[bytes], word: bytes) -> None:
    assert child.stdout is not None
    assert child.stdout.readline() == word


def ref_of(child: subprocess.Popen[bytes]) -> ProcessRef:
    found = describe(child.pid)
    assert found is not None
    return found


def freeze(child: subprocess.Popen[bytes]) -> list[psutil.Process]:
    """Hold a tree still, so that two readings of it agree; the answer is its processes."""
    processes = [psutil.Process(child.pid), *psutil.Process(child.pid).children(recursive=True)]
    for process in processes:
        process.suspend()
        while process.status() != psutil.STATUS_STOPPED:
            os.sched_yield()
    return processes


def thaw(processes: list[psutil.Process]) -> None:
    for process in processes:
        process.resume()


def independent(processes: list[psutil.Process]) -> tuple[float, int, int]:
    """Read CPU seconds, resident bytes and threads once more, by other files of `/proc` than the reader uses where there are any."""
    seconds, memory, threads = 0.0, 0, 0
    for process in processes:
        times = process.cpu_times()
        seconds += times.user + times.system
        if sys.platform == "linux":
            fields = dict(line.split(":", 1) for line in Path(f"/proc/{process.pid}/status").read_text().splitlines())
            memory += int(fields["VmRSS"].split()[0]) * 1024
            threads += len(list(Path(f"/proc/{process.pid}/task").iterdir()))
        else:
            memory += process.memory_info().rss
            threads += process.num_threads()
    return seconds, memory, threads


@can_freeze
@pytest.mark.parametrize(
    ("program", "count"), [(IDLE, 1), (BUSY, 1), (THREADS, 1), (MEMORY, 1), (FAMILY, 4)], ids=["idle", "busy", "threads", "memory", "family"]
)
def test_figures_agree_with_an_independent_reading(start: Callable[..., subprocess.Popen[bytes]], program: str, count: int) -> None:
    child = start(program, count)
    reader, root = TreeReader(), ref_of(child)
    processes = freeze(child)
    first, first_seen = reader.read({1: root})[1], independent(processes)
    thaw(processes)
    if program == BUSY:
        while psutil.Process(child.pid).cpu_times().user < first_seen[0] + 0.2:
            os.sched_yield()
    freeze(child)
    second, second_seen = reader.read({1: root})[1], independent(processes)

    assert second.process_count == count == len(processes)
    assert second.thread_count == second_seen[2]
    assert abs(second.memory_bytes - second_seen[1]) <= 0.01 * second_seen[1]
    # Two points of a second are 0.02 s; the same ticks were read, so far less may differ.
    assert second.cpu_seconds - first.cpu_seconds == pytest.approx(second_seen[0] - first_seen[0], abs=0.011)
    if program == BUSY:
        assert second.cpu_seconds - first.cpu_seconds > 0.15


@linux_only
def test_time_of_a_child_that_ended_between_readings_is_counted(start: Callable[..., subprocess.Popen[bytes]]) -> None:
    child = start(CHILD_THAT_ENDS)
    reader, root = TreeReader(), ref_of(child)
    before = reader.read({1: root})[1]
    assert child.stdin is not None
    child.stdin.write(b"go\n")
    child.stdin.flush()
    heard(child, b"done\n")
    after = reader.read({1: root})[1]
    assert after.process_count == 1
    assert after.cpu_seconds - before.cpu_seconds >= 0.28


@can_freeze
def test_time_of_a_child_that_was_seen_and_ended_is_not_counted_twice(start: Callable[..., subprocess.Popen[bytes]]) -> None:
    child = start(FAMILY, 2)
    reader, root = TreeReader(), ref_of(child)
    before = reader.read({1: root})[1]
    assert before.process_count == 2
    psutil.Process(child.pid).children()[0].kill()
    while reader.read({1: root})[1].process_count == 2:
        os.sched_yield()
    after = reader.read({1: root})[1]
    assert after.process_count == 1
    assert 0.0 <= after.cpu_seconds - before.cpu_seconds < 0.2


def test_read_leaves_out_the_dead_and_the_stranger(start: Callable[..., subprocess.Popen[bytes]]) -> None:
    first, second = start(IDLE), start(IDLE)
    roots = {1: ref_of(first), 2: ref_of(second), 3: replace(ref_of(second), start_time=ref_of(second).start_time - 5)}
    reader = TreeReader()
    assert set(reader.read(roots)) == {1, 2}
    first.kill()
    first.wait()
    assert set(reader.read(roots)) == {2}
    assert reader.read({}) == {}


@linux_only
def test_zombie_root_is_left_out(start: Callable[..., subprocess.Popen[bytes]]) -> None:
    child = start(IDLE)
    root, reader = ref_of(child), TreeReader()
    assert set(reader.read({1: root})) == {1}
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert reader.read({1: root}) == {}


@linux_only
def test_child_that_came_later_is_found(start: Callable[..., subprocess.Popen[bytes]]) -> None:
    """Pids once seen outside are passed over; new ones never are."""
    quiet, parent = start(IDLE), start(_TELL + "tell('ready')\nfor line in sys.stdin: subprocess.Popen(['sleep', '60']); tell('done')")
    reader, roots = TreeReader(), {1: ref_of(parent)}
    assert [reader.read(roots)[1].process_count for _ in range(3)] == [1, 1, 1]
    assert parent.stdin is not None
    parent.stdin.write(b"go\n")
    parent.stdin.flush()
    heard(parent, b"done\n")
    assert reader.read(roots)[1].process_count == 2
    assert reader.read({**roots, 2: ref_of(quiet)})[2].process_count == 1, "what was a stranger becomes a root"


def test_open_files_are_counted_when_asked_for(start: Callable[..., subprocess.Popen[bytes]], tmp_path: Path) -> None:
    opening = f"held = [open({str(tmp_path / 'program.py')!r}) for _ in range(30)]\n"
    plain, many = start(IDLE), start(_TELL + opening + "tell('ready')\nsys.stdin.read()")
    reader = TreeReader()
    roots = {1: ref_of(plain), 2: ref_of(many)}
    assert reader.read(roots)[1].open_files is None
    counted = reader.read(roots, counts_files=True)
    assert (counted[2].open_files or 0) - (counted[1].open_files or 0) >= 30


@linux_only
def test_unique_memory_is_part_of_the_resident_one(start: Callable[..., subprocess.Popen[bytes]]) -> None:
    child = start(MEMORY)
    root = ref_of(child)
    unique = unique_bytes(root)
    assert unique is not None
    assert 60_000_000 <= unique <= TreeReader().read({1: root})[1].memory_bytes * 1.01
    child.kill()
    child.wait()
    assert unique_bytes(root) is None


@linux_only
def test_reading_survives_processes_that_come_and_go(start: Callable[..., subprocess.Popen[bytes]]) -> None:
    program = _TELL + "tell('ready')\nwhile True: subprocess.run(['true'])"
    child = start(program)
    reader, roots = TreeReader(), {1: ref_of(child)}
    seen = [reader.read(roots)[1] for _ in range(200)]
    assert all(one.process_count >= 1 for one in seen)
    assert all(later.cpu_seconds >= earlier.cpu_seconds for earlier, later in pairwise(seen))


@linux_only
def test_name_with_parentheses_and_spaces_is_read(tmp_path: Path) -> None:
    program = tmp_path / ") R 1 ("
    program.symlink_to("/bin/sleep")
    child = subprocess.Popen([program, "60"])
    try:
        assert TreeReader().read({1: ref_of(child)})[1].process_count == 1
        assert linux_usage.open_files_of([child.pid]) >= 3
    finally:
        child.kill()
        child.wait()
