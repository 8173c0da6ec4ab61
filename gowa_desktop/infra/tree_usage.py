"""TreeReader: what whole process trees use, all of them from one look at the processes of the computer."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import psutil

from gowa_desktop.infra.linux_usage import LinuxProcesses, ProcessSeen, open_files_of
from gowa_desktop.infra.process_tree import descendants, same_start, start_time_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gowa_desktop.infra.process_tree import ProcessRef


@dataclass(frozen=True, slots=True)
class TreeUsage:
    """What a process tree uses.

    Attributes:
        cpu_seconds: used in total, user and system, by all that ever belonged to the tree as far as it was seen; never falls.
        memory_bytes: resident; what several processes share counts for each.
        process_count: zombies are not counted.
        thread_count: of all its processes.
        open_files: files, sockets and pipes, on Windows handles; None when they were not asked for or the system does not tell.
    """

    cpu_seconds: float
    memory_bytes: int
    process_count: int
    thread_count: int
    open_files: int | None = None


@dataclass(slots=True)
class _Account:
    """What a tree has used up to now."""

    root: ProcessRef
    cpu_seconds: float
    tree: Mapping[int, ProcessSeen] = field(default_factory=dict)


class TreeReader:
    """Keeps the account of each tree between readings. For one thread at a time."""

    def __init__(self) -> None:
        self._accounts: dict[int, _Account] = {}
        self._linux = LinuxProcesses()
        self._cache: dict[int, psutil.Process] = {}

    def read(self, roots: Mapping[int, ProcessRef], *, counts_files: bool = False) -> dict[int, TreeUsage]:
        """Read the trees of these roots, by the caller's key; a root that is gone, or whose pid is another's now, is left out."""
        trees = self._trees_on_linux(roots) if sys.platform == "linux" else self._trees_anywhere(roots)
        for gone in self._accounts.keys() - trees.keys():
            del self._accounts[gone]
        return {key: self._usage(key, roots[key], tree, counts_files=counts_files) for key, tree in trees.items()}

    def _usage(self, key: int, root: ProcessRef, tree: Mapping[int, ProcessSeen], *, counts_files: bool) -> TreeUsage:
        account = self._accounts.get(key)
        if account is None or account.root != root:
            account = self._accounts[key] = _Account(root, sum(seen.all_seconds for seen in tree.values()))
        else:
            account.cpu_seconds += _used_between(account.tree, tree)
        account.tree = tree
        living = [pid for pid, seen in tree.items() if not seen.is_zombie]
        memory, threads = 0, 0
        for seen in tree.values():
            memory += seen.memory_bytes
            threads += seen.threads if not seen.is_zombie else 0
        return TreeUsage(account.cpu_seconds, memory, len(living), threads, _open_files(living) if counts_files else None)

    def _trees_on_linux(self, roots: Mapping[int, ProcessRef]) -> dict[int, dict[int, ProcessSeen]]:
        found = self._linux.read(ref.pid for ref in roots.values())
        return {key: found[ref.pid] for key, ref in roots.items() if ref.pid in found and _is_root(found[ref.pid][ref.pid], ref)}

    def _trees_anywhere(self, roots: Mapping[int, ProcessRef]) -> dict[int, dict[int, ProcessSeen]]:
        children: dict[int, list[int]] = {}
        for process in psutil.process_iter(["ppid"]):
            children.setdefault(process.info["ppid"] or 0, []).append(process.pid)
        trees, all_pids = {}, set()
        for key, ref in roots.items():
            pids = [ref.pid]
            for pid in pids:
                pids.extend(child for child in children.get(pid, ()) if child not in pids)
            all_pids.update(pids)
            tree = {pid: seen for pid in pids if (seen := self._see(pid, ref)) is not None}
            if ref.pid in tree:
                trees[key] = tree
        for pid in self._cache.keys() - all_pids:
            del self._cache[pid]
        return trees

    def _see(self, pid: int, root: ProcessRef) -> ProcessSeen | None:
        try:
            process = self._cache.get(pid)
            if process is None:
                process = self._cache[pid] = psutil.Process(pid)
            started = start_time_of(process)
            if pid == root.pid and not same_start(started, root.start_time):
                self._cache.pop(pid, None)
                return None
            with process.oneshot():
                times, memory, threads = process.cpu_times(), process.memory_info().rss, process.num_threads()
            own = times.user + times.system
            return ProcessSeen(own, own + times.children_user + times.children_system, memory, threads, started)
        except psutil.Error:
            self._cache.pop(pid, None)
            return None


def _is_root(seen: ProcessSeen, root: ProcessRef) -> bool:
    return not seen.is_zombie and same_start(seen.start_time, root.start_time)


def unique_bytes(root: ProcessRef) -> int | None:
    """Give the memory that would be free if a tree ended (USS), in bytes; None when the system does not tell. Slow: for workers."""
    total = 0
    for pid in (root.pid, *(child.pid for child in descendants(root))):
        try:
            total += psutil.Process(pid).memory_full_info().uss
        except psutil.NoSuchProcess:
            continue
        except psutil.Error:
            return None
    return total or None


def _used_between(before: Mapping[int, ProcessSeen], now: Mapping[int, ProcessSeen]) -> float:
    """Give the CPU seconds that a tree used between two readings.

    A child that ended and was waited for hands its time to its parent, so the sum over the tree tells, short-lived children
    included. A child that ended without being waited for, or that left the tree, takes its time out of the sum: then only those
    that are still there are counted.
    """
    used = sum(seen.all_seconds for seen in now.values()) - sum(seen.all_seconds for seen in before.values())
    if used >= 0:
        return used
    return sum(max(0.0, seen.own_seconds - before[pid].own_seconds) for pid, seen in now.items() if pid in before)


def _open_files(pids: list[int]) -> int | None:
    return open_files_of(pids) if sys.platform == "linux" else _open_files_anywhere(pids)


def _open_files_anywhere(pids: list[int]) -> int | None:
    total = 0
    for pid in pids:
        try:
            if sys.platform == "win32":
                total += psutil.Process(pid).num_handles()
            else:
                total += psutil.Process(pid).num_fds()
        except psutil.NoSuchProcess:
            continue
        except psutil.Error:
            return None
    return total
