"""The program's own log: small, private, and never a reason to stop. What the disk refuses is kept in memory and written later."""

from __future__ import annotations

import contextlib
import logging
import logging.handlers
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_LOG_BYTES = 2 * 1024 * 1024
_LOG_FILES = 3
_KEPT_RECORDS = 500
_LOGGER = "gowa_desktop"


class OwnLog(logging.handlers.RotatingFileHandler):
    """Writes `gowa-desktop.log`. Any thread, as every handler of Python's."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, maxBytes=_LOG_BYTES, backupCount=_LOG_FILES, encoding="utf-8", delay=True)
        self._kept: deque[logging.LogRecord] = deque(maxlen=_KEPT_RECORDS)
        self._is_paused = False
        self.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))

    def pause(self, *, is_paused: bool) -> None:
        """Keep records in memory while the disk is nearly full, and write them afterwards; the oldest of too many go."""
        with self.lock or contextlib.nullcontext():
            self._is_paused = is_paused
            kept = list(self._kept)
            self._kept.clear()
            for record in kept:
                self.emit(record)

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record, or keep it."""
        if self._is_paused:
            self._kept.append(record)
        else:
            super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the name is Python's
        """Keep what could not be written; Python's own way prints a stack trace on the terminal."""
        self._kept.append(record)
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


def close_own_log(log: OwnLog) -> None:
    """Stop logging to a file."""
    log.pause(is_paused=False)
    logging.getLogger(_LOGGER).removeHandler(log)
    with contextlib.suppress(OSError, ValueError):
        log.close()
