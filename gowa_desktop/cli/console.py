"""The terminal: where sentences for people go. Works without one (a windowless program) and in any locale."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from pathlib import Path


def prepare_console() -> None:
    """Make standard output and error safe to write to: a windowless program has none, an old locale cannot show all text."""
    if sys.stdout is None:
        sys.stdout = _nowhere()
    if sys.stderr is None:
        sys.stderr = _nowhere()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def tell(text: str) -> None:
    """Write a line to standard output."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def complain(text: str) -> None:
    """Write a line to standard error; what is held back of the standard output comes before it, if it can be written."""
    with contextlib.suppress(OSError):
        sys.stdout.flush()
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def ask_secret(name: str) -> str:
    """Read a line from a person without showing it, or from a pipe; empty at its end."""
    import getpass  # noqa: PLC0415 - rarely needed

    if sys.stdin is not None and sys.stdin.isatty():
        return getpass.getpass(f"{name}: ")
    return sys.stdin.readline().rstrip("\r\n") if sys.stdin is not None else ""


def abandon_output() -> None:
    """Stop writing: the reader has gone, and Python would complain when it flushes at the end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            os.dup2(nowhere, stream.fileno())
        except (OSError, ValueError):  # no real stream, so nothing will complain
            continue
    os.close(nowhere)


def _nowhere() -> io.TextIOWrapper:
    return Path(os.devnull).open("w", encoding="utf-8")
