"""Opens the database whatever has happened to it, from its copies and from the records that the instances keep of themselves."""

from __future__ import annotations

import contextlib
import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from gowa_desktop.domain.errors import DatabaseBusyError, DatabaseDamagedError, DatabaseError
from gowa_desktop.infra.definition_records import folder_ids, read_definitions, trashed_instances
from gowa_desktop.store.backups import DatabaseCopies, is_missing
from gowa_desktop.store.database import open_database
from gowa_desktop.store.definition_rows import DefinitionRows

if TYPE_CHECKING:
    from pathlib import Path

    from gowa_desktop.infra.paths import DataPaths
    from gowa_desktop.store.database import Database

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Recovery:
    """How a damaged or lost database was replaced."""

    restored_from: str | None
    """File name of the copy that was used; None when there was no good one."""
    copied_at: datetime | None
    """When that copy was made, in the person's time zone."""
    aside: Path | None
    """Where the damaged file is kept; None when there was no file at all."""
    instances: int
    """How many instances there are now."""

    def sentence(self, now: datetime) -> str:
        """Tell a person what happened, with times as seen at `now`."""
        what = "damaged" if self.aside else "missing"
        if self.copied_at is not None:
            how = f"It was restored from the copy of {_day(self.copied_at, now)} {self.copied_at:%H:%M}"
        elif self.instances:
            how = f"It was made anew from the records of {self.instances} instance{'s' * (self.instances != 1)}"
        else:
            how = "There was no copy, so it begins empty"
        kept = f"; the damaged file is kept as {self.aside}" if self.aside else ""
        return f"The database was {what}. {how}{kept}."


def open_or_recover(paths: DataPaths, now: datetime | None = None) -> tuple[Database, Recovery | None]:
    """Open the database, restored and brought up to the instances' own records when need be; only for the program that holds the folder.

    Raises:
        DatabaseTooNewError: a newer GOWA Desktop wrote it; it is not touched.
        DatabaseError: it is locked, or the folder cannot be written; it is not touched.
    """
    try:
        _refuse_lost(paths)
        database = open_database(paths.root)
    except DatabaseDamagedError as error:
        _log.warning("Restoring the database: %s (%s)", error.message, error.__cause__)
        recovery = _recover(paths, now or local_now())
        return open_database(paths.root), recovery
    try:
        _catch_up(database, paths)
    except DatabaseBusyError:
        database.close()
        raise
    return database, None


def _refuse_lost(paths: DataPaths) -> None:
    # Opening would make an empty one.
    if is_missing(paths.root) and (read_definitions(paths.instances) or DatabaseCopies(paths.root).newest_first()):
        raise DatabaseDamagedError(f"There is no database in {paths.root}, although there was one.")


def local_now() -> datetime:
    """Give the time in the person's time zone."""
    return datetime.now(UTC).astimezone()


def _recover(paths: DataPaths, now: datetime) -> Recovery:
    folders = folder_ids(paths.instances)
    trashed = trashed_instances(paths.trash)
    # Reset data leaves a folder in the trash too, but then there is another one in its place.
    removed = {(number, key) for number, key in trashed if number not in folders}
    highest_id = max({*folders, *(number for number, _ in trashed)}, default=0)
    restored = DatabaseCopies(paths.root).restore(now, read_definitions(paths.instances), removed, highest_id)
    copied_at = None
    if restored.source is not None:
        with contextlib.suppress(OSError):
            copied_at = datetime.fromtimestamp(restored.source.stat().st_mtime, now.tzinfo)
    return Recovery(restored.source.name if restored.source else None, copied_at, restored.aside, restored.instances)


def _catch_up(database: Database, paths: DataPaths) -> None:
    """Take over records that are newer: a power cut or a lost log can take the last changes away from a sound database."""
    try:
        changed = DefinitionRows(database).catch_up(read_definitions(paths.instances))
    except DatabaseBusyError:
        raise  # it is free again shortly, and then nothing newer is left out
    except DatabaseError as error:
        _log.warning("The records of the instances could not be compared with the database: %s", error)
        return
    if changed:
        _log.warning("The records of the instances %s were newer than the database and were taken over", changed)


def _day(then: datetime, now: datetime) -> str:
    days = {now.date(): "today", now.date() - timedelta(days=1): "yesterday"}
    return days.get(then.date(), f"{then:%Y-%m-%d}")
