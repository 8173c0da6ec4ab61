"""Is this GOWA, and does it run here? The answers to no, in words: other computer, old system library, virus scanner, Gatekeeper."""

from __future__ import annotations

import errno
import os
import re
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from gowa_desktop.domain.errors import VersionRefusedError
from gowa_desktop.infra.own_environment import children_environment
from gowa_desktop.infra.platform_facts import cpu_name, glibc_version, os_name, program_platform, runnable_cpus
from gowa_desktop.infra.program_files import is_quarantined

if TYPE_CHECKING:
    from pathlib import Path

    from gowa_desktop.domain.versions import GowaVersion

_KILLED = 9
"""SIGKILL: how macOS ends a program whose signature it does not accept."""
_HEAD_BYTES = 4096
_TRY_TIMEOUT_S = 20
_BUSY_S = 5.0
_GLIBC = re.compile(rb"version [`'\"]?GLIBC_([0-9.]+)['\"]? not found")
_VIRUS_ERRORS = frozenset({225, 226})
"""Windows: ERROR_VIRUS_INFECTED, ERROR_VIRUS_DELETED."""
_POLICY_ERRORS = frozenset({1260, 4551})
"""Windows: ERROR_ACCESS_DISABLED_BY_POLICY, ERROR_SYSTEM_INTEGRITY_POLICY_VIOLATION (Smart App Control)."""
_WRONG_PROGRAM_ERRORS = frozenset({193, 216})
"""Windows: ERROR_BAD_EXE_FORMAT, ERROR_EXE_MACHINE_TYPE_MISMATCH."""


def check_platform(program: Path, source_name: str) -> None:
    """Check that a file is a program for this computer.

    Raises:
        VersionRefusedError: it is not.
    """
    with program.open("rb") as file:
        found = program_platform(file.read(_HEAD_BYTES))
    system = os_name()
    if found is None:
        kind = "a damaged zip file" if source_name.lower().endswith(".zip") else "no program for any computer"
        raise VersionRefusedError(f"{source_name} is {kind}.", "Choose a GOWA release zip or program.")
    if found[0] != system or found[1] not in (*runnable_cpus(system, cpu_name()), "universal"):
        raise VersionRefusedError(
            f"{source_name} is for {found[0]} on {found[1]}; this computer is {system} on {cpu_name()}.",
            "Choose the release file for this computer.",
        )


def check_runs(program: Path, version: GowaVersion, folder: Path) -> None:
    """Start the program with a question for its help, which touches no file and opens no port (GOWA facts 1.5).

    Raises:
        VersionRefusedError: it does not run, or is not GOWA; the sentence says why.
    """
    # v5 has no sub-command (GOWA facts 2.1).
    words = ["rest", "--help"] if version.has_rest_subcommand else ["--help"]
    try:
        result = _run([os.fspath(program), *words], folder)
    except subprocess.TimeoutExpired as error:
        raise VersionRefusedError("The program did not answer when asked for its help.", "Choose a GOWA release file.") from error
    except OSError as error:
        raise explain_no_start(error, program) from error
    if result.returncode != 0 or b"--port" not in result.stdout or b"basic-auth" not in result.stdout:
        raise _explain_end(result, program)


def _run(command: list[str], folder: Path) -> subprocess.CompletedProcess[bytes]:
    """Run a program that was just written.

    A process that another thread starts at the same moment has the file open for writing until it becomes its own program;
    Linux refuses ours until then (ETXTBSY, see golang/go#22315).
    """
    deadline = time.monotonic() + _BUSY_S
    while True:
        try:
            return subprocess.run(
                command,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_TRY_TIMEOUT_S,
                check=False,
                env={name: value for name in ("PATH", "SYSTEMROOT", "TEMP", "TMP") if (value := children_environment().get(name))},
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as error:
            if error.errno != errno.ETXTBSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def is_blocked(error: OSError) -> bool:
    """Tell whether Windows kept a file from being used because of a virus scanner or a policy."""
    return getattr(error, "winerror", None) in _VIRUS_ERRORS | _POLICY_ERRORS


def explain_no_start(error: OSError, program: Path) -> VersionRefusedError:
    """Say why the system did not even start a program."""
    number = getattr(error, "winerror", None)
    if number in _VIRUS_ERRORS or not program.exists():
        return taken_away(program)
    if number in _POLICY_ERRORS:
        return VersionRefusedError(
            "A rule of this computer, such as Smart App Control or one of its administrator, forbids to run GOWA.",
            "Allow the program there, or ask the administrator.",
        )
    if number in _WRONG_PROGRAM_ERRORS or error.errno == errno.ENOEXEC:
        return VersionRefusedError(
            "The system does not accept the file as a program (exec format error).", "Choose the release file for this computer."
        )
    if error.errno == errno.ENOENT:  # the file is there, so it is its loader that is missing
        return VersionRefusedError(
            "GOWA needs the system library glibc, which this system, perhaps Alpine or another with musl, does not have.",
            "Use a system with glibc, or build GOWA for this one and import it.",
        )
    if error.errno == errno.EACCES:
        return VersionRefusedError(
            f"The system does not let programs run from {program.parent.parent}.",
            "Its disk may be mounted with noexec, or a security program forbids it. Choose another data folder.",
        )
    return VersionRefusedError(
        f"The program cannot be run here: {error.strerror or error}.", "Check the file, and that no virus scanner holds it."
    )


def taken_away(program: Path) -> VersionRefusedError:
    """Say that a program that was just written is gone."""
    return VersionRefusedError(
        f"The program was taken away while it was being installed, most likely by a virus scanner ({program.name}).",
        "Look into its quarantine, allow GOWA there and install again. GOWA is not signed, so scanners may suspect it.",
    )


def _explain_end(result: subprocess.CompletedProcess[bytes], program: Path) -> VersionRefusedError:
    if not program.exists():
        return taken_away(program)
    if (match := _GLIBC.search(result.stderr)) is not None:
        own = glibc_version()
        return VersionRefusedError(
            f"This GOWA needs the system library glibc {match[1].decode()} or newer; this computer has {own or 'an older one'}.",
            "Choose an older version of GOWA, or a newer release of this system.",
        )
    if _is_macos() and (result.returncode == -_KILLED or is_quarantined(program)):
        return VersionRefusedError(
            "macOS (Gatekeeper) did not let GOWA run, because it is not signed by a known developer.",
            "Allow it in System Settings, Privacy & Security, and install again.",
        )
    return VersionRefusedError("The program runs but is not GOWA, or not this version of it.", "Check the file and the version.")


def _is_macos() -> bool:
    return sys.platform == "darwin"
