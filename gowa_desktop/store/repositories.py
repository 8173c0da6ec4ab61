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
from gowa_desktop.domain.errors import ConfigInvalidError, NameTakenError, NotFoundError
from gowa_desktop.domain.instance import LATEST, DesiredState, Instance, InstanceState, Priority
from gowa_desktop.domain.restart_policy import RestartPolicy
from gowa_desktop.store.database import explain
from gowa_desktop.store.models import InstanceRow, SettingRow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from gowa_desktop.domain.json_types import Json, JsonObject

TIME_FORMAT = "%Y-%m-%d %H:%M:%S"


def utc_now() -> datetime:
    """Give the time as it is stored."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class SupervisionChanges:
    """Changes of how an instance is supervised; None leaves a field alone, a memory limit of 0 takes it away."""

    restart_policy: RestartPolicy | None = None
    memory_limit_mb: int | None = None
    priority: Priority | None = None

    def values(self) -> dict[str, object]:
        """Give the columns to write."""
        values: dict[str, object] = {}
        if self.restart_policy is not None:
            values["restart_policy"] = self.restart_policy.value
        if self.memory_limit_mb is not None:
            values["memory_limit_mb"] = self.memory_limit_mb or None
        if self.priority is not None:
            values["priority"] = self.priority.value
        return values


_NO_CHANGES = SupervisionChanges()


class InstanceRepository:
    """Stored instances. Every call may raise DatabaseError; nothing is cached here."""

    def __init__(self, database: peewee.SqliteDatabase, clock: Callable[[], datetime] = utc_now) -> None:
        self._database = database
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
            with self._explained():
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
        supervision: SupervisionChanges = _NO_CHANGES,
    ) -> Instance:
        """Store a person's changes; `config` None leaves the stored text as it is, even when it is damaged.

        Raises:
            NameTakenError: another instance has the name.
        """
        values: dict[str, object] = {"name": name, "port": port, "gowa_version": gowa_version}
        if config is not None:
            values["config"] = _dump(config)
        values.update(supervision.values())
        try:
            self._write(instance_id, values)
        except peewee.IntegrityError as error:
            raise NameTakenError(f"There is already an instance named {name}.", "Choose another name.") from error
        return self.get(instance_id)

    def set_desired(self, instance_ids: Iterable[int], desired: DesiredState) -> None:
        """Store what the person wants of some instances. All of it or nothing."""
        statement, now = "UPDATE instances SET desired = ?, updated_at = ? WHERE id = ?", self._now()
        self._set_often([(statement, (desired.value, now, number)) for number in instance_ids])

    def set_states(self, states: Iterable[tuple[int, InstanceState, str | None]]) -> None:
        """Store what was observed last of some instances: id, state, error message. All of it or nothing."""
        statement = "UPDATE instances SET status = ?, error_message = ?, updated_at = ? WHERE id = ?"
        now = self._now()
        self._set_often([(statement, (state.value, message, now, number)) for number, state, message in states])

    def remove(self, instance_id: int) -> None:
        """Delete the row."""
        with self._explained():
            InstanceRow.delete().where(InstanceRow.id == instance_id).execute()

    def _write(self, instance_id: int, values: dict[str, object]) -> None:
        values["updated_at"] = self._now()
        with self._explained():
            InstanceRow.update(values).where(InstanceRow.id == instance_id).execute()

    def _set_often(self, statements: list[tuple[str, tuple[object, ...]]]) -> None:
        # What every start and stop of fifty instances waits for: putting the statement together costs more than carrying it out.
        with self._explained(), self._database.atomic():
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
            desired=DesiredState.RUNNING if row.desired == DesiredState.RUNNING.value else DesiredState.STOPPED,
            config=config,
            gowa_version=row.gowa_version or LATEST,
            error_message=row.error_message,
            created_at=read_time(row.created_at),
            updated_at=read_time(row.updated_at),
            config_error=config_error,
            restart_policy=_policy(row.restart_policy),
            memory_limit_mb=row.memory_limit_mb,
            priority=Priority.LOW if row.priority == Priority.LOW.value else Priority.NORMAL,
        )

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except peewee.IntegrityError:
            raise
        except (peewee.PeeweeException, sqlite3.Error) as error:  # Peewee does not translate a fault while rows are fetched
            raise explain(error, self._database.database) from error


class SettingsRepository:
    """Stored settings of the program: JSON values by key; unknown keys are kept.

    What was read once is remembered: only the program that holds the data directory writes.
    """

    def __init__(self, database: peewee.SqliteDatabase) -> None:
        self._database = database
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
        try:
            if value is None:
                SettingRow.delete().where(SettingRow.key == key).execute()
            else:
                SettingRow.insert(key=key, value=json.dumps(value)).on_conflict_replace().execute()
        except peewee.PeeweeException as error:
            raise explain(error, self._database.database) from error
        self._known[key] = deepcopy(value)


def _dump(config: JsonObject) -> str:
    return json.dumps(config)


def _state(text: str | None) -> InstanceState:
    try:
        return InstanceState(text or "stopped")
    except ValueError:
        return InstanceState.STOPPED


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
