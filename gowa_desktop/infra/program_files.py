"""Whether the system lets a program file run, and in plain words why not: permission, mount, quarantine, another kind of computer."""

from __future__ import annotations

import ctypes
import os
import sys
from typing import TYPE_CHECKING

from gowa_desktop.domain.errors import ProgramBlockedError, StartFailedError

if TYPE_CHECKING:
    from pathlib import Path

_QUARANTINE = b"com.apple.quarantine"
_REASONS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("virus", "unwanted software"), "a virus scanner took it away"),
    (("permission denied", "access is denied", "not permitted"), "the system does not allow it to run"),
    (("exec format error", "not a valid win32", "bad cpu type"), "it was made for another kind of computer"),
    (("no such file",), "a part of the system that it needs is missing"),
)
"""What Qt passes on of the system's words (execve on Unix, CreateProcess on Windows), in lower case."""


def check_runnable(program: Path) -> None:
    """Check what can be known without starting it; a missing file passes, for that is told elsewhere.

    Raises:
        ProgramBlockedError: the system will not run it.
    """
    reason = _seen_reason(program)
    if reason is not None:
        raise _blocked(program, reason)


def start_error(program: Path, system_text: str) -> StartFailedError:
    """Put into words why a program could not be started; a ProgramBlockedError when trying again cannot help."""
    text = system_text.lower()
    reason = _seen_reason(program) or next((reason for words, reason in _REASONS if any(word in text for word in words)), None)
    if reason is not None:
        return _blocked(program, reason)
    return StartFailedError(f"GOWA could not be started: {system_text}.", "Check that its version is still installed and allowed to run.")


def _blocked(program: Path, reason: str) -> ProgramBlockedError:
    remedy = f"allow it to run (chmod u+x '{program}')" if sys.platform != "win32" else "allow it in the virus scanner"
    return ProgramBlockedError(
        f"The program of GOWA cannot run, because {reason}: {program}.",
        f"If you trust it, {remedy}, or import this version again; then start the instance.",
    )


def _seen_reason(program: Path) -> str | None:
    if not program.is_file():
        return None
    if is_quarantined(program):
        return "macOS keeps it in quarantine"
    if os.access(program, os.X_OK):
        return None
    return "its disk does not allow programs (noexec)" if _is_on_noexec_disk(program) else "its file may not be executed"


def _is_on_noexec_disk(program: Path) -> bool:
    if sys.platform != "linux":
        return False
    try:
        return bool(os.statvfs(program).f_flag & os.ST_NOEXEC)
    except OSError:
        return False


def is_quarantined(program: Path) -> bool:
    """Tell whether macOS keeps a program in quarantine; never elsewhere.

    That is the mark that Gatekeeper heeds; Python itself reads extended attributes on Linux only.
    """
    is_marked = False
    if sys.platform == "darwin":
        library = ctypes.CDLL(None, use_errno=True)
        is_marked = bool(library.getxattr(os.fsencode(program), _QUARANTINE, None, 0, 0, 0) >= 0)
    return is_marked
