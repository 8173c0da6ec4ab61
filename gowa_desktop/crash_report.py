"""What a fault inside the program leads to: a sentence on the terminal, the stack trace in the log, and the program goes on.

Imported when there is one: what it needs is a tenth of what an entry takes.
"""

from __future__ import annotations

import os
import tempfile
import traceback
from datetime import UTC, datetime
from pathlib import Path

from gowa_desktop import __version__
from gowa_desktop.cli.console import complain
from gowa_desktop.cli.speech import told
from gowa_desktop.domain.log_lines import hide_likely_secrets
from gowa_desktop.infra.paths import DataPaths, default_data_dir


def report_crash(error: BaseException, data_dir: Path | None, *, is_verbose: bool) -> None:
    """Tell of a fault inside the program.

    Args:
        error: what nobody has caught.
        data_dir: the folder whose log gets the stack trace; None for the usual one.
        is_verbose: the stack trace is wanted on the terminal, too.
    """
    details = "".join(traceback.format_exception(error))
    if os.environ.get("GOWA_DESKTOP_DEBUG") or is_verbose:
        complain(details.rstrip())
    summary = (str(error).strip().splitlines() or [""])[0][:200] or type(error).__name__
    place = _write_to_log(details, data_dir or default_data_dir())
    summary = summary.rstrip(".")
    where = told(f"The details are in {place}.") if place else told("Set GOWA_DESKTOP_DEBUG=1 to see the details.")
    complain(f"{told(f'Something went wrong inside GOWA Desktop: {summary}.')} {where}")


def _write_to_log(details: str, data_dir: Path) -> Path | None:
    """Append to the program's log; to one in the temporary folder when the data folder cannot be written."""
    for place in (DataPaths(data_dir).log_file, Path(tempfile.gettempdir()) / "gowa-desktop-crash.log"):
        try:
            descriptor = os.open(place, os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as log:
                stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
                log.write(f"{stamp} CRITICAL gowa_desktop Version {__version__}: {hide_likely_secrets(details)}\n")
        except OSError:
            continue
        return place
    return None
