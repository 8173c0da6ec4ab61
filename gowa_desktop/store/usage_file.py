"""UsageFile: the history of use on the disk, in a file of its own beside the database.

Not in `gowa.db`: that is copied several times a day and checked byte by byte, so it has to stay small, and what somebody decided must
not wait for figures. Losing this file costs charts, nothing else; a damaged one is set aside and begun anew.

360 figures of one metric of one instance are a tile, one compressed row: 100 instances over 90 days are 26,000 rows instead of
millions. Only workers write; the main thread reads through a connection of its own, which WAL never keeps waiting for a writer.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sqlite3
import sys
import zlib
from array import array
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from gowa_desktop.domain.usage import NO_VALUE, STORED, UsageEvent, UsageEventKind
from gowa_desktop.domain.usage_ring import NOTHING, Rollup
from gowa_desktop.store.database import explained
from gowa_desktop.store.transactions import transaction

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from gowa_desktop.domain.usage import Metric

_log = logging.getLogger(__name__)
TILE_SLOTS = 360
_VERSION = 1
_WRITE_TIMEOUT_S = 2.0
_READ_TIMEOUT_S = 0.01
_SCHEMA = """
CREATE TABLE IF NOT EXISTS tiles (
    subject INTEGER NOT NULL, metric TEXT NOT NULL, step_s INTEGER NOT NULL, number INTEGER NOT NULL, figures BLOB NOT NULL,
    PRIMARY KEY (subject, metric, step_s, number)
);
CREATE TABLE IF NOT EXISTS events (subject INTEGER NOT NULL, at REAL NOT NULL, kind TEXT NOT NULL, text TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS events_by_subject ON events (subject, at);
"""


class Tile:
    """360 slots of one metric: three arrays of 4-byte floats, NaN where there is no figure."""

    __slots__ = ("least", "mean", "most")

    def __init__(self, packed: bytes | None = None) -> None:
        figures = array("f")
        if packed is not None:
            with contextlib.suppress(zlib.error, ValueError):  # a tile that cannot be read is an empty one
                figures.frombytes(zlib.decompress(packed))
        if len(figures) != 3 * TILE_SLOTS:
            figures = array("f", [NO_VALUE]) * (3 * TILE_SLOTS)
        elif sys.byteorder == "big":
            figures.byteswap()
        self.mean, self.least, self.most = (figures[start : start + TILE_SLOTS] for start in range(0, 3 * TILE_SLOTS, TILE_SLOTS))

    def pack(self) -> bytes:
        """Give the bytes to store."""
        figures = self.mean + self.least + self.most
        if sys.byteorder == "big":
            figures.byteswap()
        return zlib.compress(figures.tobytes(), 1)

    def put(self, index: int, figure: Rollup) -> None:
        """Set one slot."""
        self.mean[index], self.least[index], self.most[index] = figure

    def roll_up(self, first: int, count: int) -> Rollup:
        """Put some slots together; each counts the same."""
        mean = [figure for figure in self.mean[first : first + count] if figure == figure]  # noqa: PLR0124 - NaN differs from itself
        if not mean:
            return NOTHING
        least = min(figure for figure in self.least[first : first + count] if figure == figure)  # noqa: PLR0124
        most = max(figure for figure in self.most[first : first + count] if figure == figure)  # noqa: PLR0124
        return Rollup(sum(mean) / len(mean), least, most)


@dataclass(slots=True)
class UsageBatch:
    """What is to be stored at once. It may be stored again without harm.

    Attributes:
        figures: figures of one instance and metric in the finest stored resolution, by number of slot.
        events: what happened, by instance.
        forgotten: instances of which everything earlier goes, before the rest is stored.
        before: seconds since the epoch, now; what is too old at that time goes.
    """

    before: float
    figures: dict[tuple[int, Metric], dict[int, Rollup]] = field(default_factory=dict)
    events: dict[int, list[UsageEvent]] = field(default_factory=dict)
    forgotten: set[int] = field(default_factory=set)


class UsageFile:
    """Owns `usage.db`. `store` is for workers, one at a time; reading is for the main thread."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._reader: sqlite3.Connection | None = None

    def store(self, batch: UsageBatch) -> None:
        """Store a batch, all of it or nothing. May wait for the disk. A damaged file is set aside first.

        Raises:
            DatabaseError: it cannot be stored now: locked, full.
        """
        with explained(self._path):
            try:
                self._store(batch)
            except sqlite3.DatabaseError as error:
                if not _is_damage(error):
                    raise
                _log.warning("The history of use is damaged and begins anew: %s", error)
                self._set_aside()
                self._store(batch)

    def tiles(self, subject: int, metric: Metric, step_s: int, first: int, last: int) -> dict[int, Tile]:
        """Give the tiles numbered from `first` to `last` that there are; none when the file cannot be read."""
        rows = self._read(
            "SELECT number, figures FROM tiles WHERE subject = ? AND metric = ? AND step_s = ? AND number BETWEEN ? AND ?",
            (subject, metric.value, step_s, first, last),
        )
        return {number: Tile(figures) for number, figures in rows}

    def events(self, subject: int, begin: float, end: float) -> list[UsageEvent]:
        """Give what happened to an instance, oldest first; nothing when the file cannot be read."""
        rows = self._read("SELECT at, kind, text FROM events WHERE subject = ? AND at BETWEEN ? AND ? ORDER BY at", (subject, begin, end))
        known = set(UsageEventKind)
        return [UsageEvent(at, UsageEventKind(kind), text) for at, kind, text in rows if kind in known]

    def close(self) -> None:
        """Let go of the file."""
        if self._reader is not None:
            self._reader.close()
            self._reader = None

    def _store(self, batch: UsageBatch) -> None:
        with self._writer() as connection, transaction(connection):
            for table in ("tiles", "events"):
                connection.executemany(f"DELETE FROM {table} WHERE subject = ?", [(subject,) for subject in batch.forgotten])  # noqa: S608
            for (subject, metric), figures in batch.figures.items():
                _put_figures(connection, subject, metric, figures)
            rows = [(subject, event.at, event.kind.value, event.text) for subject, events in batch.events.items() for event in events]
            connection.executemany("INSERT INTO events (subject, at, kind, text) VALUES (?, ?, ?, ?)", rows)
            for kept in STORED:
                oldest = int((batch.before - kept.kept_s) // (kept.step_s * TILE_SLOTS))
                connection.execute("DELETE FROM tiles WHERE step_s = ? AND number < ?", (kept.step_s, oldest))
            connection.execute("DELETE FROM events WHERE at < ?", (batch.before - STORED[-1].kept_s,))

    @contextlib.contextmanager
    def _writer(self) -> Iterator[sqlite3.Connection]:
        if not self._path.exists():
            os.close(os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600))
        with contextlib.closing(sqlite3.connect(self._path, timeout=_WRITE_TIMEOUT_S, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = wal")
            connection.execute("PRAGMA synchronous = normal")
            if connection.execute("PRAGMA user_version").fetchone()[0] != _VERSION:
                connection.executescript(_SCHEMA)
                connection.execute(f"PRAGMA user_version = {_VERSION}")
            yield connection

    def _read(self, question: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        try:
            if self._reader is None:
                if not self._path.exists():
                    return []
                uri = f"{self._path.absolute().as_uri()}?mode=ro"
                self._reader = sqlite3.connect(uri, uri=True, timeout=_READ_TIMEOUT_S, isolation_level=None)
            return self._reader.execute(question, values).fetchall()
        except sqlite3.Error as error:
            _log.debug("The history of use cannot be read now: %s", error)
            self.close()
            return []

    def _set_aside(self) -> None:
        for suffix in ("", "-wal", "-shm"):
            path = self._path.with_name(self._path.name + suffix)
            with contextlib.suppress(FileNotFoundError):
                path.replace(path.with_name(f"{self._path.name}.damaged{suffix}"))


def _put_figures(connection: sqlite3.Connection, subject: int, metric: Metric, figures: dict[int, Rollup]) -> None:
    """Put figures into their tiles, and what follows from them into the tiles of the coarser resolutions."""
    tiles = _Tiles(connection, subject, metric)
    steps = [kept.step_s for kept in STORED if kept.step_s >= metric.step_s]
    for slot, figure in figures.items():
        tiles.get(steps[0], slot).put(slot % TILE_SLOTS, figure)
    touched: Iterable[int] = figures
    for finer, coarser in pairwise(steps):
        ratio = coarser // finer  # divides 360, so what makes one coarse slot lies in one tile
        touched = {slot // ratio for slot in touched}
        for slot in touched:
            rolled = tiles.get(finer, slot * ratio).roll_up(slot * ratio % TILE_SLOTS, ratio)
            tiles.get(coarser, slot).put(slot % TILE_SLOTS, rolled)
    tiles.store()


class _Tiles:
    """The tiles of one subject and metric that a batch touches."""

    def __init__(self, connection: sqlite3.Connection, subject: int, metric: Metric) -> None:
        self._connection = connection
        self._key = (subject, metric.value)
        self._tiles: dict[tuple[int, int], Tile] = {}

    def get(self, step_s: int, slot: int) -> Tile:
        """Give the tile that a slot lies in."""
        place = (step_s, slot // TILE_SLOTS)
        if place not in self._tiles:
            question = "SELECT figures FROM tiles WHERE subject = ? AND metric = ? AND step_s = ? AND number = ?"
            row = self._connection.execute(question, (*self._key, *place)).fetchone()
            self._tiles[place] = Tile(row[0] if row is not None else None)
        return self._tiles[place]

    def store(self) -> None:
        rows = [(*self._key, *place, tile.pack()) for place, tile in self._tiles.items()]
        self._connection.executemany("INSERT OR REPLACE INTO tiles (subject, metric, step_s, number, figures) VALUES (?, ?, ?, ?, ?)", rows)


def _is_damage(error: sqlite3.DatabaseError) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
