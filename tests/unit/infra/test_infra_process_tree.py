"""Processes told apart by more than a pid, with real children. Each waits for its input to end, so none outlives a test."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import psutil
import pytest

from gowa_desktop.domain.instance import ProcessIdentity
from gowa_desktop.infra.process_tree import (
    ProcessRef,
    ask_to_stop,
    descendants,
    describe,
    executable_of,
    group_members,
    is_alive,
    kill,
    matches,
    processes_in,
    same_start,
    set_low_priority,
    start_time_of,
)

posix_only = pytest.mark.skipif(os.name != "posix", reason="signals, process groups and priorities are a Unix matter")

TREE = """
import os, subprocess, sys
depth, code = int(sys.argv[1]), sys.argv[2]
child = subprocess.Popen([sys.executable, "-I", "-S", "-c", code, str(depth - 1), code]) if depth else None
os.write(1, f"{depth} {os.getpid()}\\n".encode())
for line in sys.stdin:
    os.write(1, b"heard\\n")
if child:
    child.wait()
"""


@dataclass
class Tree:
    """A process, its child, its grandchild and so on; `pids` from the root down."""

    root: "subprocess.Popen[bytes]"
    pids: list[int] = field(default_factory=list)
    processes: list[psutil.Process] = field(default_factory=list)

    @property
    def refs(self) -> list[ProcessRef]:
        return [ref_of(pid) for pid in self.pids]


def ref_of(pid: int) -> ProcessRef:
    found = describe(pid)
    assert found is not None
    return found


StartTree = Callable[..., Tree]


@pytest.fixture
def start_tree(tmp_path: Path) -> Iterator[StartTree]:
    """Start process trees; at the end every process of them is ended."""
    started: list[Tree] = []

    def start(depth: int = 0, folder: Path = tmp_path) -> Tree:
        root = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", TREE, str(depth), TREE],
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        tree = Tree(root)
        started.append(tree)
        assert root.stdout is not None
        told = sorted((tuple(map(int, root.stdout.readline().split())) for _ in range(depth + 1)), reverse=True)
        tree.pids = [pid for _, pid in told]
        tree.processes = [psutil.Process(pid) for pid in tree.pids]
        return tree

    yield start
    for tree in started:
        for process in tree.processes:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        tree.root.kill()
        tree.root.communicate()


def identity_of(tree: Tree, folder: Path) -> ProcessIdentity:
    process = psutil.Process(tree.root.pid)
    return ProcessIdentity(process.pid, start_time_of(process), process.exe(), str(folder), 8001, "v9.2.0", "log", 0, 0.0)


def end(tree: Tree) -> None:
    tree.root.kill()
    tree.root.communicate()


def test_describe_a_live_process(start_tree: StartTree) -> None:
    tree = start_tree()
    process = psutil.Process(tree.root.pid)
    assert describe(tree.root.pid) == ProcessRef(process.pid, start_time_of(process), process.name())


def test_describe_one_that_is_gone_is_none(start_tree: StartTree) -> None:
    tree = start_tree()
    ref = tree.refs[0]
    end(tree)
    assert describe(ref.pid) is None
    assert not is_alive(ref)
    assert executable_of(ref.pid) == ""


@posix_only
def test_zombie_is_not_alive_and_matches_nothing(start_tree: StartTree, tmp_path: Path) -> None:
    tree = start_tree()
    ref, identity = tree.refs[0], identity_of(tree, tmp_path)
    tree.root.kill()
    os.waitid(os.P_PID, ref.pid, os.WEXITED | os.WNOWAIT)
    assert psutil.Process(ref.pid).status() == psutil.STATUS_ZOMBIE
    assert describe(ref.pid) is None
    assert not is_alive(ref)
    assert not matches(identity)
    assert descendants(ref) == []
    assert group_members(ref.pid) == []


def test_is_alive_other_start_time_is_another_process(start_tree: StartTree) -> None:
    ref = start_tree().refs[0]
    assert is_alive(ref)
    assert not is_alive(replace(ref, start_time=ref.start_time - 5))


def test_same_start_allows_a_clock_tick_only() -> None:
    assert same_start(100.0, 100.01)
    assert not same_start(100.0, 100.5)


def test_executable_of_a_child_is_this_python(start_tree: StartTree) -> None:
    assert Path(executable_of(start_tree().root.pid)).samefile(os.path.realpath(sys.executable))


def test_matches_the_recorded_process(start_tree: StartTree, tmp_path: Path) -> None:
    identity = identity_of(start_tree(), tmp_path)
    assert matches(identity)
    assert matches(replace(identity, start_time=identity.start_time + 0.005))
    assert matches(replace(identity, executable=identity.executable + " (deleted)"))


@posix_only
def test_matches_through_symbolic_links(start_tree: StartTree, tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "work")
    identity = identity_of(start_tree(folder=tmp_path / "work"), tmp_path / "link")
    (tmp_path / "python").symlink_to(identity.executable)
    assert matches(replace(identity, executable=str(tmp_path / "python")))


def test_matches_nothing_else(start_tree: StartTree, tmp_path: Path) -> None:
    first, second = start_tree(), start_tree()
    identity = identity_of(first, tmp_path)
    (tmp_path / "other").mkdir()
    for other in (
        replace(identity, start_time=identity.start_time + 1),
        replace(identity, start_time=identity.start_time - 1),
        replace(identity, working_directory=str(tmp_path / "other")),
        replace(identity, executable="/bin/other"),
        replace(identity, pid=second.root.pid, start_time=identity.start_time - 10),
        replace(identity, pid=2**30),
    ):
        assert not matches(other)
    end(first)
    assert not matches(identity)


def test_processes_in_finds_those_that_work_there(start_tree: StartTree, tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    tree = start_tree(depth=1, folder=here)
    start_tree(folder=there)
    assert {ref.pid for ref in processes_in(here)} == set(tree.pids)
    assert processes_in(tmp_path / "nowhere") == []


@posix_only
def test_processes_in_sees_through_a_link_to_the_folder(start_tree: StartTree, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    tree = start_tree(folder=tmp_path / "real")
    assert [ref.pid for ref in processes_in(tmp_path / "link")] == tree.pids


def test_descendants_are_children_and_grandchildren_nearest_first(start_tree: StartTree) -> None:
    tree = start_tree(depth=2)
    start_tree()
    root, child, grandchild = tree.refs
    assert descendants(root) == [child, grandchild]
    assert descendants(child) == [grandchild]
    assert descendants(grandchild) == []


def test_descendants_of_a_reused_pid_are_not_ours(start_tree: StartTree) -> None:
    root = start_tree(depth=1).refs[0]
    assert descendants(replace(root, start_time=root.start_time - 5)) == []


@posix_only
def test_group_members_are_found_after_the_leader_is_gone(start_tree: StartTree) -> None:
    tree = start_tree(depth=2)
    start_tree()
    root, child, grandchild = tree.refs
    assert set(group_members(root.pid)) == {root, child, grandchild}
    tree.root.kill()
    tree.root.wait()
    assert set(group_members(root.pid)) == {child, grandchild}
    assert group_members(2**30) == []


def hears(tree: Tree) -> bool:
    assert tree.root.stdin is not None
    assert tree.root.stdout is not None
    tree.root.stdin.write(b"hello\n")
    tree.root.stdin.flush()
    return tree.root.stdout.readline() == b"heard\n"


def test_kill_never_touches_a_process_with_another_start_time(start_tree: StartTree) -> None:
    tree = start_tree()
    ref = tree.refs[0]
    kill([replace(ref, start_time=ref.start_time - 1), replace(ref, start_time=ref.start_time + 1), ProcessRef(2**30, 1.0, "gone")])
    assert hears(tree)
    assert is_alive(ref)


def test_kill_ends_exactly_the_given_processes(start_tree: StartTree) -> None:
    victim, other = start_tree(depth=1), start_tree()
    kill([ProcessRef(2**30, 1.0, "gone"), *victim.refs])
    assert victim.root.wait() != 0
    assert victim.root.stdout is not None
    assert victim.root.stdout.read() == b""  # its end comes when both have let go of it
    assert hears(other)


@posix_only
def test_ask_to_stop_reaches_only_the_very_process(start_tree: StartTree) -> None:
    tree = start_tree()
    ref = tree.refs[0]
    assert not ask_to_stop(replace(ref, start_time=ref.start_time - 1))
    assert hears(tree)
    assert ask_to_stop(ref)
    assert tree.root.wait() == -15
    assert not ask_to_stop(ref)


@posix_only
def test_low_priority_is_given_to_the_very_process_only(start_tree: StartTree) -> None:
    tree = start_tree()
    ref = tree.refs[0]
    before = psutil.Process(ref.pid).nice()
    assert not set_low_priority(replace(ref, start_time=ref.start_time - 1), is_low=True)
    assert psutil.Process(ref.pid).nice() == before
    assert set_low_priority(ref, is_low=True)
    assert psutil.Process(ref.pid).nice() == 10
    end(tree)
    assert not set_low_priority(ref, is_low=True)
