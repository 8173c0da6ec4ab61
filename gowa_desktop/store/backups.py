"""DatabaseCopies: three last and seven daily copies of the database, and the way back from them. Knows no Qt.

A copy is made under another name, checked, and only then takes the place of an older one: whatever goes wrong, every copy that
was good stays good.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import sqlite3
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

from gowa_desktop.domain.errors import DatabaseDamagedError, DatabaseError
from gowa_desktop.store.database import DATABASE_NAME, explained, is_sound, prepare_database
from gowa_desktop.store.definition_rows import count_instances, reconcile
from gowa_desktop.store.durable_files import flush
from gowa_desktop.store.sqlite_copy import BESIDE, copy_live

if TYPE_CHECKING:
    from collections.abc import Iterable, Set
    from datetime import datetime
    from pathlib import Path

    from gowa_desktop.domain.definition import InstanceDefinition

LAST_COPIES = 3
DAILY_COPIES = 7
_FOLDER = "backups"
_NAMES = re.compile(r"gowa-(last-[1-9]|daily-\d{4}-\d\d-\d\d)\.db")
_UNFINISHED = ".unfinished.db"


@dataclass(frozen=True, slots=True)
class RestoredDatabase:
    """What took the place of a database."""

    source: Path | None
    """The copy that was used; None when there was no good one."""
    aside: Path | None
    """Where the old database is kept; None when there was none."""
    instances: int
    """How many instances the new one has."""


class DatabaseCopies:
    """Owns `backups/` of a data directory. Calls block on the disk; any thread, one call at a time."""

    def __init__(self, data_dir: Path) -> None:
        self._database = data_dir / DATABASE_NAME
        self._folder = data_dir / _FOLDER
        self._identity = _identity(self._database)

    def check_in_place(self) -> None:
        """Check that the database is the file it was when this object was made: SQLite goes on writing to one that has gone.

        Raises:
            DatabaseError: it was deleted, moved or replaced, or its disk has gone.
        """
        if self._identity is not None and _identity(self._database) != self._identity:
            raise DatabaseError(
                f"The database {self._database} has gone or was replaced, so the change could not be saved.",
                "Bring its disk or folder back, or restart GOWA Desktop. What runs goes on running.",
            )

    def newest_first(self) -> list[Path]:
        """Give every copy there is, good or not."""
        try:
            found = [(entry.stat().st_mtime_ns, entry) for entry in self._folder.iterdir() if _NAMES.fullmatch(entry.name)]
        except OSError:
            return []
        # A daily copy is as old as the last one it was made of.
        return [entry for _, entry in sorted(found, key=lambda item: (-item[0], not item[1].name.startswith("gowa-last"), item[1].name))]

    def newest_good(self) -> Path | None:
        """Give the newest copy that passes every check; None when none does."""
        return next((copy for copy in self.newest_first() if is_sound(copy)), None)

    def take(self, now: datetime) -> Path:
        """Copy the database; the copy becomes the newest of the last ones, and the first of a day the daily one.

        Args:
            now: with the person's time zone, whose midnight divides the days.

        Raises:
            DatabaseDamagedError: the copy was no good, and so most likely the database; all earlier copies are as they were.
            DatabaseError: it could not be copied; all earlier copies are as they were.
        """
        unfinished = self._folder / _UNFINISHED
        try:
            with explained(self._database):
                self._make_folder()
                _remove(unfinished)
                copy_live(self._database, unfinished)
            if not is_sound(unfinished):
                raise DatabaseDamagedError(f"A copy of the database {self._database} was no good.", "Check the disk it is on.")
            with explained(self._database):
                newest = self._rotate(unfinished)
                self._keep_daily(newest, now)
        finally:
            with contextlib.suppress(OSError):
                _remove(unfinished)
        return newest

    def restore(
        self, now: datetime, newest: Iterable[InstanceDefinition], removed: Set[tuple[int, str]], highest_id: int
    ) -> RestoredDatabase:
        """Put the newest good copy, or else an empty database, in the place of the database, which is set aside.

        The new database is complete before the old one is touched, so that it can be tried again after any interruption.

        Args:
            now: for the name of what is set aside.
            newest: definitions that the copy may not have yet; for these three see `reconcile`.
            removed: id and key of instances that the copy may still have.
            highest_id: no new instance gets this id or a lower one.

        Raises:
            DatabaseError: there is no room, or the folder cannot be written.
        """
        fresh = self._database.with_name(f"{DATABASE_NAME}.restoring")
        source = self.newest_good()
        try:
            with explained(self._database):
                _remove(fresh)
                if source is not None:
                    _copy_file(source, fresh)
            prepare_database(fresh)
            with explained(self._database):
                with contextlib.closing(sqlite3.connect(fresh, isolation_level=None)) as connection:
                    reconcile(connection, newest, removed, highest_id)
                    count = count_instances(connection)
                flush(fresh)
                aside = _set_aside(self._database, now)
                fresh.replace(self._database)
        finally:
            with contextlib.suppress(OSError):
                _remove(fresh)
        return RestoredDatabase(source, aside, count)

    def _make_folder(self) -> None:
        self._folder.mkdir(mode=0o700, exist_ok=True)
        if os.name == "posix" and self._folder.stat().st_mode & 0o077:
            self._folder.chmod(0o700)

    def _rotate(self, unfinished: Path) -> Path:
        names = [self._folder / f"gowa-last-{number}.db" for number in range(1, LAST_COPIES + 1)]
        for older, newer in reversed(list(zip(names[1:], names[:-1], strict=True))):
            if newer.exists():
                newer.replace(older)
        return unfinished.replace(names[0])

    def _keep_daily(self, newest: Path, now: datetime) -> None:
        daily = self._folder / f"gowa-daily-{now:%Y-%m-%d}.db"
        if not daily.exists():
            unfinished = self._folder / _UNFINISHED
            _copy_file(newest, unfinished)
            unfinished.replace(daily)
        for old in sorted(self._folder.glob("gowa-daily-*.db"), reverse=True)[DAILY_COPIES:]:
            old.unlink()


def is_missing(data_dir: Path) -> bool:
    """Tell whether a data directory has no database, or an empty file in its place."""
    try:
        return (data_dir / DATABASE_NAME).stat().st_size == 0
    except FileNotFoundError:
        return True


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _copy_file(source: Path, target: Path) -> None:
    os.close(os.open(target, os.O_CREAT | os.O_TRUNC | os.O_RDWR, 0o600))
    shutil.copyfile(source, target)
    times = source.stat()
    os.utime(target, ns=(times.st_atime_ns, times.st_mtime_ns))
    flush(target)


def _set_aside(database: Path, now: datetime) -> Path | None:
    stamp = f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    names = (f"{database.name}.damaged-{stamp}{suffix}" for suffix in ("", *(f".{number}" for number in range(2, 100))))
    aside = next(path for name in names if not (path := database.with_name(name)).exists())
    # What lies beside it goes first: a database without its log is worth less than none, and the new one must not find it.
    for suffix in (*BESIDE, ""):
        part = database.with_name(f"{database.name}{suffix}")
        if part.exists():
            part.replace(aside.with_name(f"{aside.name}{suffix}"))
    return aside if aside.exists() else None


def _remove(path: Path) -> None:
    for suffix in ("", *BESIDE):
        path.with_name(f"{path.name}{suffix}").unlink(missing_ok=True)
