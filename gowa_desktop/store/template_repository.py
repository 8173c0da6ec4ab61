"""Stored templates: rows in, values out. Main thread only."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import peewee

from gowa_desktop.domain.config_parser import ConfigParser
from gowa_desktop.domain.errors import ConfigInvalidError, NameTakenError, NotFoundError
from gowa_desktop.domain.templates import ConfigTemplate
from gowa_desktop.store.database import explained
from gowa_desktop.store.models import TemplateRow
from gowa_desktop.store.repositories import TIME_FORMAT, read_time, utc_now
from gowa_desktop.store.write_gate import WriteGate

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from gowa_desktop.domain.json_types import JsonObject


class TemplateRepository:
    """Stored templates. Every call may raise DatabaseError; nothing is cached here."""

    def __init__(self, database: peewee.SqliteDatabase, clock: Callable[[], datetime] = utc_now, gate: WriteGate | None = None) -> None:
        self._gate = gate or WriteGate(database.database)
        self._path = str(database.database)
        self._clock = clock
        self._parser = ConfigParser()

    def all(self) -> list[ConfigTemplate]:
        """Give every template by name."""
        with explained(self._path):
            found = [self._value(row) for row in TemplateRow.select()]
        return sorted(found, key=lambda template: (template.name.casefold(), template.id))

    def get(self, template_id: int) -> ConfigTemplate:
        """Give one template.

        Raises:
            NotFoundError: there is none with this id.
        """
        with explained(self._path):
            row = TemplateRow.get_or_none(TemplateRow.id == template_id)
        if row is None:
            raise NotFoundError("This template is gone.", "It may have been deleted meanwhile; look at the list of templates.")
        return self._value(row)

    def add(self, name: str, config: JsonObject) -> ConfigTemplate:
        """Store a new template.

        Raises:
            NameTakenError: another one has the name.
        """
        now = self._clock().strftime(TIME_FORMAT)
        with self._gate.passing(), explained(self._path):
            try:
                row = TemplateRow.create(name=name, config=json.dumps(config), created_at=now, updated_at=now)
            except peewee.IntegrityError as error:
                raise _name_taken(name) from error
        return self.get(row.id)

    def change(self, template_id: int, *, name: str | None = None, config: JsonObject | None = None) -> ConfigTemplate:
        """Store another name or other settings; what is None stays.

        Raises:
            NameTakenError: another one has the name.
            NotFoundError: there is none with this id.
        """
        values = {"updated_at": self._clock().strftime(TIME_FORMAT)}
        if name is not None:
            values["name"] = name
        if config is not None:
            values["config"] = json.dumps(config)
        with self._gate.passing(), explained(self._path):
            try:
                TemplateRow.update(values).where(TemplateRow.id == template_id).execute()
            except peewee.IntegrityError as error:
                raise _name_taken(str(name)) from error
        return self.get(template_id)

    def remove(self, template_id: int) -> None:
        """Delete a template; nothing happens when it is gone already."""
        with self._gate.passing(), explained(self._path):
            TemplateRow.delete().where(TemplateRow.id == template_id).execute()

    def _value(self, row: TemplateRow) -> ConfigTemplate:
        config: JsonObject = {}
        config_error = None
        try:
            config = self._parser.parse(row.config)
        except ConfigInvalidError as error:
            config_error = error.message
        return ConfigTemplate(row.id, row.name, config, read_time(row.created_at), read_time(row.updated_at), config_error)


def _name_taken(name: str) -> NameTakenError:
    return NameTakenError(f"There is already a template named {name}.", "Choose another name.")
