# ruff: noqa: PLC0415 - slow modules are imported when they are needed
"""Carries out the faults that happen while the simulator runs. Every one has a limit, so that none runs for ever."""

import os
import threading
import time

from gowa_desktop.simulator import logs
from gowa_desktop.simulator.faults import FaultSet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

FLOOD_LIMIT_S = 120.0
LEAK_LIMIT_BYTES = 512 * 1024**2
STUCK_LIMIT_S = 3600.0
# Time for the answer to a control request to leave before the process ends.
ANSWER_S = 0.02
_MAX_COUNT = 1_000_000
_MAX_GRANDCHILDREN = 20
_GRANDCHILD_PROGRAM = "import sys, time; time.sleep(120)"
_CHATTER = (
    ("logrus", "info", "Successfully submitted webhook on attempt 1"),
    ("whatsmeow", "INFO", "Marked self as unavailable"),
    ("whatsmeow", "WARN", "Failed to handle retry receipt, the message is not in the cache"),
    ("logrus", "info", "message received: {LIST_DEVICES Device found []}"),
)


class FaultRunner:
    """Owns the faults in force and the daemon threads that carry them out; lives as long as the process.

    Thread-safe: `start` may be called from the main thread and from request threads.
    """

    def __init__(self) -> None:
        self.faults = FaultSet()
        self.is_hung = False
        self._generation = 0

    def start(self, faults: FaultSet) -> None:
        """Put these faults in force; endless ones of an earlier call (hang, chatter, flood, leak) end."""
        self._generation += 1
        self.faults = faults
        self.is_hung = False
        if "count" in faults:
            _print_count(faults.number("count"))
        if "grandchildren" in faults:
            _spawn_grandchildren(min(faults.number("grandchildren"), _MAX_GRANDCHILDREN))
        if "hang-after" in faults:
            self._hang_after(faults.number("hang-after") / 1000)
        if {"never-ready", "never-listen", "ignore-term", "hang-after"} & set(faults.values):
            self._after(STUCK_LIMIT_S, _end_stuck)
        if "crash-after" in faults:
            delay_s, how = faults.crash_plan()
            self._after(delay_s, lambda: crash(how))
        if "exit0-after" in faults:
            self._after(faults.number("exit0-after") / 1000, lambda: os._exit(0))
        for name, work in (("log-every", self._chatter), ("flood", self._flood), ("leak", self._leak)):
            if name in faults:
                threading.Thread(target=work, args=(self._generation,), name=name, daemon=True).start()

    def _after(self, delay_s: float, action: "Callable[[], None]") -> None:
        """Run the action later, unless other faults were put in force meanwhile."""
        generation = self._generation
        delay_s = max(delay_s, ANSWER_S)

        def run() -> None:
            if generation == self._generation:
                action()

        timer = threading.Timer(delay_s, run)
        timer.daemon = True
        timer.start()

    def _hang_after(self, delay_s: float) -> None:
        if delay_s == 0:
            self.is_hung = True
        else:
            self._after(delay_s, self._hang)

    def _hang(self) -> None:
        self.is_hung = True

    def _chatter(self, generation: int) -> None:
        """Write one ordinary log line after the other, numbered so that a gap is noticed."""
        pause_s = max(self.faults.number("log-every"), 10) / 1000
        number = 0
        while generation == self._generation:
            number += 1
            stream, level, text = _CHATTER[number % len(_CHATTER)]
            if stream == "logrus":
                logs.logrus(level, f"{text} (simulated line {number})")
            else:
                logs.whatsmeow("Client", level, f"{text} (simulated line {number})")
            time.sleep(pause_s)

    def _flood(self, generation: int) -> None:
        """Write as many log lines as asked for, in blocks of 20 ms or 64 KiB, until a limit is reached."""
        rate, most_bytes = self.faults.flood_plan()
        end = time.monotonic() + FLOOD_LIMIT_S
        lines = written = 0
        started = time.monotonic()
        while generation == self._generation and written < most_bytes and time.monotonic() < end:
            due = lines + 512 if rate == 0 else int((time.monotonic() - started) * rate)
            block = "".join(f"[Client DEBUG] flood line {number:012d} {'x' * 90}\n" for number in range(lines, due))
            data = block.encode()[: most_bytes - written]
            logs.write_stdout_bytes(data)
            lines, written = due, written + len(data)
            if rate:
                time.sleep(0.02)

    def _leak(self, generation: int) -> None:
        """Take memory at the asked rate up to the cap, keep it for five minutes at most, then give it back."""
        step_bytes = max(1, self.faults.number("leak") * 1024**2 // 10)
        hoard: list[bytes] = []
        held = 0
        end = time.monotonic() + 300
        while generation == self._generation and time.monotonic() < end:
            if held < LEAK_LIMIT_BYTES:
                size = min(step_bytes, LEAK_LIMIT_BYTES - held)
                hoard.append(b"\x01" * size)
                held += size
            time.sleep(0.1)


def crash(how: str) -> None:
    """End the process at once: by a signal name, an exit code, or (how is empty) a panic with exit code 2."""
    if not how:
        logs.panic_text("runtime error: invalid memory address or nil pointer dereference (simulated)")
        os._exit(2)
    if how.isdigit():
        logs.logrus("error", f"simulated crash with exit code {how}")
        os._exit(int(how))
    import signal

    name = how.upper() if how.upper().startswith("SIG") else f"SIG{how.upper()}"
    number = getattr(signal, name, None)
    if number is None or not hasattr(os, "fork"):
        os._exit(1)
    # SIGKILL and SIGSTOP have no handler to reset; the others would run the simulator's own.
    if name not in {"SIGKILL", "SIGSTOP"}:
        try:
            signal.signal(number, signal.SIG_DFL)
        except ValueError:  # not the main thread: the default of an untouched signal is in force anyway
            if name in {"SIGTERM", "SIGINT"}:
                os._exit(128 + number)
    os.kill(os.getpid(), number)


def _end_stuck() -> None:
    logs.write_stderr("gowa simulator: a stuck process ends itself after an hour\n")
    os._exit(1)


def _print_count(count: int) -> None:
    """Write numbered lines in blocks; all are out when this returns."""
    count = min(count, _MAX_COUNT)
    for first in range(1, count + 1, 1000):
        numbers = range(first, min(first + 1000, count + 1))
        logs.write_stdout("".join(f"simulated line {number}\n" for number in numbers))


def _spawn_grandchildren(count: int) -> None:
    """Start helper processes like GOWA's ffmpeg: same process group, no streams, alive for at most two minutes."""
    import subprocess
    import sys

    for number in range(1, count + 1):
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _GRANDCHILD_PROGRAM, f"gowa-simulator-helper-{number}"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        logs.logrus("info", f"started helper process {process.pid}")
