"""DirectoryManager: one private folder per instance, a trash that keeps seven days."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import time
from typing import TYPE_CHECKING

from gowa_desktop.domain.errors import FolderError
from gowa_desktop.infra.folder_use import room_of
from gowa_desktop.infra.log_files import DEFAULT_LIMITS, append_line, end_position, rotate_before_run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gowa_desktop.domain.json_types import JsonObject
    from gowa_desktop.infra.log_files import LogLimits
    from gowa_desktop.infra.paths import DataPaths

TRASH_DAYS = 7
TRASH_NOTE = ".gowa-desktop-trash.json"
"""In each folder of the trash: what instance it was."""


class DirectoryManager:
    """Owns `instances/` and `.trash/`. Calls may block on the disk; `sweep_trash` and `disk_bytes` belong on a worker."""

    def __init__(self, paths: DataPaths, log_limits: Callable[[], LogLimits] = lambda: DEFAULT_LIMITS) -> None:
        self._paths = paths
        self._log_limits = log_limits

    def folder(self, instance_id: int) -> Path:
        """Give the folder of an instance: GOWA's working directory. It need not exist."""
        return self._paths.instances / str(instance_id)

    @property
    def trash(self) -> Path:
        """The folder of what was deleted; it need not exist."""
        return self._paths.trash

    def log_file(self, instance_id: int) -> Path:
        """Give the file that GOWA's output goes to."""
        return self.folder(instance_id) / "logs" / "gowa.log"

    def identity_file(self, instance_id: int) -> Path:
        """Give the file that says which process belongs to the instance."""
        return self.folder(instance_id) / ".gowa-desktop-process.json"

    def launch_file(self, instance_id: int) -> Path:
        """Give the file that says what the live process was started with, without secrets."""
        return self.folder(instance_id) / ".gowa-desktop-launch.json"

    def retired_secrets_file(self, instance_id: int) -> Path:
        """Give the file of secrets that were replaced but may still stand in the log."""
        return self.folder(instance_id) / ".gowa-desktop-retired.json"

    def exits_file(self, instance_id: int) -> Path:
        """Give the file that keeps the last exit reports."""
        return self.folder(instance_id) / ".gowa-desktop-exits.jsonl"

    def good_start_file(self, instance_id: int) -> Path:
        """Give the file that says what the last good start depended on."""
        return self.folder(instance_id) / ".gowa-desktop-good-start.json"

    def ensure(self, instance_id: int) -> Path:
        """Make the folder with mode 0700, and its log folder.

        Raises:
            FolderError: it cannot be made or written.
        """
        folder = self.folder(instance_id)
        try:
            # Without parents: where a drive has vanished, nothing may be made in the place it was mounted on.
            self._paths.instances.mkdir(mode=0o700, exist_ok=True)
            folder.mkdir(mode=0o700, exist_ok=True)
            if os.name == "posix" and folder.stat().st_mode & 0o077:
                folder.chmod(0o700)
            (folder / "logs").mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise FolderError(
                f"The instance folder {folder} cannot be used: {error.strerror or error}.", "Check the disk and the folder's permissions."
            ) from error
        if not os.access(folder, os.W_OK | os.X_OK):
            raise FolderError(f"The instance folder {folder} cannot be written.", "Make it writable for you and try again.")
        return folder

    def prepare_log(self, instance_id: int, marker: bytes = b"") -> int:
        """Make the log file private before the child opens it, a new one when it is large.

        `marker` is a line to put before the run. The answer is the position in the log at which the run begins.

        Raises:
            FolderError: it cannot be made.
        """
        path = self.log_file(instance_id)
        rotate_before_run(path, self._log_limits())
        try:
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600))
        except OSError as error:
            raise FolderError(
                f"The log file {path} cannot be written: {error.strerror or error}.", "Check the disk and the folder's permissions."
            ) from error
        if marker:
            append_line(path, marker)
        return end_position(path)

    def move_to_trash(self, instance_id: int, note: JsonObject) -> Path | None:
        """Move an instance folder into the trash; None when there was none.

        `note` describes the instance and is stored beside its files, so that it can be put back.

        Raises:
            FolderError: it cannot be moved; then it is untouched.
        """
        folder = self.folder(instance_id)
        target = self._paths.trash / f"{instance_id}-{secrets.token_hex(8)}"
        try:
            self._paths.trash.mkdir(mode=0o700, exist_ok=True)
            if not folder.exists():
                return None
            folder.rename(target)
        except OSError as error:
            raise FolderError(
                f"The instance folder {folder} cannot be moved to the trash: {error.strerror or error}.",
                "Close programs that use its files and try again. Nothing was deleted.",
            ) from error
        self._leave_note(target, note)
        return target

    def put_back(self, trashed: Path, instance_id: int) -> None:
        """Undo a move to the trash.

        Raises:
            FolderError: it cannot be moved back; the message names where the data is.
        """
        folder = self.folder(instance_id)
        try:
            trashed.rename(folder)
        except OSError as error:
            raise FolderError(f"The instance data stayed in {trashed}: {error.strerror or error}.", "Move it back by hand.") from error
        with contextlib.suppress(OSError):
            (folder / TRASH_NOTE).unlink()

    def trashed(self, instance_id: int, key: str) -> list[Path]:
        """Find what lies in the trash of an instance: folders whose note names it by id and key."""
        found = []
        with contextlib.suppress(OSError):
            for entry in self._paths.trash.glob(f"{instance_id}-*"):
                with contextlib.suppress(OSError, ValueError, RecursionError):
                    note = json.loads((entry / TRASH_NOTE).read_text(encoding="utf-8"))
                    if isinstance(note, dict) and note.get("id") == instance_id and note.get("key") == key:
                        found.append(entry)
        return found

    def trashed_at(self, folder: Path) -> float:
        """Tell since when a folder has been in the trash, in seconds since the epoch; now when that cannot be read."""
        try:
            return (folder / TRASH_NOTE).stat().st_mtime
        except OSError:
            return time.time()

    def sweep_trash(self, now: float | None = None) -> int:
        """Remove what has been in the trash for over seven days; the answer is how many folders went."""
        limit = (now if now is not None else time.time()) - TRASH_DAYS * 86400
        swept = 0
        if not self._paths.trash.is_dir():
            return 0
        for entry in self._paths.trash.iterdir():
            try:
                note = entry / TRASH_NOTE
                since = (note if note.exists() else entry).stat().st_mtime
            except OSError:
                continue
            if since < limit and entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry, ignore_errors=True)
                swept += not entry.exists()
        return swept

    def _leave_note(self, trashed: Path, note: JsonObject) -> None:
        path = trashed / TRASH_NOTE
        try:
            descriptor = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(note, file)
        except OSError:
            # The note is a convenience for putting it back; a full disk must not stop a delete. Moving a folder leaves its
            # time alone, so without this an old folder would be swept at once.
            with contextlib.suppress(OSError):
                os.utime(trashed)


def disk_bytes(folder: Path) -> int:
    """Add up the room that all regular files below a folder take, in bytes; what cannot be read counts as nothing."""
    total = 0
    pending = [os.fspath(folder)]
    while pending:
        try:
            with os.scandir(pending.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        pending.append(entry.path)
                    elif entry.is_file(follow_symlinks=False):
                        with contextlib.suppress(OSError):  # GOWA removes files at any moment
                            total += room_of(entry.stat(follow_symlinks=False))
        except OSError:
            continue
    return total
