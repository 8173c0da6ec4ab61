"""Rows in, values out: the only code that reads and writes the tables. Main thread only."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

import peewee

from gowa_desktop.domain.config_parser import ConfigParser
from gowa_desktop.domain.errors import ConfigInvalidError, DatabaseBusyError, DatabaseDamagedError, DatabaseError, NameTakenError, NotFoundError
from gowa_desktop.domain.instance import LATEST, DesiredState, Instance, InstanceState, Priority
from gowa_desktop.domain.restart_policy import RestartPolicy
from gowa_desktop.domain.tags import tags_from_text, tags_to_text
from gowa_desktop.store.database import explain, explained
from gowa_desktop.store.models import InstanceRow, SettingRow
from gowa_desktop.store.write_gate import WriteGate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from gowa_desktop.domain.json_types import Json, JsonObject

TIME_FORMAT = "%Y-%m-%d %H:%M:%S"


def utc_now() -> datetime:
    """Give the time as it is stored."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class FurtherChanges:
    """Changes of how an instance is supervised and what a person says of it; None leaves a field alone, a memory limit of 0 takes it away."""

    restart_policy: RestartPolicy | None = None
    memory_limit_mb: int | None = None
    priority: Priority | None = None
    tags: tuple[str, ...] | None = None
    notes: str | None = None

    def values(self) -> dict[str, object]:
        """Give the columns to write."""
        values: dict[str, object] = {}
        if self.restart_policy is not None:
            values["restart_policy"] = self.restart_policy.value
        if self.memory_limit_mb is not None:
            values["memory_limit_mb"] = self.memory_limit_mb or None
        if self.priority is not None:
            values["priority"] = self.priority.value
        if self.tags is not None:
            values["tags"] = tags_to_text(self.tags)
        if self.notes is not None:
            values["notes"] = self.notes
        return values


_NO_CHANGES = FurtherChanges()


class InstanceRepository:
    """Stored instances. Every call may raise DatabaseError; nothing is cached here."""

    def __init__(self, database: peewee.SqliteDatabase, clock: Callable[[], datetime] = utc_now, gate: WriteGate | None = None) -> None:
        self._database = database
        self._gate = gate or WriteGate(database.database)
        self._clock = clock
        self._parser = ConfigParser()

    def all(self) -> list[Instance]:
        """Give every instance, oldest first."""
        with self._explained():
            return [self._value(row) for row in InstanceRow.select().order_by(InstanceRow.id)]

    def get(self, instance_id: int) -> Instance:
        """Give one instance.

        Raises:
            NotFoundError: there is none with this id.
        """
        with self._explained():
            row = InstanceRow.get_or_none(InstanceRow.id == instance_id)
        if row is None:
            raise NotFoundError(f"There is no instance with the id {instance_id}.", "Look at the list of instances.")
        return self._value(row)

    def add(self, key: str, name: str, port: int, gowa_version: str, config: JsonObject) -> Instance:
        """Store a new instance, stopped.

        Raises:
            NameTakenError: the name or key exists already.
        """
        now = self._clock().strftime(TIME_FORMAT)
        try:
            with self._writing():
                row = InstanceRow.create(
                    key=key, name=name, port=port, gowa_version=gowa_version, config=_dump(config), created_at=now, updated_at=now
                )
        except peewee.IntegrityError as error:
            raise NameTakenError(f"There is already an instance named {name}.", "Choose another name.") from error
        return self.get(row.id)

    def change(
        self,
        instance_id: int,
        name: str,
        port: int | None,
        gowa_version: str,
        config: JsonObject | None,
        further: FurtherChanges = _NO_CHANGES,
    ) -> Instance:
        """Store a person's changes; `config` None leaves the stored text as it is, even when it is damaged.

        Raises:
            NameTakenError: another instance has the name.
        """
        values: dict[str, object] = {"name": name, "port": port, "gowa_version": gowa_version}
        if config is not None:
            values["config"] = _dump(config)
        values.update(further.values())
        try:
            self._write(instance_id, values)
        except peewee.IntegrityError as error:
            raise NameTakenError(f"There is already an instance named {name}.", "Choose another name.") from error
        return self.get(instance_id)

    def set_desired(self, instance_ids: Iterable[int], desired: DesiredState) -> None:
        """Store what the person wants of some instances; later, when another program has locked the database just now."""
        before = dict(self._gate.owed)
        self._gate.owed.update(dict.fromkeys(instance_ids, desired))
        try:
            self.store_owed()
        except DatabaseBusyError:
            return
        except DatabaseError:
            self._gate.owed = before
            raise

    def owe_desired(self, instance_id: int, desired: DesiredState) -> None:
        """Remember a wish that could not be stored, for the next `store_owed`."""
        self._gate.owed[instance_id] = desired

    def store_owed(self) -> list[int]:
        """Store the wishes that are not stored yet; the answer is the ids of their instances.

        Raises:
            DatabaseError: it is still not possible; nothing is forgotten.
        """
        owed, now = list(self._gate.owed.items()), self._now()
        statement = "UPDATE instances SET desired = ?, updated_at = ? WHERE id = ?"
        self._set_often([(statement, (desired.value, now, number)) for number, desired in owed])
        self._gate.owed.clear()
        return [number for number, _ in owed]

    def set_states(self, states: Iterable[tuple[int, InstanceState, str | None]]) -> None:
        """Store what was observed last of some instances: id, state, error message. All of it or nothing."""
        statement = "UPDATE instances SET status = ?, error_message = ?, updated_at = ? WHERE id = ?"
        now = self._now()
        self._set_often([(statement, (state.value, message, now, number)) for number, state, message in states])

    def remove(self, instance_id: int) -> None:
        """Delete the row."""
        with self._writing():
            InstanceRow.delete().where(InstanceRow.id == instance_id).execute()
        self._gate.owed.pop(instance_id, None)

    def _write(self, instance_id: int, values: dict[str, object]) -> None:
        values["updated_at"] = self._now()
        with self._writing():
            InstanceRow.update(values).where(InstanceRow.id == instance_id).execute()

    def _set_often(self, statements: list[tuple[str, tuple[object, ...]]]) -> None:
        # What every start and stop of fifty instances waits for: putting the statement together costs more than carrying it out.
        if not statements:
            return
        with self._writing(), self._database.atomic():
            for statement, values in statements:
                self._database.execute_sql(statement, values)

    def _now(self) -> str:
        return self._clock().strftime(TIME_FORMAT)

    def _value(self, row: InstanceRow) -> Instance:
        config: JsonObject = {}
        config_error = None
        try:
            config = self._parser.parse(row.config)
        except ConfigInvalidError as error:
            config_error = error.message
        return Instance(
            id=row.id,
            key=row.key,
            name=row.name,
            port=row.port,
            status=_state(row.status),
            desired=self._gate.owed.get(row.id) or _desired(row.desired),
            config=config,
            gowa_version=row.gowa_version or LATEST,
            error_message=row.error_message,
            created_at=read_time(row.created_at),
            updated_at=read_time(row.updated_at),
            config_error=config_error,
            restart_policy=_policy(row.restart_policy),
            memory_limit_mb=row.memory_limit_mb,
            priority=Priority.LOW if row.priority == Priority.LOW.value else Priority.NORMAL,
            tags=tags_from_text(row.tags),
            notes=row.notes or "",
        )

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        with self._gate.passing(), self._explained():
            yield

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except peewee.IntegrityError:
            raise
        except (peewee.PeeweeException, sqlite3.Error) as error:  # Peewee does not translate a fault while rows are fetched
            told = explain(error, self._database.database)
            if isinstance(told, DatabaseDamagedError):
                self._gate.tell_damage()
            raise told from error


class SettingsRepository:
    """Stored settings of the program: JSON values by key; unknown keys are kept.

    What was read once is remembered: only the program that holds the data directory writes.
    """

    def __init__(self, database: peewee.SqliteDatabase, gate: WriteGate | None = None) -> None:
        self._database = database
        self._gate = gate or WriteGate(database.database)
        self._known: dict[str, Json] = {}

    def get(self, key: str) -> Json:
        """Give a stored value, or None when it was never changed or cannot be read."""
        if key not in self._known:
            self._known[key] = self._read(key)
        return deepcopy(self._known[key])

    def _read(self, key: str) -> Json:
        try:
            row = SettingRow.get_or_none(SettingRow.key == key)
        except (peewee.PeeweeException, sqlite3.Error) as error:
            raise explain(error, self._database.database) from error
        if row is None:
            return None
        try:
            return cast("Json", json.loads(row.value))
        except (ValueError, RecursionError):
            return None

    def set(self, key: str, value: Json) -> None:
        """Store a value; None removes it, so that the default holds again."""
        with self._gate.passing(), explained(self._database.database):
            if value is None:
                SettingRow.delete().where(SettingRow.key == key).execute()
            else:
                SettingRow.insert(key=key, value=json.dumps(value)).on_conflict_replace().execute()
        self._known[key] = deepcopy(value)


def _dump(config: JsonObject) -> str:
    return json.dumps(config)


def _state(text: str | None) -> InstanceState:
    try:
        return InstanceState(text or "stopped")
    except ValueError:
        return InstanceState.STOPPED


def _desired(text: str | None) -> DesiredState:
    return DesiredState.RUNNING if text == DesiredState.RUNNING.value else DesiredState.STOPPED


def _policy(text: str | None) -> RestartPolicy:
    try:
        return RestartPolicy(text or "")
    except ValueError:
        return RestartPolicy.ON_FAILURE


def read_time(text: str | None) -> datetime:
    """Read a stored time; what cannot be read is the beginning of 1970."""
    try:
        return datetime.strptime(str(text)[:19].replace("T", " "), TIME_FORMAT).replace(tzinfo=UTC)
    except ValueError:
        return datetime.fromtimestamp(0, UTC)
