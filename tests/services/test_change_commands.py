"""The verb `set`: what it stores, what it tells and what it refuses; and settings that a version lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gowa_desktop.cli.command_line import parse
from gowa_desktop.cli.command_output import instance_lines
from gowa_desktop.domain.config_parser import ConfigParser
from gowa_desktop.domain.instance import NewInstance, Priority
from gowa_desktop.domain.restart_policy import RestartPolicy
from gowa_desktop.domain.versions import SIMULATOR, GowaVersion
from gowa_desktop.services.commands.command_answer import Answer
from gowa_desktop.services.commands.command_handlers import CommandHandlers
from tests.simulated_versions import install_simulated

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.domain.json_types import JsonObject

    Ask = Callable[..., tuple[list[str], JsonObject]]


@pytest.fixture
def ask(services: Services, qtbot: QtBot) -> Ask:
    """Carry out a command line; gives what was told, and the final message."""
    handlers = CommandHandlers(services.instances, services.versions, services.configs)

    def asked(*words: str) -> tuple[list[str], JsonObject]:
        request = parse(words).request
        assert request is not None
        messages: list[JsonObject] = []
        handlers.handle(request, Answer(messages.append))
        qtbot.waitUntil(lambda: bool(messages) and "ok" in messages[-1], timeout=20_000)
        return [str(message["progress"]) for message in messages if "progress" in message], messages[-1]

    return asked


@pytest.fixture
def shop(services: Services) -> int:
    return services.instances.create(NewInstance(name="shop", gowa_version=SIMULATOR)).id


def error_of(final: JsonObject) -> JsonObject:
    error = final["error"]
    assert isinstance(error, dict)
    return error


def test_set_stores_all_that_is_said_and_tells_old_and_new(services: Services, ask: Ask, shop: int) -> None:
    words = ["--name", "store", "--restart", "always", "--memory-limit", "400", "--priority", "low", "--tags", "b,a", "--notes"]
    told, final = ask("set", "shop", *words, "Ask Ann")
    assert told == [
        "shop: Name: shop → store",
        "shop: When it ends by itself: restarted on failure → always restarted",
        "shop: Memory limit: none → 400 MB",
        "shop: Priority: normal → low",
        "shop: Tags: none → a, b",
        "shop: Notes: none → Ask Ann",
    ]
    status = services.instances.status(shop)
    assert (status.name, status.restart_policy, status.memory_limit_mb) == ("store", RestartPolicy.ALWAYS, 400)
    assert (status.priority, status.tags, status.notes) == (Priority.LOW, ("a", "b"), "Ask Ann")
    result = final["result"]
    assert isinstance(result, dict)
    assert (result["restart_policy"], result["memory_limit_mb"], result["priority"]) == ("always", 400, "low")
    shown = instance_lines(result)
    assert all(word in shown for word in ("always restarted", "400 MB", "Ask Ann", "a, b"))


def test_set_takes_away_what_is_set_to_nothing_and_leaves_the_rest(services: Services, ask: Ask, shop: int) -> None:
    ask("set", "shop", "--memory-limit", "400", "--tags", "a", "--notes", "x", "--restart", "never")
    told, _ = ask("set", "shop", "--memory-limit", "0", "--tags", "", "--notes", "")
    assert told == ["shop: Memory limit: 400 MB → none", "shop: Tags: a → none", "shop: Notes: x → none"]
    status = services.instances.status(shop)
    assert (status.memory_limit_mb, status.tags, status.notes, status.restart_policy) == (None, (), "", RestartPolicy.NEVER)
    assert ask("set", "shop", "--tags", "")[0] == ["shop: nothing to change."]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--memory-limit", "5", "--name", "other"], "setting_invalid"),
        (["--name", "", "--priority", "low"], "name_invalid"),
        (["--name", "Taken", "--priority", "low"], "name_taken"),
        (["--tags", 'a"b', "--priority", "low"], "tag_invalid"),
        ([], "usage"),
    ],
)
def test_set_refuses_as_a_whole(services: Services, ask: Ask, shop: int, words: list[str], code: str) -> None:
    services.instances.create(NewInstance(name="Taken", gowa_version=SIMULATOR))
    _, final = ask("set", "shop", *words)
    assert error_of(final)["code"] == code
    assert error_of(final)["next_step"]
    status = services.instances.status(shop)
    assert (status.name, status.priority, status.memory_limit_mb) == ("shop", Priority.NORMAL, None)


@pytest.fixture
def old(services: Services, shop: int, monkeypatch: pytest.MonkeyPatch) -> int:
    """Make the shop one of a version without options that came later."""
    original, known = services.instances.options, ConfigParser().known_options(GowaVersion("v7.11.4"))
    monkeypatch.setattr(services.instances, "options", lambda one: known if one == shop else original(one))
    return shop


def test_create_refuses_an_option_that_the_version_lacks(services: Services, ask: Ask) -> None:
    install_simulated(services.paths.versions, "v7.11.4")
    _, final = ask("create", "shop", "--gowa", "v7.11.4", "--set", "autoRejectCall=true", "--set", "debug=true")
    error = error_of(final)
    assert error["code"] == "option_unknown"
    assert "autoRejectCall" in str(error["message"])
    assert "debug" not in str(error["message"])
    assert "--gowa" in str(error["next_step"])
    assert services.instances.statuses() == []

    _, final = ask("create", "shop", "--gowa", "v7.11.4", "--set", "debug=true")
    assert final["ok"] is True


@pytest.mark.parametrize("look", [[], ["--dry-run"]])
def test_option_that_the_version_lacks_is_a_fault_and_nothing_is_changed(services: Services, ask: Ask, old: int, look: list[str]) -> None:
    before = services.instances.config(old)
    _, final = ask("config", "set", "shop", "autoRejectCall=true", "debug=true", *look)
    rows = final["result"]
    assert isinstance(rows, list)
    assert isinstance(rows[0], dict)
    assert rows[0]["ok"] is False
    error = error_of(rows[0])
    assert error["code"] == "option_unknown"
    assert "autoRejectCall" in str(error["message"])
    assert "gowa-desktop update shop" in str(error["next_step"])
    assert services.instances.config(old) == before


def test_copy_of_a_named_option_reaches_those_that_have_it(services: Services, ask: Ask, old: int) -> None:
    ids = [services.instances.create(NewInstance(name=name, gowa_version=SIMULATOR)).id for name in ("source", "new")]
    services.instances.save_config(ids[0], {"flags": {"autoRejectCall": True}})
    _, final = ask("config", "copy", "source", "shop", "new", "--option", "autoRejectCall")
    rows = final["result"]
    assert isinstance(rows, list)
    assert [(row["name"], row["ok"]) for row in rows if isinstance(row, dict)] == [("shop", False), ("new", True)]
    told, final = ask("config", "copy", "source", "shop")
    rows = final["result"]
    assert isinstance(rows, list)
    assert [row["ok"] for row in rows if isinstance(row, dict)] == [True]
    assert any("is skipped" in line for line in told)
