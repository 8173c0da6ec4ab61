"""Partial downloads: what has arrived of a release file, and what is needed to go on with it after a cut or a kill.

They live in `bin/versions/.downloads`, on the same disk as the versions, and never under a name that could be started.
"""

from __future__ import annotations

import contextlib
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from gowa_desktop.domain.releases import ReleaseAsset

DOWNLOADS = ".downloads"
KEPT_S = 7 * 24 * 3600
"""How long an unfinished download waits for someone to go on with it."""
_PART, _NOTE = ".part", ".part.json"


@dataclass(frozen=True, slots=True)
class PartialNote:
    """What a partial file is a part of. `validator` is a strong ETag or a Last-Modified date, for `If-Range`."""

    tag: str
    url: str
    size: int
    sha256: str | None
    validator: str | None = None


class PartialFile:
    """The part of one release file. One worker at a time."""

    def __init__(self, versions: Path, tag: str, asset: ReleaseAsset) -> None:
        self._folder = versions / DOWNLOADS
        self.path = self._folder / f"{asset.name}{_PART}"
        self._note_path = self._folder / f"{asset.name}{_NOTE}"
        self._wanted = PartialNote(tag, asset.url, asset.size, asset.sha256)

    @property
    def size(self) -> int:
        """Bytes that are there."""
        try:
            return self.path.stat().st_size
        except OSError:
            return 0

    def open(self) -> PartialNote:
        """Give the note of what is there; a part of anything else is thrown away first."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        note = _read(self._note_path)
        wanted = self._wanted
        is_same = note is not None and (note.tag, note.url, note.size, note.sha256) == (wanted.tag, wanted.url, wanted.size, wanted.sha256)
        if note is None or not is_same or self.size > wanted.size:
            self.reset(None)
            return wanted
        return note

    def reset(self, validator: str | None) -> None:
        """Begin anew, with what the server said of the file it is about to send."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # The part goes first: a note of another file beside old bytes would make them look right.
        self.path.unlink(missing_ok=True)
        note = PartialNote(self._wanted.tag, self._wanted.url, self._wanted.size, self._wanted.sha256, validator)
        half = self._note_path.with_suffix(".new")
        half.write_text(json.dumps(asdict(note)), encoding="utf-8")
        half.replace(self._note_path)

    def remove(self) -> None:
        """Throw it away."""
        for path in (self.path, self._note_path):
            with contextlib.suppress(OSError):
                path.unlink()
        with contextlib.suppress(OSError):
            self._folder.rmdir()  # when it is empty


def sweep_partial_files(versions: Path, installed: Collection[str], now_s: float) -> None:
    """Remove what nobody went on with for a week, what belongs to a version that is there by now, and what belongs to nothing."""
    folder = versions / DOWNLOADS
    with contextlib.suppress(OSError):
        for path in sorted(folder.iterdir()):
            note = _read(folder / f"{path.name.removesuffix(_NOTE).removesuffix(_PART)}{_NOTE}")
            is_known = path.name.endswith((_PART, _NOTE)) and note is not None
            if not is_known or note is None or note.tag in installed or now_s - path.stat().st_mtime > KEPT_S:
                path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            folder.rmdir()


def partial_bytes(versions: Path) -> int:
    """Count the bytes of all partial files."""
    total = 0
    with contextlib.suppress(OSError):
        for path in (versions / DOWNLOADS).iterdir():
            with contextlib.suppress(OSError):
                total += path.stat().st_size
    return total


def _read(path: Path) -> PartialNote | None:
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        return PartialNote(
            tag=str(stored["tag"]),
            url=str(stored["url"]),
            size=int(stored["size"]),
            sha256=_text(stored["sha256"]),
            validator=_text(stored["validator"]),
        )
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
