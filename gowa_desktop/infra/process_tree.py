"""Processes as the operating system knows them: identity, trees, signals, use of CPU and memory.

A pid alone names nothing: every call compares the start time as well, so a stranger with a reused pid is never touched.
"""

from __future__ import annotations

import contextlib
import math
import os
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from typing import TYPE_CHECKING

import psutil

from gowa_desktop.infra import linux_proc, windows_programs, windows_stop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gowa_desktop.domain.instance import ProcessIdentity

_START_TIME_TOLERANCE_S = 0.02
"""Two clock ticks: the resolution of a start time on Linux is 0.01 s."""
_DEAD_STATES = frozenset("ZXx")
_KEEP_FACTOR = 20.0
_CUT_NAME = 15
"""Length of a name at which Linux cuts it."""


@dataclass(frozen=True, slots=True)
class ProcessRef:
    """A process by pid and start time; `name` is for people."""

    pid: int
    start_time: float
    name: str


def start_time_of(process: psutil.Process) -> float:
    """Give the start time by which a process is recognised, in seconds.

    On Linux it counts from the boot, as the kernel keeps it: seconds since the epoch would move with the wall clock, and a
    corrected clock would turn every running GOWA into a stranger. Elsewhere the system stores seconds since the epoch.

    Raises:
        psutil.NoSuchProcess: it is gone.
    """
    if sys.platform != "linux":
        return process.create_time()
    ticks = linux_proc.start_ticks(process.pid)
    if ticks is None:
        raise psutil.NoSuchProcess(process.pid)
    return _seconds(ticks)


def _seconds(ticks: int) -> float:
    if sys.platform == "win32":
        return 0.0
    return ticks / os.sysconf("SC_CLK_TCK")


def running_for_s(start_time: float) -> float:
    """Give for how long a process with this start time has run, in seconds, suspended time included."""
    if sys.platform != "linux":
        return max(0.0, time.time() - start_time)
    return max(0.0, time.clock_gettime(time.CLOCK_BOOTTIME) - start_time)


def describe(pid: int) -> ProcessRef | None:
    """Give the identity of a live process; None when it is gone or a zombie."""
    return _describe_on_linux(pid) if sys.platform == "linux" else _describe_anywhere(pid)


def _describe_on_linux(pid: int) -> ProcessRef | None:
    # One reading instead of psutil's four: this is asked for every process of every start and end.
    brief = linux_proc.brief_of(pid)
    if brief is None or brief[1] in _DEAD_STATES:
        return None
    return ProcessRef(pid, _seconds(brief[2]), brief[0] if len(brief[0]) < _CUT_NAME else _full_name(pid, brief[0]))


def _describe_anywhere(pid: int) -> ProcessRef | None:
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        return ProcessRef(pid, start_time_of(process), _name_of(process))
    except psutil.Error:
        return None


def _name_of(process: psutil.Process) -> str:
    # The path is what psutil takes the name from as well; see windows_programs for why it is not asked.
    if sys.platform == "win32" and (path := windows_programs.executable_of(process.pid)):
        return PureWindowsPath(path).name
    with contextlib.suppress(OSError):
        return process.name()
    return ""


def _full_name(pid: int, otherwise: str) -> str:
    with contextlib.suppress(psutil.Error):
        return psutil.Process(pid).name()
    return otherwise


def executable_of(pid: int) -> str:
    """Give the path of the program a process runs; empty when the system does not tell."""
    return _executable_on_linux(pid) if sys.platform == "linux" else _executable_anywhere(pid)


def _executable_on_linux(pid: int) -> str:
    with contextlib.suppress(OSError):
        return os.readlink(f"/proc/{pid}/exe")  # noqa: PTH115 - psutil reads the start time first
    return ""


def _executable_anywhere(pid: int) -> str:
    if sys.platform == "win32" and (path := windows_programs.executable_of(pid)):
        return path
    with contextlib.suppress(psutil.Error, OSError):
        return psutil.Process(pid).exe()
    return ""


def is_alive(ref: ProcessRef) -> bool:
    """Tell whether this very process still runs; a zombie does not."""
    present = describe(ref.pid)
    return present is not None and same_start(present.start_time, ref.start_time)


def same_start(first: float, second: float) -> bool:
    """Tell whether two start times are those of one process."""
    return abs(first - second) <= _START_TIME_TOLERANCE_S


def matches(identity: ProcessIdentity) -> bool:
    """Tell whether the process of an identity record still runs: pid, start time, executable and working directory agree."""
    try:
        process = psutil.Process(identity.pid)
        if process.status() == psutil.STATUS_ZOMBIE or not same_start(start_time_of(process), identity.start_time):
            return False
        return _same_path(executable_of(identity.pid), identity.executable) and _same_path(process.cwd(), identity.working_directory)
    except (psutil.Error, OSError):
        return False


class FolderTable:
    """Who works in which folder. One reading of the system serves the questions of the next moments, such as fifty starts at once.

    A reading is kept for twenty times as long as it took, which is some ten milliseconds: reading anew costs little beside that.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._pids: dict[str, list[int]] = {}
        self._valid_until = -math.inf

    def processes_in(self, folder: Path) -> list[ProcessRef]:
        """Find the person's processes that work in a folder: whoever started them, GOWA must not run there twice."""
        begun = self._clock()
        if begun >= self._valid_until:
            self._pids = linux_proc.pids_by_cwd() if sys.platform == "linux" else _pids_by_cwd()
            ended = self._clock()
            self._valid_until = ended + _KEEP_FACTOR * (ended - begun)
        return [ref for pid in self._pids.get(os.path.realpath(folder), []) if (ref := describe(pid)) is not None]


def processes_in(folder: Path) -> list[ProcessRef]:
    """Find the person's processes that work in a folder now."""
    return FolderTable().processes_in(folder)


def _pids_by_cwd() -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            found.setdefault(process.cwd(), []).append(process.pid)
    return found


def descendants(root: ProcessRef) -> list[ProcessRef]:
    """Give the children, grandchildren and so on of a live process, nearest first."""
    if not is_alive(root):
        return []
    return [ref for pid in _pids_below(root.pid) if (ref := describe(pid)) is not None]


def _pids_below(root: int) -> list[int]:
    nearest = linux_proc.children_of(root) if sys.platform == "linux" else None
    if nearest is not None:
        below = list(nearest)
        for pid in below:
            below += linux_proc.children_of(pid) or []
        return below
    with contextlib.suppress(psutil.Error):
        return [child.pid for child in psutil.Process(root).children(recursive=True)]
    return []


def group_members(group: int) -> list[ProcessRef]:
    """Give the processes of a Unix process group, such as what a dead GOWA left behind; empty on Windows."""
    if sys.platform == "win32":
        return []
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return []  # nearly always, and far cheaper to ask than to look at every process
    except OSError:
        pass
    found = []
    for pid in psutil.pids():
        with contextlib.suppress(OSError):
            if os.getpgid(pid) == group and (ref := describe(pid)) is not None:
                found.append(ref)
    return found


def ask_to_stop(ref: ProcessRef, *, is_known_alive: bool = False) -> bool:
    """Send the polite stop: SIGTERM, or Ctrl-C through a helper on Windows. False when the process is gone or refuses.

    `is_known_alive` is for a child of this program that was seen alive in this very turn of the event loop: its pid belongs to
    nobody else yet.
    """
    if not is_known_alive and not is_alive(ref):
        return False
    if sys.platform == "win32":
        return windows_stop.start_helper(ref.pid, os.getpid())
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(ref.pid, signal.SIGTERM)
        return True
    return False


def kill(refs: Iterable[ProcessRef]) -> None:
    """End these very processes at once; those that are gone are passed over."""
    for ref in refs:
        with contextlib.suppress(psutil.Error):
            process = psutil.Process(ref.pid)
            if same_start(start_time_of(process), ref.start_time):
                process.kill()


def set_low_priority(ref: ProcessRef, *, is_low: bool) -> bool:
    """Let a process and what it starts from now on step back behind others, or not; False when the system refuses.

    Without special rights Unix lets nobody take a low priority back from a running process.
    """
    try:
        process = psutil.Process(ref.pid)
        if not same_start(start_time_of(process), ref.start_time):
            return False
        if sys.platform == "win32":
            process.nice(psutil.BELOW_NORMAL_PRIORITY_CLASS if is_low else psutil.NORMAL_PRIORITY_CLASS)
        elif is_low or process.nice() > 0:
            process.nice(10 if is_low else 0)
    except psutil.Error:
        return False
    return True


def _same_path(first: str, second: str) -> bool:
    # Linux marks the path of a replaced or deleted program; it is still the same running program.
    first, second = (text.removesuffix(" (deleted)") for text in (first, second))
    return first == second or Path(os.path.realpath(first)) == Path(os.path.realpath(second))
