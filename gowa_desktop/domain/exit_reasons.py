"""Why a GOWA process ended, in words: exit codes, signals and the log lines that tell more (GOWA facts 2.5, 2.7 and 2.8)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_SIGNALS = {
    1: "hung up (SIGHUP)",
    2: "interrupted (SIGINT)",
    3: "ended by SIGQUIT",
    4: "ended by an illegal instruction (SIGILL)",
    6: "ended by itself (SIGABRT)",
    7: "ended by a bus error (SIGBUS)",
    9: "killed (signal 9)",
    11: "ended by a memory fault (SIGSEGV)",
    15: "asked to end (SIGTERM) by another program",
}

_LOG_REASONS: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(r"address already in use|Only one usage of each socket address", re.IGNORECASE),
        "Port {port} is used by another program. Choose another port, or close that program.",
    ),
    (
        re.compile(r"failed to listen.*(permission denied|forbidden by its access permissions)", re.IGNORECASE),
        "The system does not allow listening on port {port}. Choose another port.",
    ),
    (re.compile(r"failed to listen", re.IGNORECASE), "GOWA could not listen on its port {port}. Choose another port or address."),
    (re.compile(r"Basic auth is not valid", re.IGNORECASE), "GOWA refused a sign-in. Check the user names and passwords."),
    (re.compile(r"unknown (shorthand )?flag", re.IGNORECASE), "GOWA does not know one of the extra arguments. Remove it."),
    (re.compile(r"no space left on device", re.IGNORECASE), "The disk is full. Free some space and start it again."),
    (re.compile(r"GLIBC_|glibc", re.IGNORECASE), "This GOWA needs a newer system library (glibc). Choose another version."),
    # GOWA goes on after a failed mkdir and then blames the chat storage as well, so this comes first.
    (re.compile(r"mkdir \S+: permission denied", re.IGNORECASE), "The instance folder cannot be written. Check its permissions."),
    (
        re.compile(r"failed to initialize chat storage|database disk image is malformed|file is not a database", re.IGNORECASE),
        "A database in the instance folder is damaged or cannot be written. Restore it from a copy, or reset the data.",
    ),
    (re.compile(r"^panic: ", re.MULTILINE), "GOWA hit an internal fault (panic). Its last lines tell more."),
)

_SHUTDOWN = re.compile(r"Received ([a-z ]+?) — shutting down")
"""GOWA v8.8.0 and later, asked by a signal to end."""
_PANIC = re.compile(r"^(panic: |fatal error: |goroutine \d+ \[)")
_FATAL = re.compile(r"level=fatal msg=\"((?:[^\"\\]|\\.)*)\"|level=fatal|^FATA\[")
_LONGEST_QUOTE = 200


def code_told_by_log(log_lines: Sequence[str]) -> int | None:
    """Judge an end whose code is unknown by the log: 0 in order, 1 a fatal line, 2 a panic (GOWA facts 2.7); None when it tells nothing.

    The last of these lines counts: after it GOWA writes little or nothing.
    """
    for line in reversed(log_lines):
        if _PANIC.search(line):
            return 2
        if _FATAL.search(line):
            return 1
        if _SHUTDOWN.search(line):
            return 0
    return None


def signal_words(number: int) -> str:
    """Say what a signal did."""
    return _SIGNALS.get(number, f"ended by signal {number}")


def explain_exit(code: int | None, signal: int | None, log_lines: Sequence[str], port: int | None) -> str:
    """Say in words why a process ended that nobody asked to stop."""
    what = _ending(code, signal)
    is_unknown = code is None and signal is None
    if code == 0 or (is_unknown and code_told_by_log(log_lines) == 0):
        asked = next((found[1] for line in reversed(log_lines) if (found := _SHUTDOWN.search(line))), None)
        if asked is not None:
            return f"Another program asked GOWA to end ({asked}), and it shut down in order. Start it again when you want it."
        return (
            f"{what} without being asked to: most likely WhatsApp gave this session to another client. "
            "Make sure the same account does not run elsewhere, then start it again."
        )
    text = "\n".join(log_lines)
    if signal is None:
        for pattern, reason in _LOG_REASONS:
            if pattern.search(text):
                return f"{reason.format(port=port)} ({what}.)"
    if is_unknown:
        fatal = next((found[1] for line in reversed(log_lines) if (found := _FATAL.search(line)) and found[1]), None)
        if fatal is not None:
            return f"GOWA gave up: {fatal[:_LONGEST_QUOTE].rstrip('.')}. ({what}.)"
        return f"{what}. Look at its last lines and start it again."
    return f"{what}. Look at its last lines, then start it again."


def _ending(code: int | None, signal: int | None) -> str:
    if signal is not None:
        return f"GOWA was {signal_words(signal)}"
    if code is None:
        return "GOWA ended while this program was not its parent, so its exit code is unknown"
    return f"GOWA ended with code {code}"
