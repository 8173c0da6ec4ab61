"""Writes what a log document shows into a file, with secrets hidden always and people by default. Blocks; for workers."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from gowa_desktop.domain.errors import FolderError
from gowa_desktop.domain.log_lines import hide_people, readable_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gowa_desktop.infra.log_reader import LogReader, LogSnapshot

_PIECE_BYTES = 1024 * 1024


def export_log(reader: LogReader, snapshot: LogSnapshot, secrets: frozenset[str], target: Path, *, hides_people: bool) -> int:
    """Write a whole log as readable text; the answer is how many lines there are.

    Raises:
        FolderError: the file cannot be written; what was begun is removed.
    """
    count = 0
    try:
        descriptor = os.open(target, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            for lines in _readable(reader, snapshot, secrets):
                count += len(lines)
                text = "\n".join(lines) + "\n"
                file.write(hide_people(text, str(Path.home())) if hides_people else text)
    except OSError as error:
        target.unlink(missing_ok=True)
        raise FolderError(f"The file {target} cannot be written: {error.strerror or error}.", "Choose another place.") from error
    return count


def _readable(reader: LogReader, snapshot: LogSnapshot, secrets: frozenset[str]) -> Iterator[list[str]]:
    """Give the lines, some thousand at a time, cut only between lines that GOWA stamps: no settings line is cut in two."""
    for region in snapshot.regions:
        position = region.begin
        while position < region.end:
            data = reader.read(position, min(region.end, position + _PIECE_BYTES))
            if not data:
                break
            whole = data.rfind(b"\ntime=") + 1 or data.rfind(b"\n") + 1 or len(data)
            whole = len(data) if position + len(data) >= region.end else whole
            yield readable_lines(data[:whole], secrets)
            position += whole
