"""WriteGate: nobody waits twice for a database that another program has locked. Knows no Qt and no tables."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from gowa_desktop.domain.errors import DatabaseBusyError
from gowa_desktop.store.database import explained

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gowa_desktop.domain.errors import GowaError
    from gowa_desktop.domain.instance import DesiredState


class WriteGate:
    """What every write of the main thread goes through, and what could not be stored while it was closed. Main thread.

    The first write that finds the database locked waits as long as the connection allows, a moment; the gate closes, and all
    further writes are refused at once until somebody has found the database free and opens it.
    """

    def __init__(self, path: Path | str, name_holder: Callable[[], str] = str) -> None:
        self.owed: dict[int, DesiredState] = {}
        """Wishes of a person that are not stored yet, by instance id."""
        self._path = Path(path)
        self._name_holder = name_holder
        self._is_open = True
        self._refusal: GowaError | None = None
        self._on_closed: Callable[[], None] | None = None
        self._on_damaged: Callable[[], None] | None = None

    @property
    def is_open(self) -> bool:
        """True while writes are tried."""
        return self._is_open

    @property
    def holder(self) -> str:
        """Who has locked the database now, as far as the system tells."""
        return self._name_holder() or "another program"

    def when_damaged(self, action: Callable[[], None]) -> None:
        """Say what to do each time somebody meets damage."""
        self._on_damaged = action

    def tell_damage(self) -> None:
        """Say that damage was met."""
        if self._on_damaged is not None:
            self._on_damaged()

    def when_closed(self, action: Callable[[], None]) -> None:
        """Say what to do each time the gate closes."""
        self._on_closed = action

    def open(self) -> None:
        """Let writes through again."""
        self._is_open = True

    def refuse(self, reason: GowaError) -> None:
        """Let nothing through any more, because this program only looks."""
        self._refusal = reason

    @contextlib.contextmanager
    def passing(self) -> Iterator[None]:
        """Write inside.

        Raises:
            DatabaseBusyError: another program has locked the database; it is named where the system tells.
            GowaError: what `refuse` was told.
        """
        if self._refusal is not None:
            raise self._refusal
        if not self._is_open:
            raise self.busy_error()
        try:
            yield
        except DatabaseBusyError as error:
            self._is_open = False
            if self._on_closed is not None:
                self._on_closed()
            raise self.busy_error() from error

    def busy_error(self) -> DatabaseBusyError:
        """Say who has locked the database."""
        return DatabaseBusyError(
            f"The database {self._path} is in use by {self.holder}, so the change could not be saved.",
            "Close that program, or wait until it is done, and try again.",
        )


def wait_until_free(path: Path, timeout_s: float) -> bool:
    """Wait until nobody else writes to a database; False when the time is over. Blocks; for workers.

    Raises:
        DatabaseError: it cannot be opened at all.
    """
    try:
        with (
            explained(path),
            contextlib.closing(
                sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=timeout_s, isolation_level=None)
            ) as connection,
        ):
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
    except DatabaseBusyError:
        return False
    return True
