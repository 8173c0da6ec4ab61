"""The program's own log: small, private, without secrets, and never a reason to stop. What the disk refuses is kept and written later.

Its older parts are named like those of instances (`log_parts`), so that the same viewer reads them.
"""

from __future__ import annotations

import contextlib
import logging
import os
import time
from collections import deque
from typing import TYPE_CHECKING

from gowa_desktop.domain.log_lines import hide_likely_secrets, hide_secrets
from gowa_desktop.infra.log_files import LogLimits, compress_old_parts, rotate_before_run

if TYPE_CHECKING:
    from collections.abc import Iterable
    from io import TextIOWrapper
    from pathlib import Path

OWN_LIMITS = LogLimits(file_bytes=2 * 1024 * 1024, files=4)
_KEPT_RECORDS = 500
_LOGGER = "gowa_desktop"


class _RedactingFormatter(logging.Formatter):
    """Formats a record in one or, with a stack trace, several lines, in UTC, and hides secrets in all of them."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s.%(msecs)03dZ %(levelname)s %(name)s %(message)s", "%Y-%m-%dT%H:%M:%S")
        self.converter = time.gmtime
        self.secrets: frozenset[str] = frozenset()

    def format(self, record: logging.LogRecord) -> str:
        """Give the record as text without secrets."""
        return hide_likely_secrets(hide_secrets(super().format(record), self.secrets))


class OwnLog(logging.FileHandler):
    """Writes `gowa-desktop.log`. Any thread, as every handler of Python's."""

    def __init__(self, path: Path, limits: LogLimits = OWN_LIMITS) -> None:
        self._path = path
        self._limits = limits
        self._kept: deque[logging.LogRecord] = deque(maxlen=_KEPT_RECORDS)
        self._is_paused = False
        self._formatter = _RedactingFormatter()
        super().__init__(path, mode="a", encoding="utf-8", errors="backslashreplace", delay=True)
        self.setFormatter(self._formatter)

    def know_secrets(self, secrets: Iterable[str]) -> None:
        """Hide these texts in what is written from now on."""
        self._formatter.secrets = frozenset(secrets)

    def pause(self, *, is_paused: bool) -> None:
        """Keep records in memory while the disk is nearly full, and write them afterwards; the oldest of too many go."""
        with self.lock or contextlib.nullcontext():
            self._is_paused = is_paused
            kept = list(self._kept)
            self._kept.clear()
            for record in kept:
                self.emit(record)

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record, into a new file when the present one is full, or keep it."""
        if self._is_paused:
            self._kept.append(record)
            return
        with contextlib.suppress(OSError, ValueError):
            if self.stream is not None and self.stream.tell() >= self._limits.file_bytes:
                self._begin_new_file()
        try:
            if self.stream is None:
                self.stream = self._open()  # Python's own emit lets a fault of this escape to whoever logs
        except OSError:
            self._kept.append(record)
            return
        waiting = [*self._kept, record]
        self._kept.clear()
        while waiting and self.stream is not None:
            super().emit(waiting.pop(0))
        self._kept.extend(waiting)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the name is Python's
        """Keep what could not be written; Python's own way prints a stack trace on the terminal."""
        self._kept.append(record)
        self._close_stream()

    def _open(self) -> TextIOWrapper:
        return open(
            self._path, "a", encoding="utf-8", errors="backslashreplace", opener=lambda path, flags: os.open(path, flags, 0o600)
        )

    def _begin_new_file(self) -> None:
        self._close_stream()
        rotate_before_run(self._path, LogLimits(self._path.stat().st_size, self._limits.files))
        compress_old_parts(self._path)

    def _close_stream(self) -> None:
        stream, self.stream = self.stream, None  # None means closed
        with contextlib.suppress(OSError, ValueError):
            if stream is not None:
                stream.close()


def open_own_log(path: Path) -> OwnLog | None:
    """Send what the program logs to a file from now on; None when it cannot be made."""
    try:
        path.touch(mode=0o600)
    except OSError:
        return None
    log = OwnLog(path)
    logging.getLogger(_LOGGER).addHandler(log)
    logging.getLogger(_LOGGER).setLevel(logging.INFO)
    return log


def set_own_level(level: str) -> None:
    """Log more or less from now on; a level of Python's logging by name."""
    logging.getLogger(_LOGGER).setLevel(level)


def close_own_log(log: OwnLog) -> None:
    """Stop logging to a file."""
    log.pause(is_paused=False)
    logging.getLogger(_LOGGER).removeHandler(log)
    with contextlib.suppress(OSError, ValueError):
        log.close()
