"""What the threads of a process are doing at this moment: the one thing that tells a frozen process from a busy one afterwards."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING

import psutil

from gowa_desktop.infra import process_tree

if TYPE_CHECKING:
    from gowa_desktop.infra.process_tree import ProcessRef


_KINDS = (("Tt", "frozen by a signal"), ("D", "waiting for the disk"), ("R", "computing"), ("SI", "waiting for something to happen"))


def describe_threads(ref: ProcessRef) -> str:
    """Say in one sentence what a process that does not answer is doing; empty when it is gone or the system does not tell."""
    if not process_tree.is_alive(ref):
        return ""
    states = _states_on_linux(ref.pid) if sys.platform == "linux" else _state_anywhere(ref.pid)
    counts = {words: sum(state in letters for state in states) for letters, words in _KINDS}
    told = ", ".join(f"{count} {words}" for words, count in counts.items() if count)
    return f"Its threads: {told}." if told else ""


def _states_on_linux(pid: int) -> list[str]:
    states = []
    with contextlib.suppress(OSError):
        for thread in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208
            with contextlib.suppress(OSError, IndexError), open(f"/proc/{pid}/task/{thread}/stat", "rb") as file:  # noqa: PTH123
                # The command in parentheses may hold spaces and parentheses itself; the fields follow the last one.
                states.append(file.read().rpartition(b")")[2].split()[0].decode())
    return states


def _state_anywhere(pid: int) -> list[str]:
    letters = {psutil.STATUS_STOPPED: "T", psutil.STATUS_TRACING_STOP: "t", psutil.STATUS_DISK_SLEEP: "D", psutil.STATUS_RUNNING: "R"}
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(pid)
        return [letters.get(process.status(), "S")] * process.num_threads()
    return []
