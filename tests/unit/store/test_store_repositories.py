"""Rows in, values out: what is stored comes back, and damage in one place stays there."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import peewee
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gowa_desktop.domain.errors import DatabaseError, NameTakenError, NotFoundError
from gowa_desktop.domain.instance import DesiredState, InstanceState
from gowa_desktop.domain.json_types import Json, JsonObject
from gowa_desktop.domain.restart_policy import RestartPolicy
from gowa_desktop.store.database import open_database_to_read
from gowa_desktop.store.repositories import FurtherChanges, InstanceRepository, SettingsRepository

Opener = Callable[[Path], peewee.SqliteDatabase]
ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=20)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3),
    max_leaves=8,
)


class Clock:
    """A clock that goes on by a minute at each look."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


@pytest.fixture
def database(data_dir: Path, opened: Opener) -> peewee.SqliteDatabase:
    return opened(data_dir)


@pytest.fixture
def repository(database: peewee.SqliteDatabase) -> InstanceRepository:
    return InstanceRepository(database, Clock())


@pytest.fixture
def settings(database: peewee.SqliteDatabase) -> SettingsRepository:
    return SettingsRepository(database)


def stored_config(database: peewee.SqliteDatabase, instance_id: int) -> object:
    return database.execute_sql("SELECT CAST(config AS BLOB) FROM instances WHERE id = ?", (instance_id,)).fetchone()[0]


def test_add_gives_back_what_was_stored(repository: InstanceRepository) -> None:
    added = repository.add("KEY00001", "Bücher 1", 8001, "v9.2.0", {"flags": {"os": "日本"}, "mine": [1]})
    assert added == repository.get(added.id)
    assert (added.key, added.name, added.port, added.gowa_version) == ("KEY00001", "Bücher 1", 8001, "v9.2.0")
    assert added.config == {"flags": {"os": "日本"}, "mine": [1]}
    assert (added.status, added.desired, added.error_message) == (InstanceState.STOPPED, DesiredState.STOPPED, None)
    assert added.created_at == added.updated_at == datetime(2026, 3, 1, 12, 1, tzinfo=UTC)


@given(st.dictionaries(ANY_TEXT, JSON, max_size=4))
def test_add_any_config_comes_back_unchanged(config: JsonObject) -> None:
    database = open_database_to_read(Path("/nowhere/at/all"))
    try:
        assert InstanceRepository(database).add("KEY00001", "shop", 8001, "latest", config).config == config
    finally:
        database.close()


def test_all_is_in_the_order_of_creation(repository: InstanceRepository) -> None:
    for name in ("zebra", "ape", "Mule"):
        repository.add(f"KEY{name:>5}", name, 8001, "latest", {})
    assert [instance.name for instance in repository.all()] == ["zebra", "ape", "Mule"]


def test_get_unknown_id_is_told(repository: InstanceRepository) -> None:
    with pytest.raises(NotFoundError, match="no instance with the id 77"):
        repository.get(77)


def test_add_taken_name_or_key_is_told_and_stores_nothing(repository: InstanceRepository) -> None:
    repository.add("KEY00001", "shop", 8001, "latest", {})
    with pytest.raises(NameTakenError, match="already an instance named shop"):
        repository.add("KEY00002", "shop", 8002, "latest", {})
    with pytest.raises(NameTakenError):
        repository.add("KEY00001", "other", 8003, "latest", {})
    assert [instance.name for instance in repository.all()] == ["shop"]


def test_change_stores_all_and_moves_the_time(repository: InstanceRepository) -> None:
    first = repository.add("KEY00001", "shop", 8001, "latest", {"a": 1})
    changed = repository.change(first.id, "store", 8002, "v9.2.0", {"b": 2}, FurtherChanges(restart_policy=RestartPolicy.NEVER))
    assert (changed.name, changed.port, changed.gowa_version, changed.config) == ("store", 8002, "v9.2.0", {"b": 2})
    assert changed.restart_policy is RestartPolicy.NEVER
    assert changed.key == first.key
    assert changed.created_at == first.created_at
    assert changed.updated_at > first.updated_at
    assert repository.change(first.id, "store", None, "v9.2.0", None).restart_policy is RestartPolicy.NEVER


def test_change_to_a_taken_name_is_told_and_changes_nothing(repository: InstanceRepository) -> None:
    repository.add("KEY00001", "shop", 8001, "latest", {})
    other = repository.add("KEY00002", "store", 8002, "latest", {})
    with pytest.raises(NameTakenError, match="named shop"):
        repository.change(other.id, "shop", 9000, "v9.2.0", {"x": 1})
    assert repository.get(other.id) == other


def test_change_of_an_instance_that_is_gone_is_told(repository: InstanceRepository) -> None:
    with pytest.raises(NotFoundError):
        repository.change(5, "shop", 8001, "latest", None)


def test_state_and_wish_are_stored_apart(repository: InstanceRepository) -> None:
    first = repository.add("KEY00001", "shop", 8001, "latest", {"a": 1})
    repository.set_desired([first.id], DesiredState.RUNNING)
    repository.set_states([(first.id, InstanceState.FAILED, "It broke.")])
    seen = repository.get(first.id)
    assert (seen.desired, seen.status, seen.error_message, seen.config) == (DesiredState.RUNNING, InstanceState.FAILED, "It broke.", {"a": 1})
    repository.set_states([(first.id, InstanceState.RUNNING, None)])
    assert repository.get(first.id).error_message is None
    assert repository.get(first.id).desired is DesiredState.RUNNING


def test_remove_takes_one_and_its_id_is_never_used_again(repository: InstanceRepository) -> None:
    first = repository.add("KEY00001", "shop", 8001, "latest", {})
    second = repository.add("KEY00002", "store", 8002, "latest", {})
    repository.remove(second.id)
    repository.remove(second.id)
    assert repository.all() == [first]
    assert repository.add("KEY00003", "store", 8002, "latest", {}).id > second.id


@pytest.mark.parametrize(
    "damage",
    [b"{not json", b"[1]", b"null", b'{"a": ' + b"9" * 5000 + b"}", b"[" * 50_000, b"\xff\xfe\x00"],
    ids=["json", "list", "null", "number", "deep", "bytes"],
)
def test_damaged_config_in_one_row_hides_no_other_and_survives_other_changes(
    damage: bytes, repository: InstanceRepository, database: peewee.SqliteDatabase
) -> None:
    first = repository.add("KEY00001", "shop", 8001, "latest", {})
    repository.add("KEY00002", "store", 8002, "latest", {"a": 1})
    database.execute_sql("UPDATE instances SET config = CAST(? AS TEXT) WHERE id = ?", (damage, first.id))
    before = stored_config(database, first.id)
    seen = repository.all()
    assert [instance.name for instance in seen] == ["shop", "store"]
    assert seen[0].config == {}
    assert seen[0].config_error is not None
    assert seen[0].config_error.startswith("The stored settings ")
    assert (seen[1].config, seen[1].config_error) == ({"a": 1}, None)
    repository.set_states([(first.id, InstanceState.FAILED, "x")])
    repository.set_desired([first.id], DesiredState.RUNNING)
    renamed = repository.change(first.id, "renamed", 9000, "v9.2.0", None)
    assert renamed.config_error == seen[0].config_error
    assert stored_config(database, first.id) == before
    repaired = repository.change(first.id, "renamed", 9000, "v9.2.0", {"b": 2})
    assert (repaired.config, repaired.config_error) == ({"b": 2}, None)


def test_odd_values_of_other_columns_are_read_as_something_sane(repository: InstanceRepository, database: peewee.SqliteDatabase) -> None:
    added = repository.add("KEY00001", "shop", 8001, "latest", {})
    database.execute_sql(
        "UPDATE instances SET status='flying', desired='perhaps', gowa_version='', created_at='yesterday',"
        " updated_at='2026-03-01T10:11:12.999Z', restart_policy='often' WHERE id=?",
        (added.id,),
    )
    seen = repository.get(added.id)
    assert (seen.status, seen.desired, seen.gowa_version) == (InstanceState.STOPPED, DesiredState.STOPPED, "latest")
    assert seen.created_at == datetime.fromtimestamp(0, UTC)
    assert seen.updated_at == datetime(2026, 3, 1, 10, 11, 12, tzinfo=UTC)
    assert seen.restart_policy is RestartPolicy.ON_FAILURE


def test_repository_on_a_broken_table_gives_a_sentence(
    repository: InstanceRepository, settings: SettingsRepository, database: peewee.SqliteDatabase
) -> None:
    database.execute_sql("DROP TABLE instances")
    database.execute_sql("DROP TABLE settings")
    for call in (
        repository.all,
        lambda: repository.get(1),
        lambda: repository.add("KEY00001", "shop", 8001, "latest", {}),
        lambda: repository.change(1, "shop", 8001, "latest", None),
        lambda: repository.remove(1),
        lambda: settings.get("a"),
        lambda: settings.set("a", 1),
        lambda: settings.set("a", None),
    ):
        with pytest.raises(DatabaseError, match="no such table") as caught:
            call()
        assert caught.value.next_step


@pytest.mark.parametrize("value", [True, False, 0, 5, -1.5, "", "text ü", [], [1, ["a"]], {"a": {"b": None}}])
def test_setting_comes_back_and_replaces_the_one_before(value: Json, settings: SettingsRepository) -> None:
    settings.set("key", "before")
    settings.set("key", value)
    assert settings.get("key") == value


def test_setting_none_removes_it_and_others_stay(settings: SettingsRepository, database: peewee.SqliteDatabase) -> None:
    settings.set("one", 1)
    settings.set("two", 2)
    settings.set("one", None)
    settings.set("never", None)
    assert settings.get("one") is None
    assert settings.get("two") == 2
    assert database.execute_sql("SELECT key FROM settings").fetchall() == [("two",)]


@pytest.mark.parametrize("text", ["{broken", "", "9" * 5000, "[" * 50_000], ids=["json", "empty", "number", "deep"])
def test_setting_that_cannot_be_read_counts_as_unset(text: str, settings: SettingsRepository, database: peewee.SqliteDatabase) -> None:
    database.execute_sql("INSERT INTO settings VALUES ('key', ?)", (text,))
    assert settings.get("key") is None
    settings.set("key", 3)
    assert settings.get("key") == 3


def test_settings_survive_closing(data_dir: Path, opened: Opener) -> None:
    first = opened(data_dir)
    SettingsRepository(first).set("ports", [8000, 9000])
    first.close()
    assert SettingsRepository(opened(data_dir)).get("ports") == [8000, 9000]
