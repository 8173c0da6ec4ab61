"""Stored templates: what can be done with them, and that damage, copies and migrations treat them like instances."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import peewee
import pytest

from gowa_desktop.domain.errors import DatabaseDamagedError, DatabaseError, NameTakenError, NotFoundError
from gowa_desktop.domain.json_types import JsonObject
from gowa_desktop.store import guard, migrations
from gowa_desktop.store.backups import DatabaseCopies
from gowa_desktop.store.database import open_database
from gowa_desktop.store.definition_rows import DefinitionRows
from gowa_desktop.store.repositories import InstanceRepository
from gowa_desktop.store.template_repository import TemplateRepository
from tests.unit.store.store_builders import GOWA_MANAGER, rows, writing

Opener = Callable[[Path], peewee.SqliteDatabase]
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
CONFIG: JsonObject = {"flags": {"debug": True, "webhooks": ["http://127.0.0.1:9/ü"]}, "odd": [1]}


def test_template_is_stored_changed_listed_by_name_and_removed(data_dir: Path, opened: Opener) -> None:
    database = opened(data_dir)
    repository = TemplateRepository(database, lambda: NOON)
    second = repository.add("shop", CONFIG)
    first = repository.add("Bots", {})
    assert [(one.name, one.config) for one in repository.all()] == [("Bots", {}), ("shop", CONFIG)]
    assert second.created_at == second.updated_at == NOON

    later = TemplateRepository(database, lambda: NOON.replace(hour=13))
    changed = later.change(second.id, name="Shops", config={"flags": {"debug": False}})
    assert (changed.name, changed.config, changed.created_at) == ("Shops", {"flags": {"debug": False}}, NOON)
    assert changed.updated_at.hour == 13
    repository.remove(first.id)
    repository.remove(first.id)
    assert [one.name for one in repository.all()] == ["Shops"]
    with pytest.raises(NotFoundError):
        repository.get(first.id)
    with pytest.raises(NotFoundError):
        repository.change(first.id, name="gone")


def test_two_templates_cannot_have_one_name(data_dir: Path, opened: Opener) -> None:
    repository = TemplateRepository(opened(data_dir))
    repository.add("shop", {})
    other = repository.add("other", {})
    with pytest.raises(NameTakenError):
        repository.add("shop", {})
    with pytest.raises(NameTakenError):
        repository.change(other.id, name="shop")
    assert [one.name for one in repository.all()] == ["other", "shop"]


def test_template_with_unreadable_settings_is_listed_with_the_reason(data_dir: Path, opened: Opener) -> None:
    database = opened(data_dir)
    TemplateRepository(database).add("shop", {})
    database.execute_sql("UPDATE config_templates SET config = '{'")
    found = TemplateRepository(database).all()[0]
    assert found.config == {}
    assert found.config_error is not None


def test_flipped_byte_in_a_template_is_damage(data_dir: Path, opened: Opener) -> None:
    database = opened(data_dir)
    TemplateRepository(database).add("shop", {"flags": {"webhookSecret": "abcdefgh"}})
    database.close()
    path = data_dir / "gowa.db"
    before = path.read_bytes()
    place = before.index(b"abcdefgh")
    path.write_bytes(before[:place] + b"X" + before[place + 1 :])
    with pytest.raises(DatabaseDamagedError):
        open_database(data_dir)


def test_missing_table_of_templates_is_damage(data_dir: Path, opened: Opener) -> None:
    opened(data_dir).close()
    with writing(data_dir) as connection:
        connection.execute("DROP TABLE config_templates")
    with pytest.raises(DatabaseDamagedError):
        open_database(data_dir)


def test_restored_copy_brings_the_templates_back(data_dir: Path, opened: Opener) -> None:
    database = opened(data_dir)
    TemplateRepository(database).add("shop", CONFIG)
    DatabaseCopies(data_dir).take(NOON)
    database.close()
    (data_dir / "gowa.db").write_bytes(b"damaged")

    DatabaseCopies(data_dir).restore(NOON, [], set(), 0)

    assert [(one.name, one.config) for one in TemplateRepository(opened(data_dir)).all()] == [("shop", CONFIG)]


def test_fault_of_the_database_is_explained(data_dir: Path, opened: Opener) -> None:
    database = opened(data_dir)
    database.execute_sql("DROP TABLE config_templates")
    with pytest.raises(DatabaseError) as caught:
        TemplateRepository(database).all()
    assert caught.value.next_step


BEFORE_TAGS = guard._EARLIER[0]
"""The guard of the versions 2 and 3."""


def make_version_2(data_dir: Path) -> None:
    """Make a database as the program wrote it before there were templates: one instance, changed twice."""
    with writing(data_dir) as connection:
        connection.executescript(GOWA_MANAGER)
        for step in migrations.MIGRATIONS[:2]:
            step(connection)
        connection.execute("PRAGMA user_version = 2")
        for sql in BEFORE_TAGS.objects.values():
            connection.execute(sql)
        connection.execute("INSERT INTO instances (key, name) VALUES ('AAAA1111', 'first')")
        connection.execute("UPDATE instances SET name = 'shop'")


def test_migration_keeps_how_often_each_instance_was_changed(data_dir: Path, opened: Opener) -> None:
    make_version_2(data_dir)
    database = opened(data_dir)
    assert [(one.name, one.revision) for one in DefinitionRows(database).all()] == [("shop", 2)]
    InstanceRepository(database).change(1, "shop", 8001, "latest", None)
    assert DefinitionRows(database).all()[0].revision == 3
    assert TemplateRepository(database).all() == []


def test_damage_is_found_before_a_migration_too(data_dir: Path) -> None:
    make_version_2(data_dir)
    path = data_dir / "gowa.db"
    with writing(data_dir) as connection:
        connection.execute(f"DROP TRIGGER {BEFORE_TAGS.table}_update")
        connection.execute("UPDATE instances SET name = 'shoq'")
    with pytest.raises(DatabaseDamagedError):
        open_database(data_dir)
    assert rows(path, "PRAGMA user_version") == [(2,)]
